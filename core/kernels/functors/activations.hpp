// Functors of activations, their gradients (of the result's gradient g and the input x) and losses.
#pragma once

#include <xgrad/core/kernels/functors/math.hpp>
#include <xgrad/core/kernels/functors/normal.hpp>

namespace xgrad::kernels {

/// positive * x where x > 0, else negative * (exp(input * x) - 1).
struct Elu {
  static constexpr bool exact = false;
  double negative, positive, input;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0);
    return choose(x <= zero, constant<V>(negative) * xsimd::expm1(x * constant<V>(input)),
                  constant<V>(positive) * x);
  }
};

struct EluGrad {
  static constexpr bool exact = false;
  double negative, positive, input;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V zero = constant<V>(0);
    const V slope = constant<V>(input * negative) * exp_of(x * constant<V>(input));
    return g * choose(x > zero, constant<V>(positive), slope);
  }
};

/// x * cdf(x) = max(x, 0) - |x| * (1 - cdf(|x|)). Beyond 40 the tail is zero, and infinity must not meet it.
struct Gelu {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V limit = constant<V>(40), distance = xsimd::abs(xsimd::min(limit, x));
    const V beyond = normal_tail(xsimd::min(limit, distance)).beyond;
    return xsimd::fnma(distance, beyond, xsimd::max(x, constant<V>(0)));
  }
};

struct GeluGrad {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const NormalTail<V> tail = normal_tail(xsimd::min(constant<V>(40), xsimd::abs(x)));
    const V cdf = choose(x > constant<V>(0), constant<V>(1) - tail.beyond, tail.beyond);
    return g * (cdf + x * (constant<V>(M_2_SQRTPI * M_SQRT1_2 / 2) * tail.bell));
  }
};

/// tanh(sqrt(2 / pi) * (x + 0.044715 x³)).
template <class V>
[[gnu::always_inline]] inline V gelu_tanh(V x) {
  return xsimd::tanh(constant<V>(M_SQRT2 * M_2_SQRTPI / 2) * (x + constant<V>(0.044715) * x * x * x));
}

struct GeluTanh {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return constant<V>(0.5) * x * (constant<V>(1) + gelu_tanh(x));
  }
};

struct GeluTanhGrad {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V one = constant<V>(1), half = constant<V>(0.5), t = gelu_tanh(x);
    const V inner = constant<V>(M_SQRT2 * M_2_SQRTPI / 2) * (one + constant<V>(3 * 0.044715) * x * x);
    return g * (half * (one + t) + half * x * (one - t * t) * inner);
  }
};

struct LeakyRelu {
  static constexpr bool exact = true;
  double slope;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return choose(x > constant<V>(0), x, x * constant<V>(slope));
  }
};

struct LeakyReluGrad {
  static constexpr bool exact = true;
  double slope;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    return choose(x > constant<V>(0), g, g * constant<V>(slope));
  }
};

struct Softplus {
  static constexpr bool exact = false;
  double beta, threshold;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V scaled = x * constant<V>(beta);
    return choose(scaled > constant<V>(threshold), x,
                  divide(xsimd::log1p(exp_of(scaled)), constant<V>(beta)));
  }
};

struct SoftplusGrad {
  static constexpr bool exact = false;
  double beta, threshold;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V scaled = x * constant<V>(beta), e = exp_of(scaled);
    return choose(scaled > constant<V>(threshold), g, g * divide(e, e + constant<V>(1)));
  }
};

struct HardtanhGrad {
  static constexpr bool exact = true;
  double low, high;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V l = constant<V>(low), h = constant<V>(high);
    return choose((x <= l) | (x >= h), constant<V>(0), g);
  }
};

struct Hardshrink {
  static constexpr bool exact = true;
  double limit;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V low = constant<V>(-limit), high = constant<V>(limit);
    return choose((x >= low) & (x <= high), constant<V>(0), x);
  }
};

/// The gradient of hardshrink and of softshrink.
struct HardshrinkGrad {
  static constexpr bool exact = true;
  double limit;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V low = constant<V>(-limit), high = constant<V>(limit);
    return choose((x >= low) & (x <= high), constant<V>(0), g);
  }
};

struct Softshrink {
  static constexpr bool exact = true;
  double limit;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V l = constant<V>(limit);
    return choose(x > l, x - l, choose(x < -l, x + l, constant<V>(0)));
  }
};

struct Hardsigmoid {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0), six = constant<V>(6), y = x + constant<V>(3);
    return divide(choose(y < zero, zero, choose(y > six, six, y)), six);
  }
};

struct HardsigmoidGrad {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V three = constant<V>(3);
    return choose((x > -three) & (x < three), divide(g, constant<V>(6)), constant<V>(0));
  }
};

struct Hardswish {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0), six = constant<V>(6), y = x + constant<V>(3);
    return divide(x * choose(y < zero, zero, choose(y > six, six, y)), six);
  }
};

struct HardswishGrad {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V three = constant<V>(3);
    return choose(x < -three, constant<V>(0),
                  choose(x < three, g * (divide(x, three) + constant<V>(0.5)), g));
  }
};

template <class V>
[[gnu::always_inline]] inline V logistic(V x) {
  return divide(constant<V>(1), constant<V>(1) + exp_of(-x));
}

struct Silu {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return divide(x, constant<V>(1) + exp_of(-x));
  }
};

struct SiluGrad {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V one = constant<V>(1), s = logistic(x);
    return g * (s * (one + x * (one - s)));
  }
};

/// tanh(softplus(x)) = w / (w + 2), w = e (e + 2) and e = exp(x); from 20 on it is 1 to the last digit.
template <class V>
[[gnu::always_inline]] inline V tanh_softplus(V x) {
  const V two = constant<V>(2), e = exp_of(xsimd::min(constant<V>(20), x)), w = e * (e + two);
  return divide(w, w + two);
}

struct Mish {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return x * tanh_softplus(x);
  }
};

struct MishGrad {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V t = tanh_softplus(x);
    return g * (t + x * logistic(x) * (constant<V>(1) - t * t));
  }
};

struct LogSigmoid {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0);
    return choose(x < zero, x, choose(is_nan(x), x, zero)) - xsimd::log1p(exp_of(-xsimd::abs(x)));
  }
};

struct LogSigmoidGrad {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V x) const {
    const V zero = constant<V>(0), one = constant<V>(1), e = exp_of(-xsimd::abs(x));
    return g * divide(choose(x < zero, one, e), one + e);
  }
};

/// x where x > limit, else value; also for integers.
struct Threshold {
  static constexpr bool exact = true;
  double limit, value;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return choose(x <= constant<V>(limit), constant<V>(value), x);
  }
};

// Losses of x and a target.

struct SquaredDifference {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x, V t) const {
    const V d = x - t;
    return d * d;
  }
};

struct SmoothL1 {
  static constexpr bool exact = true;
  double beta;
  template <class V>
  [[gnu::always_inline]] V operator()(V x, V t) const {
    const V d = choose(x < t, t - x, x - t), half = constant<V>(0.5), b = constant<V>(beta);
    return choose(d < b, divide(half * d * d, b), d - half * b);
  }
};

struct Huber {
  static constexpr bool exact = true;
  double delta;
  template <class V>
  [[gnu::always_inline]] V operator()(V x, V t) const {
    const V d = choose(x < t, t - x, x - t), half = constant<V>(0.5), b = constant<V>(delta);
    return choose(d <= b, half * d * d, b * (d - half * b));
  }
};

struct BinaryCrossEntropy {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x, V t) const {
    const V one = constant<V>(1), least = constant<V>(-100);
    const V yes = xsimd::log(x), no = xsimd::log1p(-x);
    return multiply_add(-t, choose(yes < least, least, yes), (t - one) * choose(no < least, least, no));
  }
};

}  // namespace xgrad::kernels
