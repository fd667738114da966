// softmax, log_softmax, logsumexp and their gradients along one dimension of contiguous arrays.
//
// A contiguous array seen from one dimension is [outer, dim, inner]. A position is one (outer, inner) pair,
// so one vector of dim elements; positions are numbered outer * inner_size + inner. Every kernel works on the
// positions [begin, end), so that a caller can split them over threads; no kernel allocates. The output may
// be the input itself (gradients: either input). Instances exist for float and double.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

/// The sizes of a contiguous array before, along and after the dimension of a softmax.
struct Slices {
  std::int64_t outer, dim, inner;
  std::int64_t positions() const { return outer * inner; }
};

namespace simd {
template <class Arch, class T>
void softmax(const T* x, T* y, Slices s, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void log_softmax(const T* x, T* y, Slices s, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void logsumexp(const T* x, T* out, Slices s, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void softmax_backward(const T* g, const T* y, T* dx, Slices s, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void log_softmax_backward(const T* g, const T* y, T* dx, Slices s, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void scale_slices(const T* x, T* y, Slices s, T factor, const T* per_position, const T* per_element,
                  std::int64_t begin, std::int64_t end);
}  // namespace simd

/// y = exp(x - max) / sum(exp(x - max)) along dim. A NaN or +inf makes its whole slice NaN, as all -inf does.
template <class T>
void softmax(const T* x, T* y, Slices s, std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::softmax<decltype(arch), T>(x, y, s, begin, end); });
}

/// y = x - max - log(sum(exp(x - max))) along dim.
template <class T>
void log_softmax(const T* x, T* y, Slices s, std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::log_softmax<decltype(arch), T>(x, y, s, begin, end); });
}

/// out[position] = log(sum(exp(x))) along dim: -inf when all are -inf or dim is 0, +inf when one is +inf.
template <class T>
void logsumexp(const T* x, T* out, Slices s, std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::logsumexp<decltype(arch), T>(x, out, s, begin, end); });
}

/// dx = y * (g - sum(g * y)), where y is softmax's output.
template <class T>
void softmax_backward(const T* g, const T* y, T* dx, Slices s, std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::softmax_backward<decltype(arch), T>(g, y, dx, s, begin, end); });
}

/// dx = g - exp(y) * sum(g), where y is log_softmax's output.
template <class T>
void log_softmax_backward(const T* g, const T* y, T* dx, Slices s, std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::log_softmax_backward<decltype(arch), T>(g, y, dx, s, begin, end); });
}

/// y = x * factor * per_position[position] * per_element[index along dim]; either array may be null.
template <class T>
void scale_slices(const T* x, T* y, Slices s, T factor, const T* per_position, const T* per_element,
                  std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) {
    simd::scale_slices<decltype(arch), T>(x, y, s, factor, per_position, per_element, begin, end);
  });
}

}  // namespace xgrad::kernels
