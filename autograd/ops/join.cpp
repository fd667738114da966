// Joining tensors.
#include <algorithm>
#include <cstring>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad {

namespace {

// PyTorch lets an empty 1-d tensor be joined with anything.
bool is_skipped(const Tensor& t) { return t.dim() == 1 && t.numel() == 0; }

// Fills `out` with the parts, behind each other along dimension d or, stacked, as its slices.
void join(const Tensor& out, TensorList parts, int64_t d, bool stacked) {
  int64_t outer = 1, inner = 1;
  for (int64_t k = 0; k < out.dim(); ++k) (k < d ? outer : inner) *= out.size(k);
  if (out.numel() == 0) return;
  const int64_t bytes = out.itemsize() * inner;
  auto* to = static_cast<char*>(out.data_ptr());
  const bool as_they_lie = std::all_of(parts.begin(), parts.end(), [&](const Tensor& t) {
    return t.is_contiguous() && t.dtype() == out.dtype();
  });
  constexpr int64_t small = 1 << 14;
  if (as_they_lie && (outer >= 64 || out.numel() <= small)) {
    detail::parallel_for(outer, 0.1 * static_cast<double>(inner), [&](int64_t begin, int64_t end) {
      int64_t at = 0;  // in every run of `inner` elements
      for (const Tensor& part : parts) {
        const int64_t run = part.numel() / outer * out.itemsize();
        const auto* from = static_cast<const char*>(part.data_ptr());
        if (run > 0)
          for (int64_t o = begin; o < end; ++o)
            std::memcpy(to + o * bytes + at, from + o * run, static_cast<size_t>(run));
        at += run;
      }
    });
    return;
  }
  int64_t at = 0;
  for (const Tensor& part : parts) {
    if (part.numel() == 0) continue;
    Dims sizes = out.impl().sizes(), strides = out.impl().strides();
    if (stacked) {
      sizes.erase(sizes.begin() + d);
      strides.erase(strides.begin() + d);
    } else {
      sizes[static_cast<size_t>(d)] = part.size(d);
    }
    kernels::copy(detail::make_view(out, std::move(sizes), std::move(strides), at), part);
    at += part.numel() / outer;
  }
}

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
  join(out, tensors, d, false);
  Dims lengths;
  for (const Tensor& t : tensors) lengths.push_back(is_skipped(t) ? -1 : t.size(d));
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
  join(out, tensors, d, true);
  return record("StackBackward0", std::move(out), tensors, [d](const Tensor& g, Needs needs) {
    Grads result;
    for (size_t i = 0; i < needs.size(); ++i)
      result.push_back(needs[i] ? g.select(d, static_cast<int64_t>(i)) : none);
    return result;
  });
}

}  // namespace xgrad
