// Views: other shapes on the same elements.
#include <algorithm>

#include <xgrad/autograd/ops/place.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

Dims dims_of(IntArrayRef values) { return Dims(values.begin(), values.end()); }

// `sizes` with a -1 replaced by what the number of elements leaves.
Dims infer_size(IntArrayRef sizes, const Tensor& x, const char* op) {
  Dims result = dims_of(sizes);
  int64_t known = 1, unknown = -1;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] == -1) {
      check(unknown < 0, op, ": only one dimension can be inferred, but ", sizes, " has several -1");
      unknown = static_cast<int64_t>(d);
    } else {
      check(sizes[d] >= 0, op, ": invalid shape dimension ", sizes[d], " in ", sizes);
      known *= sizes[d];
    }
  }
  if (unknown >= 0 && known > 0 && x.numel() % known == 0) {
    result[static_cast<size_t>(unknown)] = x.numel() / known;
    known *= x.numel() / known;
  } else if (unknown >= 0) {
    check(known > 0, op, ": cannot reshape tensor of 0 elements into shape ", sizes,
          " because the unspecified dimension size -1 can be any value and is ambiguous");
    known = -1;
  }
  check(known == x.numel(), op, ": shape '", sizes, "' is invalid for input of size ", x.numel(),
        ". The input's shape is ", x.sizes(), ": the new sizes must multiply to the same number of elements");
  return result;
}

// The strides that show the elements of x as `sizes` without a copy, if there are any: dimensions of x that
// lie evenly behind each other form a run, and each run is cut into new dimensions.
std::optional<Dims> view_strides(const Tensor& x, const Dims& sizes) {
  if (x.is_contiguous() || x.numel() == 0) return detail::contiguous_strides(sizes);
  const IntArrayRef old_sizes = x.sizes(), old_strides = x.strides();
  Dims strides(sizes.size(), 1);
  size_t to = sizes.size();
  int64_t run = 1;
  int64_t base = old_strides.back();
  for (size_t d = old_sizes.size(); d-- > 0;) {
    run *= old_sizes[d];
    const bool ends = d == 0 || (old_sizes[d - 1] != 1 && old_strides[d - 1] != run * base);
    if (!ends) continue;
    int64_t cut = 1;
    while (to > 0 && (cut < run || sizes[to - 1] == 1)) {
      strides[to - 1] = cut * base;
      cut *= sizes[--to];
    }
    if (cut != run) return nullopt;
    if (d > 0) {
      run = 1;
      base = old_strides[d - 1];
    }
  }
  return to == 0 ? std::optional(strides) : nullopt;
}

Tensor view_with(const Tensor& x, Dims sizes, Dims strides) {
  return record_view("ViewBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [from = x.impl().sizes()](const Tensor& g, Needs) { return grads(g.reshape(from)); });
}

}  // namespace

Tensor view(const Tensor& x, IntArrayRef sizes) {
  Dims shape = infer_size(sizes, x, "view");
  std::optional<Dims> strides = view_strides(x, shape);
  check(strides.has_value(),
        "view size is not compatible with input tensor's size and stride (at least one dimension spans "
        "across two contiguous subspaces). Use .reshape(...) instead. The input has shape ",
        x.sizes(), " and strides ", x.strides(), ", asked for ", sizes);
  return view_with(x, std::move(shape), std::move(*strides));
}

Tensor reshape(const Tensor& x, IntArrayRef sizes) {
  Dims shape = infer_size(sizes, x, "reshape");
  if (std::optional<Dims> strides = view_strides(x, shape))
    return view_with(x, std::move(shape), std::move(*strides));
  return clone(x).view(shape);
}

Tensor flatten(const Tensor& x, int64_t start_dim, int64_t end_dim) {
  const int64_t start = detail::wrap_dim(start_dim, x.dim(), "flatten"),
                end = detail::wrap_dim(end_dim, x.dim(), "flatten");
  check(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim: got ", start_dim,
        " and ", end_dim);
  if (x.dim() == 0) return x.reshape(1);
  if (start == end) return x;
  Dims sizes;
  int64_t joined = 1;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (d < start || d > end) {
      sizes.push_back(x.size(d));
    } else {
      joined *= x.size(d);
      if (d == end) sizes.push_back(joined);
    }
  }
  return x.reshape(sizes);
}

Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1) {
  const auto a = static_cast<size_t>(detail::wrap_dim(dim0, x.dim(), "transpose")),
             b = static_cast<size_t>(detail::wrap_dim(dim1, x.dim(), "transpose"));
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  if (x.dim() > 0) {
    std::swap(sizes[a], sizes[b]);
    std::swap(strides[a], strides[b]);
  }
  return record_view("TransposeBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [dim0, dim1](const Tensor& g, Needs) { return grads(g.transpose(dim0, dim1)); });
}

Tensor t(const Tensor& x) {
  check(x.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", x.dim(),
        "D: use transpose(dim0, dim1) or permute(dims)");
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  std::reverse(sizes.begin(), sizes.end());
  std::reverse(strides.begin(), strides.end());
  return record_view("TBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [](const Tensor& g, Needs) { return grads(g.t()); });
}

Tensor permute(const Tensor& x, IntArrayRef dims) {
  check(static_cast<int64_t>(dims.size()) == x.dim(),
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the "
        "desired ordering of dimensions i.e. input.dim() = ",
        x.dim(), " is not equal to len(dims) = ", dims.size());
  Dims sizes, strides, back(dims.size(), -1);
  for (size_t i = 0; i < dims.size(); ++i) {
    const auto d = static_cast<size_t>(detail::wrap_dim(dims[i], x.dim(), "permute"));
    check(back[d] < 0, "permute: repeated dim in permute: ", dims);
    back[d] = static_cast<int64_t>(i);
    sizes.push_back(x.sizes()[d]);
    strides.push_back(x.strides()[d]);
  }
  return record_view("PermuteBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [back](const Tensor& g, Needs) { return grads(g.permute(back)); });
}

Tensor unsqueeze(const Tensor& x, int64_t dim) {
  const int64_t d = detail::wrap_dim(dim, x.dim() + 1, "unsqueeze");
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  const int64_t stride = d < x.dim() ? x.size(d) * x.stride(d) : 1;
  sizes.insert(sizes.begin() + d, 1);
  strides.insert(strides.begin() + d, stride);
  return record_view("UnsqueezeBackward0",
                     detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [d](const Tensor& g, Needs) { return grads(g.squeeze(d)); });
}

namespace {
template <class Drop>
Tensor squeeze_where(const char* name, const Tensor& x, Drop drop) {
  Dims sizes, strides;
  for (size_t d = 0; d < x.sizes().size(); ++d) {
    if (x.sizes()[d] == 1 && drop(static_cast<int64_t>(d))) continue;
    sizes.push_back(x.sizes()[d]);
    strides.push_back(x.strides()[d]);
  }
  return record_view(name, detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset()), x,
                     [from = x.impl().sizes()](const Tensor& g, Needs) { return grads(g.reshape(from)); });
}
}  // namespace

Tensor squeeze(const Tensor& x) {
  return squeeze_where("SqueezeBackward0", x, [](int64_t) { return true; });
}
Tensor squeeze(const Tensor& x, int64_t dim) {
  const int64_t wanted = detail::wrap_dim(dim, x.dim(), "squeeze");
  return squeeze_where("SqueezeBackward1", x, [wanted](int64_t d) { return d == wanted; });
}

Tensor expand(const Tensor& x, IntArrayRef sizes) {
  const size_t n = sizes.size(), m = x.sizes().size();
  check(n >= m, "expand(", sizes, "): the number of sizes provided (", n,
        ") must be greater or equal to the number of dimensions in the tensor (", m, "), which is ",
        x.sizes());
  Dims shape = dims_of(sizes);
  for (size_t d = 0; d < n; ++d) {
    if (d < n - m) {
      check(sizes[d] >= 0, "expand(", sizes, "): The expanded size of the tensor (", sizes[d],
            ") isn't allowed in a leading, non-existing dimension ", d);
      continue;
    }
    const int64_t own = x.sizes()[d - (n - m)];
    if (sizes[d] == -1) shape[d] = own;
    check(shape[d] == own || own == 1, "The expanded size of the tensor (", sizes[d],
          ") must match the existing size (", own, ") at non-singleton dimension ", d,
          ". Target sizes: ", sizes, ". Tensor sizes: ", x.sizes());
  }
  Dims strides = detail::broadcast_strides(x.sizes(), x.strides(), shape);
  return record_view("ExpandBackward0",
                     detail::make_view(x, std::move(shape), std::move(strides), x.storage_offset()), x,
                     [](const Tensor& g, Needs) { return grads(g); });
}

Tensor select(const Tensor& x, int64_t dim, int64_t index) {
  check(x.dim() > 0, "select() cannot be applied to a 0-dim tensor.");
  const int64_t d = detail::wrap_dim(dim, x.dim(), "select"), size = x.size(d);
  check(index >= -size && index < size, "select(): index ", index, " out of range for tensor of size ",
        x.sizes(), " at dimension ", d, ": valid indices are ", -size, " to ", size - 1);
  const int64_t i = index < 0 ? index + size : index;
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  sizes.erase(sizes.begin() + d);
  strides.erase(strides.begin() + d);
  return record_view(
      "SelectBackward0",
      detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset() + i * x.stride(d)), x,
      [d, i, from = x.impl().sizes()](const Tensor& g, Needs) {
        return grads(place("SelectBackwardBackward0", g, from,
                           [d, i](const Tensor& whole) { return whole.select(d, i); }));
      });
}

Tensor slice(const Tensor& x, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end,
             int64_t step) {
  check(x.dim() > 0, "slice() cannot be applied to a 0-dim tensor.");
  check(step > 0, "slice step must be positive, got ", step);
  const int64_t d = detail::wrap_dim(dim, x.dim(), "slice"), size = x.size(d);
  const auto clamped = [size](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + size : i, 0, size); };
  const int64_t from = clamped(start.value_or(0)), to = std::max(from, clamped(end.value_or(size)));
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  sizes[static_cast<size_t>(d)] = (to - from + step - 1) / step;
  strides[static_cast<size_t>(d)] *= step;
  return record_view(
      "SliceBackward0",
      detail::make_view(x, std::move(sizes), std::move(strides), x.storage_offset() + from * x.stride(d)), x,
      [d, from, to, step, whole_sizes = x.impl().sizes()](const Tensor& g, Needs) {
        const auto show = [d, from, to, step](const Tensor& whole) { return whole.slice(d, from, to, step); };
        return grads(place("SliceBackwardBackward0", g, whole_sizes, show));
      });
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  check(x.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
  const int64_t size = x.size(dim), from = start < 0 ? start + size : start;
  check(length >= 0 && from >= 0 && from + length <= size, "start (", start, ") + length (", length,
        ") exceeds dimension size (", size, ") in narrow of dim ", dim, " of ", x.sizes());
  return slice(x, dim, from, from + length);
}

namespace {

// The gradients of several outputs, with zeros for those that none has reached.
template <class SizesOf>
std::vector<Tensor> or_zeros(const Grads& gradients, const SizesOf& sizes_of) {
  const Tensor* any = gradients.begin();
  while (!any->defined()) ++any;
  std::vector<Tensor> result;
  for (size_t i = 0; i < gradients.size(); ++i)
    result.push_back(gradients[i].defined() ? gradients[i] : zeros(sizes_of(i), any->dtype()));
  return result;
}

// `count` views of `size` indices of a dimension each; the last may have fewer.
std::vector<Tensor> split_at(const Tensor& x, int64_t dim, int64_t count, int64_t size) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "split"), whole = x.size(d), stride = x.stride(d);
  Dims sizes = x.impl().sizes();
  const auto sizes_of = [sizes, d, size, whole](size_t i) {
    Dims part = sizes;
    part[static_cast<size_t>(d)] = std::min(size, whole - static_cast<int64_t>(i) * size);
    return part;
  };
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < count; ++i)
    parts.push_back(detail::make_view(x, sizes_of(static_cast<size_t>(i)), x.impl().strides(),
                                      x.storage_offset() + i * size * stride));
  return record_views("SplitBackward0", std::move(parts), x,
                      [d, sizes_of](Grads& g, Needs) { return grads(cat(or_zeros(g, sizes_of), d)); });
}

}  // namespace

std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim) {
  check(x.dim() > 0, "split expects at least a 1-dimensional tensor");
  check(size > 0 || (size == 0 && x.size(dim) == 0),
        "split expects split_size be non-negative, but got split_size=", size, " for dim ", dim, " of ",
        x.sizes());
  const int64_t whole = x.size(dim);
  return split_at(x, dim, std::max<int64_t>(1, size > 0 ? (whole + size - 1) / size : 1), size);
}

std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim) {
  check(x.dim() > 0, "chunk expects at least a 1-dimensional tensor");
  check(chunks > 0, "chunk expects `chunks` to be greater than 0, got: ", chunks);
  if (x.size(dim) == 0) return split_at(x, dim, chunks, 0);
  return split(x, (x.size(dim) + chunks - 1) / chunks, dim);
}

std::vector<Tensor> unbind(const Tensor& x, int64_t dim) {
  check(x.dim() > 0, "unbind: Dimension specified as ", dim, " but tensor has no dimensions");
  const int64_t d = detail::wrap_dim(dim, x.dim(), "unbind"), stride = x.stride(d);
  Dims sizes = x.impl().sizes(), strides = x.impl().strides();
  sizes.erase(sizes.begin() + d);
  strides.erase(strides.begin() + d);
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < x.size(d); ++i)
    parts.push_back(detail::make_view(x, sizes, strides, x.storage_offset() + i * stride));
  return record_views("UnbindBackward0", std::move(parts), x, [d, sizes](Grads& g, Needs) {
    return grads(stack(or_zeros(g, [&](size_t) { return sizes; }), d));
  });
}

}  // namespace xgrad
