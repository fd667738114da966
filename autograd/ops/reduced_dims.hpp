// Dimensions to reduce: what the reductions, statistics and norms share. Not for programs.
#pragma once

#include <xgrad/core/kernels/reduce.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// Distinct dims counted from the front; empty means all.
Dims wrap_dims(OptionalIntArrayRef dims, const Tensor& x, const char* op);

/// A reduced tensor with its dimensions back, as ones: it then broadcasts over what was reduced.
inline Tensor restore(const Tensor& reduced, const Dims& sizes, const Dims& dims, bool keepdim) {
  return keepdim ? reduced : reduced.view(kernels::reduced_shape(sizes, dims, true));
}

/// x in the given dtype, if any.
inline Tensor in_type(const Tensor& x, std::optional<ScalarType> type) {
  return type && *type != x.dtype() ? x.to(*type) : x;
}

/// How many elements each result stands for.
inline int64_t reduced_count(const Tensor& x, const Dims& dims) {
  int64_t count = 1;
  if (dims.empty()) return x.numel();
  for (const int64_t d : dims) count *= x.size(d);
  return count;
}

}  // namespace xgrad
