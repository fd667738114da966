// Quotients rounded to integers and their rests, and other functions of two tensors.
#include <cmath>
#include <limits>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// Integers have no quotient by 0; a bool counts as an integer.
void check_divisor(const Tensor& a, const Tensor& b, const char* op) {
  if (is_floating_point(kernels::result_type(a, b))) return;
  check(a.dtype() != kBool || b.dtype() != kBool, "\"", op,
        "_cpu\" not implemented for 'Bool': convert with to(xgrad::kLong)");
  check(a.numel() == 0 || all(b).item<bool>(), "ZeroDivisionError: ", op,
        " of integers by 0; convert to a floating-point dtype, or replace the zeros first");
}

// The number as a 0-d tensor, so that it is promoted as numbers are: it never raises the dtype of `with`
// within a category.
Tensor as_tensor(const Scalar& s) {
  return scalar_tensor(s, s.isFloatingPoint() ? get_default_dtype() : s.type());
}
Tensor as_tensor(const Scalar& s, const Tensor& with) {
  return scalar_tensor(s, kernels::result_type(with, s));
}

}  // namespace

namespace {

Tensor fmod_of(const char* name, const Tensor& a, const Tensor& b) {
  check_divisor(a, b, "fmod");
  return record(name, kernels::binary<kernels::Fmod>(a, b, "fmod"), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? -g * div(a(), b(), "trunc") : none);
                });
}

Tensor remainder_of(const char* name, const Tensor& a, const Tensor& b) {
  check_divisor(a, b, "remainder");
  return record(name, kernels::binary<kernels::Remainder>(a, b, "remainder"), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? -g * div(a(), b(), "floor") : none);
                });
}

template <class Op>
Tensor rounded_quotient(const char* name, const Tensor& a, const Tensor& b) {
  check_divisor(a, b, "div");
  return record(name, kernels::binary<Op>(a, b, "div"), {a, b}, [](const Tensor& g, Needs needs) {
    return grads(needs[0] ? zeros_like(g) : none, needs[1] ? zeros_like(g) : none);
  });
}

Tensor rounded_div(const char* name, const Tensor& a, const Tensor& b, std::string_view mode) {
  if (mode == "floor") return rounded_quotient<kernels::FloorDivide>(name, a, b);
  check(mode == "trunc", "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '",
        std::string(mode), "'");
  return rounded_quotient<kernels::TruncDivide>(name, a, b);
}

}  // namespace

Tensor fmod(const Tensor& a, const Tensor& b) { return fmod_of("FmodBackward1", a, b); }
Tensor fmod(const Tensor& a, const Scalar& b) { return fmod_of("FmodBackward0", a, as_tensor(b, a)); }
Tensor remainder(const Tensor& a, const Tensor& b) { return remainder_of("RemainderBackward1", a, b); }
Tensor remainder(const Tensor& a, const Scalar& b) {
  return remainder_of("RemainderBackward0", a, as_tensor(b, a));
}
Tensor remainder(const Scalar& a, const Tensor& b) {
  return remainder_of("RemainderBackward1", as_tensor(a), b);
}
Tensor div(const Tensor& a, const Tensor& b, std::optional<std::string_view> rounding_mode) {
  return rounding_mode ? rounded_div("DivBackward2", a, b, *rounding_mode) : div(a, b);
}
Tensor div(const Tensor& a, const Scalar& b, std::optional<std::string_view> rounding_mode) {
  return rounding_mode ? rounded_div("DivBackward3", a, as_tensor(b, a), *rounding_mode) : div(a, b);
}
Tensor floor_divide(const Tensor& a, const Tensor& b) { return div(a, b, "floor"); }
Tensor floor_divide(const Tensor& a, const Scalar& b) { return div(a, b, "floor"); }

namespace {

// The first of a pair where it wins, or where the second is NaN.
Tensor of_pair(const char* name, const Tensor& a, const Tensor& b, Tensor first_wins) {
  Tensor first, y;
  {
    const AutoGradMode off(false);
    first = logical_or(first_wins, isnan(b));
    y = where(first, a, b);
  }
  return record(name, std::move(y), {a, b}, [first = save(first)](const Tensor& g, Needs needs) {
    return grads(needs[0] ? masked_fill(g, logical_not(first.data()), 0) : none,
                 needs[1] ? masked_fill(g, first.data(), 0) : none);
  });
}

}  // namespace

// The larger, or smaller, of a pair of which one may be NaN.
Tensor fmax(const Tensor& a, const Tensor& b) { return of_pair("FmaxBackward0", a, b, a >= b); }
Tensor fmin(const Tensor& a, const Tensor& b) { return of_pair("FminBackward0", a, b, a <= b); }

Tensor atan2(const Tensor& a, const Tensor& b) {
  return record("Atan2Backward0", kernels::binary<kernels::Atan2>(a, b, "atan2"), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  const Tensor squares = a() * a() + b() * b();
                  const Tensor share = masked_fill(reciprocal(squares), squares == 0, 0);
                  return grads(needs[0] ? g * (b() * share) : none, needs[1] ? g * (-a() * share) : none);
                });
}

Tensor xlogy(const Tensor& a, const Tensor& b) {
  Tensor y;
  {
    const AutoGradMode off(false);
    ScalarType type = kernels::result_type(a, b);
    if (!is_floating_point(type)) type = get_default_dtype();
    y = where(logical_and(a == 0, logical_not(isnan(b))), 0.0, a.to(type) * log(b.to(type)));
  }
  return record("XlogyBackward0", std::move(y), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  Tensor da;
                  if (needs[0])
                    da = g * masked_fill(log(b().to(g.dtype())), logical_and(a() == 0, b() <= 0), 0);
                  return grads(std::move(da), needs[1] ? g * a() / b() : none);
                });
}
Tensor xlogy(const Tensor& a, const Scalar& b) { return xlogy(a, as_tensor(b, a)); }
Tensor xlogy(const Scalar& a, const Tensor& b) { return xlogy(as_tensor(a, b), b); }

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  check(is_floating_point(kernels::result_type(a, b)), "\"logaddexp_cpu\" not implemented for '",
        kernels::result_type(a, b), "': convert the tensors first, e.g. x.to(xgrad::kFloat)");
  Tensor y;
  {
    const AutoGradMode off(false);
    // Equal infinities have no difference.
    const Tensor apart = masked_fill(abs(a - b), isinf(a) * (a == b), 0);
    y = maximum(a, b) + log1p(exp(-apart));
  }
  return record(
      "LogaddexpBackward0", std::move(y), {a, b}, [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
        return grads(needs[0] ? g / (1 + exp(b() - a())) : none, needs[1] ? g / (1 + exp(a() - b())) : none);
      });
}

namespace {

// PyTorch's form, which is exact at both ends.
Tensor between(const Tensor& start, const Tensor& end, const Tensor& weight) {
  const Tensor distance = end - start;
  return where(abs(weight) < 0.5, start + weight * distance, end - distance * (1 - weight));
}

void check_lerp(const Tensor& start, const Tensor& end) {
  check(start.dtype() == end.dtype(), "expected dtype ", start.dtype(), " for `end` but got dtype ",
        end.dtype(), ": lerp does not convert; use to()");
  check(start.is_floating_point(), "\"lerp_kernel_scalar\" not implemented for '", start.dtype(),
        "': convert the tensors first, e.g. x.to(xgrad::kFloat)");
}

}  // namespace

Tensor lerp(const Tensor& start, const Tensor& end, const Scalar& weight) {
  check_lerp(start, end);
  Tensor y;
  {
    const AutoGradMode off(false);
    y = between(start, end, scalar_tensor(weight, start.dtype()));
  }
  return record("LerpBackward0", std::move(y), {start, end},
                [w = weight.toDouble()](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g * (1 - w) : none, needs[1] ? g * w : none);
                });
}
Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight) {
  check_lerp(start, end);
  check(start.dtype() == weight.dtype(), "expected dtype ", start.dtype(), " for `weight` but got dtype ",
        weight.dtype(), ": lerp does not convert; use to()");
  Tensor y;
  {
    const AutoGradMode off(false);
    y = between(start, end, weight);
  }
  return record("LerpBackward1", std::move(y), {start, end, weight},
                [a = save(start), b = save(end), w = save(weight)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g * (1 - w()) : none, needs[1] ? g * w() : none,
                               needs[2] ? g * (b() - a()) : none);
                });
}

Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, const Scalar& value) {
  Tensor y;
  {
    const AutoGradMode off(false);
    y = add(x, mul(a, b), value);
  }
  return record("AddcmulBackward0", std::move(y), {x, a, b},
                [a = save(a), b = save(b), value](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? g * b() * value : none,
                               needs[2] ? g * a() * value : none);
                });
}

Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, const Scalar& value) {
  check(
      a.is_floating_point() || b.is_floating_point(),
      "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
      "true division of tensor1 and tensor2. Convert one of them with to(xgrad::kFloat), or use div with a "
      "rounding mode");
  Tensor y;
  {
    const AutoGradMode off(false);
    y = add(x, div(mul(a, value), b));
  }
  return record("AddcdivBackward0", std::move(y), {x, a, b},
                [a = save(a), b = save(b), value](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? g * (value / b()) : none,
                               needs[2] ? -g * (value * a() / (b() * b())) : none);
                });
}

// Limits that are tensors
// ---------------------------------------------------------------------------------------------------

Tensor clamp(const Tensor& x, const std::optional<Tensor>& min, const std::optional<Tensor>& max) {
  const bool has_min = min && min->defined(), has_max = max && max->defined();
  check(has_min || has_max,
        "torch.clamp: At least one of 'min' or 'max' must not be None: pass a lower or an upper limit");
  const Tensor low = has_min ? *min : Tensor(), high = has_max ? *max : Tensor();
  Tensor y = x;
  {
    const AutoGradMode off(false);
    if (has_min) y = maximum(y, low);
    if (has_max) y = minimum(y, high);
  }
  // Where the limits cross, the upper one is the result.
  return record(has_min ? (has_max ? "ClampBackward0" : "ClampMinBackward1") : "ClampMaxBackward1",
                std::move(y), {x, low, high},
                [x = save(x), low = save(low), high = save(high)](const Tensor& g, Needs needs) {
                  const auto where_true = [&g](const Tensor& c) { return masked_fill(g, logical_not(c), 0); };
                  const Tensor& v = x.data();
                  const bool has_low = low.defined(), has_high = high.defined();
                  Grads result;
                  Tensor inside;
                  if (has_low) inside = v >= low.data();
                  if (has_high) inside = has_low ? logical_and(inside, v <= high.data()) : v <= high.data();
                  result.push_back(needs[0] ? where_true(inside) : none);
                  if (has_low) {
                    Tensor below = v < low.data();
                    if (has_high) below = logical_and(below, low.data() < high.data());
                    result.push_back(needs[1] ? where_true(below) : none);
                  } else {
                    result.push_back(none);
                  }
                  if (has_high) {
                    Tensor above = v > high.data();
                    if (has_low) above = logical_or(above, high.data() < low.data());
                    result.push_back(needs[2] ? where_true(above) : none);
                  } else {
                    result.push_back(none);
                  }
                  return result;
                });
}
Tensor clamp_min(const Tensor& x, const Tensor& min) {
  return clamp(x, std::optional<Tensor>(min), std::optional<Tensor>());
}
Tensor clamp_max(const Tensor& x, const Tensor& max) {
  return clamp(x, std::optional<Tensor>(), std::optional<Tensor>(max));
}

}  // namespace xgrad
