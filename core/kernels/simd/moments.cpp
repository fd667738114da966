#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd/row.hpp>

namespace xgrad::kernels {
namespace {

// Mean and sum of squared distances of `n` elements, to which further elements can be joined (Chan, Golub and
// LeVeque 1979).
struct Moments {
  double mean = 0, squares = 0;

  [[gnu::always_inline]] void join(int64_t n, double other_mean, double other_squares, int64_t count) {
    const double share = static_cast<double>(count) / static_cast<double>(n + count);
    const double distance = other_mean - mean;
    mean += distance * share;
    squares += other_squares + distance * distance * share * static_cast<double>(n);
  }
};

// A few thousand contiguous elements at most.
template <class Arch, class T>
[[gnu::always_inline]] inline void add_block(Moments& all, int64_t before, const T* x, int64_t n) {
  using B = xsimd::batch<T, Arch>;
  constexpr int64_t width = B::size;
  if (n >= width) {
    const auto at = [x](int64_t i) __attribute__((always_inline)) { return B::load_unaligned(x + i); };
    const T center = sum_row<T, Arch>(n, at) / static_cast<T>(n);
    const B c(center);
    // The center is rounded: the sum of what is left tells by how much it is off.
    const double off = static_cast<double>(sum_row<T, Arch>(
                           n, [&](int64_t i) __attribute__((always_inline)) { return at(i) - c; })) /
                       static_cast<double>(n);
    const double squares = static_cast<double>(sum_row<T, Arch>(
        n, [&](int64_t i) __attribute__((always_inline)) {
          const B d = at(i) - c;
          return d * d;
        }));
    all.join(before, static_cast<double>(center) + off, squares - off * off * static_cast<double>(n), n);
    return;
  }
  for (int64_t i = 0; i < n; ++i) all.join(before + i, static_cast<double>(x[i]), 0, 1);
}

// `columns` neighbouring columns of `rows` rows that are `stride` apart.
template <class T>
[[gnu::always_inline]] inline void add_columns(const T* x, double* mean, double* squares, int64_t rows,
                                               int64_t columns, int64_t stride) {
  constexpr int64_t most = 256, block = 32;
  T center[most], off[most], spread[most];
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t count = rows - first < block ? rows - first : block;
    const T* top = x + first * stride;
    for (int64_t c = 0; c < columns; ++c) center[c] = off[c] = spread[c] = T{0};
    for (int64_t r = 0; r < count; ++r)
      for (int64_t c = 0; c < columns; ++c) center[c] += top[r * stride + c];
    for (int64_t c = 0; c < columns; ++c) center[c] /= static_cast<T>(count);
    for (int64_t r = 0; r < count; ++r)
      for (int64_t c = 0; c < columns; ++c) {
        const T d = top[r * stride + c] - center[c];
        off[c] += d;
        spread[c] += d * d;
      }
    const double n = static_cast<double>(count);
    for (int64_t c = 0; c < columns; ++c) {
      const double o = static_cast<double>(off[c]) / n;
      Moments all{mean[c], squares[c]};
      all.join(first, static_cast<double>(center[c]) + o, static_cast<double>(spread[c]) - o * o * n, count);
      mean[c] = all.mean;
      squares[c] = all.squares;
    }
  }
}

}  // namespace

template <class Arch, class T>
void MomentsLoop<Arch, T>::run(const void* from, double* mean, double* squares, int64_t outer, int64_t length,
                               int64_t inner) {
  auto* x = static_cast<const T*>(from);
  if (inner == 1) {
    constexpr int64_t block = 4096;
    for (int64_t o = 0; o < outer; ++o, x += length) {
      Moments all;
      for (int64_t i = 0; i < length; i += block)
        add_block<Arch>(all, i, x + i, length - i < block ? length - i : block);
      mean[o] = all.mean;
      squares[o] = all.squares + (all.mean - all.mean);  // NaN where the mean is not finite
    }
    return;
  }
  constexpr int64_t columns = 256;
  for (int64_t i = 0; i < outer * inner; ++i) mean[i] = squares[i] = 0;
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t c = 0; c < inner; c += columns)
      add_columns(x + o * length * inner + c, mean + o * inner + c, squares + o * inner + c, length,
                  inner - c < columns ? inner - c : columns, inner);
}

template struct MomentsLoop<XGRAD_ARCH, float>;
template struct MomentsLoop<XGRAD_ARCH, double>;

}  // namespace xgrad::kernels
