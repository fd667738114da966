// Joining tensors.
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
  const int64_t d = detail::wrap_dim(dim, tensors[0].dim() + 1, "stack");
  ScalarType type = tensors[0].dtype();
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].sizes() == tensors[0].sizes(), "stack expects each tensor to be equal size, but got ",
          tensors[0].sizes(), " at entry 0 and ", tensors[i].sizes(), " at entry ", i);
    type = promote_types(type, tensors[i].dtype());
  }
  Dims sizes = tensors[0].impl().sizes();
  sizes.insert(sizes.begin() + d, static_cast<int64_t>(tensors.size()));
  Tensor out = detail::make_tensor(sizes, type);
  {
    const AutoGradMode off(false);
    for (size_t i = 0; i < tensors.size(); ++i)
      kernels::copy(out.select(d, static_cast<int64_t>(i)), tensors[i]);
  }
  return record("StackBackward0", std::move(out), tensors, [d](const Tensor& g, Needs needs) {
    Grads result;
    for (size_t i = 0; i < needs.size(); ++i)
      result.push_back(needs[i] ? g.select(d, static_cast<int64_t>(i)) : none);
    return result;
  });
}

}  // namespace xgrad
