// Tiles: a few positions of a [outer, dim, inner] array as a small [dim, positions] array on the stack. In a
// tile a register holds one element of many positions, whatever the layout in memory: rows too short for a
// register and dimensions with a stride go through the same vertical loops, and memory is read once and
// written once.
#pragma once

#include <xgrad/core/kernels/simd/row.hpp>
#include <xgrad/core/kernels/softmax.hpp>
#include <xgrad/core/kernels/stream.hpp>

namespace xgrad::kernels {

// A tile fills a first-level cache at most. Longer dimensions are visited in several tiles.
template <class T>
constexpr std::int64_t tile_elements = 32768 / sizeof(T);
constexpr std::int64_t widest_tile = 256;

/// to[c][r] = from[r][c], both with a stride between rows, in blocks of 4 by 4; the last blocks overlap.
template <class Arch, class T>
inline void transpose(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride,
                      std::int64_t rows, std::int64_t columns) {
  using Four [[gnu::vector_size(4 * sizeof(T)), gnu::aligned(alignof(T)), gnu::may_alias]] = T;
  if (rows < 4 || columns < 4) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
    }
    return;
  }
  for (std::int64_t r = 0; r<rows; r = r + 4> rows - 4 && r + 4 < rows ? rows - 4 : r + 4) {
    for (std::int64_t c = 0; c<columns; c = c + 4> columns - 4 && c + 4 < columns ? columns - 4 : c + 4) {
      const T* f = from + r * from_stride + c;
      T* t = to + c * to_stride + r;
      const Four a = *reinterpret_cast<const Four*>(f), b = *reinterpret_cast<const Four*>(f + from_stride);
      const Four d = *reinterpret_cast<const Four*>(f + 2 * from_stride);
      const Four e = *reinterpret_cast<const Four*>(f + 3 * from_stride);
      const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                 de = __builtin_shufflevector(d, e, 0, 4, 1, 5);
      const Four ba = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                 ed = __builtin_shufflevector(d, e, 2, 6, 3, 7);
      *reinterpret_cast<Four*>(t) = __builtin_shufflevector(ab, de, 0, 1, 4, 5);
      *reinterpret_cast<Four*>(t + to_stride) = __builtin_shufflevector(ab, de, 2, 3, 6, 7);
      *reinterpret_cast<Four*>(t + 2 * to_stride) = __builtin_shufflevector(ba, ed, 0, 1, 4, 5);
      *reinterpret_cast<Four*>(t + 3 * to_stride) = __builtin_shufflevector(ba, ed, 2, 3, 6, 7);
    }
  }
}

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
    stream_ = s.outer * s.dim * s.inner > streamed_bytes / std::int64_t(sizeof(T));
    width = wanted >= widest_tile ? widest_tile : wanted < lanes ? lanes : wanted / lanes * lanes;
  }

  std::int64_t first(std::int64_t part) const { return part * depth; }
  std::int64_t count(std::int64_t part) const {
    return s.dim - part * depth < depth ? s.dim - part * depth : depth;
  }

#if defined(__SSE2__)
  ~Tiling() {
    if (stream_) _mm_sfence();
  }
  Tiling(const Tiling&) = delete;
#endif

  /// Calls f(offset in the array of element `first(part)`, offset in the tile, length) for each run of `n`
  /// positions from p that are neighbours in memory.
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
      transpose<Arch>(x + p * s.dim + first(part), s.dim, tile, width, n, elements);
      return;
    }
    each_run(p, n, part, [&](std::int64_t from, std::int64_t to, std::int64_t length) {
      for (std::int64_t c = 0; c < elements; ++c) {
        const T* run = x + from + c * s.inner;
        copy(tile + c * width + to, run, length);
        // The hardware does not foresee the next run of so many streams.
        for (std::int64_t i = 0; i < length; i += line) __builtin_prefetch(run + width + i);
      }
    });
  }

  /// Copies n positions of a tile to their places.
  void store(const T* tile, T* y, std::int64_t p, std::int64_t n, std::int64_t part) const {
    const std::int64_t elements = count(part);
    if (s.inner == 1) {
      transpose<Arch>(tile, width, y + p * s.dim + first(part), s.dim, elements, n);
      return;
    }
    each_run(p, n, part, [&](std::int64_t to, std::int64_t from, std::int64_t length) {
      for (std::int64_t c = 0; c < elements; ++c) {
        T* run = y + to + c * s.inner;
        const T* values = tile + c * width + from;
        std::int64_t streamed = 0;
#if defined(__SSE2__)
        if (stream_ && std::uintptr_t(run) % 64 == 0 && from % lanes == 0) {
          streamed = length / line * line;
          for (std::int64_t i = 0; i < streamed; i += 16 / sizeof(T)) {
            _mm_stream_si128(reinterpret_cast<__m128i*>(run + i),
                             *reinterpret_cast<const __m128i*>(values + i));
          }
        }
#endif
        copy(run + streamed, values + streamed, length - streamed);
      }
    });
  }

  /// Calls f(c, element pointer) down the column of registers that starts at position t, c the index along
  /// dim.
  template <class F>
  void down(T* tile, std::int64_t t, std::int64_t part, F f) const {
    const std::int64_t elements = count(part);
    for (std::int64_t c = 0; c < elements; ++c) f(first(part) + c, tile + c * width + t);
  }

 private:
  static constexpr std::int64_t line = 64 / sizeof(T);

  static void copy(T* to, const T* from, std::int64_t n) {
    using Batch = xsimd::batch<T, Arch>;
    std::int64_t i = 0;
    for (; i + lanes <= n; i += lanes) Batch::load_unaligned(from + i).store_unaligned(to + i);
    for (; i < n; ++i) to[i] = from[i];
  }

  bool stream_;
};

}  // namespace xgrad::kernels
