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
#include <xgrad/core/factories.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad {

// Arithmetic
// ---------------------------------------------------------------------------------------------------------

/// a + alpha * b.
Tensor add(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
Tensor add(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);
/// a - alpha * b. Not for bool tensors.
Tensor sub(const Tensor& a, const Tensor& b, const Scalar& alpha = 1);
Tensor sub(const Tensor& a, const Scalar& b, const Scalar& alpha = 1);
Tensor sub(const Scalar& a, const Tensor& b);
/// a * b.
Tensor mul(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Scalar& b);
/// a / b, floating-point also for integers.
Tensor div(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Scalar& b);
Tensor div(const Scalar& a, const Tensor& b);
/// a to the power b.
Tensor pow(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& a, const Scalar& b);
Tensor pow(const Scalar& a, const Tensor& b);
/// The larger element of each pair; NaN if either is. The gradient of a tie goes half to each.
Tensor maximum(const Tensor& a, const Tensor& b);
/// The smaller element of each pair; NaN if either is.
Tensor minimum(const Tensor& a, const Tensor& b);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator+(const Tensor& a, const Scalar& b) { return add(a, b); }
inline Tensor operator+(const Scalar& a, const Tensor& b) { return add(b, a); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator-(const Tensor& a, const Scalar& b) { return sub(a, b); }
inline Tensor operator-(const Scalar& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator*(const Tensor& a, const Scalar& b) { return mul(a, b); }
inline Tensor operator*(const Scalar& a, const Tensor& b) { return mul(b, a); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator/(const Tensor& a, const Scalar& b) { return div(a, b); }
inline Tensor operator/(const Scalar& a, const Tensor& b) { return div(a, b); }

// Functions of one tensor
// -------------------------------------------------------------------------------------------- Those with
// real values turn integers into the default dtype.

Tensor neg(const Tensor& x);
Tensor abs(const Tensor& x);
/// -1, 0 or 1; its gradient is zero.
Tensor sign(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
/// log(1 + x), accurate near 0.
Tensor log1p(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
/// 1 / x.
Tensor reciprocal(const Tensor& x);
/// x * x.
Tensor square(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// max(x, 0).
Tensor relu(const Tensor& x);
/// x limited to [min, max]; either may be absent. The gradient passes where x is within the limits.
Tensor clamp(const Tensor& x, const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt);
Tensor clamp_min(const Tensor& x, const Scalar& min);
Tensor clamp_max(const Tensor& x, const Scalar& max);
/// Sets each element to 0 with probability p and scales the others by 1/(1-p) when `train`; x itself
/// otherwise.
Tensor dropout(const Tensor& x, double p, bool train);

// Choosing
// -----------------------------------------------------------------------------------------------------------

/// a where `condition` (bool) holds, b elsewhere.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, const Scalar& b);
Tensor where(const Tensor& condition, const Scalar& a, const Tensor& b);
/// x with `value`, a number or a 0-d tensor, where `mask` (bool) holds.
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value);
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);

// Comparisons: bool tensors, never recorded
// --------------------------------------------------------------------------

Tensor eq(const Tensor& a, const Tensor& b);
Tensor eq(const Tensor& a, const Scalar& b);
Tensor ne(const Tensor& a, const Tensor& b);
Tensor ne(const Tensor& a, const Scalar& b);
Tensor lt(const Tensor& a, const Tensor& b);
Tensor lt(const Tensor& a, const Scalar& b);
Tensor le(const Tensor& a, const Tensor& b);
Tensor le(const Tensor& a, const Scalar& b);
Tensor gt(const Tensor& a, const Tensor& b);
Tensor gt(const Tensor& a, const Scalar& b);
Tensor ge(const Tensor& a, const Tensor& b);
Tensor ge(const Tensor& a, const Scalar& b);
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);
/// Same shape and equal elements.
bool equal(const Tensor& a, const Tensor& b);
/// |a - b| <= atol + rtol * |b| everywhere.
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false);

inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator==(const Tensor& a, const Scalar& b) { return eq(a, b); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator!=(const Tensor& a, const Scalar& b) { return ne(a, b); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<(const Tensor& a, const Scalar& b) { return lt(a, b); }
inline Tensor operator<(const Scalar& a, const Tensor& b) { return gt(b, a); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator<=(const Tensor& a, const Scalar& b) { return le(a, b); }
inline Tensor operator<=(const Scalar& a, const Tensor& b) { return ge(b, a); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>(const Tensor& a, const Scalar& b) { return gt(a, b); }
inline Tensor operator>(const Scalar& a, const Tensor& b) { return lt(b, a); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
inline Tensor operator>=(const Tensor& a, const Scalar& b) { return ge(a, b); }
inline Tensor operator>=(const Scalar& a, const Tensor& b) { return le(b, a); }

// Reductions
// ---------------------------------------------------------------------------------------------------------
// `keepdim` leaves a 1 where a dimension was reduced. An empty list of dims means all of them.

/// Integers and bools are summed as kLong.
Tensor sum(const Tensor& x, std::optional<ScalarType> dtype = nullopt);
Tensor sum(const Tensor& x, OptionalIntArrayRef dims, bool keepdim = false,
           std::optional<ScalarType> dtype = nullopt);
/// Floating-point only. NaN over nothing.
Tensor mean(const Tensor& x, std::optional<ScalarType> dtype = nullopt);
Tensor mean(const Tensor& x, OptionalIntArrayRef dims, bool keepdim = false,
            std::optional<ScalarType> dtype = nullopt);
/// The largest element; NaN if there is one. The gradient is shared by equal elements.
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);
/// Values and indices (kLong) along a dimension; the gradient goes to the element at the index.
std::tuple<Tensor, Tensor> max(const Tensor& x, int64_t dim, bool keepdim = false);
std::tuple<Tensor, Tensor> min(const Tensor& x, int64_t dim, bool keepdim = false);
inline Tensor max(const Tensor& a, const Tensor& b) { return maximum(a, b); }
inline Tensor min(const Tensor& a, const Tensor& b) { return minimum(a, b); }
/// The index (kLong) of the first largest element, of all or along a dimension; never recorded.
Tensor argmax(const Tensor& x, std::optional<int64_t> dim = nullopt, bool keepdim = false);
Tensor argmin(const Tensor& x, std::optional<int64_t> dim = nullopt, bool keepdim = false);
/// Whether any, or all, elements are not zero: a bool tensor.
Tensor any(const Tensor& x);
Tensor all(const Tensor& x);
/// log Σ exp(x) over the dims, safe from overflow.
Tensor logsumexp(const Tensor& x, IntArrayRef dims, bool keepdim = false);

// Shapes
// -------------------------------------------------------------------------------------------------------------
// Views share their elements with x; dims count from the end when negative.

/// Another shape on the same elements; one size may be -1. An error when the strides do not allow it.
Tensor view(const Tensor& x, IntArrayRef sizes);
/// A view if possible, otherwise a copy.
Tensor reshape(const Tensor& x, IntArrayRef sizes);
/// Joins the dimensions from start to end into one.
Tensor flatten(const Tensor& x, int64_t start_dim = 0, int64_t end_dim = -1);
/// A view with two dimensions exchanged.
Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
/// A view with the dimensions in another order.
Tensor permute(const Tensor& x, IntArrayRef dims);
/// The transpose of a matrix; tensors of fewer dimensions stay as they are.
Tensor t(const Tensor& x);
/// A view with a dimension of size 1 inserted.
Tensor unsqueeze(const Tensor& x, int64_t dim);
/// A view without the dimensions (or the given one, if it is) of size 1.
Tensor squeeze(const Tensor& x);
Tensor squeeze(const Tensor& x, int64_t dim);
/// A view in which dimensions of size 1 are repeated; -1 keeps a size.
Tensor expand(const Tensor& x, IntArrayRef sizes);
/// The view at one index of a dimension, which disappears.
Tensor select(const Tensor& x, int64_t dim, int64_t index);
/// The view of every step-th index from start up to end; both are clamped to the size.
Tensor slice(const Tensor& x, int64_t dim = 0, std::optional<int64_t> start = nullopt,
             std::optional<int64_t> end = nullopt, int64_t step = 1);
/// The view of `length` indices from start.
Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
/// Views of equal size along a dimension; the last may be smaller.
std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim = 0);
std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim = 0);
/// The views at every index of a dimension.
std::vector<Tensor> unbind(const Tensor& x, int64_t dim = 0);
/// Tensors joined along a dimension that they have; other sizes must agree.
Tensor cat(TensorList tensors, int64_t dim = 0);
/// Tensors of one shape joined along a new dimension.
Tensor stack(TensorList tensors, int64_t dim = 0);
/// x summed over the dimensions along which it was broadcast from `sizes`. PyTorch: Tensor.sum_to_size.
Tensor sum_to_size(const Tensor& x, IntArrayRef sizes);
/// Whether a tensor of shape `sizes` broadcasts to `target`.
bool is_expandable_to(IntArrayRef sizes, IntArrayRef target);

// Indexing
// -----------------------------------------------------------------------------------------------------------

/// The elements of x at indices of kLong, or at the true places of bool masks, one tensor for each dimension
/// (or nothing for all of it). Indices are broadcast together; the dimensions that they name give way to
/// theirs, in place if they are neighbours, in front otherwise. Tensor::index takes slices too.
Tensor index(const Tensor& x, ArrayRef<std::optional<Tensor>> indices);
/// x with `values`, broadcast to the shape of index(x, indices), written or added there.
Tensor index_put(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                 bool accumulate = false);
Tensor& index_put_(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
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

// Products
// -----------------------------------------------------------------------------------------------------------

/// The matrix product [n, k] × [k, m].
Tensor mm(const Tensor& a, const Tensor& b);
/// The batched matrix product [b, n, k] × [b, k, m].
Tensor bmm(const Tensor& a, const Tensor& b);
/// Vectors, matrices and batches of them, as torch.matmul.
Tensor matmul(const Tensor& a, const Tensor& b);
/// beta * c + alpha * (a × b); c is broadcast.
Tensor addmm(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta = 1,
             const Scalar& alpha = 1);
/// x × weightᵀ + bias for x [..., in], weight [out, in], bias [out] or undefined. PyTorch:
/// nn.functional.linear.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

// The softmax family
// -------------------------------------------------------------------------------------------------

/// exp(x) / Σ exp(x) along a dimension, safe from overflow.
Tensor softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);
/// log(softmax(x)), without the loss of digits.
Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);

namespace Reduction {
/// How a loss is reduced. PyTorch: at::Reduction.
enum Reduction { None, Mean, Sum };
}  // namespace Reduction

/// -weight[target] * x[target] for log-probabilities x of shape (C), (N, C) or (N, C, d…), as nn.NLLLoss.
Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight = {},
                int64_t reduction = Reduction::Mean, int64_t ignore_index = -100);
/// The cross-entropy between logits x, of shape (C), (N, C) or (N, C, d…), and class indices or class
/// probabilities (a target of x's shape), as nn.CrossEntropyLoss.
Tensor cross_entropy_loss(const Tensor& x, const Tensor& target, const Tensor& weight = {},
                          int64_t reduction = Reduction::Mean, int64_t ignore_index = -100,
                          double label_smoothing = 0.0);

// Conversions
// --------------------------------------------------------------------------------------------------------

Tensor clone(const Tensor& x);

}  // namespace xgrad

#include <xgrad/autograd/methods.hpp>
