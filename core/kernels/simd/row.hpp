// Loops over one contiguous row, and the exponentials of a row in one pass over memory.
#pragma once

#include <limits>

#include <xgrad/core/kernels/simd/exp.hpp>

namespace xgrad::kernels {

// Rows shorter than this go through a transposed tile (tile.hpp), a register holding one class of many rows.
constexpr std::int64_t shortest_row = 32;

template <class T>
constexpr T lowest_finite = std::numeric_limits<T>::lowest();

// The last `n` lanes of a register.
template <class T, class Arch>
inline xsimd::batch_bool<T, Arch> last_lanes(std::int64_t n) {
  using Batch = xsimd::batch<T, Arch>;
  alignas(64) static constexpr T lane[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return Batch::load_aligned(lane) >= Batch(T(std::int64_t(Batch::size) - n));
}

// out[i] = f(i) for a register of elements at a time. A row is never shorter than a register: its last,
// partial register is instead the last full one, computed before anything is stored, so that out may be an
// input.
template <class T, class Arch, class F>
inline void map_row(T* out, std::int64_t n, F f) {
  constexpr std::int64_t width = std::int64_t(xsimd::batch<T, Arch>::size);
  const auto last = f(n - width);
  for (std::int64_t i = 0; i + width <= n; i += width) f(i).store_unaligned(out + i);
  last.store_unaligned(out + n - width);
}

// The sum of f(i) over the row.
template <class T, class Arch, class F>
inline T sum_row(std::int64_t n, F f) {
  using Batch = xsimd::batch<T, Arch>;
  constexpr std::int64_t width = std::int64_t(Batch::size);
  Batch sum[4] = {Batch(T(0)), Batch(T(0)), Batch(T(0)), Batch(T(0))};
  std::int64_t i = 0;
  for (; i + 4 * width <= n; i += 4 * width) {
    for (int k = 0; k < 4; ++k) sum[k] += f(i + k * width);
  }
  for (; i + width <= n; i += width) sum[0] += f(i);
  if (i < n) sum[1] += xsimd::select(last_lanes<T, Arch>(n - i), f(n - width), Batch(T(0)));
  return reduce_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/// The maximum of a row and the sum of exp(x - maximum), read from memory once: each block of 4 KB is read
/// for its maximum, then, from the first-level cache, for its exponentials relative to that; the blocks' sums
/// are put on one scale at the end. The exponentials can be kept, and rescaled by a second pass while the row
/// is in cache.
template <class Arch, class T>
class ExpRow {
 public:
  using Batch = xsimd::batch<T, Arch>;

  T max, sum;

  /// Reads n >= Batch::size elements; stores exp(x - maximum of its block) in e unless e is null (e may be
  /// x).
  void read(const T* x, T* e, std::int64_t n) {
    // The last block takes what is left over, so that no block is shorter than a register.
    block_ = n <= most_blocks * page ? page : (n / most_blocks / 64 + 1) * 64;
    blocks_ = n < block_ ? 1 : n / block_;
    n_ = n;
    if (blocks_ == 1) {
      sum = e ? read_block<true>(x, e, n, max) : read_block<false>(x, e, n, max);
      return;
    }
    alignas(64) T sums[most_blocks];
    Batch highest(lowest_finite<T>);
    for (std::int64_t b = 0; b < blocks_; ++b) {
      const std::int64_t i = b * block_;
      sums[b] = e ? read_block<true>(x + i, e + i, length(b), scale_[b])
                  : read_block<false>(x + i, e, length(b), scale_[b]);
      highest = xsimd::max(highest, Batch(scale_[b]));
    }
    max = highest.get(0);
    for (std::int64_t b = blocks_; b % width; ++b) sums[b] = scale_[b] = T(0);
    Batch total(T(0));
    for (std::int64_t b = 0; b < blocks_; b += width) {
      const Batch s = exp_nonpositive(Batch::load_aligned(scale_ + b) - highest);
      s.store_aligned(scale_ + b);
      const Batch part = Batch::load_aligned(sums + b) * s;
      total += blocks_ - b < width
                   ? xsimd::select(last_lanes<T, Arch>(width - blocks_ + b), Batch(T(0)), part)
                   : part;
    }
    sum = reduce_sum(total);
  }

  /// Turns the stored exponentials into f(i, factor * exp(x - max)).
  template <class F>
  void rescale(T* e, T factor, F f) const {
    for (std::int64_t b = 0; b < blocks_; ++b) {
      const std::int64_t begin = b * block_;
      const Batch k(blocks_ == 1 ? factor : factor * scale_[b]);
      map_row<T, Arch>(
          e + begin, length(b), [&](std::int64_t i) __attribute__((always_inline)) {
            return f(begin + i, Batch::load_unaligned(e + begin + i) * k);
          });
    }
  }

 private:
  static constexpr std::int64_t width = std::int64_t(Batch::size), page = 4096 / sizeof(T), most_blocks = 256;

  std::int64_t length(std::int64_t b) const { return b + 1 < blocks_ ? block_ : n_ - b * block_; }

  // The maximum starts at the lowest finite number: a block of -inf then has exponentials 0, not NaN.
  template <bool Keep>
  T read_block(const T* x, T* e, std::int64_t n, T& maximum) const {
    constexpr std::int64_t step = 4 * width;
    const Batch last = Batch::load_unaligned(x + n - width);
    Batch m[4] = {Batch(lowest_finite<T>), m[0], m[0], m[0]};
    std::int64_t i = 0;
    for (; i + step <= n; i += step) {
      for (int k = 0; k < 4; ++k) m[k] = xsimd::max(m[k], Batch::load_unaligned(x + i + k * width));
    }
    for (; i + width <= n; i += width) m[0] = xsimd::max(m[0], Batch::load_unaligned(x + i));
    m[1] = xsimd::max(m[1], last);
    maximum = kernels::reduce_max(xsimd::max(xsimd::max(m[0], m[1]), xsimd::max(m[2], m[3])));

    const Batch reference(maximum);
    Batch s[4] = {Batch(T(0)), Batch(T(0)), Batch(T(0)), Batch(T(0))};
    const auto exp_at = [&](std::int64_t j) __attribute__((always_inline)) {
      const Batch v = exp_nonpositive(Batch::load_unaligned(x + j) - reference);
      if constexpr (Keep) v.store_unaligned(e + j);
      return v;
    };
    for (i = 0; i + step <= n; i += step) {
      // The arithmetic leaves memory idle: fetch the next block meanwhile.
      for (std::int64_t k = 0; k < step; k += std::int64_t(64 / sizeof(T)))
        __builtin_prefetch(x + i + page + k);
      for (int k = 0; k < 4; ++k) s[k] += exp_at(i + k * width);
    }
    for (; i + width <= n; i += width) s[0] += exp_at(i);
    if (i < n) {
      const Batch v = exp_nonpositive(last - reference);
      if constexpr (Keep) v.store_unaligned(e + n - width);
      s[1] += xsimd::select(last_lanes<T, Arch>(n - i), v, Batch(T(0)));
    }
    return reduce_sum((s[0] + s[1]) + (s[2] + s[3]));
  }

  std::int64_t n_, block_, blocks_;
  alignas(64) T scale_[most_blocks];  // the maximum of each block, then exp(it - max)
};

}  // namespace xgrad::kernels
