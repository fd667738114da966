// Reading and writing the elements that tensors of indices name. Nothing here is recorded; the indices of
// Picks have been checked.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

/// The elements that a list of index tensors names: in some dimensions of a tensor, points; all of the
/// others.
struct Picks {
  Tensor at;     // kLong, contiguous: where the points lie in the first picked dimension, in the second, …
  Dims dims;     // the picked dimensions, ascending
  Dims shape;    // of the points in the result
  size_t place;  // how many of the other dimensions stand before them there

  /// The shape of what is picked from a tensor of shape `sizes`.
  Dims result_sizes(IntArrayRef sizes) const;
};

/// The picked elements, as a new tensor.
Tensor pick(const Tensor& x, const Picks& picks);
/// Writes `values`, which broadcast to the result's shape, to the picked elements of x, or adds them; the
/// last of several at one place wins, or all are added.
void put(const Tensor& x, const Picks& picks, const Tensor& values, bool accumulate);

/// Whether every element of a contiguous kLong tensor is in [low, high).
bool all_within(const Tensor& index, int64_t low, int64_t high);

/// out[i][j] = x[index[i][j]][j] for dim 0, and so on; index is kLong. An undefined tensor if an index is out
/// of range.
Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);
/// The reverse: x[index[i][j]][j] = source[i][j], or += it; with `initial`, of x's shape, x is made a copy of
/// that first. Returns whether every index was in range: if not, x is written in part.
bool scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source, bool accumulate,
             const Tensor* initial = nullptr);

/// x = value where mask, which broadcasts to x, is not 0.
void masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value);

/// The positions of the elements that are not 0: kLong [count, x.dim()].
Tensor nonzero(const Tensor& x);

}  // namespace xgrad::kernels
