// What the elementwise kernels compute: one functor per operation, for xsimd batches and single numbers
// alike.
//
// A new kernel is a functor here and an entry in one of the lists at the end. Everything is forced inline:
// these functions are compiled for several instruction sets and must not be merged by the linker.
#pragma once

#include <cstdint>
#include <type_traits>

#include <xgrad/core/kernels/functors/activations.hpp>
#include <xgrad/core/kernels/functors/math.hpp>
#include <xgrad/core/kernels/functors/trigonometry.hpp>
#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels {

// `exact` functors give a batch's lanes and a single number the same bits, so that loops may finish one by
// one; the others are only ever called with batches.

struct Add {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a + b);
  }
};
struct Sub {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a - b);
  }
};
struct Mul {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a * b);
  }
};
/// a + alpha * b.
struct AddScaled {
  static constexpr bool exact = true;
  double alpha = 1;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return multiply_add(constant<V>(alpha), b, a);
  }
};
struct Maximum {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return choose((a > b) | is_nan(a), a, b);
  }
};
struct Minimum {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return choose((a < b) | is_nan(a), a, b);
  }
};

struct Div {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return divide(a, b);
  }
};
/// The gradient of relu, given that of its result and the result.
struct ReluGrad {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V y) const {
    return choose(y <= constant<V>(0), constant<V>(0), g);
  }
};
struct TanhGrad {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V y) const {
    return g * multiply_add(-y, y, constant<V>(1));
  }
};
struct SigmoidGrad {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V g, V y) const {
    return g * ((constant<V>(1) - y) * y);
  }
};

/// a to the power b by repeated squaring, wrapping around as integer products do; rounded towards 0 when b <
/// 0.
struct IntegerPow {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    if constexpr (std::is_signed_v<V>)
      if (b < 0) return a == 1 ? V{1} : a == -1 ? (b % 2 ? V{-1} : V{1}) : V{0};
    uint64_t result = 1, square = static_cast<uint64_t>(a);
    for (uint64_t e = static_cast<uint64_t>(b); e != 0; e >>= 1) {
      if (e & 1) result *= square;
      square *= square;
    }
    return static_cast<V>(result);
  }
};

struct Equal {
  template <class T>
  [[gnu::always_inline]] bool operator()(T a, T b) const {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  [[gnu::always_inline]] bool operator()(T a, T b) const {
    return a != b;
  }
};
struct Less {
  template <class T>
  [[gnu::always_inline]] bool operator()(T a, T b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  [[gnu::always_inline]] bool operator()(T a, T b) const {
    return a <= b;
  }
};

struct Neg {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return static_cast<V>(-x);
  }
};
struct Abs {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    if constexpr (std::is_integral_v<V>)
      return x < V{0} ? static_cast<V>(-x) : x;
    else if constexpr (std::is_arithmetic_v<V>)
      return x == 0 ? V{0} : choose(x < 0, -x, x);
    else
      return xsimd::abs(x);
  }
};
struct Sign {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0);
    return choose(x > zero, constant<V>(1), choose(x < zero, constant<V>(-1), zero));
  }
};
struct Relu {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V zero = constant<V>(0);
    return choose((x > zero) | is_nan(x), x, zero);
  }
};
/// x limited to [low, high].
struct Clamp {
  static constexpr bool exact = true;
  double low, high;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V l = constant<V>(low), h = constant<V>(high);
    const V raised = choose(x < l, l, x);
    return choose(raised > h, h, raised);
  }
};
struct Reciprocal {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return divide(constant<V>(1), x);
  }
};

struct Exp {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return exp_of(x);
  }
};
struct Log {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return xsimd::log(x);
  }
};
struct Log1p {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return choose(x == constant<V>(0), x, xsimd::log1p(x));  // xsimd loses the sign of -0
  }
};
struct Sqrt {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return root(x);
  }
};
struct Tanh {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return xsimd::tanh(x);
  }
};
struct Sigmoid {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return logistic(x);
  }
};

template <class... Ops>
struct List {};

/// Calls f(List<Op>{}) for every functor of a list.
template <class F, class... Ops>
[[gnu::always_inline]] inline void for_each_op(List<Ops...>, const F& f) {
  (f(List<Ops>{}), ...);
}

/// Makes the compiler emit a function of which this file is the only definition: taking its address needs it.
template <class F>
[[gnu::always_inline]] inline void keep(F* function) {
  asm volatile("" : : "r"(function));
}

using AnyBinary = List<Add, Sub, Mul, AddScaled, Maximum, Minimum, Fmod, Remainder, FloorDivide, TruncDivide>;
using FloatingBinary =
    List<Div, ReluGrad, TanhGrad, SigmoidGrad, Pow, Atan2, EluGrad, GeluGrad, GeluTanhGrad, LeakyReluGrad,
         SoftplusGrad, HardtanhGrad, HardshrinkGrad, HardswishGrad, HardsigmoidGrad, MishGrad, SiluGrad,
         LogSigmoidGrad, SquaredDifference, SmoothL1, Huber, BinaryCrossEntropy>;
using IntegerBinary = List<IntegerPow, BitAnd, BitOr, BitXor>;
using Comparisons = List<Equal, NotEqual, Less, LessEqual>;
using AnyUnary = List<Neg, Abs, Sign, Relu, Clamp, Threshold>;
using FloatingUnary = List<Reciprocal, Exp, Log, Log1p, Sqrt, Sin, Cos, Tanh, Sigmoid, Expm1, Exp2, Log2,
                           Log10, Rsqrt, Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh, Erf, Erfc,
                           Floor, Ceil, Round, Trunc, Elu, Gelu, GeluTanh, LeakyRelu, Softplus, Hardshrink,
                           Softshrink, Hardswish, Hardsigmoid, Mish, Silu, LogSigmoid>;
/// Associative, for reductions; see core/kernels/simd/reduce.cpp.
using Reductions = List<Add, Mul, Maximum, Minimum>;

}  // namespace xgrad::kernels
