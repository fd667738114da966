#include "random.hpp"

#include <xgrad/core/kernels/functors/lanes.hpp>

namespace xgrad::kernels {
namespace {

constexpr std::uint32_t upper_bit = 0x80000000u, lower_bits = 0x7fffffffu, matrix = 0x9908b0dfu;
constexpr int block = 624, shift = 397;

// One step of the recurrence, alike for a word and a batch of words.
template <class U>
U twist(const U& here, const U& next, const U& far) {
  return far ^ (((here & U(upper_bit)) | (next & U(lower_bits))) >> 1) ^
         ((U(0u) - (next & U(1u))) & U(matrix));
}

// state[i] = twist(...) for i in [begin, end), the far word being state[i + far]. A batch is read before it
// is written, and |far| exceeds any batch, so this equals the sequential loop.
template <class Arch>
void twist_range(std::uint32_t* state, int begin, int end, int far) {
  using Batch = xsimd::batch<std::uint32_t, Arch>;
  constexpr int width = static_cast<int>(Batch::size);
  int i = begin;
  for (; i + width <= end; i += width)
    twist(Batch::load_unaligned(state + i), Batch::load_unaligned(state + i + 1),
          Batch::load_unaligned(state + i + far))
        .store_unaligned(state + i);
  for (; i < end; ++i) state[i] = twist(state[i], state[i + 1], state[i + far]);
}

// A number in [0, 1) from word i, or pair of words i. Through signed integers, which convert faster.
template <class T>
T unit(const std::uint32_t* words, std::int64_t i) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return static_cast<float>(static_cast<std::int32_t>(words[i] & 0xffffffu)) * 0x1p-24f;
  } else {
    const auto high = static_cast<std::int64_t>(words[2 * i] & 0x1fffffu);
    return static_cast<double>(high << 32 | words[2 * i + 1]) * 0x1p-53;
  }
}

// x * y + z rounded once, as PyTorch's is; xsimd's fma rounds twice where it has no instruction for it.
float fused(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
double fused(double x, double y, double z) { return __builtin_fma(x, y, z); }

}  // namespace

template <class Arch>
void mt19937_block(std::uint32_t* state, std::uint32_t* words) {
  using Batch = xsimd::batch<std::uint32_t, Arch>;
  static_assert(block % Batch::size == 0);

  twist_range<Arch>(state, 0, block - shift, shift);
  twist_range<Arch>(state, block - shift, block - 1, shift - block);
  state[block - 1] = twist(state[block - 1], state[0], state[shift - 1]);

  for (int i = 0; i < block; i += static_cast<int>(Batch::size)) {
    Batch y = Batch::load_unaligned(state + i);
    y = y ^ (y >> 11);
    y = y ^ ((y << 7) & Batch(0x9d2c5680u));
    y = y ^ ((y << 15) & Batch(0xefc60000u));
    y = y ^ (y >> 18);
    y.store_unaligned(words + i);
  }
}

template <class Arch, class T>
void uniform_from_words(const std::uint32_t* words, T* out, std::int64_t n, T from, T range) {
  if (from == 0) {
    for (std::int64_t i = 0; i < n; ++i) out[i] = unit<T>(words, i) * range;
  } else {
    for (std::int64_t i = 0; i < n; ++i) out[i] = fused(unit<T>(words, i), range, from);
  }
}

template <class Arch, class T>
void box_muller(T* data, std::int64_t n, T mean, T std) {
  using Batch = xsimd::batch<T, Arch>;
  constexpr std::int64_t chunk = 256, half = chunk / 2;
  constexpr T two_pi = static_cast<T>(6.283185307179586476925);
  // The halves of the blocks, gathered so that a batch may be wider than 8. A value beyond the end is
  // harmless.
  T first[half], second[half];
  for (std::int64_t j = 0; j < half; ++j) first[j] = second[j] = T(0);

  for (std::int64_t begin = 0; begin < n; begin += chunk) {
    const std::int64_t count = (n - begin < chunk ? n - begin : chunk) / 2;
    T* const values = data + begin;
    for (std::int64_t j = 0; j < count; j += 8) {
      for (std::int64_t k = j; k < j + 8; ++k) {
        first[k] = values[j + k];
        second[k] = values[j + k + 8];
      }
    }
    for (std::int64_t j = 0; j < count; j += static_cast<std::int64_t>(Batch::size)) {
      // 1 - u lies in (0, 1], where the logarithm is finite.
      const Batch radius = root(Batch(T(-2)) * xsimd::log(Batch(T(1)) - Batch::load_unaligned(first + j)));
      const auto [sine, cosine] = xsimd::sincos(Batch(two_pi) * Batch::load_unaligned(second + j));
      (radius * cosine * Batch(std) + Batch(mean)).store_unaligned(first + j);
      (radius * sine * Batch(std) + Batch(mean)).store_unaligned(second + j);
    }
    for (std::int64_t j = 0; j < count; j += 8) {
      for (std::int64_t k = j; k < j + 8; ++k) {
        values[j + k] = first[k];
        values[j + k + 8] = second[k];
      }
    }
  }
}

template void mt19937_block<XGRAD_ARCH>(std::uint32_t*, std::uint32_t*);
template void uniform_from_words<XGRAD_ARCH>(const std::uint32_t*, float*, std::int64_t, float, float);
template void uniform_from_words<XGRAD_ARCH>(const std::uint32_t*, double*, std::int64_t, double, double);
template void box_muller<XGRAD_ARCH, float>(float*, std::int64_t, float, float);
template void box_muller<XGRAD_ARCH, double>(double*, std::int64_t, double, double);

}  // namespace xgrad::kernels
