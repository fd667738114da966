// The first n lanes of a register, 1 <= n <= its size, from and to memory: what lies behind is not touched.
#pragma once

#include <type_traits>

#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels::product {

// In general lane by lane; below for the processors that have masks.
template <class T, class Arch, std::size_t Bytes = sizeof(xsimd::batch<T, Arch>)>
class FirstLanes {
 public:
  using V = xsimd::batch<T, Arch>;
  [[gnu::always_inline]] explicit FirstLanes(int n) : n_(n) {}

  [[gnu::always_inline]] V load(const T* from) const {
    alignas(64) T lanes[V::size] = {};
    for (int i = 0; i < n_; ++i) lanes[i] = from[i];
    return V::load_aligned(lanes);
  }
  [[gnu::always_inline]] void store(T* to, V x) const {
    alignas(64) T lanes[V::size];
    x.store_aligned(lanes);
    for (int i = 0; i < n_; ++i) to[i] = lanes[i];
  }

 private:
  int n_;
};

#if defined(__AVX2__)
template <class T, class Arch>
class FirstLanes<T, Arch, 32> {
 public:
  using V = xsimd::batch<T, Arch>;
  [[gnu::always_inline]] explicit FirstLanes(int n) {
    static constexpr int on[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    mask_ = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(on + 8 - n * int(sizeof(T) / 4)));
  }

  [[gnu::always_inline]] V load(const T* from) const {
    if constexpr (sizeof(T) == 4)
      return _mm256_maskload_ps(from, mask_);
    else
      return _mm256_maskload_pd(from, mask_);
  }
  [[gnu::always_inline]] void store(T* to, V x) const {
    if constexpr (sizeof(T) == 4)
      _mm256_maskstore_ps(to, mask_, x);
    else
      _mm256_maskstore_pd(to, mask_, x);
  }

 private:
  __m256i mask_;
};
#endif

#if defined(__AVX512F__)
template <class T, class Arch>
class FirstLanes<T, Arch, 64> {
 public:
  using V = xsimd::batch<T, Arch>;
  [[gnu::always_inline]] explicit FirstLanes(int n) : mask_(static_cast<Mask>((1U << n) - 1)) {}

  [[gnu::always_inline]] V load(const T* from) const {
    if constexpr (sizeof(T) == 4)
      return _mm512_maskz_loadu_ps(mask_, from);
    else
      return _mm512_maskz_loadu_pd(mask_, from);
  }
  [[gnu::always_inline]] void store(T* to, V x) const {
    if constexpr (sizeof(T) == 4)
      _mm512_mask_storeu_ps(to, mask_, x);
    else
      _mm512_mask_storeu_pd(to, mask_, x);
  }

 private:
  using Mask = std::conditional_t<sizeof(T) == 4, __mmask16, __mmask8>;
  Mask mask_;
};
#endif

// Calls f(0) … f(N - 1) in straight-line code: what the calls index becomes registers.
template <int N, class F>
[[gnu::always_inline]] inline void unrolled(const F& f) {
#if defined(__clang__)
#pragma clang loop unroll(full)
#else
#pragma GCC unroll 32
#endif
  for (int i = 0; i < N; ++i) f(i);
}

// Calls f(std::integral_constant<int, n>{}), 1 <= n <= Most.
template <int Most, class F>
[[gnu::always_inline]] inline void with_constant(int n, const F& f) {
  if constexpr (Most == 1) {
    f(std::integral_constant<int, 1>{});
  } else {
    if (n == Most) return f(std::integral_constant<int, Most>{});
    with_constant<Most - 1>(n, f);
  }
}

}  // namespace xgrad::kernels::product
