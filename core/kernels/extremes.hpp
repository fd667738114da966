// The largest or smallest elements along a dimension, and where they lie.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/functors.hpp>

namespace xgrad::kernels {

using ExtremesRun = void (*)(const void* x, void* values, std::int64_t* index, std::int64_t outer,
                             std::int64_t length, std::int64_t inner);
/// The first extreme element along the middle dimension (not empty) of a contiguous [outer, length, inner]
/// array: the largest where Op is Maximum, the smallest where it is Minimum. A NaN is more extreme than all.
template <class Arch, class Op, class T>
struct ExtremesLoop {
  static void run(const void* x, void* values, std::int64_t* index, std::int64_t outer, std::int64_t length,
                  std::int64_t inner);
};

}  // namespace xgrad::kernels
