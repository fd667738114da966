// The methods of Tensor that are functions of autograd/ops.hpp, apart from the most called ones, which
// methods.hpp has inline.
#include <xgrad/autograd/ops.hpp>

namespace xgrad {

Tensor Tensor::expm1() const { return xgrad::expm1(*this); }
Tensor Tensor::exp2() const { return xgrad::exp2(*this); }
Tensor Tensor::log2() const { return xgrad::log2(*this); }
Tensor Tensor::log10() const { return xgrad::log10(*this); }
Tensor Tensor::rsqrt() const { return xgrad::rsqrt(*this); }
Tensor Tensor::tan() const { return xgrad::tan(*this); }
Tensor Tensor::asin() const { return xgrad::asin(*this); }
Tensor Tensor::acos() const { return xgrad::acos(*this); }
Tensor Tensor::atan() const { return xgrad::atan(*this); }
Tensor Tensor::sinh() const { return xgrad::sinh(*this); }
Tensor Tensor::cosh() const { return xgrad::cosh(*this); }
Tensor Tensor::asinh() const { return xgrad::asinh(*this); }
Tensor Tensor::acosh() const { return xgrad::acosh(*this); }
Tensor Tensor::atanh() const { return xgrad::atanh(*this); }
Tensor Tensor::erf() const { return xgrad::erf(*this); }
Tensor Tensor::erfc() const { return xgrad::erfc(*this); }
Tensor Tensor::logit(std::optional<double> eps) const { return xgrad::logit(*this, eps); }
Tensor Tensor::floor() const { return xgrad::floor(*this); }
Tensor Tensor::ceil() const { return xgrad::ceil(*this); }
Tensor Tensor::round() const { return xgrad::round(*this); }
Tensor Tensor::round(int64_t decimals) const { return xgrad::round(*this, decimals); }
Tensor Tensor::trunc() const { return xgrad::trunc(*this); }
Tensor Tensor::fix() const { return xgrad::fix(*this); }
Tensor Tensor::frac() const { return xgrad::frac(*this); }
Tensor Tensor::nan_to_num(std::optional<double> nan, std::optional<double> posinf,
                          std::optional<double> neginf) const {
  return xgrad::nan_to_num(*this, nan, posinf, neginf);
}
Tensor Tensor::positive() const { return xgrad::positive(*this); }
Tensor Tensor::negative() const { return xgrad::negative(*this); }
Tensor Tensor::absolute() const { return xgrad::absolute(*this); }
Tensor Tensor::subtract(const Tensor& other, const Scalar& alpha) const {
  return xgrad::subtract(*this, other, alpha);
}
Tensor Tensor::subtract(const Scalar& other, const Scalar& alpha) const {
  return xgrad::subtract(*this, other, alpha);
}
Tensor Tensor::multiply(const Tensor& other) const { return xgrad::multiply(*this, other); }
Tensor Tensor::multiply(const Scalar& other) const { return xgrad::multiply(*this, other); }
Tensor Tensor::divide(const Tensor& other) const { return xgrad::divide(*this, other); }
Tensor Tensor::divide(const Scalar& other) const { return xgrad::divide(*this, other); }
Tensor Tensor::true_divide(const Tensor& other) const { return xgrad::true_divide(*this, other); }
Tensor Tensor::true_divide(const Scalar& other) const { return xgrad::true_divide(*this, other); }
Tensor Tensor::div(const Tensor& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(*this, other, rounding_mode);
}
Tensor Tensor::div(const Scalar& other, std::optional<std::string_view> rounding_mode) const {
  return xgrad::div(*this, other, rounding_mode);
}
Tensor Tensor::floor_divide(const Tensor& other) const { return xgrad::floor_divide(*this, other); }
Tensor Tensor::floor_divide(const Scalar& other) const { return xgrad::floor_divide(*this, other); }
Tensor Tensor::fmod(const Tensor& other) const { return xgrad::fmod(*this, other); }
Tensor Tensor::fmod(const Scalar& other) const { return xgrad::fmod(*this, other); }
Tensor Tensor::remainder(const Tensor& other) const { return xgrad::remainder(*this, other); }
Tensor Tensor::remainder(const Scalar& other) const { return xgrad::remainder(*this, other); }
Tensor Tensor::maximum(const Tensor& other) const { return xgrad::maximum(*this, other); }
Tensor Tensor::minimum(const Tensor& other) const { return xgrad::minimum(*this, other); }
Tensor Tensor::fmax(const Tensor& other) const { return xgrad::fmax(*this, other); }
Tensor Tensor::fmin(const Tensor& other) const { return xgrad::fmin(*this, other); }
Tensor Tensor::atan2(const Tensor& other) const { return xgrad::atan2(*this, other); }
Tensor Tensor::arctan2(const Tensor& other) const { return xgrad::arctan2(*this, other); }
Tensor Tensor::xlogy(const Tensor& other) const { return xgrad::xlogy(*this, other); }
Tensor Tensor::xlogy(const Scalar& other) const { return xgrad::xlogy(*this, other); }
Tensor Tensor::logaddexp(const Tensor& other) const { return xgrad::logaddexp(*this, other); }
Tensor Tensor::lerp(const Tensor& end, const Scalar& weight) const { return xgrad::lerp(*this, end, weight); }
Tensor Tensor::lerp(const Tensor& end, const Tensor& weight) const { return xgrad::lerp(*this, end, weight); }
Tensor Tensor::addcmul(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return xgrad::addcmul(*this, a, b, value);
}
Tensor Tensor::addcdiv(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return xgrad::addcdiv(*this, a, b, value);
}
Tensor Tensor::clamp(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return xgrad::clamp(*this, min, max);
}
Tensor Tensor::clamp_min(const Tensor& min) const { return xgrad::clamp_min(*this, min); }
Tensor Tensor::clamp_max(const Tensor& max) const { return xgrad::clamp_max(*this, max); }
Tensor Tensor::clip(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return xgrad::clip(*this, min, max);
}
Tensor Tensor::clip(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return xgrad::clip(*this, min, max);
}
Tensor Tensor::hardshrink(const Scalar& lambd) const { return xgrad::hardshrink(*this, lambd); }
Tensor Tensor::prelu(const Tensor& weight) const { return xgrad::prelu(*this, weight); }
Tensor Tensor::isclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return xgrad::isclose(*this, other, rtol, atol, equal_nan);
}
Tensor Tensor::logical_and(const Tensor& other) const { return xgrad::logical_and(*this, other); }
Tensor Tensor::logical_or(const Tensor& other) const { return xgrad::logical_or(*this, other); }
Tensor Tensor::logical_xor(const Tensor& other) const { return xgrad::logical_xor(*this, other); }
Tensor Tensor::logical_not() const { return xgrad::logical_not(*this); }
Tensor Tensor::bitwise_and(const Tensor& other) const { return xgrad::bitwise_and(*this, other); }
Tensor Tensor::bitwise_and(const Scalar& other) const { return xgrad::bitwise_and(*this, other); }
Tensor Tensor::bitwise_or(const Tensor& other) const { return xgrad::bitwise_or(*this, other); }
Tensor Tensor::bitwise_or(const Scalar& other) const { return xgrad::bitwise_or(*this, other); }
Tensor Tensor::bitwise_xor(const Tensor& other) const { return xgrad::bitwise_xor(*this, other); }
Tensor Tensor::bitwise_xor(const Scalar& other) const { return xgrad::bitwise_xor(*this, other); }
Tensor Tensor::bitwise_not() const { return xgrad::bitwise_not(*this); }
Tensor Tensor::any(int64_t dim, bool keepdim) const { return xgrad::any(*this, dim, keepdim); }
Tensor Tensor::all(int64_t dim, bool keepdim) const { return xgrad::all(*this, dim, keepdim); }
Tensor Tensor::max(const Tensor& other) const { return xgrad::max(*this, other); }
Tensor Tensor::min(const Tensor& other) const { return xgrad::min(*this, other); }
Tensor Tensor::amax(IntArrayRef dims, bool keepdim) const { return xgrad::amax(*this, dims, keepdim); }
Tensor Tensor::amin(IntArrayRef dims, bool keepdim) const { return xgrad::amin(*this, dims, keepdim); }
std::tuple<Tensor, Tensor> Tensor::aminmax(std::optional<int64_t> dim, bool keepdim) const {
  return xgrad::aminmax(*this, dim, keepdim);
}
Tensor Tensor::prod(std::optional<ScalarType> dtype) const { return xgrad::prod(*this, dtype); }
Tensor Tensor::prod(int64_t dim, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::prod(*this, dim, keepdim, dtype);
}
Tensor Tensor::nansum(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::nansum(*this, dims, keepdim, dtype);
}
Tensor Tensor::nanmean(OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return xgrad::nanmean(*this, dims, keepdim, dtype);
}
Tensor Tensor::count_nonzero(IntArrayRef dims) const { return xgrad::count_nonzero(*this, dims); }
Tensor Tensor::count_nonzero(std::optional<int64_t> dim) const { return xgrad::count_nonzero(*this, dim); }
Tensor Tensor::var(bool unbiased) const { return xgrad::var(*this, unbiased); }
Tensor Tensor::var(OptionalIntArrayRef dims, bool unbiased, bool keepdim) const {
  return xgrad::var(*this, dims, unbiased, keepdim);
}
Tensor Tensor::var(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) const {
  return xgrad::var(*this, dims, correction, keepdim);
}
Tensor Tensor::std(bool unbiased) const { return xgrad::std(*this, unbiased); }
Tensor Tensor::std(OptionalIntArrayRef dims, bool unbiased, bool keepdim) const {
  return xgrad::std(*this, dims, unbiased, keepdim);
}
Tensor Tensor::std(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) const {
  return xgrad::std(*this, dims, correction, keepdim);
}
Tensor Tensor::norm(const Scalar& p) const { return xgrad::norm(*this, p); }
Tensor Tensor::norm(const std::optional<Scalar>& p, ScalarType dtype) const {
  return xgrad::norm(*this, p, dtype);
}
Tensor Tensor::norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim) const {
  return xgrad::norm(*this, p, dims, keepdim);
}
Tensor Tensor::norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim, ScalarType dtype) const {
  return xgrad::norm(*this, p, dims, keepdim, dtype);
}
Tensor Tensor::dist(const Tensor& other, const Scalar& p) const { return xgrad::dist(*this, other, p); }
std::tuple<Tensor, Tensor> Tensor::sort(int64_t dim, bool descending) const {
  return xgrad::sort(*this, dim, descending);
}
std::tuple<Tensor, Tensor> Tensor::sort(std::optional<bool> stable, int64_t dim, bool descending) const {
  return xgrad::sort(*this, stable, dim, descending);
}
Tensor Tensor::argsort(int64_t dim, bool descending) const { return xgrad::argsort(*this, dim, descending); }
Tensor Tensor::argsort(bool stable, int64_t dim, bool descending) const {
  return xgrad::argsort(*this, stable, dim, descending);
}
std::tuple<Tensor, Tensor> Tensor::topk(int64_t k, int64_t dim, bool largest, bool sorted) const {
  return xgrad::topk(*this, k, dim, largest, sorted);
}
std::tuple<Tensor, Tensor> Tensor::kthvalue(int64_t k, int64_t dim, bool keepdim) const {
  return xgrad::kthvalue(*this, k, dim, keepdim);
}
Tensor Tensor::median() const { return xgrad::median(*this); }
std::tuple<Tensor, Tensor> Tensor::median(int64_t dim, bool keepdim) const {
  return xgrad::median(*this, dim, keepdim);
}
Tensor Tensor::cumsum(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::cumsum(*this, dim, dtype);
}
Tensor Tensor::cumprod(int64_t dim, std::optional<ScalarType> dtype) const {
  return xgrad::cumprod(*this, dim, dtype);
}
Tensor Tensor::sum_to_size(IntArrayRef sizes) const { return xgrad::sum_to_size(*this, sizes); }
Tensor Tensor::ravel() const { return xgrad::ravel(*this); }
Tensor Tensor::unflatten(int64_t dim, IntArrayRef sizes) const { return xgrad::unflatten(*this, dim, sizes); }
Tensor Tensor::swapaxes(int64_t dim0, int64_t dim1) const { return xgrad::swapaxes(*this, dim0, dim1); }
Tensor Tensor::swapdims(int64_t dim0, int64_t dim1) const { return xgrad::swapdims(*this, dim0, dim1); }
Tensor Tensor::movedim(IntArrayRef source, IntArrayRef destination) const {
  return xgrad::movedim(*this, source, destination);
}
Tensor Tensor::movedim(int64_t source, int64_t destination) const {
  return xgrad::movedim(*this, source, destination);
}
Tensor Tensor::moveaxis(IntArrayRef source, IntArrayRef destination) const {
  return xgrad::moveaxis(*this, source, destination);
}
Tensor Tensor::moveaxis(int64_t source, int64_t destination) const {
  return xgrad::moveaxis(*this, source, destination);
}
Tensor Tensor::diagonal(int64_t offset, int64_t dim1, int64_t dim2) const {
  return xgrad::diagonal(*this, offset, dim1, dim2);
}
Tensor Tensor::diag_embed(int64_t offset, int64_t dim1, int64_t dim2) const {
  return xgrad::diag_embed(*this, offset, dim1, dim2);
}
Tensor Tensor::diag(int64_t diagonal) const { return xgrad::diag(*this, diagonal); }
Tensor Tensor::unfold(int64_t dim, int64_t size, int64_t step) const {
  return xgrad::unfold(*this, dim, size, step);
}
Tensor Tensor::broadcast_to(IntArrayRef sizes) const { return xgrad::broadcast_to(*this, sizes); }
std::vector<Tensor> Tensor::split(IntArrayRef sizes, int64_t dim) const {
  return xgrad::split(*this, sizes, dim);
}
std::vector<Tensor> Tensor::split_with_sizes(IntArrayRef sizes, int64_t dim) const {
  return xgrad::split_with_sizes(*this, sizes, dim);
}
std::vector<Tensor> Tensor::tensor_split(int64_t sections, int64_t dim) const {
  return xgrad::tensor_split(*this, sections, dim);
}
std::vector<Tensor> Tensor::tensor_split(IntArrayRef indices, int64_t dim) const {
  return xgrad::tensor_split(*this, indices, dim);
}
Tensor Tensor::repeat(IntArrayRef repeats) const { return xgrad::repeat(*this, repeats); }
Tensor Tensor::tile(IntArrayRef dims) const { return xgrad::tile(*this, dims); }
Tensor Tensor::repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim,
                                 std::optional<int64_t> output_size) const {
  return xgrad::repeat_interleave(*this, repeats, dim, output_size);
}
Tensor Tensor::repeat_interleave(int64_t repeats, std::optional<int64_t> dim,
                                 std::optional<int64_t> output_size) const {
  return xgrad::repeat_interleave(*this, repeats, dim, output_size);
}
Tensor Tensor::roll(IntArrayRef shifts, IntArrayRef dims) const { return xgrad::roll(*this, shifts, dims); }
Tensor Tensor::flip(IntArrayRef dims) const { return xgrad::flip(*this, dims); }
Tensor Tensor::tril(int64_t diagonal) const { return xgrad::tril(*this, diagonal); }
Tensor Tensor::triu(int64_t diagonal) const { return xgrad::triu(*this, diagonal); }
Tensor Tensor::bmm(const Tensor& other) const { return xgrad::bmm(*this, other); }
Tensor Tensor::addmm(const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) const {
  return xgrad::addmm(*this, a, b, beta, alpha);
}
Tensor Tensor::addmv(const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) const {
  return xgrad::addmv(*this, a, b, beta, alpha);
}
Tensor Tensor::baddbmm(const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) const {
  return xgrad::baddbmm(*this, a, b, beta, alpha);
}
Tensor Tensor::mv(const Tensor& other) const { return xgrad::mv(*this, other); }
Tensor Tensor::dot(const Tensor& other) const { return xgrad::dot(*this, other); }
Tensor Tensor::outer(const Tensor& other) const { return xgrad::outer(*this, other); }
Tensor Tensor::ger(const Tensor& other) const { return xgrad::ger(*this, other); }
Tensor Tensor::inner(const Tensor& other) const { return xgrad::inner(*this, other); }
Tensor Tensor::trace() const { return xgrad::trace(*this); }

Tensor Tensor::bernoulli() const { return xgrad::bernoulli(*this); }
Tensor Tensor::bernoulli(double p) const { return xgrad::bernoulli(*this, p); }
Tensor Tensor::multinomial(int64_t num_samples, bool replacement) const {
  return xgrad::multinomial(*this, num_samples, replacement);
}

namespace {
TensorOptions with_dtype(const TensorOptions& options, ScalarType dtype) {
  return options.has_dtype() ? options : options.dtype(dtype);
}
}  // namespace

Tensor Tensor::new_empty(IntArrayRef sizes, const TensorOptions& options) const {
  return empty(sizes, with_dtype(options, dtype()));
}
Tensor Tensor::new_zeros(IntArrayRef sizes, const TensorOptions& options) const {
  return zeros(sizes, with_dtype(options, dtype()));
}
Tensor Tensor::new_ones(IntArrayRef sizes, const TensorOptions& options) const {
  return ones(sizes, with_dtype(options, dtype()));
}
Tensor Tensor::new_full(IntArrayRef sizes, const Scalar& value, const TensorOptions& options) const {
  return full(sizes, value, with_dtype(options, dtype()));
}

bool Tensor::is_nonzero() const {
  check(numel() == 1, "Boolean value of Tensor with ", numel() == 0 ? "no values" : "more than one value",
        " is ambiguous: reduce it first with any() or all()");
  return xgrad::any(*this).item().toBool();
}

}  // namespace xgrad
