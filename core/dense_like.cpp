#include <xgrad/core/dense_like.hpp>

#include <utility>

namespace xgrad::detail {

namespace {

// The dimensions from the innermost, by PyTorch's rule. Those of stride 0 stay where they are and are passed
// over.
Dims memory_order(IntArrayRef sizes, IntArrayRef strides) {
  Dims order;
  for (auto d = static_cast<int64_t>(sizes.size()); d-- > 0;) order.push_back(d);
  const auto stride = [&](size_t place) { return strides[static_cast<size_t>(order[place])]; };
  const auto size = [&](size_t place) { return sizes[static_cast<size_t>(order[place])]; };
  for (size_t i = 1; i < order.size(); ++i)
    for (size_t moved = i, next = i; next-- > 0;) {
      if (stride(next) == 0 || stride(moved) == 0) continue;
      if (stride(next) < stride(moved)) break;
      if (stride(next) == stride(moved) && size(next) <= size(moved)) continue;
      std::swap(order[next], order[moved]);
      moved = next;
    }
  return order;
}

}  // namespace

Tensor make_dense_like(const Tensor& t) {
  const Tensor like = make_tensor(t.sizes(), t.dtype());
  if (t.is_contiguous() || t.numel() == 0) return like;
  const Dims& sizes = like.impl().sizes();
  Dims strides(sizes.size(), 1);
  int64_t next = 1;
  for (const int64_t d : memory_order(sizes, t.strides())) {
    strides[static_cast<size_t>(d)] = next;
    next *= sizes[static_cast<size_t>(d)];
  }
  return make_view(like, sizes, std::move(strides), 0);
}

}  // namespace xgrad::detail
