// The methods of Tensor that are functions of autograd/ops.hpp.
#pragma once

#include <xgrad/autograd/ops.hpp>

namespace xgrad {

inline Tensor Tensor::clone() const { return xgrad::clone(*this); }
inline Tensor Tensor::add(const Tensor& other, const Scalar& alpha) const {
  return xgrad::add(*this, other, alpha);
}
inline Tensor Tensor::add(const Scalar& other, const Scalar& alpha) const {
  return xgrad::add(*this, other, alpha);
}
inline Tensor Tensor::sub(const Tensor& other, const Scalar& alpha) const {
  return xgrad::sub(*this, other, alpha);
}
inline Tensor Tensor::sub(const Scalar& other, const Scalar& alpha) const {
  return xgrad::sub(*this, other, alpha);
}
inline Tensor Tensor::mul(const Tensor& other) const { return xgrad::mul(*this, other); }
inline Tensor Tensor::mul(const Scalar& other) const { return xgrad::mul(*this, other); }
inline Tensor Tensor::div(const Tensor& other) const { return xgrad::div(*this, other); }
inline Tensor Tensor::div(const Scalar& other) const { return xgrad::div(*this, other); }
inline Tensor Tensor::pow(const Tensor& exponent) const { return xgrad::pow(*this, exponent); }
inline Tensor Tensor::pow(const Scalar& exponent) const { return xgrad::pow(*this, exponent); }
inline Tensor Tensor::neg() const { return xgrad::neg(*this); }
inline Tensor Tensor::abs() const { return xgrad::abs(*this); }
inline Tensor Tensor::sign() const { return xgrad::sign(*this); }
inline Tensor Tensor::exp() const { return xgrad::exp(*this); }
inline Tensor Tensor::log() const { return xgrad::log(*this); }
inline Tensor Tensor::log1p() const { return xgrad::log1p(*this); }
inline Tensor Tensor::sqrt() const { return xgrad::sqrt(*this); }
inline Tensor Tensor::sin() const { return xgrad::sin(*this); }
inline Tensor Tensor::cos() const { return xgrad::cos(*this); }
inline Tensor Tensor::reciprocal() const { return xgrad::reciprocal(*this); }
inline Tensor Tensor::square() const { return xgrad::square(*this); }
inline Tensor Tensor::tanh() const { return xgrad::tanh(*this); }
inline Tensor Tensor::sigmoid() const { return xgrad::sigmoid(*this); }
inline Tensor Tensor::relu() const { return xgrad::relu(*this); }
inline Tensor Tensor::clamp(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return xgrad::clamp(*this, min, max);
}
inline Tensor Tensor::clamp_min(const Scalar& min) const { return xgrad::clamp_min(*this, min); }
inline Tensor Tensor::clamp_max(const Scalar& max) const { return xgrad::clamp_max(*this, max); }
inline Tensor Tensor::masked_fill(const Tensor& mask, const Scalar& value) const {
  return xgrad::masked_fill(*this, mask, value);
}
inline Tensor Tensor::eq(const Tensor& other) const { return xgrad::eq(*this, other); }
inline Tensor Tensor::eq(const Scalar& other) const { return xgrad::eq(*this, other); }
inline Tensor Tensor::ne(const Tensor& other) const { return xgrad::ne(*this, other); }
inline Tensor Tensor::ne(const Scalar& other) const { return xgrad::ne(*this, other); }
inline Tensor Tensor::lt(const Tensor& other) const { return xgrad::lt(*this, other); }
inline Tensor Tensor::lt(const Scalar& other) const { return xgrad::lt(*this, other); }
inline Tensor Tensor::le(const Tensor& other) const { return xgrad::le(*this, other); }
inline Tensor Tensor::le(const Scalar& other) const { return xgrad::le(*this, other); }
inline Tensor Tensor::gt(const Tensor& other) const { return xgrad::gt(*this, other); }
inline Tensor Tensor::gt(const Scalar& other) const { return xgrad::gt(*this, other); }
inline Tensor Tensor::ge(const Tensor& other) const { return xgrad::ge(*this, other); }
inline Tensor Tensor::ge(const Scalar& other) const { return xgrad::ge(*this, other); }
inline Tensor Tensor::isnan() const { return xgrad::isnan(*this); }
inline Tensor Tensor::isinf() const { return xgrad::isinf(*this); }
inline Tensor Tensor::isfinite() const { return xgrad::isfinite(*this); }
inline bool Tensor::equal(const Tensor& other) const { return xgrad::equal(*this, other); }
inline bool Tensor::allclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return xgrad::allclose(*this, other, rtol, atol, equal_nan);
}
inline Tensor Tensor::sum(std::optional<ScalarType> dtype) const { return xgrad::sum(*this, dtype); }
inline Tensor Tensor::sum(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::sum(*this, dims, keepdim, dtype);
}
inline Tensor Tensor::mean(std::optional<ScalarType> dtype) const { return xgrad::mean(*this, dtype); }
inline Tensor Tensor::mean(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::mean(*this, dims, keepdim, dtype);
}
inline Tensor Tensor::max() const { return xgrad::max(*this); }
inline Tensor Tensor::min() const { return xgrad::min(*this); }
inline std::tuple<Tensor, Tensor> Tensor::max(int64_t dim, bool keepdim) const {
  return xgrad::max(*this, dim, keepdim);
}
inline std::tuple<Tensor, Tensor> Tensor::min(int64_t dim, bool keepdim) const {
  return xgrad::min(*this, dim, keepdim);
}
inline Tensor Tensor::argmax(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::argmax(*this, dim, keepdim);
}
inline Tensor Tensor::argmin(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::argmin(*this, dim, keepdim);
}
inline Tensor Tensor::any() const { return xgrad::any(*this); }
inline Tensor Tensor::all() const { return xgrad::all(*this); }
inline Tensor Tensor::logsumexp(IntArrayRef dims, bool keepdim) const {
  return xgrad::logsumexp(*this, dims, keepdim);
}
inline Tensor Tensor::view(IntArrayRef sizes) const { return xgrad::view(*this, sizes); }
inline Tensor Tensor::reshape(IntArrayRef sizes) const { return xgrad::reshape(*this, sizes); }
inline Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim) const {
  return xgrad::flatten(*this, start_dim, end_dim);
}
inline Tensor Tensor::transpose(int64_t dim0, int64_t dim1) const {
  return xgrad::transpose(*this, dim0, dim1);
}
inline Tensor Tensor::permute(IntArrayRef dims) const { return xgrad::permute(*this, dims); }
inline Tensor Tensor::t() const { return xgrad::t(*this); }
inline Tensor Tensor::unsqueeze(int64_t dim) const { return xgrad::unsqueeze(*this, dim); }
inline Tensor Tensor::squeeze() const { return xgrad::squeeze(*this); }
inline Tensor Tensor::squeeze(int64_t dim) const { return xgrad::squeeze(*this, dim); }
inline Tensor Tensor::select(int64_t dim, int64_t index) const { return xgrad::select(*this, dim, index); }
inline Tensor Tensor::slice(int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end,
                            int64_t step) const {
  return xgrad::slice(*this, dim, start, end, step);
}
inline Tensor Tensor::narrow(int64_t dim, int64_t start, int64_t length) const {
  return xgrad::narrow(*this, dim, start, length);
}
inline std::vector<Tensor> Tensor::chunk(int64_t chunks, int64_t dim) const {
  return xgrad::chunk(*this, chunks, dim);
}
inline std::vector<Tensor> Tensor::split(int64_t size, int64_t dim) const {
  return xgrad::split(*this, size, dim);
}
inline std::vector<Tensor> Tensor::unbind(int64_t dim) const { return xgrad::unbind(*this, dim); }
inline Tensor Tensor::gather(int64_t dim, const Tensor& index) const {
  return xgrad::gather(*this, dim, index);
}
inline Tensor Tensor::index_select(int64_t dim, const Tensor& index) const {
  return xgrad::index_select(*this, dim, index);
}
inline Tensor Tensor::masked_fill(const Tensor& mask, const Tensor& value) const {
  return xgrad::masked_fill(*this, mask, value);
}
inline Tensor Tensor::index_add(int64_t dim, const Tensor& index, const Tensor& source,
                                const Scalar& alpha) const {
  return xgrad::index_add(*this, dim, index, source, alpha);
}
inline Tensor Tensor::index_copy(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::index_copy(*this, dim, index, source);
}
inline Tensor Tensor::index_fill(int64_t dim, const Tensor& index, const Scalar& value) const {
  return xgrad::index_fill(*this, dim, index, value);
}
inline Tensor Tensor::index_fill(int64_t dim, const Tensor& index, const Tensor& value) const {
  return xgrad::index_fill(*this, dim, index, value);
}
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::scatter(*this, dim, index, source);
}
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, const Scalar& value) const {
  return xgrad::scatter(*this, dim, index, value);
}
inline Tensor Tensor::scatter_add(int64_t dim, const Tensor& index, const Tensor& source) const {
  return xgrad::scatter_add(*this, dim, index, source);
}
inline Tensor Tensor::take(const Tensor& index) const { return xgrad::take(*this, index); }
inline Tensor Tensor::take_along_dim(const Tensor& indices, std::optional<int64_t> dim) const {
  return xgrad::take_along_dim(*this, indices, dim);
}
inline Tensor Tensor::masked_select(const Tensor& mask) const { return xgrad::masked_select(*this, mask); }
inline Tensor Tensor::nonzero() const { return xgrad::nonzero(*this); }
inline Tensor Tensor::index_put(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                                bool accumulate) const {
  return xgrad::index_put(*this, indices, values, accumulate);
}
inline Tensor Tensor::matmul(const Tensor& other) const { return xgrad::matmul(*this, other); }
inline Tensor Tensor::mm(const Tensor& other) const { return xgrad::mm(*this, other); }
inline Tensor Tensor::softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::softmax(*this, dim, dtype);
}
inline Tensor Tensor::log_softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::log_softmax(*this, dim, dtype);
}
inline Tensor Tensor::where(const Tensor& condition, const Tensor& other) const {
  return xgrad::where(condition, *this, other);
}
inline Tensor Tensor::expand(IntArrayRef sizes, bool) const { return xgrad::expand(*this, sizes); }

}  // namespace xgrad
