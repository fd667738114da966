// + - * / and powers.
#include <cmath>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

bool is_one(const Scalar& s) { return s.toDouble() == 1; }

void check_alpha(const Scalar& alpha, ScalarType type, const char* name) {
  check(!alpha.isFloatingPoint() || is_floating_point(type), name,
        ": For integral input tensors, argument alpha must not be a floating point number, got ", alpha,
        " for a ", type, " result");
}

// a + alpha * b, the sum without the product when alpha is 1.
Tensor add_kernel(const kernels::Operand& a, const kernels::Operand& b, const Scalar& alpha,
                  const char* name) {
  if (is_one(alpha)) return kernels::binary<kernels::Add>(a, b, name);
  check_alpha(alpha, kernels::result_type(a, b), name);
  return kernels::binary(a, b, name, kernels::AddScaled{alpha.toDouble()});
}

void refuse_bool(const kernels::Operand& a, const kernels::Operand& b, const char* name) {
  const auto is_bool = [](const kernels::Operand& o) {
    return o.tensor ? o.tensor->dtype() == kBool : o.scalar->isBoolean();
  };
  check(!is_bool(a) && !is_bool(b), name,
        ": Subtraction, the `-` operator, with a bool tensor is not supported. Compare with != or convert "
        "with to(xgrad::kLong)");
}

Scalar minus(const Scalar& s) { return s.isBoolean() ? Scalar(-s.toLong()) : -s; }

}  // namespace

Tensor add(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  return record("AddBackward0", add_kernel(a, b, alpha, "add"), {a, b}, [alpha](Tensor g, Needs needs) {
    Tensor db = needs[1] ? scaled(g, alpha) : none;
    return grads(needs[0] ? std::move(g) : none, std::move(db));
  });
}

Tensor add(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  return record("AddBackward0", add_kernel(a, b, alpha, "add"), {a},
                [](Tensor g, Needs) { return grads(std::move(g)); });
}

Tensor sub(const Tensor& a, const Tensor& b, const Scalar& alpha) {
  refuse_bool(a, b, "sub");
  Tensor out =
      is_one(alpha) ? kernels::binary<kernels::Sub>(a, b, "sub") : add_kernel(a, b, minus(alpha), "sub");
  return record("SubBackward0", std::move(out), {a, b}, [alpha](Tensor g, Needs needs) {
    Tensor db = needs[1] ? scaled(g, minus(alpha)) : none;
    return grads(needs[0] ? std::move(g) : none, std::move(db));
  });
}

Tensor sub(const Tensor& a, const Scalar& b, const Scalar& alpha) {
  refuse_bool(a, b, "sub");
  return record("SubBackward0", add_kernel(a, b, minus(alpha), "sub"), {a},
                [](Tensor g, Needs) { return grads(std::move(g)); });
}

Tensor sub(const Scalar& a, const Tensor& b) {
  refuse_bool(a, b, "sub");
  return record("RsubBackward1", kernels::binary<kernels::Sub>(a, b, "sub"), {b},
                [](const Tensor& g, Needs) { return grads(-g); });
}

Tensor mul(const Tensor& a, const Tensor& b) {
  return record("MulBackward0", kernels::binary<kernels::Mul>(a, b, "mul"), {a, b},
                [a = save_for(b, a), b = save_for(a, b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g * b() : none, needs[1] ? g * a() : none);
                });
}

Tensor mul(const Tensor& a, const Scalar& b) {
  return record("MulBackward0", kernels::binary<kernels::Mul>(a, b, "mul"), {a},
                [b](const Tensor& g, Needs) { return grads(g * b); });
}

Tensor div(const Tensor& a, const Tensor& b) {
  return record("DivBackward0", kernels::binary<kernels::Div>(a, b, "div"), {a, b},
                [a = save_for(b, a), b = save(b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g / b() : none, needs[1] ? -g * ((a() / b()) / b()) : none);
                });
}

Tensor div(const Tensor& a, const Scalar& b) {
  return record("DivBackward0", kernels::binary<kernels::Div>(a, b, "div"), {a},
                [b](const Tensor& g, Needs) { return grads(g / b); });
}

Tensor div(const Scalar& a, const Tensor& b) { return reciprocal(b) * a; }

Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("MaximumBackward0", kernels::binary<kernels::Maximum>(a, b, "maximum"), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  const Tensor tie = masked_fill(g, a() != b(), 0) / 2;
                  return grads(needs[0] ? masked_fill(g, a() <= b(), 0) + tie : none,
                               needs[1] ? masked_fill(g, b() <= a(), 0) + tie : none);
                });
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  return record("MinimumBackward0", kernels::binary<kernels::Minimum>(a, b, "minimum"), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  const Tensor tie = masked_fill(g, a() != b(), 0) / 2;
                  return grads(needs[0] ? masked_fill(g, a() >= b(), 0) + tie : none,
                               needs[1] ? masked_fill(g, b() >= a(), 0) + tie : none);
                });
}

namespace {

Tensor pow_kernel(const kernels::Operand& a, const kernels::Operand& b) {
  if (is_floating_point(kernels::result_type(a, b))) return kernels::binary<kernels::Pow>(a, b, "pow");
  check(b.tensor || b.scalar->toLong() >= 0,
        "pow: Integers to negative integer powers are not allowed. Convert the base first, e.g. "
        "x.to(xgrad::kFloat)");
  return kernels::binary<kernels::IntegerPow>(a, b, "pow");
}

// x to a fixed power; the common ones exactly and cheaply.
Tensor fixed_power(const Tensor& x, double p) {
  if (!x.is_floating_point())
    return pow_kernel(
        x, p == static_cast<double>(static_cast<int64_t>(p)) ? Scalar(static_cast<int64_t>(p)) : Scalar(p));
  if (p == 1) return kernels::cast(x, x.dtype());
  if (p == 2) return kernels::binary<kernels::Mul>(x, x, "pow");
  if (p == 3) return kernels::binary<kernels::Mul>(kernels::binary<kernels::Mul>(x, x, "pow"), x, "pow");
  if (p == 0.5) return kernels::unary<kernels::Sqrt>(x);
  if (p == -0.5) return kernels::unary<kernels::Reciprocal>(kernels::unary<kernels::Sqrt>(x));
  if (p == -1) return kernels::unary<kernels::Reciprocal>(x);
  if (p == -2) return kernels::unary<kernels::Reciprocal>(kernels::binary<kernels::Mul>(x, x, "pow"));
  return pow_kernel(x, Scalar(p));
}

}  // namespace

Tensor pow(const Tensor& a, const Tensor& b) {
  const Tensor y = pow_kernel(a, b);
  return record("PowBackward1", y, {a, b},
                [a = save(a), b = save(b), y = save_output(y)](const Tensor& g, Needs needs) {
                  Tensor da, db;
                  if (needs[0]) da = masked_fill(g * b() * pow(a(), b() - 1), b() == 0, 0);
                  if (needs[1]) db = g * masked_fill(y() * log(a()), mul(a() == 0, b() >= 0), 0);
                  return grads(std::move(da), std::move(db));
                });
}

Tensor pow(const Tensor& a, const Scalar& b) {
  const bool integers = !a.is_floating_point() && !b.isFloatingPoint();
  Tensor y = integers ? pow_kernel(a, b) : fixed_power(a, b.toDouble());
  return record("PowBackward0", std::move(y), {a}, [a = save(a), p = b.toDouble()](const Tensor& g, Needs) {
    return grads(p == 0 ? zeros_like(g) : p == 1 ? g : p == 2 ? g * a() * 2 : g * (pow(a(), p - 1) * p));
  });
}

Tensor pow(const Scalar& a, const Tensor& b) {
  const Tensor y = pow_kernel(a, b);
  return record(
      "PowBackward1", y, {b}, [a = a.toDouble(), b = save(b), y = save_output(y)](const Tensor& g, Needs) {
        return grads(a == 0 ? g * masked_fill(y() * std::log(a), b() >= 0, 0) : g * y() * std::log(a));
      });
}

}  // namespace xgrad
