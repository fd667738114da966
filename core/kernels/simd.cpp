#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

#if defined(__x86_64__)
namespace {
// __builtin_cpu_supports also asks the operating system (XCR0) whether it saves the registers.
SimdLevel detect() {
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return avx512 ? SimdLevel::avx512 : avx2 ? SimdLevel::avx2 : SimdLevel::baseline;
}
}  // namespace

const SimdLevel simd_level = detect();
#endif

}  // namespace xgrad::kernels
