// Shapes. Views share their elements with x; dims count from the end when negative.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

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

inline Tensor ravel(const Tensor& x) { return reshape(x, -1); }
/// A view with one dimension cut into several; one size may be -1.
Tensor unflatten(const Tensor& x, int64_t dim, IntArrayRef sizes);
inline Tensor swapaxes(const Tensor& x, int64_t dim0, int64_t dim1) { return transpose(x, dim0, dim1); }
inline Tensor swapdims(const Tensor& x, int64_t dim0, int64_t dim1) { return transpose(x, dim0, dim1); }
/// A view with the dimensions `source` at the places `destination`, the others in their order.
Tensor movedim(const Tensor& x, IntArrayRef source, IntArrayRef destination);
inline Tensor movedim(const Tensor& x, int64_t source, int64_t destination) {
  return movedim(x, IntArrayRef(source), IntArrayRef(destination));
}
inline Tensor moveaxis(const Tensor& x, IntArrayRef source, IntArrayRef destination) {
  return movedim(x, source, destination);
}
inline Tensor moveaxis(const Tensor& x, int64_t source, int64_t destination) {
  return movedim(x, source, destination);
}
/// The view of the elements whose indices in dim1 and dim2 differ by `offset`, as a new last dimension.
Tensor diagonal(const Tensor& x, int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1);
/// Zeros with the last dimension of x on the diagonal between dim1 and dim2 of the result.
Tensor diag_embed(const Tensor& x, int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1);
/// The diagonal of a matrix, or the matrix with this diagonal.
Tensor diag(const Tensor& x, int64_t diagonal = 0);
/// The view of all slices of `size` elements, `step` apart, along a dimension; they become the last one.
/// PyTorch: Tensor.unfold.
Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step);
inline Tensor broadcast_to(const Tensor& x, IntArrayRef sizes) { return expand(x, sizes); }
/// The tensors expanded to the shape that all of them broadcast to.
std::vector<Tensor> broadcast_tensors(TensorList tensors);
/// A view of at least that many dimensions.
Tensor atleast_1d(const Tensor& x);
Tensor atleast_2d(const Tensor& x);
/// Views of the given sizes along a dimension; they must add up to its length.
std::vector<Tensor> split_with_sizes(const Tensor& x, IntArrayRef sizes, int64_t dim = 0);
inline std::vector<Tensor> split(const Tensor& x, IntArrayRef sizes, int64_t dim = 0) {
  return split_with_sizes(x, sizes, dim);
}
/// `sections` views as equal as can be, or views that end at the given indices.
std::vector<Tensor> tensor_split(const Tensor& x, int64_t sections, int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& x, IntArrayRef indices, int64_t dim = 0);
/// For vectors, tensors of all their lengths ("ij") on each of which one vector varies; "xy" exchanges the
/// first two dimensions.
std::vector<Tensor> meshgrid(TensorList tensors);
std::vector<Tensor> meshgrid(TensorList tensors, std::string_view indexing);
inline Tensor concat(TensorList tensors, int64_t dim = 0) { return cat(tensors, dim); }
inline Tensor concatenate(TensorList tensors, int64_t dim = 0) { return cat(tensors, dim); }
/// Joined side by side (vectors end to end), or below each other.
Tensor hstack(TensorList tensors);
Tensor vstack(TensorList tensors);

// Copies.

/// x repeated as often as `repeats` says along each dimension. PyTorch: Tensor.repeat.
Tensor repeat(const Tensor& x, IntArrayRef repeats);
/// repeat, with leading ones added to `dims` where they are too few.
Tensor tile(const Tensor& x, IntArrayRef dims);
/// Each element, or each slice along dim, `repeats` times in a row; without a dim x is flattened.
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> dim = nullopt,
                         std::optional<int64_t> output_size = nullopt);
Tensor repeat_interleave(const Tensor& x, int64_t repeats, std::optional<int64_t> dim = nullopt,
                         std::optional<int64_t> output_size = nullopt);
/// Shifted along the dims, what leaves at the end coming back at the front; without dims x is flattened.
Tensor roll(const Tensor& x, IntArrayRef shifts, IntArrayRef dims = {});
/// In reverse order along the dims.
Tensor flip(const Tensor& x, IntArrayRef dims);
/// Zero above, or below, the diagonal of the last two dimensions.
Tensor tril(const Tensor& x, int64_t diagonal = 0);
Tensor triu(const Tensor& x, int64_t diagonal = 0);

}  // namespace xgrad
