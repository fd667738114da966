// Reads and writes of picked elements, as the indexing operations record them. Not for programs.
#pragma once

#include <xgrad/core/kernels/indexing.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// The picked elements of x.
Tensor picked(const char* name, const Tensor& x, const kernels::Picks& picks);
/// Zeros of that shape with `source` added at the places that gather(…, dim, index) reads; index is kLong,
/// contiguous, checked.
Tensor scattered(const Dims& sizes, int64_t dim, const Tensor& index, const Tensor& source);
/// Writes or adds `values` to the picked elements of self.
Tensor& write_picked(const char* name, const char* op, const Tensor& self, const kernels::Picks& picks,
                     const Tensor& values, bool accumulate);
/// The slices of a dimension (already wrapped) of x at the indices, a kLong vector.
kernels::Picks picks_along(int64_t dim, const Tensor& index);

}  // namespace xgrad
