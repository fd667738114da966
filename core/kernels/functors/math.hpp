// Functors of mathematics beyond the ones that xsimd computes well: mostly libm's functions, lane by lane.
#pragma once

#include <math.h>

#include <cstdint>
#include <limits>

#include <xgrad/core/kernels/functors/lanes.hpp>
#include <xgrad/core/kernels/functors/normal.hpp>

namespace xgrad::kernels {

/// A function of libm.
template <float (*single)(float), double (*wide)(double)>
struct Libm {
  static constexpr bool exact = true, slow = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return lanewise<single, wide>(x);
  }
};
using Exp2 = Libm<::exp2f, ::exp2>;
using Log10 = Libm<::log10f, ::log10>;
using Tan = Libm<::tanf, ::tan>;
using Asin = Libm<::asinf, ::asin>;
using Acos = Libm<::acosf, ::acos>;
using Atan = Libm<::atanf, ::atan>;
using Asinh = Libm<::asinhf, ::asinh>;
using Acosh = Libm<::acoshf, ::acosh>;
using Atanh = Libm<::atanhf, ::atanh>;
using Erfc = Libm<::erfcf, ::erfc>;
using Floor = Libm<::floorf, ::floor>;
using Ceil = Libm<::ceilf, ::ceil>;
using Trunc = Libm<::truncf, ::trunc>;
using Round = Libm<::nearbyintf, ::nearbyint>;  // halves to even

/// xsimd's exp(b log a) is for positive finite numbers.
template <class V>
[[gnu::always_inline]] inline auto has_plain_pow(V a, V b) {
  const V most = constant<V>(std::numeric_limits<typename V::value_type>::max());
  return (a > constant<V>(0)) & (a <= most) & (xsimd::abs(b) <= most);
}
/// Powers of 0, of negative and of infinite numbers are libm's.
template <class V>
[[gnu::noinline]] V special_pow(V a, V b) {
  const auto plain = has_plain_pow(a, b);
  const V one = constant<V>(1);
  return choose(plain, xsimd::pow(choose(plain, a, one), choose(plain, b, one)),
                lanewise<::powf, ::pow>(a, b));
}
struct Pow {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return xsimd::all(has_plain_pow(a, b)) ? xsimd::pow(a, b) : special_pow(a, b);
  }
};

/// xsimd's erf for float; its double version errs by up to 68 ulp.
template <class V>
[[gnu::always_inline]] inline V erf_of(V x) {
  if constexpr (std::is_same_v<typename V::value_type, float>)
    return xsimd::erf(x);
  else
    return lanewise<::erff, ::erf>(x);
}
struct Erf {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return erf_of(x);
  }
};
struct Expm1 {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return choose(x == constant<V>(0), x, xsimd::expm1(x));  // xsimd loses the sign of -0
  }
};
/// exp(a) / 2 for a >= 0, also where exp(a) itself is too large.
template <class V>
[[gnu::always_inline]] inline V half_exp(V a) {
  const V root = exp_of(constant<V>(0.5) * a);
  return constant<V>(0.5) * root * root;
}
/// From 20 on sinh(a) and cosh(a) are exp(a) / 2 to the last digit.
struct Sinh {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V a = xsimd::abs(x), limit = constant<V>(20);
    const V e = xsimd::expm1(choose(a < limit, a, limit));
    const V y = choose(a < limit, constant<V>(0.5) * (e + divide(e, e + constant<V>(1))), half_exp(a));
    return choose(x == constant<V>(0), x, choose(x < constant<V>(0), -y, y));
  }
};
struct Cosh {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V a = xsimd::abs(x), limit = constant<V>(20), e = exp_of(choose(a < limit, a, limit));
    return choose(a < limit, constant<V>(0.5) * (e + divide(constant<V>(1), e)), half_exp(a));
  }
};
struct Log2 {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return xsimd::log2(x);
  }
};
struct Rsqrt {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    return divide(constant<V>(1), root(x));
  }
};

struct Atan2 {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return lanewise<::atan2f, ::atan2>(a, b);
  }
};

// What follows is for integers too. Their divisor is never 0: the callers refuse it. A divisor of -1 is apart
// because the least integer has no negative.

/// The rest of a / b rounded towards 0.
struct Fmod {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    if constexpr (!std::is_integral_v<V>)
      return lanewise<::fmodf, ::fmod>(a, b);
    else if constexpr (std::is_signed_v<V>)
      return b == V{-1} ? V{0} : static_cast<V>(a % b);
    else
      return static_cast<V>(a % b);
  }
};
/// The rest of a / b rounded towards minus infinity.
struct Remainder {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    const V rest = Fmod{}(a, b), zero = constant<V>(0);
    if constexpr (std::is_unsigned_v<V>)
      return rest;
    else if constexpr (std::is_arithmetic_v<V>)
      return rest != zero && (rest < zero) != (b < zero) ? static_cast<V>(rest + b) : rest;
    else
      return choose(((rest < zero) & (b > zero)) | ((rest > zero) & (b < zero)), rest + b, rest);
  }
};
/// a / b rounded towards 0.
struct TruncDivide {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    if constexpr (!std::is_integral_v<V>)
      return Trunc{}(divide(a, b));
    else if constexpr (std::is_signed_v<V>)
      return b == V{-1} ? static_cast<V>(0 - static_cast<uint64_t>(a)) : static_cast<V>(a / b);
    else
      return static_cast<V>(a / b);
  }
};
/// a / b rounded towards minus infinity, from the exact rest, so that x == (x // y) * y + x % y as nearly as
/// can be.
struct FloorDivide {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    const V zero = constant<V>(0);
    if constexpr (std::is_integral_v<V>) {
      const V quotient = TruncDivide{}(a, b);
      return Fmod{}(a, b) != zero && (a < zero) != (b < zero) ? static_cast<V>(quotient - 1) : quotient;
    } else {
      const V rest = Fmod{}(a, b), one = constant<V>(1);
      V quotient = divide(a - rest, b);
      quotient =
          choose(((rest < zero) & (b > zero)) | ((rest > zero) & (b < zero)), quotient - one, quotient);
      V rounded = Floor{}(quotient);
      rounded = choose(quotient - rounded > constant<V>(0.5), rounded + one, rounded);
      rounded = choose(quotient == zero, divide(a, b) * zero, rounded);
      return choose(b == zero, divide(a, b), rounded);
    }
  }
};
struct BitAnd {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a & b);
  }
};
struct BitOr {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a | b);
  }
};
struct BitXor {
  static constexpr bool exact = true;
  template <class V>
  [[gnu::always_inline]] V operator()(V a, V b) const {
    return static_cast<V>(a ^ b);
  }
};

}  // namespace xgrad::kernels
