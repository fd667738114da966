// Tensors laid out like others: random numbers are drawn in the order of memory.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad::detail {

/// A new tensor of the sizes and dtype of `t`, uninitialised, off the tape, without gaps, its dimensions in
/// the order in which they lie in memory there: PyTorch's empty_like.
Tensor make_dense_like(const Tensor& t);

}  // namespace xgrad::detail
