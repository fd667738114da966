#include <xgrad/core/kernels/simd/row.hpp>
#include <xgrad/core/kernels/simd/tile.hpp>
#include <xgrad/core/kernels/softmax.hpp>

namespace xgrad::kernels::simd {
namespace {

using std::int64_t;

template <class T>
struct alignas(64) Tile {
  T data[tile_elements<T>];
};

// Maximum and sum of exponentials of the positions of a tile.
template <class T>
struct alignas(64) TileSums {
  T max[widest_tile], sum[widest_tile];
};

// Reads n positions from p on. When dim fits in one tile, the tile is left filled: with exp(x - max) if
// keep_exp.
template <class Arch, class T>
void read_tile(const Tiling<Arch, T>& tiling, const T* x, T* tile, TileSums<T>& sums, int64_t p, int64_t n,
               bool keep_exp) {
  using Batch = xsimd::batch<T, Arch>;
  for (int64_t t = 0; t < n; t += tiling.lanes) Batch(lowest_finite<T>).store_aligned(sums.max + t);
  for (int64_t part = 0; part < tiling.parts; ++part) {
    tiling.load(tile, x, p, n, part);
    for (int64_t t = 0; t < n; t += tiling.lanes) {
      Batch m = Batch::load_aligned(sums.max + t);
      tiling.down(tile, t, part, [&](int64_t, T* v) { m = xsimd::max(m, Batch::load_aligned(v)); });
      m.store_aligned(sums.max + t);
    }
  }
  for (int64_t t = 0; t < n; t += tiling.lanes) Batch(T(0)).store_aligned(sums.sum + t);
  for (int64_t part = 0; part < tiling.parts; ++part) {
    if (tiling.parts > 1) tiling.load(tile, x, p, n, part);
    for (int64_t t = 0; t < n; t += tiling.lanes) {
      const Batch m = Batch::load_aligned(sums.max + t);
      Batch sum = Batch::load_aligned(sums.sum + t);
      if (keep_exp) {
        tiling.down(tile, t, part, [&](int64_t, T* v) {
          const Batch e = exp_nonpositive(Batch::load_aligned(v) - m);
          e.store_aligned(v);
          sum += e;
        });
      } else {
        tiling.down(tile, t, part,
                    [&](int64_t, T* v) { sum += exp_nonpositive(Batch::load_aligned(v) - m); });
      }
      sum.store_aligned(sums.sum + t);
    }
  }
}

template <class Arch, class T, bool Log>
void softmax_tiles(const T* x, T* y, Slices s, int64_t begin, int64_t end) {
  using Batch = xsimd::batch<T, Arch>;
  const Tiling<Arch, T> tiling(s, end - begin);
  Tile<T> tile;
  TileSums<T> sums;
  for (int64_t p = begin; p < end; p += tiling.width) {
    const int64_t n = end - p < tiling.width ? end - p : tiling.width;
    const bool whole = tiling.parts == 1;
    read_tile(tiling, x, tile.data, sums, p, n, !Log && whole);
    for (int64_t part = 0; part < tiling.parts; ++part) {
      if (!whole) tiling.load(tile.data, x, p, n, part);
      for (int64_t t = 0; t < n; t += tiling.lanes) {
        const Batch m = Batch::load_aligned(sums.max + t), sum = Batch::load_aligned(sums.sum + t);
        if constexpr (Log) {
          const Batch log_sum = xsimd::log(sum);
          tiling.down(tile.data, t, part,
                      [&](int64_t, T* v) { (Batch::load_aligned(v) - m - log_sum).store_aligned(v); });
        } else {
          const Batch k = divide(Batch(T(1)), sum);
          tiling.down(tile.data, t, part, [&](int64_t, T* v) {
            const Batch e = Batch::load_aligned(v);
            ((whole ? e : exp_nonpositive(e - m)) * k).store_aligned(v);
          });
        }
      }
      tiling.store(tile.data, y, p, n, part);
    }
  }
}

// dx from g and y, whose sum over dim is that of term(g, y); dx = result(g, y, sum).
template <class Arch, class T, class Term, class Result>
void backward(const T* g, const T* y, T* dx, Slices s, int64_t begin, int64_t end, Term term, Result result) {
  using Batch = xsimd::batch<T, Arch>;
  if (s.inner == 1 && s.dim >= shortest_row) {
    for (int64_t r = begin; r < end; ++r) {
      const T *gr = g + r * s.dim, *yr = y + r * s.dim;
      const Batch sum(sum_row<T, Arch>(
          s.dim, [&](int64_t i) __attribute__((always_inline)) {
            return term(Batch::load_unaligned(gr + i), Batch::load_unaligned(yr + i));
          }));
      map_row<T, Arch>(
          dx + r * s.dim, s.dim, [&](int64_t i) __attribute__((always_inline)) {
            return result(Batch::load_unaligned(gr + i), Batch::load_unaligned(yr + i), sum);
          });
    }
    return;
  }
  const Tiling<Arch, T> tiling(s, end - begin);
  Tile<T> g_tile, y_tile;
  TileSums<T> sums;
  for (int64_t p = begin; p < end; p += tiling.width) {
    const int64_t n = end - p < tiling.width ? end - p : tiling.width;
    for (int64_t t = 0; t < n; t += tiling.lanes) Batch(T(0)).store_aligned(sums.sum + t);
    for (int64_t part = 0; part < tiling.parts; ++part) {
      tiling.load(g_tile.data, g, p, n, part);
      tiling.load(y_tile.data, y, p, n, part);
      for (int64_t t = 0; t < n; t += tiling.lanes) {
        Batch sum = Batch::load_aligned(sums.sum + t);
        tiling.down(g_tile.data, t, part, [&](int64_t, T* v) {
          sum += term(Batch::load_aligned(v), Batch::load_aligned(y_tile.data + (v - g_tile.data)));
        });
        sum.store_aligned(sums.sum + t);
      }
    }
    for (int64_t part = 0; part < tiling.parts; ++part) {
      if (tiling.parts > 1) {
        tiling.load(g_tile.data, g, p, n, part);
        tiling.load(y_tile.data, y, p, n, part);
      }
      for (int64_t t = 0; t < n; t += tiling.lanes) {
        const Batch sum = Batch::load_aligned(sums.sum + t);
        tiling.down(g_tile.data, t, part, [&](int64_t, T* v) {
          result(Batch::load_aligned(v), Batch::load_aligned(y_tile.data + (v - g_tile.data)), sum)
              .store_aligned(v);
        });
      }
      tiling.store(g_tile.data, dx, p, n, part);
    }
  }
}

// The slice holds a NaN or +inf; tells which.
template <class Arch, class T>
T nan_or_infinity(const T* x, Slices s, int64_t p) {
  const T* v = x + p / s.inner * s.dim * s.inner + p % s.inner;
  for (int64_t c = 0; c < s.dim; ++c) {
    if (v[c * s.inner] != v[c * s.inner]) return v[c * s.inner];
  }
  return std::numeric_limits<T>::infinity();
}

}  // namespace

template <class Arch, class T>
void softmax(const T* x, T* y, Slices s, int64_t begin, int64_t end) {
  if (s.inner > 1 || s.dim < shortest_row) return softmax_tiles<Arch, T, false>(x, y, s, begin, end);
  ExpRow<Arch, T> row;
  for (int64_t r = begin; r < end; ++r) {
    row.read(x + r * s.dim, y + r * s.dim, s.dim);
    row.rescale(y + r * s.dim, T(1) / row.sum, [](int64_t, auto v) { return v; });
  }
}

template <class Arch, class T>
void log_softmax(const T* x, T* y, Slices s, int64_t begin, int64_t end) {
  using Batch = xsimd::batch<T, Arch>;
  if (s.inner > 1 || s.dim < shortest_row) return softmax_tiles<Arch, T, true>(x, y, s, begin, end);
  ExpRow<Arch, T> row;
  for (int64_t r = begin; r < end; ++r) {
    const T* from = x + r * s.dim;
    row.read(from, nullptr, s.dim);
    const Batch m(row.max), log_sum = xsimd::log(Batch(row.sum));
    map_row<T, Arch>(
        y + r * s.dim, s.dim, [&](int64_t i) __attribute__((always_inline)) {
          return Batch::load_unaligned(from + i) - m - log_sum;
        });
  }
}

template <class Arch, class T>
void logsumexp(const T* x, T* out, Slices s, int64_t begin, int64_t end) {
  using Batch = xsimd::batch<T, Arch>;
  const bool rows = s.inner == 1 && s.dim >= shortest_row;
  Slices tiles = s;
  if (rows) tiles.dim = 0;
  const Tiling<Arch, T> tiling(tiles, end - begin);
  Tile<T> tile;
  TileSums<T> sums;
  ExpRow<Arch, T> row;
  for (int64_t p = begin; p < end; p += tiling.width) {
    const int64_t n = end - p < tiling.width ? end - p : tiling.width;
    if (rows) {
      for (int64_t t = 0; t < n; ++t) {
        row.read(x + (p + t) * s.dim, nullptr, s.dim);
        sums.max[t] = row.max;
        sums.sum[t] = row.sum;
      }
    } else {
      read_tile(tiling, x, tile.data, sums, p, n, false);
    }
    for (int64_t t = 0; t < n; t += tiling.lanes) {
      const Batch sum = Batch::load_aligned(sums.sum + t);
      (Batch::load_aligned(sums.max + t) + xsimd::log(sum)).store_aligned(sums.max + t);
    }
    for (int64_t t = 0; t < n; ++t) {
      const bool special = sums.sum[t] != sums.sum[t];
      out[p + t] = special ? nan_or_infinity<Arch>(x, s, p + t) : sums.max[t];
    }
  }
}

template <class Arch, class T>
void softmax_backward(const T* g, const T* y, T* dx, Slices s, int64_t begin, int64_t end) {
  backward<Arch>(
      g, y, dx, s, begin, end, [](auto gv, auto yv) { return gv * yv; },
      [](auto gv, auto yv, auto sum) { return yv * (gv - sum); });
}

template <class Arch, class T>
void log_softmax_backward(const T* g, const T* y, T* dx, Slices s, int64_t begin, int64_t end) {
  backward<Arch>(
      g, y, dx, s, begin, end, [](auto gv, auto) { return gv; },
      [](auto gv, auto yv, auto sum) { return xsimd::fnma(exp_nonpositive(yv), sum, gv); });
}

template <class Arch, class T>
void scale_slices(const T* x, T* y, Slices s, T factor, const T* per_position, const T* per_element,
                  int64_t begin, int64_t end) {
  using Batch = xsimd::batch<T, Arch>;
  if (s.inner == 1 && s.dim >= shortest_row) {
    for (int64_t r = begin; r < end; ++r) {
      const Batch k(per_position ? factor * per_position[r] : factor);
      const T* from = x + r * s.dim;
      map_row<T, Arch>(
          y + r * s.dim, s.dim, [&](int64_t i) __attribute__((always_inline)) {
            const Batch v = Batch::load_unaligned(from + i) * k;
            return per_element ? v * Batch::load_unaligned(per_element + i) : v;
          });
    }
    return;
  }
  const Tiling<Arch, T> tiling(s, end - begin);
  Tile<T> tile;
  alignas(64) T k[widest_tile];
  for (int64_t p = begin; p < end; p += tiling.width) {
    const int64_t n = end - p < tiling.width ? end - p : tiling.width;
    for (int64_t t = 0; t < tiling.width; ++t)
      k[t] = per_position && t < n ? factor * per_position[p + t] : factor;
    for (int64_t part = 0; part < tiling.parts; ++part) {
      tiling.load(tile.data, x, p, n, part);
      for (int64_t t = 0; t < n; t += tiling.lanes) {
        const Batch kt = Batch::load_aligned(k + t);
        tiling.down(tile.data, t, part, [&](int64_t c, T* v) {
          const Batch scaled = Batch::load_aligned(v) * kt;
          (per_element ? scaled * Batch(per_element[c]) : scaled).store_aligned(v);
        });
      }
      tiling.store(tile.data, y, p, n, part);
    }
  }
}

template void softmax<XGRAD_ARCH>(const float*, float*, Slices, int64_t, int64_t);
template void softmax<XGRAD_ARCH>(const double*, double*, Slices, int64_t, int64_t);
template void log_softmax<XGRAD_ARCH>(const float*, float*, Slices, int64_t, int64_t);
template void log_softmax<XGRAD_ARCH>(const double*, double*, Slices, int64_t, int64_t);
template void logsumexp<XGRAD_ARCH>(const float*, float*, Slices, int64_t, int64_t);
template void logsumexp<XGRAD_ARCH>(const double*, double*, Slices, int64_t, int64_t);
template void softmax_backward<XGRAD_ARCH>(const float*, const float*, float*, Slices, int64_t, int64_t);
template void softmax_backward<XGRAD_ARCH>(const double*, const double*, double*, Slices, int64_t, int64_t);
template void log_softmax_backward<XGRAD_ARCH>(const float*, const float*, float*, Slices, int64_t, int64_t);
template void log_softmax_backward<XGRAD_ARCH>(const double*, const double*, double*, Slices, int64_t,
                                               int64_t);
template void scale_slices<XGRAD_ARCH>(const float*, float*, Slices, float, const float*, const float*,
                                       int64_t, int64_t);
template void scale_slices<XGRAD_ARCH>(const double*, double*, Slices, double, const double*, const double*,
                                       int64_t, int64_t);

}  // namespace xgrad::kernels::simd
