// The methods of Tensor that are functions of autograd/ops.hpp.
#pragma once

#include <xgrad/autograd/ops.hpp>

namespace xgrad {

inline Tensor Tensor::clone() const { return xgrad::clone(*this); }
inline Tensor TensorMethods::add(const Tensor& other, const Scalar& alpha) const {
  return xgrad::add(self(), other, alpha);
}
inline Tensor TensorMethods::add(const Scalar& other, const Scalar& alpha) const {
  return xgrad::add(self(), other, alpha);
}
inline Tensor TensorMethods::sub(const Tensor& other, const Scalar& alpha) const {
  return xgrad::sub(self(), other, alpha);
}
inline Tensor TensorMethods::sub(const Scalar& other, const Scalar& alpha) const {
  return xgrad::sub(self(), other, alpha);
}
inline Tensor TensorMethods::mul(const Tensor& other) const { return xgrad::mul(self(), other); }
inline Tensor TensorMethods::mul(const Scalar& other) const { return xgrad::mul(self(), other); }
inline Tensor TensorMethods::div(const Tensor& other) const { return xgrad::div(self(), other); }
inline Tensor TensorMethods::div(const Scalar& other) const { return xgrad::div(self(), other); }
inline Tensor TensorMethods::pow(const Tensor& exponent) const { return xgrad::pow(self(), exponent); }
inline Tensor TensorMethods::pow(const Scalar& exponent) const { return xgrad::pow(self(), exponent); }
inline Tensor TensorMethods::neg() const { return xgrad::neg(self()); }
inline Tensor TensorMethods::operator-() const { return neg(); }
inline Tensor TensorMethods::abs() const { return xgrad::abs(self()); }
inline Tensor TensorMethods::sign() const { return xgrad::sign(self()); }
inline Tensor TensorMethods::exp() const { return xgrad::exp(self()); }
inline Tensor TensorMethods::log() const { return xgrad::log(self()); }
inline Tensor TensorMethods::log1p() const { return xgrad::log1p(self()); }
inline Tensor TensorMethods::sqrt() const { return xgrad::sqrt(self()); }
inline Tensor TensorMethods::sin() const { return xgrad::sin(self()); }
inline Tensor TensorMethods::cos() const { return xgrad::cos(self()); }
inline Tensor TensorMethods::reciprocal() const { return xgrad::reciprocal(self()); }
inline Tensor TensorMethods::square() const { return xgrad::square(self()); }
inline Tensor TensorMethods::tanh() const { return xgrad::tanh(self()); }
inline Tensor TensorMethods::sigmoid() const { return xgrad::sigmoid(self()); }
inline Tensor TensorMethods::relu() const { return xgrad::relu(self()); }
inline Tensor TensorMethods::clamp(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return xgrad::clamp(self(), min, max);
}
inline Tensor TensorMethods::clamp_min(const Scalar& min) const { return xgrad::clamp_min(self(), min); }
inline Tensor TensorMethods::clamp_max(const Scalar& max) const { return xgrad::clamp_max(self(), max); }
inline Tensor TensorMethods::masked_fill(const Tensor& mask, const Scalar& value) const {
  return xgrad::masked_fill(self(), mask, value);
}
inline Tensor TensorMethods::masked_fill(const Tensor& mask, const Tensor& value) const {
  return xgrad::masked_fill(self(), mask, value);
}
inline Tensor TensorMethods::eq(const Tensor& other) const { return xgrad::eq(self(), other); }
inline Tensor TensorMethods::eq(const Scalar& other) const { return xgrad::eq(self(), other); }
inline Tensor TensorMethods::ne(const Tensor& other) const { return xgrad::ne(self(), other); }
inline Tensor TensorMethods::ne(const Scalar& other) const { return xgrad::ne(self(), other); }
inline Tensor TensorMethods::lt(const Tensor& other) const { return xgrad::lt(self(), other); }
inline Tensor TensorMethods::lt(const Scalar& other) const { return xgrad::lt(self(), other); }
inline Tensor TensorMethods::le(const Tensor& other) const { return xgrad::le(self(), other); }
inline Tensor TensorMethods::le(const Scalar& other) const { return xgrad::le(self(), other); }
inline Tensor TensorMethods::gt(const Tensor& other) const { return xgrad::gt(self(), other); }
inline Tensor TensorMethods::gt(const Scalar& other) const { return xgrad::gt(self(), other); }
inline Tensor TensorMethods::ge(const Tensor& other) const { return xgrad::ge(self(), other); }
inline Tensor TensorMethods::ge(const Scalar& other) const { return xgrad::ge(self(), other); }
inline Tensor TensorMethods::isnan() const { return xgrad::isnan(self()); }
inline Tensor TensorMethods::isinf() const { return xgrad::isinf(self()); }
inline Tensor TensorMethods::isfinite() const { return xgrad::isfinite(self()); }
inline bool TensorMethods::equal(const Tensor& other) const { return xgrad::equal(self(), other); }
inline bool TensorMethods::allclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return xgrad::allclose(self(), other, rtol, atol, equal_nan);
}
inline Tensor TensorMethods::sum(std::optional<ScalarType> dtype) const { return xgrad::sum(self(), dtype); }
inline Tensor TensorMethods::sum(OptionalIntArrayRef dims, bool keepdim,
                                 std::optional<ScalarType> dtype) const {
  return xgrad::sum(self(), dims, keepdim, dtype);
}
inline Tensor TensorMethods::mean(std::optional<ScalarType> dtype) const {
  return xgrad::mean(self(), dtype);
}
inline Tensor TensorMethods::mean(OptionalIntArrayRef dims, bool keepdim,
                                  std::optional<ScalarType> dtype) const {
  return xgrad::mean(self(), dims, keepdim, dtype);
}
inline Tensor TensorMethods::max() const { return xgrad::max(self()); }
inline Tensor TensorMethods::min() const { return xgrad::min(self()); }
inline std::tuple<Tensor, Tensor> TensorMethods::max(int64_t dim, bool keepdim) const {
  return xgrad::max(self(), dim, keepdim);
}
inline std::tuple<Tensor, Tensor> TensorMethods::min(int64_t dim, bool keepdim) const {
  return xgrad::min(self(), dim, keepdim);
}
inline Tensor TensorMethods::argmax(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::argmax(self(), dim, keepdim);
}
inline Tensor TensorMethods::argmin(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::argmin(self(), dim, keepdim);
}
inline Tensor TensorMethods::any() const { return xgrad::any(self()); }
inline Tensor TensorMethods::all() const { return xgrad::all(self()); }
inline Tensor TensorMethods::logsumexp(IntArrayRef dims, bool keepdim) const {
  return xgrad::logsumexp(self(), dims, keepdim);
}
inline Tensor TensorMethods::view(IntArrayRef sizes) const { return xgrad::view(self(), sizes); }
inline Tensor TensorMethods::reshape(IntArrayRef sizes) const { return xgrad::reshape(self(), sizes); }
inline Tensor TensorMethods::view_as(const Tensor& other) const { return view(other.sizes()); }
inline Tensor TensorMethods::reshape_as(const Tensor& other) const { return reshape(other.sizes()); }
inline Tensor TensorMethods::flatten(int64_t start_dim, int64_t end_dim) const {
  return xgrad::flatten(self(), start_dim, end_dim);
}
inline Tensor TensorMethods::transpose(int64_t dim0, int64_t dim1) const {
  return xgrad::transpose(self(), dim0, dim1);
}
inline Tensor TensorMethods::permute(IntArrayRef dims) const { return xgrad::permute(self(), dims); }
inline Tensor TensorMethods::t() const { return xgrad::t(self()); }
inline Tensor TensorMethods::unsqueeze(int64_t dim) const { return xgrad::unsqueeze(self(), dim); }
inline Tensor TensorMethods::squeeze() const { return xgrad::squeeze(self()); }
inline Tensor TensorMethods::squeeze(int64_t dim) const { return xgrad::squeeze(self(), dim); }
inline Tensor TensorMethods::select(int64_t dim, int64_t index) const {
  return xgrad::select(self(), dim, index);
}
inline Tensor TensorMethods::operator[](int64_t index) const { return select(0, index); }
inline Tensor TensorMethods::slice(int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end,
                                   int64_t step) const {
  return xgrad::slice(self(), dim, start, end, step);
}
inline Tensor TensorMethods::narrow(int64_t dim, int64_t start, int64_t length) const {
  return xgrad::narrow(self(), dim, start, length);
}
inline std::vector<Tensor> TensorMethods::chunk(int64_t chunks, int64_t dim) const {
  return xgrad::chunk(self(), chunks, dim);
}
inline std::vector<Tensor> TensorMethods::split(int64_t size, int64_t dim) const {
  return xgrad::split(self(), size, dim);
}
inline std::vector<Tensor> TensorMethods::unbind(int64_t dim) const { return xgrad::unbind(self(), dim); }
inline Tensor TensorMethods::gather(int64_t dim, const Tensor& index) const {
  return xgrad::gather(self(), dim, index);
}
inline Tensor TensorMethods::index_select(int64_t dim, const Tensor& index) const {
  return xgrad::index_select(self(), dim, index);
}
inline Tensor TensorMethods::index_add(int64_t dim, const Tensor& index, const Tensor& source,
                                       const Scalar& alpha) const {
  return xgrad::index_add(self(), dim, index, source, alpha);
}
inline Tensor TensorMethods::index_copy(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::index_copy(self(), dim, index, source);
}
inline Tensor TensorMethods::index_fill(int64_t dim, const Tensor& index, const Scalar& value) const {
  return xgrad::index_fill(self(), dim, index, value);
}
inline Tensor TensorMethods::index_fill(int64_t dim, const Tensor& index, const Tensor& value) const {
  return xgrad::index_fill(self(), dim, index, value);
}
inline Tensor TensorMethods::scatter(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::scatter(self(), dim, index, source);
}
inline Tensor TensorMethods::scatter(int64_t dim, const Tensor& index, const Scalar& value) const {
  return xgrad::scatter(self(), dim, index, value);
}
inline Tensor TensorMethods::scatter_add(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::scatter_add(self(), dim, index, source);
}
inline Tensor TensorMethods::take(const Tensor& index) const { return xgrad::take(self(), index); }
inline Tensor TensorMethods::take_along_dim(const Tensor& indices, std::optional<int64_t> dim) const {
  return xgrad::take_along_dim(self(), indices, dim);
}
inline Tensor TensorMethods::masked_select(const Tensor& mask) const {
  return xgrad::masked_select(self(), mask);
}
inline Tensor TensorMethods::nonzero() const { return xgrad::nonzero(self()); }
inline Tensor TensorMethods::index_put(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                                       bool accumulate) const {
  return xgrad::index_put(self(), indices, values, accumulate);
}
inline Tensor TensorMethods::matmul(const Tensor& other) const { return xgrad::matmul(self(), other); }
inline Tensor TensorMethods::mm(const Tensor& other) const { return xgrad::mm(self(), other); }
inline Tensor TensorMethods::softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::softmax(self(), dim, dtype);
}
inline Tensor TensorMethods::log_softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::log_softmax(self(), dim, dtype);
}
inline Tensor TensorMethods::where(const Tensor& condition, const Tensor& other) const {
  return xgrad::where(condition, self(), other);
}
inline Tensor TensorMethods::expand(IntArrayRef sizes, bool) const { return xgrad::expand(self(), sizes); }
inline Tensor TensorMethods::expand_as(const Tensor& other) const { return expand(other.sizes()); }

}  // namespace xgrad
