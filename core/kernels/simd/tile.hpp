// Tiles: a few positions of a [outer, dim, inner] array as a small [dim, positions] array on the stack. In a tile a
// register holds one element of many positions, whatever the layout in memory: rows too short for a register and
// dimensions with a stride go through the same vertical loops, and memory is read once and written once.
#pragma once

#include "../softmax.hpp"
#include "row.hpp"

namespace xgrad::kernels {

// A tile fills a first-level cache at most. Longer dimensions are visited in several tiles.
template <class T>
constexpr std::int64_t tile_elements = 32768 / sizeof(T);
constexpr std::int64_t widest_tile = 256;

/// How a range of positions is cut into tiles of `width` positions by `depth` elements of dim.
template <class Arch, class T>
struct Tiling {
  static constexpr std::int64_t lanes = std::int64_t(xsimd::batch<T, Arch>::size);

  Slices s;
  std::int64_t depth, width, parts;  // parts: the number of tiles along dim

  Tiling(Slices slices, std::int64_t positions) : s(slices) {
    const std::int64_t deepest = tile_elements<T> / lanes;
    depth = s.dim < deepest ? s.dim : deepest;
    parts = (s.dim + deepest - 1) / deepest;
    const std::int64_t fits = tile_elements<T> / (depth ? depth : 1);
    const std::int64_t wanted = positions < fits ? positions : fits;
    width = wanted >= widest_tile ? widest_tile : wanted < lanes ? lanes : wanted / lanes * lanes;
  }

  std::int64_t first(std::int64_t part) const { return part * depth; }
  std::int64_t count(std::int64_t part) const {
    return s.dim - part * depth < depth ? s.dim - part * depth : depth;
  }

  /// Calls f(offset in the array of element `first(part)`, offset in the tile, length) for each run of `n` positions
  /// from p that are neighbours in memory.
  template <class F>
  void each_run(std::int64_t p, std::int64_t n, std::int64_t part, F f) const {
    for (std::int64_t t = 0; t < n;) {
      const std::int64_t o = (p + t) / s.inner, i = (p + t) % s.inner;
      const std::int64_t length = s.inner - i < n - t ? s.inner - i : n - t;
      f((o * s.dim + first(part)) * s.inner + i, t, length);
      t += length;
    }
  }

  /// Copies n <= width positions from p on into a tile. The lanes after n that share a register are set to 0.
  void load(T* tile, const T* x, std::int64_t p, std::int64_t n, std::int64_t part) const {
    const std::int64_t elements = count(part), end = (n + lanes - 1) / lanes * lanes;
    if (n < end) {
      for (std::int64_t c = 0; c < elements; ++c) {
        xsimd::batch<T, Arch>(T(0)).store_aligned(tile + c * width + end - lanes);
      }
    }
    if (s.inner == 1) {
      const T* row = x + p * s.dim + first(part);
      for (std::int64_t t = 0; t < n; ++t, row += s.dim) {
        for (std::int64_t c = 0; c < elements; ++c) tile[c * width + t] = row[c];
      }
      return;
    }
    each_run(p, n, part, [&](std::int64_t from, std::int64_t to, std::int64_t length) {
      for (std::int64_t c = 0; c < elements; ++c) copy(tile + c * width + to, x + from + c * s.inner, length);
    });
  }

  /// Copies n positions of a tile to their places.
  void store(const T* tile, T* y, std::int64_t p, std::int64_t n, std::int64_t part) const {
    const std::int64_t elements = count(part);
    if (s.inner == 1) {
      T* row = y + p * s.dim + first(part);
      for (std::int64_t t = 0; t < n; ++t, row += s.dim) {
        for (std::int64_t c = 0; c < elements; ++c) row[c] = tile[c * width + t];
      }
      return;
    }
    each_run(p, n, part, [&](std::int64_t to, std::int64_t from, std::int64_t length) {
      for (std::int64_t c = 0; c < elements; ++c) copy(y + to + c * s.inner, tile + c * width + from, length);
    });
  }

  /// Calls f(c, element pointer) down the column of registers that starts at position t, c the index along dim.
  template <class F>
  void down(T* tile, std::int64_t t, std::int64_t part, F f) const {
    const std::int64_t elements = count(part);
    for (std::int64_t c = 0; c < elements; ++c) f(first(part) + c, tile + c * width + t);
  }

 private:
  static void copy(T* to, const T* from, std::int64_t n) {
    using Batch = xsimd::batch<T, Arch>;
    std::int64_t i = 0;
    for (; i + lanes <= n; i += lanes) Batch::load_unaligned(from + i).store_unaligned(to + i);
    for (; i < n; ++i) to[i] = from[i];
  }
};

}  // namespace xgrad::kernels
