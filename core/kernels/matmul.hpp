// Products of matrices of any dtype; those of floating point are core/kernels/product's.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

/// out = alpha * a × b + beta * out for matrices of one dtype; a and b may be views of any
/// strides, out is contiguous and overlaps neither. With beta 0 the old elements of out do not matter. With a
/// bias, one element for each column, it takes the place of beta * out. Integers are multiplied by plain
/// loops.
void gemm(const Tensor& out, const Tensor& a, const Tensor& b, double beta = 0, double alpha = 1,
          const Tensor& bias = Tensor());

/// The same for every matrix of a batch: out [b, n, m] contiguous, a [b, n, k], b [b, k, m].
void batched_gemm(const Tensor& out, const Tensor& a, const Tensor& b);

}  // namespace xgrad::kernels
