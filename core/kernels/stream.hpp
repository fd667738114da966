// Results that leave the caches before anybody reads them.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels {

/// Results larger than this are written around the caches: the old contents of their memory need not be read.
constexpr std::int64_t streamed_bytes = std::int64_t(1) << 24;

/// Whether stream() can write a register there.
template <class Batch>
inline bool is_aligned(const void* to) {
  return reinterpret_cast<std::uintptr_t>(to) % sizeof(Batch) == 0;
}

/// Writes a register around the caches. finish_streams() comes after the last one.
template <class T, class Arch>
[[gnu::always_inline]] inline void stream(xsimd::batch<T, Arch> values, T* to) {
#if defined(__SSE2__)
  using Batch = xsimd::batch<T, Arch>;
  if constexpr (sizeof(Batch) == 16) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(to), __m128i(values.data));
    return;
  }
#endif
#if defined(__AVX__)
  if constexpr (sizeof(Batch) == 32) {
    _mm256_stream_si256(reinterpret_cast<__m256i*>(to), __m256i(values.data));
    return;
  }
#endif
#if defined(__AVX512F__)
  if constexpr (sizeof(Batch) == 64) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to), __m512i(values.data));
    return;
  }
#endif
  values.store_aligned(to);
}
[[gnu::always_inline]] inline void finish_streams() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace xgrad::kernels
