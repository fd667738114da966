// Every differentiable function of tensors. Each is also a method of Tensor where libtorch has one.
//
// Unless said otherwise: arguments are broadcast (dimensions are compared from the last one back, a 1 is
// repeated), dtypes are promoted as in PyTorch, a function refuses what it cannot compute with an
// xgrad::Error, and the name is that of torch.<name>, where the formula is found.
#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/ops/activations.hpp>
#include <xgrad/autograd/ops/arithmetic.hpp>
#include <xgrad/autograd/ops/comparisons.hpp>
#include <xgrad/autograd/ops/functions.hpp>
#include <xgrad/autograd/ops/in_place.hpp>
#include <xgrad/autograd/ops/losses.hpp>
#include <xgrad/autograd/ops/normalization.hpp>
#include <xgrad/autograd/ops/products.hpp>
#include <xgrad/autograd/ops/reductions.hpp>
#include <xgrad/autograd/ops/shapes.hpp>
#include <xgrad/autograd/ops/sorting.hpp>
#include <xgrad/core/factories.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad {

// Choosing
// -----------------------------------------------------------------------------------------------------------

/// a where `condition` (bool) holds, b elsewhere.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, const Scalar& b);
Tensor where(const Tensor& condition, const Scalar& a, const Tensor& b);
Tensor where(const Tensor& condition, const Scalar& a, const Scalar& b);
/// x with `value`, a number or a 0-d tensor, where `mask` (bool) holds.
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value);
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);
/// x with elements of `source`, in its order, where `mask` (bool, broadcast with x) holds.
Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source);

// Indexing
// -----------------------------------------------------------------------------------------------------------

/// The elements of x at indices of kLong, or at the true places of bool masks, one tensor for each dimension
/// (or nothing for all of it). Indices are broadcast together; the dimensions that they name give way to
/// theirs, in place if they are neighbours, in front otherwise. Tensor::index takes slices too.
Tensor index(const Tensor& x, ArrayRef<std::optional<Tensor>> indices);
/// x with `values`, broadcast to the shape of index(x, indices), written or added there.
Tensor index_put(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                 bool accumulate = false);
/// The elements of x, as a vector, where `mask` (bool, broadcast with x) holds.
Tensor masked_select(const Tensor& x, const Tensor& mask);
/// The elements at indices (kLong) into x as if it were flat; the result has the shape of the index.
Tensor take(const Tensor& x, const Tensor& index);
/// gather(), broadcasting x and indices in the other dimensions; without a dim, of x as if it were flat.
Tensor take_along_dim(const Tensor& x, const Tensor& indices, std::optional<int64_t> dim = nullopt);
/// The positions of the elements that are not zero, one a row: kLong [count, x.dim()]; never recorded.
Tensor nonzero(const Tensor& x);
/// The columns of nonzero(condition), fit to index with.
std::vector<Tensor> where(const Tensor& condition);
/// out[i][j] = x[index[i][j]][j] for dim 0, and so on; index is kLong with as many dims as x.
Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);
/// The rows (or other slices) of x at the given indices (kLong or kInt, 1-d).
Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index);
/// x with `source` added at the indices: the counterpart of gather.
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// x with `source`, or one number, written at the indices of gather.
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Scalar& value);
/// x with alpha times the slices of `source` added at the indices: the counterpart of index_select.
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                 const Scalar& alpha = 1);
/// x with the slices of `source` written at the indices.
Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// x with `value`, a number or a 0-d tensor, in the slices at the indices; negative ones count from the end.
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Scalar& value);
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value);

// Drawing: the numbers are those of PyTorch for the same seed, and have no gradient
// -----------------------------------------------------------------------------------------------------------

/// 1 with the probability that x names, else 0; or with probability p everywhere, in the dtype and shape of
/// x.
Tensor bernoulli(const Tensor& x);
Tensor bernoulli(const Tensor& x, double p);
/// `num_samples` indices (kLong) for each row of weights, drawn in proportion to them, without repetition
/// unless with `replacement`.
Tensor multinomial(const Tensor& weights, int64_t num_samples, bool replacement = false);

// Conversions
// --------------------------------------------------------------------------------------------------------

/// A copy of the elements; the gradient goes to x.
Tensor clone(const Tensor& x);
inline Tensor detach(const Tensor& x) { return x.detach(); }
inline bool is_floating_point(const Tensor& x) { return x.is_floating_point(); }
inline bool is_nonzero(const Tensor& x) { return x.is_nonzero(); }

}  // namespace xgrad

#include <xgrad/autograd/methods.hpp>
