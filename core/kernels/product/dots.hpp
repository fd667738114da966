// A few rows times rows that are contiguous along k: each element of C is a sum in a register of its own.
#pragma once

#include <xgrad/core/kernels/product/plan.hpp>
#include <xgrad/core/kernels/product/tile.hpp>
#include <xgrad/core/kernels/simd/exp.hpp>

namespace xgrad::kernels::product {

template <class T>
struct DotsTask {
  Size k;
  const T* a;  // M rows, contiguous
  Size a_row;
  const T* b;  // N columns, each contiguous
  Size b_column;
  T* c;
  Size c_row, c_column;
  const T* start;  // null to add nothing
  Size start_row, start_column;
  T alpha, beta;
};

template <class T, class Arch, int M, int N>
void dots(const DotsTask<T>& d) {
  using V = xsimd::batch<T, Arch>;
  constexpr int width = int(V::size);
  // Eight sums at a time hide the latency of adding; four do where loads are what limits.
  constexpr int runs = M * N >= 4 ? 1 : M * N > 1 ? 2 : 4;
  V sum[M][N][runs];
  for (auto& row : sum)
    for (auto& element : row)
      for (V& s : element) s = V(T(0));
  const auto step = [&](Size p, int r, const auto& load) __attribute__((always_inline)) {
    V x[M];
    unrolled<M>([&](int i) __attribute__((always_inline)) { x[i] = load(d.a + i * d.a_row + p); });
    unrolled<N>([&](int j) __attribute__((always_inline)) {
      const V y = load(d.b + j * d.b_column + p);
      unrolled<M>([&](int i)
                      __attribute__((always_inline)) { sum[i][j][r] = xsimd::fma(x[i], y, sum[i][j][r]); });
    });
  };
  const auto whole = [](const T* from) __attribute__((always_inline)) { return V::load_unaligned(from); };
  Size p = 0;
  for (; p + runs * width <= d.k; p += runs * width)
    unrolled<runs>([&](int r) __attribute__((always_inline)) { step(p + r * width, r, whole); });
  for (; p + width <= d.k; p += width) step(p, 0, whole);
  if (p < d.k) {
    const FirstLanes<T, Arch> rest(int(d.k - p));
    step(
        p, 0, [&](const T* from) __attribute__((always_inline)) { return rest.load(from); });
  }
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      V total = sum[i][j][0];
      for (int r = 1; r < runs; ++r) total = total + sum[i][j][r];
      const T value = d.alpha * reduce_sum(total);
      d.c[i * d.c_row + j * d.c_column] =
          d.start ? value + d.beta * d.start[i * d.start_row + j * d.start_column] : value;
    }
}

template <class T, class Arch, int M>
void rows_of_dots(DotsTask<T> d, Size n) {
  constexpr bool many = Tiles<T, Arch>::many;
  constexpr int N = M == 1 || (M == 2 && many) ? 8 : many ? 6 : 4;
  while (n > 0) {
    const Size columns = n >= N ? N : 1;
    if (columns == N)
      dots<T, Arch, M, N>(d);
    else
      dots<T, Arch, M, 1>(d);
    d.b += columns * d.b_column;
    d.c += columns * d.c_column;
    if (d.start) d.start += columns * d.start_column;
    n -= columns;
  }
}

/// The most rows of A that dot products take.
template <class T, class Arch>
constexpr Size most_dots = Tiles<T, Arch>::many ? 4 : 3;

template <class T, class Arch>
void run_dots(const Plan<T>& plan, T* scratch) {
  const Product<T>& p = plan.p;
  for (Size k0 = 0; k0 < p.k; k0 += plan.depth) {
    const bool first = k0 == 0;
    const Size c_row = plan.turned ? 1 : p.c_row, start_row = plan.turned ? 1 : p.start_row;
    DotsTask<T> d{p.k - k0 < plan.depth ? p.k - k0 : plan.depth,
                  p.a.data + k0 * p.a.column,
                  p.a.row,
                  p.b.data + k0,
                  p.b.column,
                  p.c,
                  c_row,
                  plan.turned ? p.c_row : 1,
                  first ? p.start : p.c,
                  first ? start_row : c_row,
                  plan.turned ? (first ? p.start_row : p.c_row) : 1,
                  p.alpha,
                  first ? p.beta : T(1)};
    if (plan.copy_a) {
      for (Size i = 0; i < p.m; ++i)
        for (Size l = 0; l < d.k; ++l) scratch[i * plan.depth + l] = d.a[i * p.a.row + l * p.a.column];
      d.a = scratch;
      d.a_row = plan.depth;
    }
    with_constant<int(most_dots<T, Arch>)>(
        int(p.m), [&](auto rows) { rows_of_dots<T, Arch, decltype(rows)::value>(d, p.n); });
  }
}

}  // namespace xgrad::kernels::product
