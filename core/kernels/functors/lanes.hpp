// Words for functors that work on xsimd batches and single numbers alike.
#pragma once

#include <type_traits>
#include <xsimd/xsimd.hpp>

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

/// Where x is NaN. Not x != x: xsimd's AVX comparison calls NaN equal to itself.
template <class V>
[[gnu::always_inline]] inline auto is_nan(V x) {
  return !(x == x);
}

/// The bits of x as another type of batch: xsimd's own cast names the type differently from version to version.
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
