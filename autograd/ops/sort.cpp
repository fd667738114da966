// Order along a dimension.
#include <algorithm>
#include <limits>

#include <xgrad/autograd/ops/picked.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

struct Ordered {
  Tensor values, indices;
};

// The first `count` elements in order along a dimension: the smallest, or the largest if `descending`. NaN is
// larger than all. Equal elements stay in their order.
Ordered ordered(const Tensor& x, int64_t dim, int64_t count, bool descending) {
  const Tensor in = kernels::contiguous(x);
  Dims sizes = x.impl().sizes();
  if (x.dim() > 0) sizes[static_cast<size_t>(dim)] = count;
  Ordered out{detail::make_tensor(sizes, x.dtype()), detail::make_tensor(sizes, kLong)};
  const int64_t length = x.dim() > 0 ? x.size(dim) : 1;
  int64_t inner = 1;
  for (int64_t d = dim + 1; d < x.dim(); ++d) inner *= x.size(d);
  const int64_t outer = length > 0 ? x.numel() / length / std::max<int64_t>(inner, 1) : 0;
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(in.data_ptr());
    auto* values = static_cast<T*>(out.values.data_ptr());
    auto* indices = static_cast<int64_t*>(out.indices.data_ptr());
    struct Item {
      T value;
      int64_t index;
    };
    SmallVector<Item, 64> order;
    order.resize(static_cast<size_t>(length));
    const auto precedes = [descending](const Item& a, const Item& b) {
      const T& u = descending ? b.value : a.value;
      const T& v = descending ? a.value : b.value;
      if (u < v || (v != v && u == u)) return true;
      const bool equal = u == v || (u != u && v != v);
      return equal && a.index < b.index;
    };
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        const T* column = from + o * length * inner + i;
        for (int64_t k = 0; k < length; ++k) order[static_cast<size_t>(k)] = {column[k * inner], k};
        if (count == length)
          std::sort(order.begin(), order.end(), precedes);
        else
          std::partial_sort(order.begin(), order.begin() + count, order.end(), precedes);
        for (int64_t k = 0; k < count; ++k) {
          const int64_t at = (o * count + k) * inner + i;
          indices[at] = order[static_cast<size_t>(k)].index;
          values[at] = order[static_cast<size_t>(k)].value;
        }
      }
  });
  return out;
}

// Records values that were picked from x by an index tensor.
Tensor recorded(const char* name, Tensor values, const Tensor& x, const Tensor& indices, int64_t dim,
                bool squeezed = false) {
  return record(name, std::move(values), {x},
                [indices = save(indices), sizes = x.impl().sizes(), dim, squeezed](const Tensor& g, Needs) {
                  if (sizes.empty()) return grads(g);
                  const Tensor wide = squeezed ? g.unsqueeze(dim) : g;
                  return grads(scattered(sizes, dim, indices.data(), wide));
                });
}

std::tuple<Tensor, Tensor> sorted(const Tensor& x, int64_t dim, bool descending) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "sort");
  const Ordered all = ordered(x, d, x.dim() > 0 ? x.size(d) : 1, descending);
  return {recorded("SortBackward0", all.values, x, all.indices, d), all.indices};
}

// The element at place `k` (from 0) of the order, as a tensor of one element along dim.
std::tuple<Tensor, Tensor> at_place(const char* name, const Tensor& x, int64_t dim, int64_t k, bool keepdim) {
  if (x.dim() == 0) {
    const Tensor index = zeros({}, kLong);
    return {recorded(name, kernels::cast(x, x.dtype()), x, index, 0), index};
  }
  const Ordered up_to = ordered(x, dim, k + 1, false);
  const Tensor index = up_to.indices.narrow(dim, k, 1).contiguous();
  Tensor value = up_to.values.narrow(dim, k, 1).contiguous();
  if (keepdim) return {recorded(name, std::move(value), x, index, dim), index};
  return {recorded(name, value.squeeze(dim).detach(), x, index, dim, true), index.squeeze(dim)};
}

}  // namespace

std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending) {
  return sorted(x, dim, descending);
}
std::tuple<Tensor, Tensor> sort(const Tensor& x, std::optional<bool>, int64_t dim, bool descending) {
  return sorted(x, dim, descending);
}
Tensor argsort(const Tensor& x, int64_t dim, bool descending) {
  const AutoGradMode off(false);
  return std::get<1>(sorted(x, dim, descending));
}
Tensor argsort(const Tensor& x, bool, int64_t dim, bool descending) { return argsort(x, dim, descending); }

std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest, bool) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "topk"), size = x.dim() > 0 ? x.size(d) : 1;
  check(k >= 0 && k <= size, "selected index k out of range: topk of ", k, " from ", size,
        " elements along dim ", dim, " of ", x.sizes());
  const Ordered first = ordered(x, d, k, largest);
  return {recorded("TopkBackward0", first.values, x, first.indices, d), first.indices};
}

std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "kthvalue"), size = x.dim() > 0 ? x.size(d) : 1;
  check(size > 0, "kthvalue(): Expected reduction dim ", d, " to have non-zero size.");
  check(k > 0 && k <= size, "kthvalue(): selected number k out of range for dimension ", dim, ": got ", k,
        ", there are ", size, " elements, counted from 1");
  return at_place("KthvalueBackward0", x, d, k - 1, keepdim);
}

Tensor median(const Tensor& x) {
  const Tensor flat = x.detach().reshape(-1);
  const int64_t n = flat.numel();
  Tensor y;
  if (n == 0) {
    check(x.is_floating_point(), "median: an empty ", x.dtype(), " tensor has no median");
    y = full({}, std::numeric_limits<double>::quiet_NaN(), x.dtype());
  } else {
    const Tensor last = std::get<0>(topk(flat, 1));  // NaN if there is one
    y = isnan(last).item<bool>() ? last
                                 : ordered(flat, 0, (n - 1) / 2 + 1, false).values.narrow(0, (n - 1) / 2, 1);
    y = y.reshape({}).detach();
  }
  // The gradient is shared by equal elements.
  return record("MedianBackward0", y, {x}, [x = save(x), y = save_output(y)](const Tensor& g, Needs) {
    const Tensor at = isnan(y.data()).item<bool>() ? isnan(x.data()) : x.data() == y.data();
    return grads(masked_fill(g / at.sum().to(g.dtype()), logical_not(at), 0));
  });
}

std::tuple<Tensor, Tensor> median(const Tensor& x, int64_t dim, bool keepdim) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "median"), size = x.dim() > 0 ? x.size(d) : 1;
  check(size > 0, "median(): Expected reduction dim ", d, " to have non-zero size.");
  const auto [middle, place] = at_place("MedianBackward1", x, d, (size - 1) / 2, keepdim);
  if (!x.is_floating_point() || x.dim() == 0 || !any(isnan(x)).item<bool>()) return {middle, place};
  // A NaN anywhere is the median: where there is one it is the largest element.
  const auto [largest, at] = max(x, d, keepdim);
  const Tensor lost = isnan(largest);
  return {where(lost, largest, middle), where(lost, at, place)};
}

}  // namespace xgrad
