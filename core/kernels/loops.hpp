// The inner loops of the elementwise kernels and reductions: defined per instruction set in
// core/kernels/simd/.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/functors.hpp>

namespace xgrad::kernels {

/// Two nested loops over N arrays; operand 0 is the output. Strides are in elements.
template <int N>
struct Loop {
  char* data[N];
  int64_t inner[N], outer[N];
  int64_t inner_size, outer_size;
};

// The loops below want the inner stride of the output to be 1 and those of the other operands to be 1 or 0
// (one element repeated): whatever lies otherwise is copied first. `op` points to the functor.

using UnaryRun = void (*)(void* out, const void* x, int64_t n, const void* op);
using BinaryRun = void (*)(const Loop<3>& loop, const void* op);
/// out = op(a, b) for n elements; b's stride is 1 or 0.
using FlatRun = void (*)(void* out, const void* a, const void* b, int64_t n, int64_t stride_b,
                         const void* op);

/// The two ways to run a binary kernel.
struct BinaryKernel {
  BinaryRun loop;
  FlatRun flat;
};

template <class Arch, class Op, class T>
struct UnaryLoop {
  static void run(void* out, const void* x, int64_t n, const void* op);
};
template <class Arch, class Op, class T>
struct BinaryLoop {
  static void loop(const Loop<3>& loop, const void* op);
  static void flat(void* out, const void* a, const void* b, int64_t n, int64_t stride_b, const void* op);
  static constexpr BinaryKernel run{loop, flat};
};
/// Writes bool.
template <class Arch, class Op, class T>
struct CompareLoop {
  static void loop(const Loop<3>& loop, const void* op);
  static void flat(void* out, const void* a, const void* b, int64_t n, int64_t stride_b, const void* op);
  static constexpr BinaryKernel run{loop, flat};
};
/// out = condition ? a : b, for elements of the size of T and any strides.
template <class Arch, class T>
struct WhereLoop {
  static void run(const Loop<4>& loop);
};
/// Reduces the middle dimension of a contiguous [outer, length, inner] array to [outer, inner]; length may be
/// 0 for sums only. Sums are carried in double every few thousand elements, so that their error does not grow
/// with length.
template <class Arch, class Op, class T>
struct ReduceLoop {
  static void run(const void* x, void* out, int64_t outer, int64_t length, int64_t inner);
};

using MomentsRun = void (*)(const void* x, double* mean, double* squares, int64_t outer, int64_t length,
                            int64_t inner);
/// The mean, and the sum of squared distances from it, over the middle dimension of a contiguous [outer,
/// length, inner] array of float or double. A block at a time while it is in cache, so that memory is read
/// once; the blocks are joined in double.
template <class Arch, class T>
struct MomentsLoop {
  static void run(const void* x, double* mean, double* squares, int64_t outer, int64_t length, int64_t inner);
};

}  // namespace xgrad::kernels
