// Transposes in registers.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

namespace xgrad::kernels {

template <class T, int N>
using Vector [[gnu::vector_size(N * sizeof(T))]] = T;

// Within each group of W elements, those of one half of a and b in turn: a0 b0 a1 b1 … and, from the other
// half, …
template <int N, int W, class V, int... J>
[[gnu::always_inline]] inline void interleave(const V& a, const V& b, V& low, V& high,
                                              std::integer_sequence<int, J...>) {
  low = __builtin_shufflevector(a, b, (J / W * W + J % W / 2 + (J % 2 ? N : 0))...);
  high = __builtin_shufflevector(a, b, (J / W * W + W / 2 + J % W / 2 + (J % 2 ? N : 0))...);
}

// Seen in runs of S elements: the odd runs of a change places with the even ones of b.
template <int N, int S, class V, int... J>
[[gnu::always_inline]] inline void exchange(V& a, V& b, std::integer_sequence<int, J...>) {
  const V first = __builtin_shufflevector(a, b, (J & S ? N + J - S : J)...);
  b = __builtin_shufflevector(a, b, (J & S ? N + J : J + S)...);
  a = first;
}

// Blocks of S by S inside those of 2 S by 2 S, and so on up to N by N.
template <int N, int S, class V>
[[gnu::always_inline]] inline void exchange_blocks(V* rows) {
  if constexpr (S < N) {
    for (int r = 0; r < N; ++r)
      if (!(r & S)) exchange<N, S>(rows[r], rows[r + S], std::make_integer_sequence<int, N>{});
    exchange_blocks<N, 2 * S>(rows);
  }
}

/// to[c][r] = from[r][c] for N rows and columns; the strides are between rows.
template <class T, int N>
[[gnu::always_inline]] inline void transpose_block(const T* from, std::int64_t from_stride, T* to,
                                                   std::int64_t to_stride) {
  using V = Vector<T, N>;
  constexpr int lane = 16 / sizeof(T);  // elements that the processors' unpack instructions work within
  V rows[N], mixed[N];
  // memcpy is an unaligned move here: clang drops the alignment that a template's vector type asks for.
  for (int r = 0; r < N; ++r) std::memcpy(&rows[r], from + r * from_stride, sizeof(V));
  for (int round = 1; round < lane; round *= 2) {
    for (int r = 0; r < N / 2; ++r) {
      const int a = r / (lane / 2) * lane + r % (lane / 2), b = a + lane / 2;
      interleave<N, lane>(rows[a], rows[b], mixed[2 * r], mixed[2 * r + 1],
                          std::make_integer_sequence<int, N>{});
    }
    for (int r = 0; r < N; ++r) rows[r] = mixed[r];
  }
  exchange_blocks<N, lane>(rows);
  for (int c = 0; c < N; ++c) std::memcpy(to + c * to_stride, &rows[c], sizeof(V));
}

/// The same for any number of rows and columns, in blocks of N by N of which the last overlap.
template <class Arch, class T, int N>
inline void transpose_blocks(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride,
                             std::int64_t rows, std::int64_t columns) {
  constexpr int lane = 16 / sizeof(T);
  if (rows < N || columns < N) {
    if constexpr (N > 4 && N > lane)
      return transpose_blocks<Arch, T, N / 2>(from, from_stride, to, to_stride, rows, columns);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
    return;
  }
  const auto next = [](std::int64_t i, std::int64_t end) {
    return i < end - N && i + N > end - N ? end - N : i + N;
  };
  for (std::int64_t c = 0; c < columns; c = next(c, columns))
    for (std::int64_t r = 0; r < rows; r = next(r, rows))
      transpose_block<T, N>(from + r * from_stride + c, from_stride, to + c * to_stride + r, to_stride);
}

}  // namespace xgrad::kernels
