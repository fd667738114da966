// A tile of C: M rows by N registers that stay in registers while k runs.
#pragma once

#include <type_traits>
#include <utility>

#include <xgrad/core/kernels/product/lanes.hpp>
#include <xgrad/core/kernels/product/product.hpp>
#include <xgrad/core/kernels/simd/transpose.hpp>

namespace xgrad::kernels::product {

// Which tiles there are.
template <class T, class Arch>
struct Tiles {
  using V = xsimd::batch<T, Arch>;
  static constexpr int width = int(V::size);
  static constexpr int line = 64 / sizeof(T);  // elements of a cache line
  // Registers: 32 on arm64 and with AVX-512, else 16.
#if defined(__aarch64__)
  static constexpr bool many = true;
#else
  static constexpr bool many = sizeof(V) == 64;
#endif
  static constexpr int sums = many ? 24 : 12;      // registers for a tile; the others hold factors
  static constexpr int usual = many ? 3 : 2;       // registers across
  static constexpr bool fetches = sizeof(V) > 16;  // fast enough to outrun memory
  static constexpr int rows(int across) { return across == 1 && many ? 16 : sums / across; }
  // Wider ones than usual for few rows, or few steps of k.
  static constexpr bool exists(int across) {
    return across <= usual || (sizeof(V) > 16 && (across == 4 || across == 8));
  }
  static constexpr bool copies(int across) { return across <= (many ? 4 : usual); }
  static constexpr int widest = 8;
};

template <class T>
struct TileTask {
  Size k;
  const T* a;
  Size a_row, a_column;
  const T* b;  // rows of neighbours
  Size b_row;
  T* c;  // element (i, j) is c[i * c_row + j], or c[j * c_row + i] if turned
  Size c_row;
  bool turned;
  const T* start;  // as c; null to add nothing
  Size start_row;
  T alpha, beta;
  int last;       // lanes in use of the last register across
  T* panel;       // where Reading::copies leaves b
  const T* next;  // what Reading::fetches and copies prefetch at each step of k: two cache lines
  Size next_row;
  T* sums;  // room for two tiles, for a turned C
};

// How a tile reads B: as it lies; and prefetches the next column; and copies it to the panel.
enum class Reading { plain, fetches, copies };

// C from a tile of sums (m rows, `width` apart, of n) that stands on its side.
template <class T, class Arch>
[[gnu::noinline]] void store_turned(int m, int n, int width, const TileTask<T>& d) {
  constexpr int block = int(xsimd::batch<T, Arch>::size);
  if (!d.start) return transpose_blocks<Arch, T, block>(d.sums, width, d.c, d.c_row, m, n);
  T* turned = d.sums + m * width;
  transpose_blocks<Arch, T, block>(d.sums, width, turned, m, m, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < m; ++i)
      d.c[j * d.c_row + i] = turned[j * m + i] + d.beta * d.start[j * d.start_row + i];
}

template <class T, class Arch, int M, int N, Reading reading>
void tile(const TileTask<T>& d) {
  using V = xsimd::batch<T, Arch>;
  constexpr int width = Tiles<T, Arch>::width, line = Tiles<T, Arch>::line;
  const T *a = d.a, *b = d.b, *next = d.next;
  const Size a_row = d.a_row, a_column = d.a_column, b_row = d.b_row, next_row = d.next_row;
  // Two addresses for more rows than there are registers for the distances between them.
  constexpr int near = M > 8 ? (M + 1) / 2 : M;
  const T* a_far = a + near * a_row;
  T* panel = d.panel;
  const FirstLanes<T, Arch> last(d.last);
  // Eight sums at a time hide the latency of adding: small tiles take several steps of k at once.
  constexpr int runs = M * N >= 6 ? 1 : M * N >= 3 ? 2 : 4;
  V sums[runs][M][N];
  V(&sum)[M][N] = sums[0];
  const auto each_sum = [&](const auto& f) __attribute__((always_inline)) {
    unrolled<M>([&](int i) __attribute__((always_inline)) {
      unrolled<N>([&](int j) __attribute__((always_inline)) { f(i, j); });
    });
  };
  unrolled<runs>([&](int r) __attribute__((always_inline)) {
    each_sum([&](int i, int j) __attribute__((always_inline)) { sums[r][i][j] = V(T(0)); });
  });
  if (d.start && !d.turned)
    each_sum([&](int i, int j) __attribute__((always_inline)) {
      __builtin_prefetch(d.start + i * d.start_row + j * width);
    });

  const auto step = [&](int r) __attribute__((always_inline)) {
    V x[N];
    unrolled<N>([&](int j) __attribute__((always_inline)) {
      x[j] = reading == Reading::copies && j == N - 1 ? last.load(b + j * width)
                                                      : V::load_unaligned(b + j * width);
      if (reading == Reading::copies) x[j].store_aligned(panel + j * width);
    });
    if (reading != Reading::plain) {
      __builtin_prefetch(next, 0, 2);  // to the second-level cache: the first is full
      __builtin_prefetch(next + line, 0, 2);
      next += next_row;
    }
    unrolled<M>([&](int i) __attribute__((always_inline)) {
      const V y(i < near ? a[i * a_row] : a_far[(i - near) * a_row]);
      unrolled<N>([&](int j)
                      __attribute__((always_inline)) { sums[r][i][j] = xsimd::fma(y, x[j], sums[r][i][j]); });
    });
    a += a_column;
    a_far += a_column;
    b += b_row;
    if (reading == Reading::copies) panel += N * width;
  };
  Size p = d.k;
  if constexpr (runs > 1)
    for (; p >= runs; p -= runs) unrolled<runs>(step);
  for (; p > 0; --p) step(0);

  unrolled<runs - 1>([&](int r) __attribute__((always_inline)) {
    each_sum([&](int i, int j) __attribute__((always_inline)) { sum[i][j] = sum[i][j] + sums[r + 1][i][j]; });
  });
  if (d.alpha != T(1))
    each_sum([&](int i, int j) __attribute__((always_inline)) { sum[i][j] = sum[i][j] * V(d.alpha); });
  if (d.turned) {
    each_sum([&](int i, int j)
                 __attribute__((always_inline)) { sum[i][j].store_aligned(d.sums + (i * N + j) * width); });
    return store_turned<T, Arch>(M, (N - 1) * width + d.last, N * width, d);
  }
  // In variables of its own: the compiler must assume that what is stored changes `d`.
  const bool whole = d.last == width;
  if (const T* start = d.start) {
    const V beta(d.beta);
    const Size start_row = d.start_row;
    each_sum([&](int i, int j) __attribute__((always_inline)) {
      const T* from = start + i * start_row + j * width;
      sum[i][j] = xsimd::fma(beta, j < N - 1 || whole ? V::load_unaligned(from) : last.load(from), sum[i][j]);
    });
  }
  T* const c = d.c;
  const Size c_row = d.c_row;
  each_sum([&](int i, int j) __attribute__((always_inline)) {
    T* to = c + i * c_row + j * width;
    if (j < N - 1 || whole)
      sum[i][j].store_unaligned(to);
    else
      last.store(to, sum[i][j]);
  });
}

template <class T>
using TileFunction = void (*)(const TileTask<T>&);

template <class T, class Arch, int N, Reading reading, int... M>
TileFunction<T> tile_in(int rows, std::integer_sequence<int, M...>) {
  static constexpr TileFunction<T> table[] = {tile<T, Arch, M + 1, N, reading>...};
  return table[rows - 1];
}

/// The tile of so many rows, N registers across.
template <class T, class Arch, int N, Reading reading>
TileFunction<T> tile_of(int rows) {
  return tile_in<T, Arch, N, reading>(rows, std::make_integer_sequence<int, Tiles<T, Arch>::rows(N)>{});
}

}  // namespace xgrad::kernels::product
