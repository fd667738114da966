// Functions of one tensor.

#include <xgrad/autograd/ops/fused_gradients.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/dense_like.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

Tensor neg(const Tensor& x) {
  check(x.dtype() != kBool,
        "neg: Negation, the `-` operator, on a bool tensor is not supported. Compare with == false, or "
        "convert with to(xgrad::kLong)");
  return record("NegBackward0", kernels::unary<kernels::Neg>(x), {x},
                [](const Tensor& g, Needs) { return grads(-g); });
}

Tensor abs(const Tensor& x) {
  Tensor y = x.dtype() == kBool ? kernels::cast(x, kBool) : kernels::unary<kernels::Abs>(x);
  return record("AbsBackward0", std::move(y), {x},
                [x = save(x)](const Tensor& g, Needs) { return grads(g * sign(x())); });
}

Tensor sign(const Tensor& x) {
  Tensor y = x.dtype() == kBool ? kernels::cast(x, kBool) : kernels::unary<kernels::Sign>(x);
  return record("SignBackward0", std::move(y), {x},
                [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
}

Tensor exp(const Tensor& x) {
  const Tensor y = kernels::unary<kernels::Exp>(x);
  return record("ExpBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(g * y()); });
}

Tensor log(const Tensor& x) {
  return record("LogBackward0", kernels::unary<kernels::Log>(x), {x},
                [x = save(x)](const Tensor& g, Needs) { return grads(g / x()); });
}

Tensor log1p(const Tensor& x) {
  return record("Log1PBackward0", kernels::unary<kernels::Log1p>(x), {x},
                [x = save(x)](const Tensor& g, Needs) { return grads(g / (x() + 1)); });
}

Tensor sqrt(const Tensor& x) {
  const Tensor y = kernels::unary<kernels::Sqrt>(x);
  return record("SqrtBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(g / (y() * 2)); });
}

Tensor sin(const Tensor& x) {
  return record("SinBackward0", kernels::unary<kernels::Sin>(x), {x},
                [x = save(x)](const Tensor& g, Needs) { return grads(g * cos(x())); });
}

Tensor cos(const Tensor& x) {
  return record("CosBackward0", kernels::unary<kernels::Cos>(x), {x},
                [x = save(x)](const Tensor& g, Needs) { return grads(g * -sin(x())); });
}

Tensor reciprocal(const Tensor& x) {
  const Tensor y = kernels::unary<kernels::Reciprocal>(x);
  return record("ReciprocalBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(-g * (y() * y())); });
}

Tensor square(const Tensor& x) { return pow(x, 2); }

Tensor tanh(const Tensor& x) {
  const Tensor y = kernels::unary<kernels::Tanh>(x);
  return record("TanhBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(tanh_grad(g, y())); });
}

Tensor tanh_grad(const Tensor& g, const Tensor& y) {
  return record("TanhBackwardBackward0", kernels::binary<kernels::TanhGrad>(g, y, "tanh"), {g, y},
                [g = save(g), y = save(y)](const Tensor& gg, Needs needs) {
                  return grads(needs[0] ? tanh_grad(gg, y()) : none, needs[1] ? gg * g() * y() * -2 : none);
                });
}

Tensor sigmoid(const Tensor& x) {
  const Tensor y = kernels::unary<kernels::Sigmoid>(x);
  return record("SigmoidBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(sigmoid_grad(g, y())); });
}

Tensor sigmoid_grad(const Tensor& g, const Tensor& y) {
  return record("SigmoidBackwardBackward0", kernels::binary<kernels::SigmoidGrad>(g, y, "sigmoid"), {g, y},
                [g = save(g), y = save(y)](const Tensor& gg, Needs needs) {
                  return grads(needs[0] ? sigmoid_grad(gg, y()) : none,
                               needs[1] ? gg * g() * (1 - y() * 2) : none);
                });
}

Tensor relu(const Tensor& x) {
  check(x.dtype() != kBool,
        "relu: Boolean inputs not supported for relu. Convert the tensor with to(xgrad::kFloat) first");
  const Tensor y = kernels::unary<kernels::Relu>(x);
  return record("ReluBackward0", y, {x},
                [y = save_output(y)](const Tensor& g, Needs) { return grads(relu_grad(g, y())); });
}

Tensor relu_grad(const Tensor& g, const Tensor& y) {
  return record("ThresholdBackwardBackward0", kernels::binary<kernels::ReluGrad>(g, y, "relu"), {g, y},
                [y = save(y)](const Tensor& gg, Needs needs) {
                  return grads(needs[0] ? relu_grad(gg, y()) : none, needs[1] ? zeros_like(gg) : none);
                });
}

Tensor clamp(const Tensor& x, const std::optional<Scalar>& min, const std::optional<Scalar>& max) {
  check(min || max, "clamp: At least one of 'min' or 'max' must not be None: pass a lower or an upper limit");
  const double low = min ? min->toDouble() : -infinity, high = max ? max->toDouble() : infinity;
  const bool to_floating =
      !x.is_floating_point() && ((min && min->isFloatingPoint()) || (max && max->isFloatingPoint()));
  const Tensor in = to_floating ? kernels::cast(x, get_default_dtype()) : x;
  Tensor y;
  if (in.is_floating_point()) {
    y = kernels::unary(in, kernels::Clamp{low, high});
  } else {
    y = min ? kernels::binary<kernels::Maximum>(in, *min, "clamp") : in;
    y = max ? kernels::binary<kernels::Minimum>(y, *max, "clamp") : y;
  }
  return record(max ? (min ? "ClampBackward1" : "ClampMaxBackward0") : "ClampMinBackward0", std::move(y), {x},
                [x = save(x), low, high](const Tensor& g, Needs) {
                  return grads(masked_fill(g, mul(x() >= low, x() <= high) == false, 0));
                });
}

Tensor clamp_min(const Tensor& x, const Scalar& min) { return clamp(x, min); }
Tensor clamp_max(const Tensor& x, const Scalar& max) { return clamp(x, nullopt, max); }

Tensor dropout(const Tensor& x, double p, bool train) {
  check(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p,
        ": it is the share of elements set to zero");
  if (!train || p == 0 || x.numel() == 0) return x;
  if (p == 1) return x * zeros_like(x);
  // Drawn in the order of x's memory, as in PyTorch 2.
  const Tensor keep = detail::make_dense_like(x);
  keep.bernoulli_(1 - p);
  return x * keep.div_(1 - p);
}

}  // namespace xgrad
