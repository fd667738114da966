// xsimd, with the fused products that it leaves to the compiler on AVX-512 and NEON. Whether a compiler joins
// a product and a sum depends on where in a loop they stand, so that a body and its tail would round
// differently. Its own functions find these, too, by their arguments.
#pragma once

#include <xsimd/xsimd.hpp>

#if defined(__AVX512F__) || defined(__aarch64__)
namespace xsimd {

#if defined(__AVX512F__)
using fused_floats = batch<float, avx512bw>;
using fused_doubles = batch<double, avx512bw>;
inline fused_floats fma(const fused_floats& x, const fused_floats& y, const fused_floats& z) noexcept {
  return _mm512_fmadd_ps(x, y, z);
}
inline fused_doubles fma(const fused_doubles& x, const fused_doubles& y, const fused_doubles& z) noexcept {
  return _mm512_fmadd_pd(x, y, z);
}
inline fused_floats fms(const fused_floats& x, const fused_floats& y, const fused_floats& z) noexcept {
  return _mm512_fmsub_ps(x, y, z);
}
inline fused_doubles fms(const fused_doubles& x, const fused_doubles& y, const fused_doubles& z) noexcept {
  return _mm512_fmsub_pd(x, y, z);
}
inline fused_floats fnma(const fused_floats& x, const fused_floats& y, const fused_floats& z) noexcept {
  return _mm512_fnmadd_ps(x, y, z);
}
inline fused_doubles fnma(const fused_doubles& x, const fused_doubles& y, const fused_doubles& z) noexcept {
  return _mm512_fnmadd_pd(x, y, z);
}
#else
using fused_floats = batch<float, neon64>;
using fused_doubles = batch<double, neon64>;
inline fused_floats fnma(const fused_floats& x, const fused_floats& y, const fused_floats& z) noexcept {
  return vfmsq_f32(z, x, y);
}
inline fused_doubles fnma(const fused_doubles& x, const fused_doubles& y, const fused_doubles& z) noexcept {
  return vfmsq_f64(z, x, y);
}
#endif

}  // namespace xsimd
#endif
