// Elementwise kernels on tensors: broadcasting, type promotion, and the choice of loops. Nothing here is
// recorded.
#pragma once

#include <xgrad/core/kernels/functors.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

/// A tensor or a number, as an argument of a kernel.
struct Operand {
  Operand(const Tensor& t) : tensor(&t) {}
  Operand(const Scalar& s) : scalar(&s) {}

  const Tensor* tensor = nullptr;
  const Scalar* scalar = nullptr;
};

/// The dtype in which PyTorch computes with two operands: dimensions outrank 0-d tensors, which outrank
/// numbers, within one category of bool < integer < floating-point. PyTorch: result_type.
ScalarType result_type(const Operand& a, const Operand& b);

/// op(x) for every element; floating-point functors turn integers into the default dtype.
template <class Op>
Tensor unary(const Tensor& x, const Op& op = {});

/// op(a, b) for every pair of elements.
template <class Op>
Tensor binary(const Operand& a, const Operand& b, const char* name, const Op& op = {});

/// self = op(self, b), in the dtype and shape of self.
template <class Op>
void binary_in_place(const Tensor& self, const Operand& b, const char* name, const Op& op = {});

/// A bool tensor.
template <class Op>
Tensor compare(const Operand& a, const Operand& b, const char* name);

/// condition ? a : b; a and b of one dtype.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

/// target = source, broadcast and converted.
void copy(const Tensor& target, const Tensor& source);
/// Every element becomes `value`.
void fill(const Tensor& target, const Scalar& value);
/// The elements of x as a new contiguous tensor, or x itself if it is one.
Tensor contiguous(const Tensor& x);
/// A new contiguous tensor of another (or the same) dtype.
Tensor cast(const Tensor& x, ScalarType dtype);

}  // namespace xgrad::kernels
