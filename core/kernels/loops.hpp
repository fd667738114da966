// The inner loops of the elementwise kernels and reductions: defined per instruction set in core/kernels/simd/.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/functors.hpp>

namespace xgrad::kernels {

/// Two nested loops over N arrays; operand 0 is the output. Strides are in elements; 0 repeats.
template <int N>
struct Loop {
  char* data[N];
  int64_t inner[N], outer[N];
  int64_t inner_size, outer_size;
};

template <class Arch, class Op, class T>
struct UnaryLoop {
  static void run(const Loop<2>& loop, const Op& op);
};
template <class Arch, class Op, class T>
struct BinaryLoop {
  static void run(const Loop<3>& loop, const Op& op);
};
/// Writes bool.
template <class Arch, class Op, class T>
struct CompareLoop {
  static void run(const Loop<3>& loop, const Op& op);
};
/// out = condition ? a : b, for elements of the size of T.
template <class Arch, class T>
struct WhereLoop {
  static void run(const Loop<4>& loop);
};
/// Reduces the middle dimension of a contiguous [outer, length, inner] array to [outer, inner]; length may be 0 for Add
/// and Mul only. Sums are carried in double every few thousand elements, so that their error does not grow with length.
template <class Arch, class Op, class T>
struct ReduceLoop {
  static void run(const T* x, T* out, int64_t outer, int64_t length, int64_t inner);
};

}  // namespace xgrad::kernels
