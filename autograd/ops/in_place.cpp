// The in-place forms of functions: self becomes function(self, …).
#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/recording.hpp>

namespace xgrad {

using autograd::apply_in_place;
using autograd::view_in_place;

namespace {

// The functions that have several signatures, as one thing each.
constexpr auto each_div = [](const auto&... args) { return div(args...); };
constexpr auto each_fmod = [](const auto&... args) { return fmod(args...); };
constexpr auto each_remainder = [](const auto&... args) { return remainder(args...); };
constexpr auto each_pow = [](const auto&... args) { return pow(args...); };
constexpr auto each_xlogy = [](const auto&... args) { return xlogy(args...); };
constexpr auto each_lerp = [](const auto&... args) { return lerp(args...); };
constexpr auto each_round = [](const auto&... args) { return round(args...); };
constexpr auto each_clamp = [](const auto&... args) { return clamp(args...); };
constexpr auto each_and = [](const auto&... args) { return bitwise_and(args...); };
constexpr auto each_or = [](const auto&... args) { return bitwise_or(args...); };
constexpr auto each_xor = [](const auto&... args) { return bitwise_xor(args...); };
constexpr auto each_squeeze = [](const auto&... args) { return squeeze(args...); };

}  // namespace

// Functions of this tensor alone
// -----------------------------------------------------------------------------------------------------------

Tensor& InPlaceMethods::neg_() const { return apply_in_place(self(), "neg_", neg); }
Tensor& InPlaceMethods::abs_() const { return apply_in_place(self(), "abs_", abs); }
Tensor& InPlaceMethods::sign_() const { return apply_in_place(self(), "sign_", sign); }
Tensor& InPlaceMethods::exp_() const { return apply_in_place(self(), "exp_", exp); }
Tensor& InPlaceMethods::exp2_() const { return apply_in_place(self(), "exp2_", exp2); }
Tensor& InPlaceMethods::expm1_() const { return apply_in_place(self(), "expm1_", expm1); }
Tensor& InPlaceMethods::log_() const { return apply_in_place(self(), "log_", log); }
Tensor& InPlaceMethods::log1p_() const { return apply_in_place(self(), "log1p_", log1p); }
Tensor& InPlaceMethods::log2_() const { return apply_in_place(self(), "log2_", log2); }
Tensor& InPlaceMethods::log10_() const { return apply_in_place(self(), "log10_", log10); }
Tensor& InPlaceMethods::sqrt_() const { return apply_in_place(self(), "sqrt_", sqrt); }
Tensor& InPlaceMethods::rsqrt_() const { return apply_in_place(self(), "rsqrt_", rsqrt); }
Tensor& InPlaceMethods::reciprocal_() const { return apply_in_place(self(), "reciprocal_", reciprocal); }
Tensor& InPlaceMethods::square_() const { return apply_in_place(self(), "square_", square); }
Tensor& InPlaceMethods::sin_() const { return apply_in_place(self(), "sin_", sin); }
Tensor& InPlaceMethods::cos_() const { return apply_in_place(self(), "cos_", cos); }
Tensor& InPlaceMethods::tan_() const { return apply_in_place(self(), "tan_", tan); }
Tensor& InPlaceMethods::asin_() const { return apply_in_place(self(), "asin_", asin); }
Tensor& InPlaceMethods::acos_() const { return apply_in_place(self(), "acos_", acos); }
Tensor& InPlaceMethods::atan_() const { return apply_in_place(self(), "atan_", atan); }
Tensor& InPlaceMethods::sinh_() const { return apply_in_place(self(), "sinh_", sinh); }
Tensor& InPlaceMethods::cosh_() const { return apply_in_place(self(), "cosh_", cosh); }
Tensor& InPlaceMethods::tanh_() const { return apply_in_place(self(), "tanh_", tanh); }
Tensor& InPlaceMethods::asinh_() const { return apply_in_place(self(), "asinh_", asinh); }
Tensor& InPlaceMethods::acosh_() const { return apply_in_place(self(), "acosh_", acosh); }
Tensor& InPlaceMethods::atanh_() const { return apply_in_place(self(), "atanh_", atanh); }
Tensor& InPlaceMethods::erf_() const { return apply_in_place(self(), "erf_", erf); }
Tensor& InPlaceMethods::erfc_() const { return apply_in_place(self(), "erfc_", erfc); }
Tensor& InPlaceMethods::sigmoid_() const { return apply_in_place(self(), "sigmoid_", sigmoid); }
Tensor& InPlaceMethods::relu_() const { return apply_in_place(self(), "relu_", relu); }
Tensor& InPlaceMethods::floor_() const { return apply_in_place(self(), "floor_", floor); }
Tensor& InPlaceMethods::ceil_() const { return apply_in_place(self(), "ceil_", ceil); }
Tensor& InPlaceMethods::trunc_() const { return apply_in_place(self(), "trunc_", trunc); }
Tensor& InPlaceMethods::frac_() const { return apply_in_place(self(), "frac_", frac); }
Tensor& InPlaceMethods::logit_(std::optional<double> eps) const {
  return apply_in_place(self(), "logit_", logit, eps);
}
Tensor& InPlaceMethods::round_() const { return apply_in_place(self(), "round_", each_round); }
Tensor& InPlaceMethods::round_(int64_t decimals) const {
  return apply_in_place(self(), "round_", each_round, decimals);
}
Tensor& InPlaceMethods::nan_to_num_(std::optional<double> nan, std::optional<double> posinf,
                                    std::optional<double> neginf) const {
  return apply_in_place(self(), "nan_to_num_", nan_to_num, nan, posinf, neginf);
}
Tensor& InPlaceMethods::tril_(int64_t diagonal) const {
  return apply_in_place(self(), "tril_", tril, diagonal);
}
Tensor& InPlaceMethods::triu_(int64_t diagonal) const {
  return apply_in_place(self(), "triu_", triu, diagonal);
}

namespace {
template <class Limit>
Tensor& clamp_in_place(const Tensor& self, const std::optional<Limit>& min, const std::optional<Limit>& max) {
  check(self.dtype() != kBool,
        "clamp_: a bool tensor has no order to be limited in: result type Long can't be cast to the desired "
        "output type bool");
  return apply_in_place(self, "clamp_", each_clamp, min, max);
}
}  // namespace

Tensor& InPlaceMethods::clamp_(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return clamp_in_place(self(), min, max);
}
Tensor& InPlaceMethods::clamp_(const std::optional<Tensor>& min) const { return clamp_(min, nullopt); }
Tensor& InPlaceMethods::clamp_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return clamp_in_place(self(), min, max);
}
Tensor& InPlaceMethods::clamp_min_(const Scalar& min) const { return clamp_(min); }
Tensor& InPlaceMethods::clamp_min_(const Tensor& min) const { return clamp_(std::optional(min)); }
Tensor& InPlaceMethods::clamp_max_(const Scalar& max) const { return clamp_(nullopt, std::optional(max)); }
Tensor& InPlaceMethods::clamp_max_(const Tensor& max) const { return clamp_(nullopt, std::optional(max)); }
Tensor& InPlaceMethods::clip_(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  return clamp_(min, max);
}
Tensor& InPlaceMethods::clip_(const std::optional<Tensor>& min) const { return clamp_(min); }
Tensor& InPlaceMethods::clip_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const {
  return clamp_(min, max);
}

// Arithmetic; the four basic operations have rules of their own, in autograd/tensor.cpp
// -----------------------------------------------------------------------------------------------------------

Tensor& InPlaceMethods::div_(const Tensor& other, std::optional<std::string_view> rounding_mode) const {
  return apply_in_place(self(), "div_", each_div, other, rounding_mode);
}
Tensor& InPlaceMethods::div_(const Scalar& other, std::optional<std::string_view> rounding_mode) const {
  return apply_in_place(self(), "div_", each_div, other, rounding_mode);
}
Tensor& InPlaceMethods::floor_divide_(const Tensor& other) const { return div_(other, "floor"); }
Tensor& InPlaceMethods::floor_divide_(const Scalar& other) const { return div_(other, "floor"); }
Tensor& InPlaceMethods::fmod_(const Tensor& other) const {
  return apply_in_place(self(), "fmod_", each_fmod, other);
}
Tensor& InPlaceMethods::fmod_(const Scalar& other) const {
  return apply_in_place(self(), "fmod_", each_fmod, other);
}
Tensor& InPlaceMethods::remainder_(const Tensor& other) const {
  return apply_in_place(self(), "remainder_", each_remainder, other);
}
Tensor& InPlaceMethods::remainder_(const Scalar& other) const {
  return apply_in_place(self(), "remainder_", each_remainder, other);
}
Tensor& InPlaceMethods::pow_(const Tensor& exponent) const {
  return apply_in_place(self(), "pow_", each_pow, exponent);
}
Tensor& InPlaceMethods::pow_(const Scalar& exponent) const {
  return apply_in_place(self(), "pow_", each_pow, exponent);
}
Tensor& InPlaceMethods::atan2_(const Tensor& other) const {
  return apply_in_place(self(), "atan2_", atan2, other);
}
Tensor& InPlaceMethods::xlogy_(const Tensor& other) const {
  return apply_in_place(self(), "xlogy_", each_xlogy, other);
}
Tensor& InPlaceMethods::xlogy_(const Scalar& other) const {
  return apply_in_place(self(), "xlogy_", each_xlogy, other);
}
Tensor& InPlaceMethods::lerp_(const Tensor& end, const Scalar& weight) const {
  return apply_in_place(self(), "lerp_", each_lerp, end, weight);
}
Tensor& InPlaceMethods::lerp_(const Tensor& end, const Tensor& weight) const {
  return apply_in_place(self(), "lerp_", each_lerp, end, weight);
}
Tensor& InPlaceMethods::addcmul_(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return apply_in_place(self(), "addcmul_", addcmul, a, b, value);
}
Tensor& InPlaceMethods::addcdiv_(const Tensor& a, const Tensor& b, const Scalar& value) const {
  return apply_in_place(self(), "addcdiv_", addcdiv, a, b, value);
}
Tensor& InPlaceMethods::addmm_(const Tensor& a, const Tensor& b, const Scalar& beta,
                               const Scalar& alpha) const {
  return apply_in_place(self(), "addmm_", addmm, a, b, beta, alpha);
}
Tensor& InPlaceMethods::addmv_(const Tensor& a, const Tensor& b, const Scalar& beta,
                               const Scalar& alpha) const {
  return apply_in_place(self(), "addmv_", addmv, a, b, beta, alpha);
}
Tensor& InPlaceMethods::baddbmm_(const Tensor& a, const Tensor& b, const Scalar& beta,
                                 const Scalar& alpha) const {
  return apply_in_place(self(), "baddbmm_", baddbmm, a, b, beta, alpha);
}

namespace {
template <class Scan>
Tensor& scan_in_place(const Tensor& self, const char* op, const Scan& scan, int64_t dim,
                      std::optional<ScalarType> dtype) {
  if (dtype && *dtype != self.dtype())
    fail(op, ": Bad in-place call: input tensor dtype ", self.dtype(), " and output tensor dtype ", *dtype,
         " should match: use the out-of-place form");
  return apply_in_place(self, op, scan, dim, dtype);
}
}  // namespace

Tensor& InPlaceMethods::cumsum_(int64_t dim, std::optional<ScalarType> dtype) const {
  return scan_in_place(self(), "cumsum_", cumsum, dim, dtype);
}
Tensor& InPlaceMethods::cumprod_(int64_t dim, std::optional<ScalarType> dtype) const {
  return scan_in_place(self(), "cumprod_", cumprod, dim, dtype);
}

// Comparisons, truth and bits
// -----------------------------------------------------------------------------------------------------------

namespace {
Tensor& become_constant(const Tensor& self, const char* op, const Tensor& result) {
  check(result.sizes() == self.sizes(), op, ": output with shape ", self.sizes(),
        " doesn't match the broadcast shape ", result.sizes(),
        ": an in-place operation cannot enlarge its tensor; use the out-of-place form");
  return self.copy_(result);
}
}  // namespace

Tensor& InPlaceMethods::eq_(const Tensor& other) const {
  return become_constant(self(), "eq_", eq(self(), other));
}
Tensor& InPlaceMethods::eq_(const Scalar& other) const {
  return become_constant(self(), "eq_", eq(self(), other));
}
Tensor& InPlaceMethods::ne_(const Tensor& other) const {
  return become_constant(self(), "ne_", ne(self(), other));
}
Tensor& InPlaceMethods::ne_(const Scalar& other) const {
  return become_constant(self(), "ne_", ne(self(), other));
}
Tensor& InPlaceMethods::lt_(const Tensor& other) const {
  return become_constant(self(), "lt_", lt(self(), other));
}
Tensor& InPlaceMethods::lt_(const Scalar& other) const {
  return become_constant(self(), "lt_", lt(self(), other));
}
Tensor& InPlaceMethods::le_(const Tensor& other) const {
  return become_constant(self(), "le_", le(self(), other));
}
Tensor& InPlaceMethods::le_(const Scalar& other) const {
  return become_constant(self(), "le_", le(self(), other));
}
Tensor& InPlaceMethods::gt_(const Tensor& other) const {
  return become_constant(self(), "gt_", gt(self(), other));
}
Tensor& InPlaceMethods::gt_(const Scalar& other) const {
  return become_constant(self(), "gt_", gt(self(), other));
}
Tensor& InPlaceMethods::ge_(const Tensor& other) const {
  return become_constant(self(), "ge_", ge(self(), other));
}
Tensor& InPlaceMethods::ge_(const Scalar& other) const {
  return become_constant(self(), "ge_", ge(self(), other));
}
Tensor& InPlaceMethods::logical_and_(const Tensor& other) const {
  return become_constant(self(), "logical_and_", logical_and(self(), other));
}
Tensor& InPlaceMethods::logical_or_(const Tensor& other) const {
  return become_constant(self(), "logical_or_", logical_or(self(), other));
}
Tensor& InPlaceMethods::logical_xor_(const Tensor& other) const {
  return become_constant(self(), "logical_xor_", logical_xor(self(), other));
}
Tensor& InPlaceMethods::logical_not_() const {
  return become_constant(self(), "logical_not_", logical_not(self()));
}
Tensor& InPlaceMethods::bitwise_and_(const Tensor& other) const {
  return apply_in_place(self(), "bitwise_and_", each_and, other);
}
Tensor& InPlaceMethods::bitwise_and_(const Scalar& other) const {
  return apply_in_place(self(), "bitwise_and_", each_and, other);
}
Tensor& InPlaceMethods::bitwise_or_(const Tensor& other) const {
  return apply_in_place(self(), "bitwise_or_", each_or, other);
}
Tensor& InPlaceMethods::bitwise_or_(const Scalar& other) const {
  return apply_in_place(self(), "bitwise_or_", each_or, other);
}
Tensor& InPlaceMethods::bitwise_xor_(const Tensor& other) const {
  return apply_in_place(self(), "bitwise_xor_", each_xor, other);
}
Tensor& InPlaceMethods::bitwise_xor_(const Scalar& other) const {
  return apply_in_place(self(), "bitwise_xor_", each_xor, other);
}
Tensor& InPlaceMethods::bitwise_not_() const { return apply_in_place(self(), "bitwise_not_", bitwise_not); }

// Other shapes on the same elements
// -----------------------------------------------------------------------------------------------------------

Tensor& InPlaceMethods::t_() const { return view_in_place(self(), "t_", t); }
Tensor& InPlaceMethods::transpose_(int64_t dim0, int64_t dim1) const {
  return view_in_place(self(), "transpose_", transpose, dim0, dim1);
}
Tensor& InPlaceMethods::squeeze_() const { return view_in_place(self(), "squeeze_", each_squeeze); }
Tensor& InPlaceMethods::squeeze_(int64_t dim) const {
  return view_in_place(self(), "squeeze_", each_squeeze, dim);
}
Tensor& InPlaceMethods::unsqueeze_(int64_t dim) const {
  return view_in_place(self(), "unsqueeze_", unsqueeze, dim);
}

// Activations, which are no methods
// -----------------------------------------------------------------------------------------------------------

Tensor& elu_(const Tensor& x, const Scalar& alpha, const Scalar& scale, const Scalar& input_scale) {
  return apply_in_place(x, "elu_", elu, alpha, scale, input_scale);
}
Tensor& selu_(const Tensor& x) { return apply_in_place(x, "selu_", selu); }
Tensor& celu_(const Tensor& x, const Scalar& alpha) { return apply_in_place(x, "celu_", celu, alpha); }
Tensor& gelu_(const Tensor& x, std::string_view approximate) {
  return apply_in_place(x, "gelu_", gelu, approximate);
}
Tensor& leaky_relu_(const Tensor& x, const Scalar& negative_slope) {
  return apply_in_place(x, "leaky_relu_", leaky_relu, negative_slope);
}
Tensor& hardtanh_(const Tensor& x, const Scalar& min_val, const Scalar& max_val) {
  return apply_in_place(x, "hardtanh_", hardtanh, min_val, max_val);
}
Tensor& relu6_(const Tensor& x) { return apply_in_place(x, "relu6_", relu6); }
Tensor& hardswish_(const Tensor& x) { return apply_in_place(x, "hardswish_", hardswish); }
Tensor& hardsigmoid_(const Tensor& x) { return apply_in_place(x, "hardsigmoid_", hardsigmoid); }
Tensor& mish_(const Tensor& x) { return apply_in_place(x, "mish_", mish); }
Tensor& silu_(const Tensor& x) { return apply_in_place(x, "silu_", silu); }
Tensor& threshold_(const Tensor& x, const Scalar& limit, const Scalar& value) {
  return apply_in_place(x, "threshold_", threshold, limit, value);
}
Tensor& dropout_(const Tensor& x, double p, bool train) {
  return apply_in_place(x, "dropout_", dropout, p, train);
}

}  // namespace xgrad
