// Run-time choice of the instruction set.
//
// Every file in core/kernels/simd/ is compiled once per architecture with XGRAD_ARCH defined as the xsimd
// type; it defines templates on that type and instantiates them for it. dispatch() calls the best instance
// this processor and operating system can run. Such a file must not use std containers or other inline
// functions of the library: the linker would keep one copy, perhaps the one built for a newer processor.
#pragma once

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {

#if defined(__x86_64__)
using Baseline = xsimd::sse2;
using Avx2 = xsimd::fma3<xsimd::avx2>;
using Avx512 = xsimd::avx512bw;

enum class SimdLevel { baseline, avx2, avx512 };

// Checked once. __builtin_cpu_supports also asks the operating system (XCR0) whether it saves the registers.
inline SimdLevel simd_level() {
  static const SimdLevel level = [] {
    __builtin_cpu_init();
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512vl");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return avx512 ? SimdLevel::avx512 : avx2 ? SimdLevel::avx2 : SimdLevel::baseline;
  }();
  return level;
}

// Calls f(Arch{}) with the best architecture available.
template <class F>
inline decltype(auto) dispatch(F&& f) {
  switch (simd_level()) {
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
