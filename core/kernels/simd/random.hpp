// Vector loops of the random fills, one instance per architecture.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

/// Advances the 624-word state of mt19937 by one block and writes the tempered words.
template <class Arch>
void mt19937_block(std::uint32_t* state, std::uint32_t* words);

/// out[i] = from + range * u, u in [0, 1): a float from the low 24 bits of each word, a double from the low
/// 53 of each pair of words (high one first).
template <class Arch, class T>
void uniform_from_words(const std::uint32_t* words, T* out, std::int64_t n, T from, T range);

/// Box-Muller, in place: turns each block of 16 uniform values in [0, 1) into 16 normal ones. Value j pairs
/// with j + 8. `n` must be a multiple of 16.
template <class Arch, class T>
void box_muller(T* data, std::int64_t n, T mean, T std);

}  // namespace xgrad::kernels
