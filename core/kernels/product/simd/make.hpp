// Both ways to make a product, and the choice between them.
#pragma once

#include <xgrad/core/kernels/product/columns.hpp>
#include <xgrad/core/kernels/product/dots.hpp>

namespace xgrad::kernels::product::simd {

// The length of equal parts, as many as there are parts of at most `most`.
[[gnu::always_inline]] constexpr Size equal_parts(Size n, Size most) {
  if (n <= most) return n;
  const Size parts = (n + most - 1) / most;
  return (n + parts - 1) / parts;
}

template <class Arch, class T>
Plan<T> plan(const Product<T>& given) {
  using Sizes = Tiles<T, Arch>;
  constexpr Size lanes = Sizes::width, panel_width = (Sizes::many ? 4 : Sizes::usual) * lanes;
  Plan<T> d{};
  d.p = given;
  Product<T>& p = d.p;
  // The strides of single rows and columns mean nothing.
  if (p.n == 1) p.b.column = 1;
  if (p.m == 1) p.a.row = 1;
  const auto turn = [&] {
    d.turned = !d.turned;
    const Operand<T> a = p.a;
    p.a = {p.b.data, p.b.column, p.b.row};
    p.b = {a.data, a.column, a.row};
    const Size m = p.m;
    p.m = p.n;
    p.n = m;
  };

  constexpr Size most = most_dots<T, Arch>, shortest = 64;
  if (p.k >= shortest && p.n <= most && p.n <= p.m && p.a.column == 1) turn();
  d.dots = p.k >= shortest && p.m <= most && p.b.row == 1 && (p.b.column != 1 || p.n == 1);
  if (d.dots) {
    d.copy_a = p.a.column != 1;
    d.depth = equal_parts(p.k, 4096);
    d.block = d.copy_a ? p.m * d.depth : 0;
    return d;
  }
  // Instead of B, which would be packed, or leave more of a register empty, A.
  const auto filled = [](Size n) { return (n + lanes - 1) / lanes * lanes; };
  const bool few_columns = p.m > p.n && 3 * filled(p.n) * p.m > 4 * filled(p.m) * p.n;
  if (p.a.row == 1 ? (p.b.column != 1 ? p.m < p.k : few_columns)
                   : p.a.column == 1 && p.m > lanes / 2 && (p.b.column != 1 ? p.m < p.n : p.n == 1))
    turn();
  // A column that lies as a row.
  if (d.turned && p.m == 1 && p.c_row == 1 && (!p.start || p.start_row == 1)) d.turned = false;

  constexpr Size far = (Size(1) << 19) / Size(sizeof(T));  // a quarter of many second-level caches
  const bool strided_a = p.a.row != 1 && p.a.column != 1;
  d.pack_b = p.b.column != 1;
  d.far_b = !d.pack_b && p.k * p.n > far;
  d.copy_b = p.m > 128 || (d.far_b && !Sizes::many);
  d.copy_a = strided_a ? p.n > 4 * panel_width : !d.pack_b && p.m * p.k > far && p.n >= 256;
  d.depth = equal_parts(p.k, d.copy_a ? 1024 / Size(sizeof(T)) : d.pack_b ? 1024 : 512);
  d.height = d.copy_a ? equal_parts(p.m, 256) : p.m;
  d.panel = d.pack_b || d.copy_b || p.n % lanes != 0 ? d.depth * panel_width : 0;
  d.block = d.copy_a ? (d.height + 2 * Sizes::line) * (d.depth + 2 * Sizes::line) : 0;
  return d;
}

template <class Arch, class T>
void run(const Plan<T>& plan, T* scratch) {
  if (plan.dots)
    run_dots<T, Arch>(plan, scratch);
  else
    run_tiles<T, Arch>(plan, scratch);
}

}  // namespace xgrad::kernels::product::simd
