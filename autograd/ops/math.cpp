// Functions of one tensor whose value is one kernel and whose gradient one formula.
#include <cmath>
#include <limits>
#include <numbers>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// y = Op(x); `gradient` maps the gradient of y and x to the gradient of x.
template <class Op, class Gradient>
Tensor function(const char* name, const Tensor& x, Gradient gradient) {
  return record(name, kernels::unary<Op>(x), {x},
                [x = save(x), gradient](const Tensor& g, Needs) { return grads(gradient(g, x())); });
}

// The same, from the gradient and y.
template <class Op, class Gradient>
Tensor function_of_result(const char* name, const Tensor& x, Gradient gradient) {
  const Tensor y = kernels::unary<Op>(x);
  return record(name, y, {x},
                [y = save_output(y), gradient](const Tensor& g, Needs) { return grads(gradient(g, y())); });
}

// Steps: integers are their own result, and the gradient is zero.
template <class Op>
Tensor step(const char* op, const char* name, const Tensor& x) {
  check(x.dtype() != kBool, "\"", op,
        "_vml_cpu\" not implemented for 'Bool': convert with to(xgrad::kFloat)");
  Tensor y = x.is_floating_point() ? kernels::unary<Op>(x) : kernels::cast(x, x.dtype());
  return record(name, std::move(y), {x}, [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
}

}  // namespace

Tensor expm1(const Tensor& x) {
  return function_of_result<kernels::Expm1>("Expm1Backward0", x,
                                            [](const Tensor& g, const Tensor& y) { return g * (y + 1); });
}
Tensor exp2(const Tensor& x) {
  return function_of_result<kernels::Exp2>(
      "Exp2Backward0", x, [](const Tensor& g, const Tensor& y) { return g * y * std::numbers::ln2; });
}
Tensor log2(const Tensor& t) {
  return function<kernels::Log2>(
      "Log2Backward0", t, [](const Tensor& g, const Tensor& x) { return g / (x * std::numbers::ln2); });
}
Tensor log10(const Tensor& t) {
  return function<kernels::Log10>(
      "Log10Backward0", t, [](const Tensor& g, const Tensor& x) { return g / (x * std::numbers::ln10); });
}
Tensor rsqrt(const Tensor& x) {
  return function_of_result<kernels::Rsqrt>(
      "RsqrtBackward0", x, [](const Tensor& g, const Tensor& y) { return g * pow(y, 3) * -0.5; });
}
Tensor tan(const Tensor& x) {
  return function_of_result<kernels::Tan>("TanBackward0", x,
                                          [](const Tensor& g, const Tensor& y) { return g * (1 + y * y); });
}
Tensor asin(const Tensor& t) {
  return function<kernels::Asin>("AsinBackward0", t,
                                 [](const Tensor& g, const Tensor& x) { return g * rsqrt(1 - x * x); });
}
Tensor acos(const Tensor& t) {
  return function<kernels::Acos>("AcosBackward0", t,
                                 [](const Tensor& g, const Tensor& x) { return g * -rsqrt(1 - x * x); });
}
Tensor atan(const Tensor& t) {
  return function<kernels::Atan>("AtanBackward0", t,
                                 [](const Tensor& g, const Tensor& x) { return g / (x * x + 1); });
}
Tensor sinh(const Tensor& t) {
  return function<kernels::Sinh>("SinhBackward0", t,
                                 [](const Tensor& g, const Tensor& x) { return g * cosh(x); });
}
Tensor cosh(const Tensor& t) {
  return function<kernels::Cosh>("CoshBackward0", t,
                                 [](const Tensor& g, const Tensor& x) { return g * sinh(x); });
}
Tensor asinh(const Tensor& t) {
  return function<kernels::Asinh>("AsinhBackward0", t,
                                  [](const Tensor& g, const Tensor& x) { return g * rsqrt(x * x + 1); });
}
Tensor acosh(const Tensor& t) {
  return function<kernels::Acosh>("AcoshBackward0", t,
                                  [](const Tensor& g, const Tensor& x) { return g * rsqrt(x * x - 1); });
}
Tensor atanh(const Tensor& t) {
  return function<kernels::Atanh>("AtanhBackward0", t,
                                  [](const Tensor& g, const Tensor& x) { return g / (1 - x * x); });
}
Tensor erf(const Tensor& t) {
  return function<kernels::Erf>("ErfBackward0", t, [](const Tensor& g, const Tensor& x) {
    return g * (exp(-(x * x)) * (2 * std::numbers::inv_sqrtpi));
  });
}
Tensor erfc(const Tensor& t) {
  return function<kernels::Erfc>("ErfcBackward0", t, [](const Tensor& g, const Tensor& x) {
    return g * (exp(-(x * x)) * (-2 * std::numbers::inv_sqrtpi));
  });
}

Tensor logit(const Tensor& t, std::optional<double> eps) {
  const Tensor x = t.is_floating_point() ? t : t.to(get_default_dtype());
  Tensor y;
  {
    const AutoGradMode off(false);
    const Tensor p = eps ? clamp(x, *eps, 1 - *eps) : x;
    y = log(p / (1 - p));
  }
  // Beyond the limits the gradient is 0; beyond [0, 1], where there is no logit, NaN.
  const double low = eps.value_or(0), outside = eps ? 0 : std::numeric_limits<double>::quiet_NaN();
  return record("LogitBackward0", std::move(y), {x}, [x = save(x), low, outside](const Tensor& g, Needs) {
    const Tensor p = x();
    return grads(where(logical_or(p<low, p> 1 - low), outside, g / (p * (1 - p))));
  });
}

Tensor floor(const Tensor& x) { return step<kernels::Floor>("floor", "FloorBackward0", x); }
Tensor ceil(const Tensor& x) { return step<kernels::Ceil>("ceil", "CeilBackward0", x); }
Tensor round(const Tensor& x) { return step<kernels::Round>("round", "RoundBackward0", x); }
Tensor trunc(const Tensor& x) { return step<kernels::Trunc>("trunc", "TruncBackward0", x); }

Tensor round(const Tensor& x, int64_t decimals) {
  check(x.is_floating_point(), "\"round_vml_cpu\" not implemented for '", x.dtype(),
        "': integers have no decimals; convert with to(xgrad::kFloat) to round before the point");
  // A power of ten of either sign would not be exact: multiply by it or divide.
  const double ten = std::pow(10.0, std::abs(static_cast<double>(decimals)));
  const auto scaled = [&](const Tensor& t, bool up) {
    return up ? kernels::binary<kernels::Mul>(t, Scalar(ten), "round")
              : kernels::binary<kernels::Div>(t, Scalar(ten), "round");
  };
  Tensor y = scaled(kernels::unary<kernels::Round>(scaled(x, decimals > 0)), decimals <= 0);
  return record("RoundBackward1", std::move(y), {x},
                [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
}

Tensor frac(const Tensor& x) {
  check(x.is_floating_point(), "\"frac\" not implemented for '", x.dtype(),
        "': integers have no fraction; convert with to(xgrad::kFloat)");
  return record("FracBackward0", kernels::binary<kernels::Sub>(x, kernels::unary<kernels::Trunc>(x), "frac"),
                {x}, [](const Tensor& g, Needs) { return grads(g); });
}

Tensor nan_to_num(const Tensor& x, std::optional<double> nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  if (!x.is_floating_point()) return kernels::cast(x, x.dtype());
  const double most = x.dtype() == kFloat ? static_cast<double>(std::numeric_limits<float>::max())
                                          : std::numeric_limits<double>::max();
  Tensor y;
  {
    const AutoGradMode off(false);
    y = masked_fill(x, isnan(x), nan.value_or(0));
    y = masked_fill(y, x == infinity, posinf.value_or(most));
    y = masked_fill(y, x == -infinity, neginf.value_or(-most));
  }
  return record("NanToNumBackward0", std::move(y), {x}, [x = save(x)](const Tensor& g, Needs) {
    return grads(masked_fill(g, logical_not(isfinite(x.data())), 0));
  });
}

}  // namespace xgrad
