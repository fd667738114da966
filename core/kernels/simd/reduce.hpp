// Reductions of one block of contiguous elements.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels {

/// Elements that reduce_block takes at most where sums matter: each lane adds up 128 of them.
template <class Arch, class T>
constexpr std::int64_t reduced_block = 8 * 128 * (64 / sizeof(T));

/// Neighbouring columns that are reduced together: their partial results stay in the first-level cache.
constexpr std::int64_t widest_columns = 1024;

// The lanes of a register, S places on.
template <int S, class R, int... J>
[[gnu::always_inline]] inline R rotated(const R& lanes, std::integer_sequence<int, J...>) {
  return __builtin_shufflevector(lanes, lanes, ((J + S) % int(sizeof...(J)))...);
}

template <int S, class Op, class T, class Arch>
[[gnu::always_inline]] inline T reduce_lanes(const xsimd::batch<T, Arch>& x) {
  if constexpr (S == 0) {
    return x.get(0);
  } else {
    using B = xsimd::batch<T, Arch>;
    const typename B::register_type lanes = x;
    const B moved(rotated<S>(lanes, std::make_integer_sequence<int, int(B::size)>{}));
    return reduce_lanes<S / 2, Op>(Op{}(x, moved));
  }
}

/// Op over n contiguous elements, at least one.
template <class Arch, class Op, class T>
[[gnu::always_inline]] inline T reduce_block(const T* x, std::int64_t n) {
  const Op op;
  std::int64_t i = 1;
  T result = x[0];
  if constexpr (std::is_floating_point_v<T>) {
    using B = xsimd::batch<T, Arch>;
    constexpr std::int64_t width = std::int64_t(B::size);
    if (n >= 4 * width) {
      const auto at = [x](std::int64_t k) __attribute__((always_inline)) { return B::load_unaligned(x + k); };
      B r[8] = {at(0), at(width), at(2 * width), at(3 * width)};
      i = 4 * width;
      if (n >= 8 * width) {
        for (int k = 4; k < 8; ++k) r[k] = at(k * width);
        // 2 KB ahead, or the hardware's own prefetching starts anew at every page.
        constexpr std::int64_t line = 64 / sizeof(T), ahead = 32 * line;
        for (i = 8 * width; i + 8 * width <= n; i += 8 * width) {
          for (std::int64_t k = 0; k < 8 * width; k += line) __builtin_prefetch(x + i + ahead + k);
          for (int k = 0; k < 8; ++k) r[k] = op(r[k], at(i + k * width));
        }
        for (int k = 0; k < 4; ++k) r[k] = op(r[k], r[k + 4]);
      }
      for (; i + width <= n; i += width) r[0] = op(r[0], at(i));
      result = reduce_lanes<B::size / 2, Op>(op(op(r[0], r[1]), op(r[2], r[3])));
    }
  }
  for (; i < n; ++i) result = op(result, x[i]);
  return result;
}

}  // namespace xgrad::kernels
