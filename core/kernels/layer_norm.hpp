// Layer normalisation of the rows of a contiguous [rows, n] array, and its gradient. `weight` and `bias` have
// n elements or are null. Instances exist for float and double.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

template <class T>
struct NormalizedRows {
  const T* x;
  const T* weight;
  T* mean;   // one per row
  T* scale;  // 1 / sqrt(variance + eps), one per row
  std::int64_t n;
};

namespace simd {
template <class Arch, class T>
void layer_norm(const NormalizedRows<T>& r, const T* bias, T* y, double eps, std::int64_t begin,
                std::int64_t end);
template <class Arch, class T>
void layer_norm_backward(const NormalizedRows<T>& r, const T* g, T* dx, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void layer_norm_parameters(const NormalizedRows<T>& r, const T* g, T* dweight, T* dbias, std::int64_t rows);
}  // namespace simd

/// y = (x - mean) * scale * weight + bias for the rows [begin, end), whose mean and scale it stores.
template <class T>
void layer_norm(const NormalizedRows<T>& r, const T* bias, T* y, double eps, std::int64_t begin,
                std::int64_t end) {
  dispatch([&](auto arch) { simd::layer_norm<decltype(arch), T>(r, bias, y, eps, begin, end); });
}

/// dx from the gradient g of y, for the rows [begin, end).
template <class T>
void layer_norm_backward(const NormalizedRows<T>& r, const T* g, T* dx, std::int64_t begin,
                         std::int64_t end) {
  dispatch([&](auto arch) { simd::layer_norm_backward<decltype(arch), T>(r, g, dx, begin, end); });
}

/// The gradients of weight and bias, either of which may be null.
template <class T>
void layer_norm_parameters(const NormalizedRows<T>& r, const T* g, T* dweight, T* dbias, std::int64_t rows) {
  dispatch([&](auto arch) { simd::layer_norm_parameters<decltype(arch), T>(r, g, dweight, dbias, rows); });
}

}  // namespace xgrad::kernels
