// Functions of one tensor. Those with real values turn integers into the default dtype.
#pragma once

#include <optional>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// -x. Not for bool tensors.
Tensor neg(const Tensor& x);
/// The size of x without its sign; its gradient at 0 is 0.
Tensor abs(const Tensor& x);
/// -1, 0 or 1; its gradient is zero.
Tensor sign(const Tensor& x);
/// e to the power x.
Tensor exp(const Tensor& x);
/// The natural logarithm: -inf at 0, NaN below.
Tensor log(const Tensor& x);
/// log(1 + x), accurate near 0.
Tensor log1p(const Tensor& x);
/// The square root: NaN below 0.
Tensor sqrt(const Tensor& x);
/// Of an angle in radians.
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
/// 1 / x.
Tensor reciprocal(const Tensor& x);
/// x * x.
Tensor square(const Tensor& x);
/// The hyperbolic tangent, (exp(2x) - 1) / (exp(2x) + 1).
Tensor tanh(const Tensor& x);
/// exp(x) - 1, accurate near 0.
Tensor expm1(const Tensor& x);
/// 2 to the power x.
Tensor exp2(const Tensor& x);
/// The logarithm to that base.
Tensor log2(const Tensor& x);
Tensor log10(const Tensor& x);
/// 1 / sqrt(x).
Tensor rsqrt(const Tensor& x);
/// Trigonometric and hyperbolic functions and their inverses, in radians; NaN outside of their domain.
Tensor tan(const Tensor& x);
Tensor asin(const Tensor& x);
Tensor acos(const Tensor& x);
Tensor atan(const Tensor& x);
Tensor sinh(const Tensor& x);
Tensor cosh(const Tensor& x);
Tensor asinh(const Tensor& x);
Tensor acosh(const Tensor& x);
Tensor atanh(const Tensor& x);
/// The error function, 2 / sqrt(pi) times the integral of exp(-t * t) from 0 to x.
Tensor erf(const Tensor& x);
/// 1 - erf(x), accurate for large x.
Tensor erfc(const Tensor& x);
/// log(x / (1 - x)), x limited to [eps, 1 - eps] if an eps is given.
Tensor logit(const Tensor& x, std::optional<double> eps = nullopt);

// Rounding: the gradient is zero but for frac, and integers stay as they are.

/// To the next integer below, or above.
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
/// To the nearest integer, halves to the even one; or to `decimals` digits after (before, if negative) the
/// point.
Tensor round(const Tensor& x);
Tensor round(const Tensor& x, int64_t decimals);
/// Towards 0.
Tensor trunc(const Tensor& x);
inline Tensor fix(const Tensor& x) { return trunc(x); }
/// x - trunc(x). Not for integers.
Tensor frac(const Tensor& x);
/// x with NaN and the infinities replaced: by 0 and the largest and smallest numbers of the dtype unless
/// others are given.
Tensor nan_to_num(const Tensor& x, std::optional<double> nan = nullopt,
                  std::optional<double> posinf = nullopt, std::optional<double> neginf = nullopt);

// PyTorch's second names.
/// x itself.
inline Tensor positive(const Tensor& x) { return x; }
inline Tensor negative(const Tensor& x) { return neg(x); }
inline Tensor absolute(const Tensor& x) { return abs(x); }

/// x limited to [min, max]; either may be absent. The gradient passes where x is within the limits.
Tensor clamp(const Tensor& x, const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt);
Tensor clamp(const Tensor& x, const std::optional<Tensor>& min = nullopt,
             const std::optional<Tensor>& max = nullopt);
Tensor clamp_min(const Tensor& x, const Scalar& min);
Tensor clamp_min(const Tensor& x, const Tensor& min);
Tensor clamp_max(const Tensor& x, const Scalar& max);
Tensor clamp_max(const Tensor& x, const Tensor& max);
inline Tensor clip(const Tensor& x, const std::optional<Scalar>& min,
                   const std::optional<Scalar>& max = nullopt) {
  return clamp(x, min, max);
}
inline Tensor clip(const Tensor& x, const std::optional<Tensor>& min = nullopt,
                   const std::optional<Tensor>& max = nullopt) {
  return clamp(x, min, max);
}
/// Sets each element to 0 with probability p and scales the others by 1/(1-p) when `train`; x itself
/// otherwise.
Tensor dropout(const Tensor& x, double p, bool train);

}  // namespace xgrad
