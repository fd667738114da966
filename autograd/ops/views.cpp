// More views, cutting and joining.
#include <algorithm>

#include <xgrad/autograd/ops/place.hpp>
#include <xgrad/autograd/ops/recording.hpp>

namespace xgrad {

Tensor unflatten(const Tensor& x, int64_t dim, IntArrayRef sizes) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "unflatten");
  check(!sizes.empty(), "unflatten: sizes must be non-empty");
  check(x.dim() > 0, "unflatten: a 0-dim tensor has no dimension to cut");
  int64_t product = 1, open = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == -1)
      open = static_cast<int64_t>(i);
    else
      product *= sizes[i];
  }
  const bool fits = open < 0 ? product == x.size(d) : product > 0 && x.size(d) % product == 0;
  check(fits, "unflatten: Provided sizes ", sizes, " don't multiply up to the size of dim ", d, " (",
        x.size(d), ") in the input tensor");
  Dims shape;
  for (int64_t k = 0; k < x.dim(); ++k) {
    if (k != d)
      shape.push_back(x.size(k));
    else
      for (const int64_t size : sizes) shape.push_back(size == -1 ? x.size(d) / product : size);
  }
  return x.view(shape);
}

Tensor movedim(const Tensor& x, IntArrayRef source, IntArrayRef destination) {
  check(source.size() == destination.size(), "movedim: Invalid source or destination dims: source (", source,
        " dims) should contain the same number of dims as destination (", destination, " dims)");
  Dims order(static_cast<size_t>(x.dim()), -1);
  std::vector<bool> moved(order.size(), false);
  for (size_t i = 0; i < source.size(); ++i) {
    const int64_t from = detail::wrap_dim(source[i], x.dim(), "movedim"),
                  to = detail::wrap_dim(destination[i], x.dim(), "movedim");
    if (x.dim() == 0) return x;
    check(!moved[static_cast<size_t>(from)], "movedim: repeated dim in `source` (", source, ")");
    check(order[static_cast<size_t>(to)] < 0, "movedim: repeated dim in `destination` (", destination, ")");
    moved[static_cast<size_t>(from)] = true;
    order[static_cast<size_t>(to)] = from;
  }
  size_t next = 0;
  for (int64_t& d : order) {
    if (d >= 0) continue;
    while (moved[next]) ++next;
    d = static_cast<int64_t>(next++);
  }
  return x.permute(order);
}

namespace {

// The diagonal as a view, off the tape.
Tensor show_diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t rows = x.size(dim1), columns = x.size(dim2);
  const int64_t length =
      std::max<int64_t>(0, offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns));
  int64_t start = x.storage_offset();
  if (length > 0) start += offset >= 0 ? offset * x.stride(dim2) : -offset * x.stride(dim1);
  Dims sizes, strides;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (d == dim1 || d == dim2) continue;
    sizes.push_back(x.size(d));
    strides.push_back(x.stride(d));
  }
  sizes.push_back(length);
  strides.push_back(x.stride(dim1) + x.stride(dim2));
  return detail::make_view(x, std::move(sizes), std::move(strides), start);
}

}  // namespace

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t a = detail::wrap_dim(dim1, x.dim(), "diagonal"),
                b = detail::wrap_dim(dim2, x.dim(), "diagonal");
  check(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  return record_view("DiagonalBackward0", show_diagonal(x, offset, a, b), x,
                     [offset, a, b, sizes = x.impl().sizes()](const Tensor& g, Needs) {
                       return grads(place("DiagonalBackwardBackward0", g, sizes,
                                          [=](const Tensor& whole) { return whole.diagonal(offset, a, b); }));
                     });
}

Tensor diag_embed(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  check(x.dim() > 0, "diag_embed: a 0-dim tensor has no diagonal to fill");
  const int64_t a = detail::wrap_dim(dim1, x.dim() + 1, "diag_embed"),
                b = detail::wrap_dim(dim2, x.dim() + 1, "diag_embed");
  check(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  const int64_t length = x.size(-1) + std::abs(offset);
  Dims sizes(x.sizes().begin(), x.sizes().end() - 1);
  sizes.insert(sizes.begin() + std::min(a, b), length);
  sizes.insert(sizes.begin() + std::max(a, b), length);
  return place("DiagEmbedBackward0", x, sizes,
               [=](const Tensor& whole) { return whole.diagonal(offset, a, b); });
}

Tensor diag(const Tensor& x, int64_t diagonal) {
  check(x.dim() == 1 || x.dim() == 2, "diag(): Supports 1D or 2D tensors. Got ", x.dim(), "D");
  const auto show = [diagonal](const Tensor& whole) { return whole.diagonal(diagonal); };
  if (x.dim() == 2)
    return record("DiagBackward0", kernels::cast(show_diagonal(x, diagonal, 0, 1), x.dtype()), {x},
                  [show, sizes = x.impl().sizes()](const Tensor& g, Needs) {
                    return grads(place("DiagonalBackwardBackward0", g, sizes, show));
                  });
  const int64_t length = x.numel() + std::abs(diagonal);
  return place("DiagBackward0", x, {length, length}, show);
}

namespace {

// The counterpart of unfold: windows added up where they overlap.
Tensor fold(const Tensor& windows, const Dims& sizes, int64_t dim, int64_t size, int64_t step) {
  Tensor whole = zeros(sizes, windows.dtype());
  {
    const AutoGradMode off(false);
    if (sizes.empty()) {
      whole = kernels::cast(windows.select(0, 0), windows.dtype());
    } else {
      const int64_t reach = (windows.size(dim) - 1) * step + 1;
      for (int64_t i = 0; i < size && windows.numel() > 0; ++i)
        whole.slice(dim, i, i + reach, step).add_(windows.select(-1, i));
    }
  }
  return record("UnfoldBackwardBackward0", std::move(whole), {windows},
                [dim, size, step](const Tensor& g, Needs) { return grads(g.unfold(dim, size, step)); });
}

}  // namespace

Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "unfold"), length = x.dim() > 0 ? x.size(d) : 1;
  check(size >= 0 && size <= length, "maximum size for tensor at dimension ", d, " is ", length,
        " but size is ", size);
  check(step > 0, "step is ", step, " but must be > 0");
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  const int64_t stride = x.dim() > 0 ? x.stride(d) : 1;
  if (x.dim() > 0) {
    sizes[static_cast<size_t>(d)] = (length - size) / step + 1;
    strides[static_cast<size_t>(d)] = stride * step;
  }
  sizes.push_back(size);
  strides.push_back(stride);
  return record_view("UnfoldBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [from = x.impl().sizes(), d, size, step](const Tensor& g, Needs) {
                       return grads(fold(g, from, d, size, step));
                     });
}

Tensor atleast_1d(const Tensor& x) { return x.dim() == 0 ? x.reshape(1) : x; }
Tensor atleast_2d(const Tensor& x) {
  return x.dim() == 0 ? x.reshape({1, 1}) : x.dim() == 1 ? x.unsqueeze(0) : x;
}

std::vector<Tensor> broadcast_tensors(TensorList tensors) {
  Dims shape;
  for (const Tensor& t : tensors) shape = detail::broadcast_shapes(shape, t.sizes(), "broadcast_tensors");
  std::vector<Tensor> result;
  for (const Tensor& t : tensors) result.push_back(t.expand(shape));
  return result;
}

// Cutting
// ----------------------------------------------------------------------------------------------------------

std::vector<Tensor> split_with_sizes(const Tensor& x, IntArrayRef sizes, int64_t dim) {
  check(x.dim() > 0, "split expects at least a 1-dimensional tensor");
  const int64_t d = detail::wrap_dim(dim, x.dim(), "split_with_sizes");
  int64_t total = 0;
  for (const int64_t size : sizes) {
    check(size >= 0,
          "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=", sizes);
    total += size;
  }
  check(total == x.size(d), "split_with_sizes expects split_sizes to sum exactly to ", x.size(d),
        " (input tensor's size at dimension ", dim, "), but got split_sizes=", sizes);
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (const int64_t size : sizes) {
    parts.push_back(x.narrow(d, start, size));
    start += size;
  }
  return parts;
}

std::vector<Tensor> tensor_split(const Tensor& x, int64_t sections, int64_t dim) {
  check(x.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims");
  check(sections > 0, "number of sections must be larger than 0, got ", sections);
  const int64_t d = detail::wrap_dim(dim, x.dim(), "tensor_split"), least = x.size(d) / sections;
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (int64_t i = 0; i < sections; ++i) {
    const int64_t length = least + (i < x.size(d) % sections);
    parts.push_back(x.narrow(d, start, length));
    start += length;
  }
  return parts;
}

std::vector<Tensor> tensor_split(const Tensor& x, IntArrayRef indices, int64_t dim) {
  check(x.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims");
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (const int64_t end : indices) {
    parts.push_back(x.slice(dim, start, end));
    start = end;
  }
  parts.push_back(x.slice(dim, start));
  return parts;
}

// Joining
// ----------------------------------------------------------------------------------------------------------

std::vector<Tensor> meshgrid(TensorList tensors) { return meshgrid(tensors, "ij"); }

std::vector<Tensor> meshgrid(TensorList tensors, std::string_view indexing) {
  check(!tensors.empty(), "meshgrid expects a non-empty TensorList");
  check(indexing == "ij" || indexing == "xy",
        "meshgrid: indexing must be one of \"xy\" or \"ij\", but received: ", std::string(indexing));
  for (const Tensor& t : tensors) {
    check(t.dim() <= 1, "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ", t.sizes());
    check(t.dtype() == tensors[0].dtype(),
          "torch.meshgrid expects all tensors to have the same dtype, but got ", tensors[0].dtype(), " and ",
          t.dtype());
  }
  std::vector<Tensor> inputs = tensors.vec();
  const bool swap = indexing == "xy" && inputs.size() >= 2;
  if (swap) std::swap(inputs[0], inputs[1]);
  Dims shape;
  for (const Tensor& t : inputs) shape.push_back(t.numel());
  std::vector<Tensor> grids;
  for (size_t i = 0; i < inputs.size(); ++i) {
    Dims own(shape.size(), 1);
    own[i] = shape[i];
    grids.push_back(inputs[i].view(own).expand(shape));
  }
  if (swap) std::swap(grids[0], grids[1]);
  return grids;
}

Tensor hstack(TensorList tensors) {
  check(!tensors.empty(), "hstack expects a non-empty TensorList");
  std::vector<Tensor> wide;
  for (const Tensor& t : tensors) wide.push_back(atleast_1d(t));
  return cat(wide, wide[0].dim() == 1 ? 0 : 1);
}
Tensor vstack(TensorList tensors) {
  check(!tensors.empty(), "vstack expects a non-empty TensorList");
  std::vector<Tensor> wide;
  for (const Tensor& t : tensors) wide.push_back(atleast_2d(t));
  return cat(wide, 0);
}

}  // namespace xgrad
