// The methods of Tensor that are functions of autograd/ops.hpp, apart from the most called ones, which
// methods.hpp has inline.
#include <xgrad/autograd/ops.hpp>

namespace xgrad {

Tensor TensorMethods::expm1() const { return xgrad::expm1(self()); }
Tensor TensorMethods::exp2() const { return xgrad::exp2(self()); }
Tensor TensorMethods::log2() const { return xgrad::log2(self()); }
Tensor TensorMethods::log10() const { return xgrad::log10(self()); }
Tensor TensorMethods::rsqrt() const { return xgrad::rsqrt(self()); }
Tensor TensorMethods::tan() const { return xgrad::tan(self()); }
Tensor TensorMethods::asin() const { return xgrad::asin(self()); }
Tensor TensorMethods::acos() const { return xgrad::acos(self()); }
Tensor TensorMethods::atan() const { return xgrad::atan(self()); }
Tensor TensorMethods::sinh() const { return xgrad::sinh(self()); }
Tensor TensorMethods::cosh() const { return xgrad::cosh(self()); }
Tensor TensorMethods::asinh() const { return xgrad::asinh(self()); }
Tensor TensorMethods::acosh() const { return xgrad::acosh(self()); }
Tensor TensorMethods::atanh() const { return xgrad::atanh(self()); }
Tensor TensorMethods::erf() const { return xgrad::erf(self()); }
Tensor TensorMethods::erfc() const { return xgrad::erfc(self()); }
Tensor TensorMethods::logit(std::optional<double> eps) const { return xgrad::logit(self(), eps); }
Tensor TensorMethods::floor() const { return xgrad::floor(self()); }
Tensor TensorMethods::ceil() const { return xgrad::ceil(self()); }
Tensor TensorMethods::round() const { return xgrad::round(self()); }
Tensor TensorMethods::round(int64_t decimals) const { return xgrad::round(self(), decimals); }
Tensor TensorMethods::trunc() const { return xgrad::trunc(self()); }
Tensor TensorMethods::fix() const { return xgrad::fix(self()); }
Tensor TensorMethods::frac() const { return xgrad::frac(self()); }
Tensor TensorMethods::nan_to_num(std::optional<double> nan, std::optional<double> posinf,
                                 std::optional<double> neginf) const {
  return xgrad::nan_to_num(self(), nan, posinf, neginf);
}
Tensor TensorMethods::positive() const { return xgrad::positive(self()); }
Tensor TensorMethods::negative() const { return xgrad::negative(self()); }
Tensor TensorMethods::absolute() const { return xgrad::absolute(self()); }
Tensor TensorMethods::subtract(const Tensor& other, const Scalar& alpha) const {
  return xgrad::subtract(self(), other, alpha);
}
Tensor TensorMethods::subtract(const Scalar& other, const Scalar& alpha) const {
  return xgrad::subtract(self(), other, alpha);
}
Tensor TensorMethods::multiply(const Tensor& other) const { return xgrad::multiply(self(), other); }
Tensor TensorMethods::multiply(const Scalar& other) const { return xgrad::multiply(self(), other); }
Tensor TensorMethods::divide(const Tensor& other) const { return xgrad::divide(self(), other); }
Tensor TensorMethods::divide(const Scalar& other) const { return xgrad::divide(self(), other); }
Tensor TensorMethods::divide(const Tensor& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(self(), other, rounding_mode);
}
Tensor TensorMethods::divide(const Scalar& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(self(), other, rounding_mode);
}
Tensor TensorMethods::true_divide(const Tensor& other) const { return xgrad::true_divide(self(), other); }
Tensor TensorMethods::true_divide(const Scalar& other) const { return xgrad::true_divide(self(), other); }
Tensor TensorMethods::div(const Tensor& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(self(), other, rounding_mode);
}
Tensor TensorMethods::div(const Scalar& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(self(), other, rounding_mode);
}
Tensor TensorMethods::floor_divide(const Tensor& other) const { return xgrad::floor_divide(self(), other); }
Tensor TensorMethods::floor_divide(const Scalar& other) const { return xgrad::floor_divide(self(), other); }
Tensor TensorMethods::fmod(const Tensor& other) const { return xgrad::fmod(self(), other); }
Tensor TensorMethods::fmod(const Scalar& other) const { return xgrad::fmod(self(), other); }
Tensor TensorMethods::remainder(const Tensor& other) const { return xgrad::remainder(self(), other); }
Tensor TensorMethods::remainder(const Scalar& other) const { return xgrad::remainder(self(), other); }
Tensor TensorMethods::maximum(const Tensor& other) const { return xgrad::maximum(self(), other); }
Tensor TensorMethods::minimum(const Tensor& other) const { return xgrad::minimum(self(), other); }
Tensor TensorMethods::fmax(const Tensor& other) const { return xgrad::fmax(self(), other); }
Tensor TensorMethods::fmin(const Tensor& other) const { return xgrad::fmin(self(), other); }
Tensor TensorMethods::atan2(const Tensor& other) const { return xgrad::atan2(self(), other); }
Tensor TensorMethods::arctan2(const Tensor& other) const { return xgrad::arctan2(self(), other); }
Tensor TensorMethods::xlogy(const Tensor& other) const { return xgrad::xlogy(self(), other); }
Tensor TensorMethods::xlogy(const Scalar& other) const { return xgrad::xlogy(self(), other); }
Tensor TensorMethods::logaddexp(const Tensor& other) const { return xgrad::logaddexp(self(), other); }
Tensor TensorMethods::lerp(const Tensor& end, const Scalar& weight) const {
  return xgrad::lerp(self(), end, weight);
}
Tensor TensorMethods::lerp(const Tensor& end, const Tensor& weight) const {
  return xgrad::lerp(self(), end, weight);
}
Tensor TensorMethods::addcmul(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return xgrad::addcmul(self(), a, b, value);
}
Tensor TensorMethods::addcdiv(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return xgrad::addcdiv(self(), a, b, value);
}
Tensor TensorMethods::clamp(const std::optional<Tensor>& min) const { return xgrad::clamp(self(), min); }
Tensor TensorMethods::clamp(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return xgrad::clamp(self(), min, max);
}
Tensor TensorMethods::clamp_min(const Tensor& min) const { return xgrad::clamp_min(self(), min); }
Tensor TensorMethods::clamp_max(const Tensor& max) const { return xgrad::clamp_max(self(), max); }
Tensor TensorMethods::clip(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return xgrad::clip(self(), min, max);
}
Tensor TensorMethods::clip(const std::optional<Tensor>& min) const { return xgrad::clip(self(), min); }
Tensor TensorMethods::clip(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return xgrad::clip(self(), min, max);
}
Tensor TensorMethods::masked_scatter(const Tensor& mask, const Tensor& source) const {
  return xgrad::masked_scatter(self(), mask, source);
}
Tensor TensorMethods::hardshrink(const Scalar& lambd) const { return xgrad::hardshrink(self(), lambd); }
Tensor TensorMethods::prelu(const Tensor& weight) const { return xgrad::prelu(self(), weight); }
Tensor TensorMethods::isclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return xgrad::isclose(self(), other, rtol, atol, equal_nan);
}
Tensor TensorMethods::logical_and(const Tensor& other) const { return xgrad::logical_and(self(), other); }
Tensor TensorMethods::logical_or(const Tensor& other) const { return xgrad::logical_or(self(), other); }
Tensor TensorMethods::logical_xor(const Tensor& other) const { return xgrad::logical_xor(self(), other); }
Tensor TensorMethods::logical_not() const { return xgrad::logical_not(self()); }
Tensor TensorMethods::bitwise_and(const Tensor& other) const { return xgrad::bitwise_and(self(), other); }
Tensor TensorMethods::bitwise_and(const Scalar& other) const { return xgrad::bitwise_and(self(), other); }
Tensor TensorMethods::bitwise_or(const Tensor& other) const { return xgrad::bitwise_or(self(), other); }
Tensor TensorMethods::bitwise_or(const Scalar& other) const { return xgrad::bitwise_or(self(), other); }
Tensor TensorMethods::bitwise_xor(const Tensor& other) const { return xgrad::bitwise_xor(self(), other); }
Tensor TensorMethods::bitwise_xor(const Scalar& other) const { return xgrad::bitwise_xor(self(), other); }
Tensor TensorMethods::bitwise_not() const { return xgrad::bitwise_not(self()); }
Tensor TensorMethods::any(int64_t dim, bool keepdim) const { return xgrad::any(self(), dim, keepdim); }
Tensor TensorMethods::all(int64_t dim, bool keepdim) const { return xgrad::all(self(), dim, keepdim); }
Tensor TensorMethods::max(const Tensor& other) const { return xgrad::max(self(), other); }
Tensor TensorMethods::min(const Tensor& other) const { return xgrad::min(self(), other); }
Tensor TensorMethods::amax(IntArrayRef dims, bool keepdim) const {
  return xgrad::amax(self(), dims, keepdim);
}
Tensor TensorMethods::amin(IntArrayRef dims, bool keepdim) const {
  return xgrad::amin(self(), dims, keepdim);
}
std::tuple<Tensor, Tensor> TensorMethods::aminmax(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::aminmax(self(), dim, keepdim);
}
Tensor TensorMethods::prod(std::optional<ScalarType> dtype) const { return xgrad::prod(self(), dtype); }
Tensor TensorMethods::prod(int64_t dim, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::prod(self(), dim, keepdim, dtype);
}
Tensor TensorMethods::nansum(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::nansum(self(), dims, keepdim, dtype);
}
Tensor TensorMethods::nanmean(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::nanmean(self(), dims, keepdim, dtype);
}
Tensor TensorMethods::count_nonzero(IntArrayRef dims) const { return xgrad::count_nonzero(self(), dims); }
Tensor TensorMethods::count_nonzero(std::optional<int64_t> dim) const {
  return xgrad::count_nonzero(self(), dim);
}
Tensor TensorMethods::var(bool unbiased) const { return xgrad::var(self(), unbiased); }
Tensor TensorMethods::var(OptionalIntArrayRef dims, bool unbiased, bool keepdim) const {
  return xgrad::var(self(), dims, unbiased, keepdim);
}
Tensor TensorMethods::var(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) const {
  return xgrad::var(self(), dims, correction, keepdim);
}
Tensor TensorMethods::std(bool unbiased) const { return xgrad::std(self(), unbiased); }
Tensor TensorMethods::std(OptionalIntArrayRef dims, bool unbiased, bool keepdim) const {
  return xgrad::std(self(), dims, unbiased, keepdim);
}
Tensor TensorMethods::std(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) const {
  return xgrad::std(self(), dims, correction, keepdim);
}
Tensor TensorMethods::norm(const Scalar& p) const { return xgrad::norm(self(), p); }
Tensor TensorMethods::norm(const std::optional<Scalar>& p, ScalarType dtype) const {
  return xgrad::norm(self(), p, dtype);
}
Tensor TensorMethods::norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim) const {
  return xgrad::norm(self(), p, dims, keepdim);
}
Tensor TensorMethods::norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim,
                           ScalarType dtype) const {
  return xgrad::norm(self(), p, dims, keepdim, dtype);
}
Tensor TensorMethods::dist(const Tensor& other, const Scalar& p) const {
  return xgrad::dist(self(), other, p);
}
std::tuple<Tensor, Tensor> TensorMethods::sort(int64_t dim, bool descending) const {
  return xgrad::sort(self(), dim, descending);
}
std::tuple<Tensor, Tensor> TensorMethods::sort(std::optional<bool> stable, int64_t dim,
                                               bool descending) const {
  return xgrad::sort(self(), stable, dim, descending);
}
Tensor TensorMethods::argsort(int64_t dim, bool descending) const {
  return xgrad::argsort(self(), dim, descending);
}
Tensor TensorMethods::argsort(bool stable, int64_t dim, bool descending) const {
  return xgrad::argsort(self(), stable, dim, descending);
}
std::tuple<Tensor, Tensor> TensorMethods::topk(int64_t k, int64_t dim, bool largest, bool sorted) const {
  return xgrad::topk(self(), k, dim, largest, sorted);
}
std::tuple<Tensor, Tensor> TensorMethods::kthvalue(int64_t k, int64_t dim, bool keepdim) const {
  return xgrad::kthvalue(self(), k, dim, keepdim);
}
Tensor TensorMethods::median() const { return xgrad::median(self()); }
std::tuple<Tensor, Tensor> TensorMethods::median(int64_t dim, bool keepdim) const {
  return xgrad::median(self(), dim, keepdim);
}
Tensor TensorMethods::cumsum(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::cumsum(self(), dim, dtype);
}
Tensor TensorMethods::cumprod(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::cumprod(self(), dim, dtype);
}
Tensor TensorMethods::sum_to_size(IntArrayRef sizes) const { return xgrad::sum_to_size(self(), sizes); }
Tensor TensorMethods::ravel() const { return xgrad::ravel(self()); }
Tensor TensorMethods::unflatten(int64_t dim, IntArrayRef sizes) const {
  return xgrad::unflatten(self(), dim, sizes);
}
Tensor TensorMethods::swapaxes(int64_t dim0, int64_t dim1) const {
  return xgrad::swapaxes(self(), dim0, dim1);
}
Tensor TensorMethods::swapdims(int64_t dim0, int64_t dim1) const {
  return xgrad::swapdims(self(), dim0, dim1);
}
Tensor TensorMethods::movedim(IntArrayRef source, IntArrayRef destination) const {
  return xgrad::movedim(self(), source, destination);
}
Tensor TensorMethods::movedim(int64_t source, int64_t destination) const {
  return xgrad::movedim(self(), source, destination);
}
Tensor TensorMethods::moveaxis(IntArrayRef source, IntArrayRef destination) const {
  return xgrad::moveaxis(self(), source, destination);
}
Tensor TensorMethods::moveaxis(int64_t source, int64_t destination) const {
  return xgrad::moveaxis(self(), source, destination);
}
Tensor TensorMethods::diagonal(int64_t offset, int64_t dim1, int64_t dim2) const {
  return xgrad::diagonal(self(), offset, dim1, dim2);
}
Tensor TensorMethods::diag_embed(int64_t offset, int64_t dim1, int64_t dim2) const {
  return xgrad::diag_embed(self(), offset, dim1, dim2);
}
Tensor TensorMethods::diag(int64_t diagonal) const { return xgrad::diag(self(), diagonal); }
Tensor TensorMethods::unfold(int64_t dim, int64_t size, int64_t step) const {
  return xgrad::unfold(self(), dim, size, step);
}
Tensor TensorMethods::broadcast_to(IntArrayRef sizes) const { return xgrad::broadcast_to(self(), sizes); }
std::vector<Tensor> TensorMethods::split(IntArrayRef sizes, int64_t dim) const {
  return xgrad::split(self(), sizes, dim);
}
std::vector<Tensor> TensorMethods::split_with_sizes(IntArrayRef sizes, int64_t dim) const {
  return xgrad::split_with_sizes(self(), sizes, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(int64_t sections, int64_t dim) const {
  return xgrad::tensor_split(self(), sections, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(IntArrayRef indices, int64_t dim) const {
  return xgrad::tensor_split(self(), indices, dim);
}
Tensor TensorMethods::repeat(IntArrayRef repeats) const { return xgrad::repeat(self(), repeats); }
Tensor TensorMethods::tile(IntArrayRef dims) const { return xgrad::tile(self(), dims); }
Tensor TensorMethods::repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim,
                                        std::optional<int64_t> output_size) const {
  return xgrad::repeat_interleave(self(), repeats, dim, output_size);
}
Tensor TensorMethods::repeat_interleave(int64_t repeats, std::optional<int64_t> dim,
                                        std::optional<int64_t> output_size) const {
  return xgrad::repeat_interleave(self(), repeats, dim, output_size);
}
Tensor TensorMethods::roll(IntArrayRef shifts, IntArrayRef dims) const {
  return xgrad::roll(self(), shifts, dims);
}
Tensor TensorMethods::flip(IntArrayRef dims) const { return xgrad::flip(self(), dims); }
Tensor TensorMethods::tril(int64_t diagonal) const { return xgrad::tril(self(), diagonal); }
Tensor TensorMethods::triu(int64_t diagonal) const { return xgrad::triu(self(), diagonal); }
Tensor TensorMethods::bmm(const Tensor& other) const { return xgrad::bmm(self(), other); }
Tensor TensorMethods::addmm(const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) const {
  return xgrad::addmm(self(), a, b, beta, alpha);
}
Tensor TensorMethods::addmv(const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) const {
  return xgrad::addmv(self(), a, b, beta, alpha);
}
Tensor TensorMethods::baddbmm(const Tensor& a, const Tensor& b, const Scalar& beta,
                              const Scalar& alpha) const {
  return xgrad::baddbmm(self(), a, b, beta, alpha);
}
Tensor TensorMethods::mv(const Tensor& other) const { return xgrad::mv(self(), other); }
Tensor TensorMethods::dot(const Tensor& other) const { return xgrad::dot(self(), other); }
Tensor TensorMethods::outer(const Tensor& other) const { return xgrad::outer(self(), other); }
Tensor TensorMethods::ger(const Tensor& other) const { return xgrad::ger(self(), other); }
Tensor TensorMethods::inner(const Tensor& other) const { return xgrad::inner(self(), other); }
Tensor TensorMethods::trace() const { return xgrad::trace(self()); }

Tensor TensorMethods::bernoulli() const { return xgrad::bernoulli(self()); }
Tensor TensorMethods::bernoulli(double p) const { return xgrad::bernoulli(self(), p); }
Tensor TensorMethods::multinomial(int64_t num_samples, bool replacement) const {
  return xgrad::multinomial(self(), num_samples, replacement);
}

namespace {
TensorOptions with_dtype(const TensorOptions& options, ScalarType dtype) {
  return options.has_dtype() ? options : options.dtype(dtype);
}
}  // namespace

Tensor TensorMethods::new_empty(IntArrayRef sizes, const TensorOptions& options) const {
  return empty(sizes, with_dtype(options, self().dtype()));
}
Tensor TensorMethods::new_zeros(IntArrayRef sizes, const TensorOptions& options) const {
  return zeros(sizes, with_dtype(options, self().dtype()));
}
Tensor TensorMethods::new_ones(IntArrayRef sizes, const TensorOptions& options) const {
  return ones(sizes, with_dtype(options, self().dtype()));
}
Tensor TensorMethods::new_full(IntArrayRef sizes, const Scalar& value, const TensorOptions& options) const {
  return full(sizes, value, with_dtype(options, self().dtype()));
}

bool Tensor::is_nonzero() const {
  check(numel() == 1, "Boolean value of Tensor with ", numel() == 0 ? "no values" : "more than one value",
        " is ambiguous: reduce it first with any() or all()");
  return xgrad::any(*this).item().toBool();
}

}  // namespace xgrad
