// Words for functors that work on xsimd batches and single numbers alike.
#pragma once

#include <concepts>
#include <type_traits>

#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels {

/// `value` in the type of V, in every lane if that is a batch.
template <class V>
[[gnu::always_inline]] inline V constant(double value) {
  if constexpr (std::is_arithmetic_v<V>)
    return static_cast<V>(value);
  else
    return V(static_cast<typename V::value_type>(value));
}

/// a where `condition` holds, else b.
template <class C, class V>
[[gnu::always_inline]] inline V choose(C condition, V a, V b) {
  if constexpr (std::is_arithmetic_v<V>)
    return condition ? a : b;
  else
    return xsimd::select(condition, a, b);
}

// Rounding. A loop's body computes in batches and its tail may compute single numbers, so both must round
// alike: functors write these words, not operators, for quotients, square roots and products in sums.

/// a / b, rounded correctly.
template <class V>
[[gnu::always_inline]] inline V divide(V a, V b) {
  return a / b;
}
/// The square root of x, rounded correctly.
template <class V>
[[gnu::always_inline]] inline V root(V x) {
  return xsimd::sqrt(x);
}
/// a * b + c, rounded once where the instruction set has that.
template <class V>
[[gnu::always_inline]] inline V multiply_add(V a, V b, V c) {
#if defined(__FMA__) || defined(__aarch64__)
  if constexpr (std::is_same_v<V, float>) return __builtin_fmaf(a, b, c);
  if constexpr (std::is_same_v<V, double>) return __builtin_fma(a, b, c);
#endif
  if constexpr (std::is_arithmetic_v<V>)
    return static_cast<V>(a * b + c);
  else
    return xsimd::fma(a, b, c);
}

#if defined(__aarch64__)
// xsimd estimates quotients and square roots of floats.
template <std::derived_from<xsimd::neon64> Arch>
[[gnu::always_inline]] inline xsimd::batch<float, Arch> divide(xsimd::batch<float, Arch> a,
                                                               xsimd::batch<float, Arch> b) {
  return vdivq_f32(a, b);
}
template <std::derived_from<xsimd::neon64> Arch>
[[gnu::always_inline]] inline xsimd::batch<float, Arch> root(xsimd::batch<float, Arch> x) {
  return vsqrtq_f32(x);
}
#endif

/// Where x is NaN. Not x != x: xsimd's AVX comparison calls NaN equal to itself.
template <class V>
[[gnu::always_inline]] inline auto is_nan(V x) {
  return !(x == x);
}

/// The bits of x as another type of batch: xsimd's own cast names the type differently from version to
/// version.
template <class To, class From>
[[gnu::always_inline]] inline To same_bits(From x) {
  return __builtin_bit_cast(To, x);
}

/// A function of single numbers for each of them.
template <float (*single)(float), double (*wide)(double), class V>
[[gnu::always_inline]] inline V lanewise(V x) {
  if constexpr (std::is_same_v<V, float>) {
    return single(x);
  } else if constexpr (std::is_same_v<V, double>) {
    return wide(x);
  } else {
    using T = typename V::value_type;
    alignas(64) T lanes[V::size];
    x.store_aligned(lanes);
    for (size_t i = 0; i < V::size; ++i) lanes[i] = lanewise<single, wide>(lanes[i]);
    return V::load_aligned(lanes);
  }
}
template <float (*single)(float, float), double (*wide)(double, double), class V>
[[gnu::always_inline]] inline V lanewise(V a, V b) {
  if constexpr (std::is_same_v<V, float>) {
    return single(a, b);
  } else if constexpr (std::is_same_v<V, double>) {
    return wide(a, b);
  } else {
    using T = typename V::value_type;
    alignas(64) T left[V::size], right[V::size];
    a.store_aligned(left);
    b.store_aligned(right);
    for (size_t i = 0; i < V::size; ++i) left[i] = lanewise<single, wide>(left[i], right[i]);
    return V::load_aligned(left);
  }
}

}  // namespace xgrad::kernels
