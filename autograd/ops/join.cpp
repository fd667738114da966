// Joining tensors, and picking by index.
#include <cstring>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// PyTorch lets an empty 1-d tensor be joined with anything.
bool is_skipped(const Tensor& t) { return t.dim() == 1 && t.numel() == 0; }

}  // namespace

Tensor cat(TensorList tensors, int64_t dim) {
  check(!tensors.empty(), "cat: expected a non-empty list of Tensors");
  const Tensor* first = &tensors[0];
  ScalarType type = tensors[0].dtype();
  for (const Tensor& t : tensors) {
    check(t.dim() > 0,
          "zero-dimensional tensor cannot be concatenated: use stack, or unsqueeze(0) them first");
    if (is_skipped(*first)) first = &t;
    type = promote_types(type, t.dtype());
  }
  const int64_t d = detail::wrap_dim(dim, first->dim(), "cat");
  Dims sizes = first->impl().sizes();
  int64_t total = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& t = tensors[i];
    if (is_skipped(t)) continue;
    check(t.dim() == first->dim(), "Tensors must have same number of dimensions: got ", first->dim(), " and ",
          t.dim(), ": tensor ", i, " is ", t.sizes());
    for (int64_t k = 0; k < t.dim(); ++k)
      check(k == d || t.size(k) == first->size(k), "Sizes of tensors must match except in dimension ", d,
            ". Expected size ", first->size(k), " but got size ", t.size(k), " for tensor number ", i,
            " in the list: it is ", t.sizes(), ", the first is ", first->sizes());
    total += t.size(d);
  }
  if (!is_skipped(*first)) sizes[static_cast<size_t>(d)] = total;
  Tensor out = detail::make_tensor(sizes, type);
  std::vector<int64_t> lengths;
  {
    const AutoGradMode off(false);
    int64_t start = 0;
    for (const Tensor& t : tensors) {
      const int64_t length = is_skipped(t) ? 0 : t.size(d);
      if (length > 0) kernels::copy(out.narrow(d, start, length), t);
      start += length;
      lengths.push_back(is_skipped(t) ? -1 : length);
    }
  }
  return record("CatBackward0", std::move(out), tensors, [d, lengths](const Tensor& g, Needs needs) {
    Grads result;
    int64_t start = 0;
    for (size_t i = 0; i < lengths.size(); ++i) {
      const int64_t length = std::max<int64_t>(0, lengths[i]);
      result.push_back(!needs[i]        ? none
                       : lengths[i] < 0 ? zeros({0}, g.dtype())
                                        : g.narrow(d, start, length));
      start += length;
    }
    return result;
  });
}

Tensor stack(TensorList tensors, int64_t dim) {
  check(!tensors.empty(), "stack expects a non-empty TensorList");
  std::vector<Tensor> wide;
  const int64_t d = detail::wrap_dim(dim, tensors[0].dim() + 1, "stack");
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].sizes() == tensors[0].sizes(), "stack expects each tensor to be equal size, but got ",
          tensors[0].sizes(), " at entry 0 and ", tensors[i].sizes(), " at entry ", i);
    wide.push_back(tensors[i].unsqueeze(d));
  }
  return cat(wide, d);
}

namespace {

Tensor as_index(const Tensor& index, const char* op) {
  check(index.dtype() == kLong || index.dtype() == kInt, op, "(): Expected dtype int64 for index, got ",
        index.dtype(), ": convert with to(xgrad::kLong)");
  const Tensor wide = index.dtype() == kLong ? index : kernels::cast(index, kLong);
  return kernels::contiguous(wide);
}

// Calls f(position in index, address of the element of x that it picks) for gather and scatter_add.
template <class T, class F>
void for_each_picked(T* x, IntArrayRef strides, int64_t dim, int64_t size, const Tensor& index,
                     const char* op, F&& f) {
  const auto* at = index.data_ptr<int64_t>();
  const size_t n = index.sizes().size();
  Dims place(n, 0);
  for (int64_t k = 0; k < index.numel(); ++k) {
    check(at[k] >= 0 && at[k] < size, op, ": index ", at[k], " is out of bounds for dimension ", dim,
          " with size ", size);
    int64_t offset = 0;
    for (size_t d = 0; d < n; ++d) offset += (static_cast<int64_t>(d) == dim ? at[k] : place[d]) * strides[d];
    f(k, x + offset, place);
    for (size_t d = n; d-- > 0;) {
      if (++place[d] < index.sizes()[d]) break;
      place[d] = 0;
    }
  }
}

int64_t checked_pick_dim(const Tensor& x, int64_t dim, const Tensor& index, const char* op) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), op);
  check(index.dim() == x.dim(), op,
        ": Index tensor must have the same number of dimensions as input tensor: index is ", index.sizes(),
        ", input is ", x.sizes());
  for (int64_t k = 0; k < x.dim(); ++k)
    check(k == d || index.size(k) <= x.size(k), op, ": Size does not match at dimension ", k,
          " expected index ", index.sizes(), " to be smaller than self ", x.sizes(), " apart from dimension ",
          d);
  return d;
}

// The size of a dimension, and its stride, where a 0-d tensor counts as one element.
int64_t size_along(const Tensor& x, int64_t d) { return x.dim() == 0 ? 1 : x.size(d); }

}  // namespace

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  const int64_t d = checked_pick_dim(x, dim, index, "gather");
  const Tensor at = as_index(index, "gather");
  Tensor out = detail::make_tensor(index.sizes(), x.dtype());
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto* to = static_cast<T*>(out.data_ptr());
    for_each_picked(static_cast<T*>(x.data_ptr()), x.strides(), d, size_along(x, d), at, "gather",
                    [&](int64_t k, T* from, const Dims&) { to[k] = *from; });
  });
  return record("GatherBackward0", std::move(out), {x},
                [d, at = save(at), sizes = x.impl().sizes()](const Tensor& g, Needs) {
                  return grads(scatter_add(zeros(sizes, g.dtype()), d, at.data(), g));
                });
}

Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  const int64_t d = checked_pick_dim(x, dim, index, "scatter_add");
  check(source.dtype() == x.dtype(), "scatter_add(): Expected self.dtype to be equal to src.dtype, got ",
        x.dtype(), " and ", source.dtype());
  check(source.dim() == index.dim(),
        "scatter_add(): Index tensor must have the same number of dimensions as src tensor: ", index.sizes(),
        " and ", source.sizes());
  for (int64_t k = 0; k < index.dim(); ++k)
    check(index.size(k) <= source.size(k), "scatter_add(): Expected index ", index.sizes(),
          " to be smaller than src ", source.sizes(), " in every dimension");
  const Tensor at = as_index(index, "scatter_add");
  Tensor out = kernels::cast(x, x.dtype());
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(source.data_ptr());
    for_each_picked(static_cast<T*>(out.data_ptr()), out.strides(), d, size_along(x, d), at, "scatter_add",
                    [&](int64_t, T* to, const Dims& place) {
                      int64_t offset = 0;
                      for (size_t k = 0; k < place.size(); ++k) offset += place[k] * source.strides()[k];
                      *to = static_cast<T>(*to + from[offset]);
                    });
  });
  return record("ScatterAddBackward0", std::move(out), {x, source},
                [d, at = save(at), sizes = source.impl().sizes()](const Tensor& g, Needs needs) {
                  Tensor picked;
                  if (needs[1]) {
                    picked = gather(g, d, at.data());
                    // Elements of the source beyond the index took no part.
                    if (picked.sizes() != IntArrayRef(sizes))
                      for (size_t k = 0; k < sizes.size(); ++k)
                        if (Dims rest = picked.impl().sizes(); rest[k] < sizes[k]) {
                          rest[k] = sizes[k] - rest[k];
                          picked = cat({picked, zeros(rest, g.dtype())}, static_cast<int64_t>(k));
                        }
                  }
                  return grads(needs[0] ? g : none, std::move(picked));
                });
}

namespace {

// x as [outer, size, inner] for the indexed dimension.
struct Slices {
  int64_t outer = 1, size = 1, inner = 1;
  Slices(IntArrayRef sizes, int64_t dim) {
    for (size_t d = 0; d < sizes.size(); ++d)
      (static_cast<int64_t>(d) < dim ? outer : static_cast<int64_t>(d) > dim ? inner : size) *= sizes[d];
  }
};

Tensor checked_rows(const Tensor& index, int64_t size, const char* op) {
  check(index.dim() <= 1, op, "(): Index is supposed to be a vector, got shape ", index.sizes());
  Tensor at = as_index(index, op);
  const auto* p = at.data_ptr<int64_t>();
  for (int64_t k = 0; k < at.numel(); ++k)
    check(p[k] >= 0 && p[k] < size, op, "(): index out of range in self: entry ", k, " is ", p[k],
          ", the dimension has ", size, " elements");
  return at;
}

}  // namespace

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "index_select");
  const Tensor at = checked_rows(index, size_along(x, d), "index_select");
  const Tensor in = kernels::contiguous(x);
  Dims sizes = x.impl().sizes();
  if (x.dim() > 0) sizes[static_cast<size_t>(d)] = at.numel();
  Tensor out = detail::make_tensor(sizes, x.dtype());
  const Slices s(x.sizes(), d);
  const auto row = static_cast<size_t>(s.inner) * x.element_size();
  const auto* from = static_cast<const char*>(in.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  const auto* p = at.data_ptr<int64_t>();
  for (int64_t o = 0; o < s.outer; ++o)
    for (int64_t k = 0; k < at.numel(); ++k, to += row)
      std::memcpy(to, from + static_cast<size_t>(o * s.size + p[k]) * row, row);
  return record("IndexSelectBackward0", std::move(out), {x},
                [d, at = save(at), from_sizes = x.impl().sizes()](const Tensor& g, Needs) {
                  return grads(index_add(zeros(from_sizes, g.dtype()), d, at.data(), g));
                });
}

Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "index_add");
  const Tensor at = checked_rows(index, size_along(x, d), "index_add");
  check(source.dtype() == x.dtype(),
        "index_add_(): self and source expected to have the same dtype, but got (self) ", x.dtype(),
        " and (source) ", source.dtype());
  Dims expected = x.impl().sizes();
  if (x.dim() > 0) expected[static_cast<size_t>(d)] = at.numel();
  check(source.sizes() == IntArrayRef(expected), "index_add: source is ", source.sizes(), ", expected ",
        expected, " (the shape of x with as many entries along dim ", d, " as the index)");
  const Tensor in = kernels::contiguous(source);
  Tensor out = kernels::cast(x, x.dtype());
  const Slices s(x.sizes(), d);
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(in.data_ptr());
    auto* to = static_cast<T*>(out.data_ptr());
    const auto* p = at.data_ptr<int64_t>();
    for (int64_t o = 0; o < s.outer; ++o)
      for (int64_t k = 0; k < at.numel(); ++k, from += s.inner) {
        T* row = to + (o * s.size + p[k]) * s.inner;
        for (int64_t i = 0; i < s.inner; ++i) row[i] = static_cast<T>(row[i] + from[i]);
      }
  });
  return record("IndexAddBackward0", std::move(out), {x, source},
                [d, at = save(at)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? index_select(g, d, at.data()) : none);
                });
}

}  // namespace xgrad
