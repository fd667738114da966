// Run-time choice of the instruction set.
//
// Every file in a folder simd/ is compiled once per architecture with XGRAD_ARCH defined as the xsimd
// type; it defines templates on that type and instantiates them for it. dispatch() calls the best instance
// this processor and operating system can run. Such a file must not use std containers or other inline
// functions of the library: the linker would keep one copy, perhaps the one built for a newer processor.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/xsimd.hpp>

namespace xgrad::kernels {

#if defined(__x86_64__)
using Baseline = xsimd::sse2;
using Avx2 = xsimd::fma3<xsimd::avx2>;
using Avx512 = xsimd::avx512bw;

enum class SimdLevel { baseline, avx2, avx512 };

// The best that this processor and operating system can run. Not yet set while other static objects are made:
// what they compute runs on the baseline.
extern const SimdLevel simd_level;

// Calls f(Arch{}) with the best architecture available.
template <class F>
inline decltype(auto) dispatch(F&& f) {
  switch (simd_level) {
    case SimdLevel::avx512:
      return f(Avx512{});
    case SimdLevel::avx2:
      return f(Avx2{});
    default:
      return f(Baseline{});
  }
}
#else
using Baseline = xsimd::default_arch;

template <class F>
inline decltype(auto) dispatch(F&& f) {
  return f(Baseline{});
}
#endif

}  // namespace xgrad::kernels
