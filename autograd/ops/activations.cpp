// Activations: a kernel for the value, one for the gradient, and what the second derivative is made of.
#include <cmath>
#include <numbers>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// g * f'(x) by one kernel, as an operation of its own: `curvature` maps x to f''(x), or to no tensor where f
// is made of straight pieces.
template <class Gradient, class Curvature>
Tensor activation_gradient(const char* op, const Tensor& g, const Tensor& x, const Gradient& gradient,
                           Curvature curvature) {
  return record("ActivationBackwardBackward0", kernels::binary(g, x, op, gradient), {g, x},
                [op, g = save(g), x = save(x), gradient, curvature](const Tensor& gg, Needs needs) {
                  Tensor dx;
                  if (needs[1]) {
                    const Tensor second = curvature(x());
                    dx = second.defined() ? gg * g() * second : zeros_like(gg);
                  }
                  return grads(needs[0] ? activation_gradient(op, gg, x(), gradient, curvature) : none,
                               std::move(dx));
                });
}

template <class Value, class Gradient, class Curvature>
Tensor activation(const char* op, const char* name, const Tensor& x, const Value& value,
                  const Gradient& gradient, Curvature curvature) {
  check(x.is_floating_point(), "\"", op, "\" not implemented for '", x.dtype(),
        "': convert the tensor first, e.g. x.to(xgrad::kFloat)");
  return record(name, kernels::unary(x, value), {x},
                [op, x = save(x), gradient, curvature](const Tensor& g, Needs) {
                  return grads(activation_gradient(op, g, x(), gradient, curvature));
                });
}

constexpr auto straight = [](const Tensor&) { return Tensor(); };

}  // namespace

Tensor elu(const Tensor& t, const Scalar& alpha, const Scalar& scale, const Scalar& input_scale) {
  const double input = input_scale.toDouble(), positive = scale.toDouble(),
               negative = alpha.toDouble() * positive;
  return activation("elu_cpu", "EluBackward0", t, kernels::Elu{negative, positive, input},
                    kernels::EluGrad{negative, positive, input}, [input, negative](const Tensor& x) {
                      return masked_fill(exp(x * input) * (negative * input * input), x >= 0, 0);
                    });
}
Tensor selu(const Tensor& x) { return elu(x, 1.6732632423543772, 1.0507009873554805); }
Tensor celu(const Tensor& t, const Scalar& alpha) {
  const double a = alpha.toDouble();
  check(a != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
  return activation("elu_cpu", "CeluBackward0", t, kernels::Elu{a, 1, 1 / a}, kernels::EluGrad{a, 1, 1 / a},
                    [a](const Tensor& x) { return masked_fill(exp(x / a) / a, x >= 0, 0); });
}

Tensor gelu(const Tensor& t, std::string_view approximate) {
  if (approximate == "none")
    return activation("GeluKernelImpl", "GeluBackward0", t, kernels::Gelu{}, kernels::GeluGrad{},
                      [](const Tensor& x) {
                        const double scale = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
                        return exp(x * x * -0.5) * (2 - x * x) * scale;
                      });
  check(approximate == "tanh", "approximate argument must be either none or tanh, got '",
        std::string(approximate), "'");
  return activation("GeluKernelImpl", "GeluBackward0", t, kernels::GeluTanh{}, kernels::GeluTanhGrad{},
                    [](const Tensor& x) {
                      const double scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
                      const Tensor y = tanh((x + pow(x, 3) * 0.044715) * scale),
                                   inner = (1 + x * x * (3 * 0.044715)) * scale, slope = 1 - y * y;
                      return slope * inner - x * y * slope * inner * inner +
                             x * slope * (0.5 * scale * 6 * 0.044715) * x;
                    });
}

Tensor leaky_relu(const Tensor& x, const Scalar& negative_slope) {
  const double slope = negative_slope.toDouble();
  return activation("leaky_relu_cpu", "LeakyReluBackward0", x, kernels::LeakyRelu{slope},
                    kernels::LeakyReluGrad{slope}, straight);
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  const int64_t count = weight.numel();
  check(x.dtype() == weight.dtype(), "prelu: Type promoting not supported. Got ", x.dtype(), " and ",
        weight.dtype());
  check(weight.dim() <= 1,
        "prelu: Expected `weight` to be a scalar or 1D tensor, but got ndim = ", weight.dim());
  if (count != 1) {
    check(x.dim() > 0, "Not allow zero-dim input tensor.");
    const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
    check(channels == count,
          "Mismatch of parameter numbers and input channel size. Found parameter numbers = ", count,
          " and channel size = ", channels, ".");
  }
  Dims sizes(static_cast<size_t>(x.dim()), 1);
  if (x.dim() > 1) sizes[1] = count;
  const Tensor wide = weight.reshape(sizes);
  Tensor y;
  {
    const AutoGradMode off(false);
    y = where(x > 0, x, x * wide);
  }
  return record("PreluBackward0", std::move(y), {x, wide},
                [x = save(x), w = save(wide)](const Tensor& g, Needs needs) {
                  const Tensor kept = x() > 0;
                  return grads(needs[0] ? where(kept, g, g * w()) : none,
                               needs[1] ? masked_fill(g * x(), kept, 0) : none);
                });
}

Tensor softplus(const Tensor& t, const Scalar& beta, const Scalar& threshold) {
  const double b = beta.toDouble(), limit = threshold.toDouble();
  return activation("softplus_cpu", "SoftplusBackward0", t, kernels::Softplus{b, limit},
                    kernels::SoftplusGrad{b, limit}, [b, limit](const Tensor& x) {
                      const Tensor s = sigmoid(x * b);
                      return masked_fill(s * (1 - s) * b, x * b >= limit, 0);
                    });
}

Tensor hardtanh(const Tensor& x, const Scalar& min_val, const Scalar& max_val) {
  check(x.dtype() != kBool, "Bool inputs not supported for hardtanh: convert with to(xgrad::kFloat)");
  if (!x.is_floating_point()) return clamp(x, Scalar(min_val.toLong()), Scalar(max_val.toLong()));
  const double low = min_val.toDouble(), high = max_val.toDouble();
  return activation("hardtanh_cpu", "HardtanhBackward0", x, kernels::Clamp{low, high},
                    kernels::HardtanhGrad{low, high}, straight);
}
Tensor relu6(const Tensor& x) { return hardtanh(x, 0, 6); }

Tensor hardshrink(const Tensor& x, const Scalar& lambd) {
  const double limit = lambd.toDouble();
  return activation("hardshrink_cpu", "HardshrinkBackward0", x, kernels::Hardshrink{limit},
                    kernels::HardshrinkGrad{limit}, straight);
}
Tensor softshrink(const Tensor& x, const Scalar& lambd) {
  const double limit = lambd.toDouble();
  check(limit >= 0, "lambda must be greater or equal to 0, but found to be ", limit, ".");
  return activation("softshrink_cpu", "SoftshrinkBackward0", x, kernels::Softshrink{limit},
                    kernels::HardshrinkGrad{limit}, straight);
}

Tensor hardswish(const Tensor& t) {
  return activation("hardswish_cpu", "HardswishBackward0", t, kernels::Hardswish{}, kernels::HardswishGrad{},
                    [](const Tensor& x) { return logical_and(x > -3, x < 3).to(x.dtype()) / 3; });
}
Tensor hardsigmoid(const Tensor& x) {
  return activation("hardsigmoid_cpu", "HardsigmoidBackward0", x, kernels::Hardsigmoid{},
                    kernels::HardsigmoidGrad{}, straight);
}

Tensor mish(const Tensor& t) {
  return activation("mish_cpu", "MishBackward0", t, kernels::Mish{}, kernels::MishGrad{},
                    [](const Tensor& x) {
                      const Tensor y = tanh(softplus(x)), s = sigmoid(x), slope = 1 - y * y;
                      return slope * s * (2 + x * (1 - s) - x * y * s * 2);
                    });
}
Tensor silu(const Tensor& t) {
  return activation("silu_cpu", "SiluBackward0", t, kernels::Silu{}, kernels::SiluGrad{},
                    [](const Tensor& x) {
                      const Tensor s = sigmoid(x), slope = s * (1 - s);
                      return slope * (2 + x * (1 - s * 2));
                    });
}
Tensor log_sigmoid(const Tensor& t) {
  return activation("log_sigmoid_cpu", "LogSigmoidBackward0", t, kernels::LogSigmoid{},
                    kernels::LogSigmoidGrad{}, [](const Tensor& x) {
                      const Tensor s = sigmoid(x);
                      return s * (s - 1);
                    });
}

Tensor glu(const Tensor& x, int64_t dim) {
  check(x.dim() > 0, "glu does not support 0-dimensional tensors");
  const int64_t d = detail::wrap_dim(dim, x.dim(), "glu"), size = x.size(d);
  check(size % 2 == 0, "Halving dimension must be even, but dimension ", d, " is size ", size);
  check(x.is_floating_point(), "\"glu_cpu\" not implemented for '", x.dtype(),
        "': convert the tensor first, e.g. x.to(xgrad::kFloat)");
  const auto half = [d, n = size / 2](const Tensor& t, int64_t which) { return t.narrow(d, which * n, n); };
  Tensor y;
  {
    const AutoGradMode off(false);
    y = half(x, 0) * sigmoid(half(x, 1));
  }
  return record("GluBackward0", std::move(y), {x}, [x = save(x), d, half](const Tensor& g, Needs) {
    const Tensor s = sigmoid(half(x(), 1));
    return grads(cat({g * s, g * half(x(), 0) * s * (1 - s)}, d));
  });
}

Tensor threshold(const Tensor& x, const Scalar& threshold, const Scalar& value) {
  check(x.dtype() != kBool, "\"threshold_cpu\" not implemented for 'Bool': convert with to(xgrad::kFloat)");
  const double limit = threshold.toDouble();
  return record(
      "ThresholdBackward0", kernels::unary(x, kernels::Threshold{limit, value.toDouble()}), {x},
      [x = save(x), limit](const Tensor& g, Needs) { return grads(masked_fill(g, x.data() <= limit, 0)); });
}

}  // namespace xgrad
