// The functions that write into their first argument and return it: x.exp_() as exp_(x), and activations that
// are no methods. Each has the meaning of the function without the underscore; where libtorch has but the
// method, so has xgrad.
#pragma once

#include <optional>
#include <string_view>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// Writes the result of the function without the underscore into x and returns it; recorded on the tape.
inline Tensor& abs_(const Tensor& x) { return x.abs_(); }
inline Tensor& acos_(const Tensor& x) { return x.acos_(); }
inline Tensor& acosh_(const Tensor& x) { return x.acosh_(); }
inline Tensor& asin_(const Tensor& x) { return x.asin_(); }
inline Tensor& asinh_(const Tensor& x) { return x.asinh_(); }
inline Tensor& atan_(const Tensor& x) { return x.atan_(); }
inline Tensor& atanh_(const Tensor& x) { return x.atanh_(); }
inline Tensor& ceil_(const Tensor& x) { return x.ceil_(); }
inline Tensor& cos_(const Tensor& x) { return x.cos_(); }
inline Tensor& cosh_(const Tensor& x) { return x.cosh_(); }
inline Tensor& erf_(const Tensor& x) { return x.erf_(); }
inline Tensor& erfc_(const Tensor& x) { return x.erfc_(); }
inline Tensor& exp_(const Tensor& x) { return x.exp_(); }
inline Tensor& exp2_(const Tensor& x) { return x.exp2_(); }
inline Tensor& expm1_(const Tensor& x) { return x.expm1_(); }
inline Tensor& fix_(const Tensor& x) { return x.fix_(); }
inline Tensor& floor_(const Tensor& x) { return x.floor_(); }
inline Tensor& frac_(const Tensor& x) { return x.frac_(); }
inline Tensor& log_(const Tensor& x) { return x.log_(); }
inline Tensor& log10_(const Tensor& x) { return x.log10_(); }
inline Tensor& log1p_(const Tensor& x) { return x.log1p_(); }
inline Tensor& log2_(const Tensor& x) { return x.log2_(); }
inline Tensor& neg_(const Tensor& x) { return x.neg_(); }
inline Tensor& negative_(const Tensor& x) { return x.negative_(); }
inline Tensor& reciprocal_(const Tensor& x) { return x.reciprocal_(); }
inline Tensor& relu_(const Tensor& x) { return x.relu_(); }
inline Tensor& round_(const Tensor& x) { return x.round_(); }
inline Tensor& rsqrt_(const Tensor& x) { return x.rsqrt_(); }
inline Tensor& sigmoid_(const Tensor& x) { return x.sigmoid_(); }
inline Tensor& sin_(const Tensor& x) { return x.sin_(); }
inline Tensor& sinh_(const Tensor& x) { return x.sinh_(); }
inline Tensor& sqrt_(const Tensor& x) { return x.sqrt_(); }
inline Tensor& square_(const Tensor& x) { return x.square_(); }
inline Tensor& tan_(const Tensor& x) { return x.tan_(); }
inline Tensor& tanh_(const Tensor& x) { return x.tanh_(); }
inline Tensor& trunc_(const Tensor& x) { return x.trunc_(); }
inline Tensor& zero_(const Tensor& x) { return x.zero_(); }
inline Tensor& detach_(const Tensor& x) { return x.detach_(); }
inline Tensor& round_(const Tensor& x, int64_t decimals) { return x.round_(decimals); }
inline Tensor& logit_(const Tensor& x, std::optional<double> eps = nullopt) { return x.logit_(eps); }
inline Tensor& nan_to_num_(const Tensor& x, std::optional<double> nan = nullopt,
                           std::optional<double> posinf = nullopt, std::optional<double> neginf = nullopt) {
  return x.nan_to_num_(nan, posinf, neginf);
}
inline Tensor& fill_(const Tensor& x, const Scalar& value) { return x.fill_(value); }
inline Tensor& fill_(const Tensor& x, const Tensor& value) { return x.fill_(value); }
inline Tensor& clamp_(const Tensor& x, const std::optional<Scalar>& min,
                      const std::optional<Scalar>& max = nullopt) {
  return x.clamp_(min, max);
}
inline Tensor& clamp_(const Tensor& x, const std::optional<Tensor>& min = nullopt,
                      const std::optional<Tensor>& max = nullopt) {
  return x.clamp_(min, max);
}
inline Tensor& clamp_min_(const Tensor& x, const Scalar& min) { return x.clamp_min_(min); }
inline Tensor& clamp_min_(const Tensor& x, const Tensor& min) { return x.clamp_min_(min); }
inline Tensor& clamp_max_(const Tensor& x, const Scalar& max) { return x.clamp_max_(max); }
inline Tensor& clamp_max_(const Tensor& x, const Tensor& max) { return x.clamp_max_(max); }
inline Tensor& clip_(const Tensor& x, const std::optional<Scalar>& min,
                     const std::optional<Scalar>& max = nullopt) {
  return x.clamp_(min, max);
}
inline Tensor& clip_(const Tensor& x, const std::optional<Tensor>& min = nullopt,
                     const std::optional<Tensor>& max = nullopt) {
  return x.clamp_(min, max);
}
inline Tensor& xlogy_(const Tensor& x, const Tensor& other) { return x.xlogy_(other); }
inline Tensor& xlogy_(const Tensor& x, const Scalar& other) { return x.xlogy_(other); }
inline Tensor& addmv_(const Tensor& x, const Tensor& a, const Tensor& b, const Scalar& beta = 1,
                      const Scalar& alpha = 1) {
  return x.addmv_(a, b, beta, alpha);
}
inline const Tensor& resize_(const Tensor& x, IntArrayRef sizes) { return x.resize_(sizes); }
Tensor& index_put_(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                   bool accumulate = false);

/// Writes the result of the function without the underscore into x and returns it; recorded on the tape.
Tensor& elu_(const Tensor& x, const Scalar& alpha = 1, const Scalar& scale = 1,
             const Scalar& input_scale = 1);
Tensor& selu_(const Tensor& x);
Tensor& celu_(const Tensor& x, const Scalar& alpha = 1.0);
Tensor& gelu_(const Tensor& x, std::string_view approximate = "none");
Tensor& leaky_relu_(const Tensor& x, const Scalar& negative_slope = 0.01);
Tensor& hardtanh_(const Tensor& x, const Scalar& min_val = -1, const Scalar& max_val = 1);
Tensor& relu6_(const Tensor& x);
Tensor& hardswish_(const Tensor& x);
Tensor& hardsigmoid_(const Tensor& x);
Tensor& mish_(const Tensor& x);
Tensor& silu_(const Tensor& x);
Tensor& threshold_(const Tensor& x, const Scalar& threshold, const Scalar& value);
Tensor& dropout_(const Tensor& x, double p, bool train);

}  // namespace xgrad
