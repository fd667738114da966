// Tiles side by side and one below the other: all of a product.
#pragma once

#include <xgrad/core/kernels/product/plan.hpp>
#include <xgrad/core/kernels/product/tile.hpp>

namespace xgrad::kernels::product {

[[gnu::always_inline]] constexpr Size smaller(Size a, Size b) { return a < b ? a : b; }

// The tiles of N registers across: `count` columns of them, rows in equal parts.
template <class T, class Arch, int N>
struct Columns {
  using Sizes = Tiles<T, Arch>;
  static constexpr Size width = N * Sizes::width, lines = (width + Sizes::line - 1) / Sizes::line;

  int tiles, part, larger;  // the first `larger` tiles have one row more than `part`
  TileFunction<T> copies, plain[2], fetches[2];

  explicit Columns(Size rows) {
    constexpr int most = Sizes::rows(N);
    tiles = int((rows + most - 1) / most), part = int(rows), larger = 0;
    if (tiles > 1) part = int(rows / tiles), larger = int(rows % tiles);
    const int first = part + (larger > 0);
    if constexpr (Sizes::copies(N)) copies = tile_of<T, Arch, N, Reading::copies>(first);
    for (int more = 0; more < 2; ++more) {
      const int height = more ? first : part;
      plain[more] = tile_of<T, Arch, N, Reading::plain>(height);
      fetches[more] = Sizes::fetches ? tile_of<T, Arch, N, Reading::fetches>(height) : plain[more];
    }
  }

  // From where `d` points to. With `copy`, the first tile of a column leaves B in the panel for the others.
  // If B is far, the tiles prefetch the next column, of which there is one behind the last if `goes_on`.
  void run(TileTask<T>& d, int count, bool copy, bool far_b, bool goes_on) const {
    const T *const a = d.a, *b = d.b, *start = d.start;
    T* c = d.c;
    const Size b_row = d.b_row, across = width * (d.turned ? d.c_row : 1),
               start_across = width * (d.turned ? d.start_row : 1);
    const Size down = d.turned ? 1 : d.c_row, start_down = d.turned ? 1 : d.start_row;
    for (int q = 0; q < count; ++q, b += width, c += across) {
      d.a = a;
      d.b = b;
      d.b_row = b_row;
      d.c = c;
      d.start = start;
      if (start) start += start_across;
      Size ahead = far_b && (goes_on || q + 1 < count) ? lines : 0;
      for (int t = 0; t < tiles; ++t, ahead -= 2) {
        d.next = ahead > 0 ? b + width + 2 * t * Sizes::line : b;
        d.next_row = ahead > 0 ? b_row : 0;
        if (Sizes::copies(N) && copy && t == 0) {
          copies(d);
          d.b = d.panel;
          d.b_row = width;
        } else {
          (ahead > 0 ? fetches : plain)[t < larger](d);
        }
        const int rows = part + (t < larger);
        d.a += rows * d.a_row;
        d.c += rows * down;
        if (d.start) d.start += rows * start_down;
      }
    }
    d.a = a;
  }
};

// `count` rows of `length` neighbours, so that they lie close to each other but not a power of two apart. The
// rows are too short for the hardware to foresee: the one after the next is prefetched.
template <class T, class Arch>
void copy_rows(const T* from, Size from_row, T* to, Size to_row, Size count, Size length) {
  using V = xsimd::batch<T, Arch>;
  constexpr Size lanes = Size(V::size), line = Tiles<T, Arch>::line;
  for (Size i = 0; i < count; ++i, from += from_row, to += to_row) {
    const T* ahead = from + (i + 2 < count ? 2 * from_row : 0);
    for (Size l = 0; l < length; l += line) __builtin_prefetch(ahead + l);
    Size l = 0;
    for (; l + lanes <= length; l += lanes) V::load_unaligned(from + l).store_aligned(to + l);
    for (; l < length; ++l) to[l] = from[l];
  }
}

// A block of A. Its rows, or columns, end a cache line further on than they have to.
template <class T, class Arch>
void copy_block(TileTask<T>& d, Size rows, T* block) {
  constexpr Size line = Tiles<T, Arch>::line;
  const bool by_columns = d.a_row == 1;
  const Size count = by_columns ? d.k : rows, length = by_columns ? rows : d.k;
  const Size step = (length + line - 1) / line * line + line;
  if (by_columns || d.a_column == 1)
    copy_rows<T, Arch>(d.a, by_columns ? d.a_column : d.a_row, block, step, count, length);
  else
    for (Size i = 0; i < rows; ++i)
      for (Size p = 0; p < d.k; ++p) block[i * step + p] = d.a[i * d.a_row + p * d.a_column];
  d.a_row = by_columns ? 1 : step;
  d.a_column = by_columns ? step : 1;
  d.a = block;
}

// k rows of `width` numbers of B to a panel whose rows are as wide as a tile; zeros fill the last register.
template <class T, class Arch>
void pack_panel(const Operand<T>& b, Size k, Size width, T* panel, Size panel_row) {
  using V = xsimd::batch<T, Arch>;
  constexpr int lanes = int(V::size);
  if (width < panel_row)
    for (Size p = 0; p < k; ++p) V(T(0)).store_aligned(panel + (p + 1) * panel_row - lanes);
  if (b.row == 1) return transpose_blocks<Arch, T, lanes>(b.data, b.column, panel, panel_row, width, k);
  for (Size p = 0; p < k; ++p)
    for (Size j = 0; j < width; ++j) panel[p * panel_row + j] = b.data[p * b.row + j * b.column];
}

// How the registers across C are cut: `count` columns of tiles that are `across` wide.
struct Cut {
  int across, count;
};
template <class T, class Arch>
Cut cut_at(const Plan<T>& plan, int first) {
  using Sizes = Tiles<T, Arch>;
  const Size m = plan.p.m, n = plan.p.n;
  const int whole = int(n / Sizes::width) - first, left = int((n + Sizes::width - 1) / Sizes::width) - first;
  constexpr int usual = Sizes::usual;
  // Where there is little to sum, what counts is how C is written: in longer runs.
  const bool shallow = Sizes::many && plan.depth <= 64;
  if (!plan.pack_b)
    for (int wide = 8; wide >= 4; wide /= 2)
      if (Sizes::exists(wide) && whole >= wide && (m <= Sizes::rows(wide) || (shallow && wide == 4)))
        return {wide, whole / wide};
  if (left == usual + 1) return {(left + 1) / 2, 1};
  if (left <= usual) return {left, 1};
  const int columns = int(smaller(whole, left - usual - 1)) / usual;
  return {usual, plan.pack_b || columns < 1 ? 1 : columns};
}

template <class T, class Arch>
void run_tiles(const Plan<T>& plan, T* scratch) {
  using Sizes = Tiles<T, Arch>;
  constexpr int lanes = Sizes::width;
  const Product<T>& p = plan.p;
  const int registers = int((p.n + lanes - 1) / lanes);
  T *panel = scratch, *block = scratch + plan.panel;
  alignas(64) T sums[2 * Sizes::sums * lanes];
  for (Size k0 = 0; k0 < p.k; k0 += plan.depth)
    for (Size i0 = 0; i0 < p.m; i0 += plan.height) {
      const Size depth = smaller(plan.depth, p.k - k0), height = smaller(plan.height, p.m - i0);
      const T* start = k0 == 0 ? p.start : p.c;
      const Size start_row = k0 == 0 ? p.start_row : p.c_row;
      TileTask<T> d{};
      d.k = depth;
      d.a = p.a.data + i0 * p.a.row + k0 * p.a.column;
      d.a_row = p.a.row;
      d.a_column = p.a.column;
      d.c_row = p.c_row;
      d.turned = plan.turned;
      d.start_row = start_row;
      d.alpha = p.alpha;
      d.beta = k0 == 0 ? p.beta : T(1);
      d.panel = panel;
      d.sums = sums;
      if (plan.copy_a) copy_block<T, Arch>(d, height, block);
      Cut cut;
      for (int v = 0; v < registers; v += cut.across * cut.count) {
        cut = cut_at<T, Arch>(plan, v);
        const int end = v + cut.across * cut.count;
        const Size j0 = Size(v) * lanes, width = smaller(Size(end) * lanes, p.n) - j0;
        d.last = int(width - (Size(end) - v - 1) * lanes);
        d.c = p.c + (plan.turned ? j0 * p.c_row + i0 : i0 * p.c_row + j0);
        d.start = start ? start + (plan.turned ? j0 * start_row + i0 : i0 * start_row + j0) : nullptr;
        const Operand<T> b{p.b.data + k0 * p.b.row + j0 * p.b.column, p.b.row, p.b.column};
        d.b = b.data;
        d.b_row = b.row;
        if (plan.pack_b) {
          d.b = panel;
          d.b_row = Size(cut.across) * lanes;
          pack_panel<T, Arch>(b, depth, width, panel, d.b_row);
        }
        with_constant<Sizes::widest>(cut.across, [&](auto across) {
          constexpr int N = decltype(across)::value;
          if constexpr (Sizes::exists(N)) {
            const bool copy = !plan.pack_b && (d.last < lanes || (plan.copy_b && height > Sizes::rows(N)));
            Columns<T, Arch, N>(height).run(d, cut.count, copy, plan.far_b, end < registers);
          }
        });
      }
    }
}

}  // namespace xgrad::kernels::product
