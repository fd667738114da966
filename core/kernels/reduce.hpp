// Reductions on tensors. Nothing here is recorded.
#pragma once

#include <utility>

#include <xgrad/core/kernels/functors.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

/// x reduced by Op (of the list Reductions) over `dims` (wrapped, distinct; empty means all), in x's dtype.
template <class Op>
Tensor reduce(const Tensor& x, IntArrayRef dims, bool keepdim);

/// The first largest (or smallest) elements along a dimension, or of all (no dims), in x's dtype, and their
/// indices; NaN counts as larger (smaller) than all.
std::pair<Tensor, Tensor> extremes(const Tensor& x, IntArrayRef dims, bool keepdim, bool largest);

/// The mean, and the sum of squared distances from it, over `dims` (as above) of a floating-point tensor:
/// both kDouble.
std::pair<Tensor, Tensor> moments(const Tensor& x, IntArrayRef dims, bool keepdim);

/// The shape of x after reducing `dims` (as above).
Dims reduced_shape(IntArrayRef sizes, IntArrayRef dims, bool keepdim);

}  // namespace xgrad::kernels
