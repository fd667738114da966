// Kernels that only move elements: one instance for each size of element, whatever the type.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

/// Calls f with an integer of `bytes` bytes (its value means nothing).
template <class F>
void visit_size(std::int64_t bytes, const F& f) {
  if (bytes == 1)
    f(std::uint8_t{});
  else if (bytes == 4)
    f(std::int32_t{});
  else
    f(std::int64_t{});
}

namespace simd {
template <class Arch, class T>
void transpose(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns);
template <class Arch>
bool all_within(const std::int64_t* x, std::int64_t n, std::int64_t low, std::int64_t high);
}  // namespace simd

/// to[c][r] = from[r][c], where the elements of a row are neighbours and rows lie a stride apart; the arrays
/// do not overlap.
template <class T>
void transpose(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns) {
  dispatch([&](auto arch) {
    simd::transpose<decltype(arch), T>(from, from_stride, to, to_stride, rows, columns);
  });
}

/// Whether every x is in [low, high).
inline bool all_within(const std::int64_t* x, std::int64_t n, std::int64_t low, std::int64_t high) {
  return dispatch([&](auto arch) { return simd::all_within<decltype(arch)>(x, n, low, high); });
}

}  // namespace xgrad::kernels
