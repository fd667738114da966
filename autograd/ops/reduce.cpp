// Sums, means, extremes.
#include <algorithm>
#include <limits>

#include <xgrad/autograd/ops/picked.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/autograd/ops/reduced_dims.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/reduce.hpp>

namespace xgrad {

Dims wrap_dims(OptionalIntArrayRef dims, const Tensor& x, const char* op) {
  Dims wrapped;
  if (!dims) return wrapped;
  for (const int64_t dim : *dims) {
    const int64_t d = detail::wrap_dim(dim, x.dim(), op);
    check(std::find(wrapped.begin(), wrapped.end(), d) == wrapped.end(), op, ": dim ", d,
          " appears multiple times in the list of dims ", *dims);
    if (x.dim() > 0) wrapped.push_back(d);
  }
  return wrapped;
}

namespace {

Tensor sum_over(const char* name, const Tensor& x, Dims dims, bool keepdim, std::optional<ScalarType> type) {
  const Tensor in = in_type(x, type ? type : x.is_floating_point() ? nullopt : std::optional(kLong));
  return record(name, kernels::reduce<kernels::Add>(in, dims, keepdim), {in},
                [sizes = in.impl().sizes(), dims, keepdim](const Tensor& g, Needs) {
                  return grads(restore(g, sizes, dims, keepdim).expand(sizes));
                });
}

Tensor mean_over(const char* name, const Tensor& x, Dims dims, bool keepdim, std::optional<ScalarType> type) {
  const Tensor in = in_type(x, type);
  check(in.is_floating_point(),
        "mean(): could not infer output dtype. Input dtype must be a floating point dtype. Got: ", in.dtype(),
        ": convert first, e.g. x.to(xgrad::kFloat).mean(), or pass the dtype");
  Tensor total = kernels::reduce<kernels::Add>(in, dims, keepdim);
  const double count =
      static_cast<double>(in.numel()) / static_cast<double>(std::max<int64_t>(1, total.numel()));
  Tensor y = kernels::binary<kernels::Div>(total, Scalar(count), "mean");
  // The mean of nothing is NaN, but its derivatives are not.
  return record(
      name, std::move(y), {in},
      [sizes = in.impl().sizes(), dims, keepdim, count = std::max(count, 1.0)](const Tensor& g, Needs) {
        return grads((restore(g, sizes, dims, keepdim) / count).expand(sizes));
      });
}

// What any() and all() give: as in PyTorch, bytes stay bytes.
ScalarType truth_type(const Tensor& x) { return x.dtype() == kByte ? kByte : kBool; }

void refuse_empty(const Tensor& x, const char* op) {
  check(x.numel() > 0, op,
        "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
        "the 'dim' argument. The input is ",
        x.sizes());
}
void refuse_empty(const Tensor& x, int64_t dim, const char* op) {
  check(x.dim() == 0 || x.size(dim) > 0, op, "(): Expected reduction dim ", dim,
        " to have non-zero size. The input is ", x.sizes());
}

template <class Op>
Tensor extreme(const char* op, const char* name, const Tensor& x) {
  refuse_empty(x, op);
  const Tensor y = kernels::reduce<Op>(x, {}, false);
  return record(name, y, {x}, [x = save(x), y = save_output(y)](const Tensor& g, Needs) {
    const Tensor at = isnan(y.data()).item<bool>() ? isnan(x.data()) : x.data() == y.data();
    return grads(masked_fill(g / at.sum().to(g.dtype()), at == false, 0));
  });
}

std::tuple<Tensor, Tensor> extreme_along(const char* op, const char* name, const Tensor& x, int64_t dim,
                                         bool keepdim, bool largest) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), op);
  refuse_empty(x, d, op);
  const Tensor wide = x.dim() > 0 ? x : x.unsqueeze(0);
  const bool drop = x.dim() == 0 || !keepdim;
  auto [values, index] = kernels::extremes(wide, d, !drop, largest);
  Tensor out = record(name, std::move(values), {x},
                      [chosen = save(index), d, drop, sizes = x.impl().sizes()](const Tensor& g, Needs) {
                        if (sizes.empty()) return grads(g);
                        const Tensor at = drop ? chosen.data().unsqueeze(d) : chosen.data();
                        return grads(scattered(sizes, d, at, drop ? g.unsqueeze(d) : g));
                      });
  return {std::move(out), std::move(index)};
}

Tensor arg_extreme(const char* op, const Tensor& x, std::optional<int64_t> dim, bool keepdim, bool largest) {
  if (!dim) {
    refuse_empty(x, op);
    return kernels::extremes(x, {}, keepdim, largest).second;
  }
  const int64_t d = detail::wrap_dim(*dim, x.dim(), op);
  refuse_empty(x, d, op);
  if (x.dim() > 0 && x.size(d) > 1) return kernels::extremes(x, d, keepdim, largest).second;
  Tensor first =
      detail::make_tensor(x.dim() > 0 ? kernels::reduced_shape(x.sizes(), d, keepdim) : Dims(), kLong);
  kernels::fill(first, 0);
  return first;
}

}  // namespace

Tensor sum(const Tensor& x, std::optional<ScalarType> type) {
  return sum_over("SumBackward0", x, {}, false, type);
}
Tensor sum(const Tensor& x, OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> type) {
  return sum_over("SumBackward1", x, wrap_dims(dims, x, "sum"), keepdim, type);
}
Tensor mean(const Tensor& x, std::optional<ScalarType> type) {
  return mean_over("MeanBackward0", x, {}, false, type);
}
Tensor mean(const Tensor& x, OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> type) {
  return mean_over("MeanBackward1", x, wrap_dims(dims, x, "mean"), keepdim, type);
}

Tensor max(const Tensor& x) { return extreme<kernels::Maximum>("max", "MaxBackward1", x); }
Tensor min(const Tensor& x) { return extreme<kernels::Minimum>("min", "MinBackward1", x); }
std::tuple<Tensor, Tensor> max(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_along("max", "MaxBackward0", x, dim, keepdim, true);
}
std::tuple<Tensor, Tensor> min(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_along("min", "MinBackward0", x, dim, keepdim, false);
}
Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return arg_extreme("argmax", x, dim, keepdim, true);
}
Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return arg_extreme("argmin", x, dim, keepdim, false);
}

namespace {

// Op over 1 where x is not zero, and 0 where it is.
template <class Op>
Tensor truth(const Tensor& x, const Dims& dims, bool keepdim, const Scalar& of_nothing) {
  const ScalarType type = truth_type(x);
  if (reduced_count(x, dims) == 0)
    return full(kernels::reduced_shape(x.sizes(), dims, keepdim), of_nothing, type);
  return kernels::reduce<Op>(ne(x, 0).to(type), dims, keepdim);
}

}  // namespace

Tensor any(const Tensor& x) { return truth<kernels::Maximum>(x, {}, false, false); }
Tensor any(const Tensor& x, int64_t dim, bool keepdim) {
  return truth<kernels::Maximum>(x, wrap_dims(dim, x, "any"), keepdim, false);
}
Tensor all(const Tensor& x) { return truth<kernels::Minimum>(x, {}, false, true); }
Tensor all(const Tensor& x, int64_t dim, bool keepdim) {
  return truth<kernels::Minimum>(x, wrap_dims(dim, x, "all"), keepdim, true);
}

namespace {

template <class Op>
Tensor extreme_over(const char* op, const char* name, const Tensor& x, IntArrayRef dims, bool keepdim) {
  const Dims over = wrap_dims(dims, x, op);
  for (const int64_t d : over) refuse_empty(x, d, op);
  if (over.empty()) refuse_empty(x, op);
  const Tensor y = kernels::reduce<Op>(x, over, keepdim);
  return record(name, y, {x}, [x = save(x), y = save_output(y), over, keepdim](const Tensor& g, Needs) {
    const Dims& sizes = x.data().impl().sizes();
    const Tensor at = x.data() == restore(y.data(), sizes, over, keepdim);
    const Tensor share = at.to(g.dtype());
    return grads(restore(g, sizes, over, keepdim) * share / sum(share, IntArrayRef(over), true));
  });
}

}  // namespace

Tensor amax(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return extreme_over<kernels::Maximum>("amax", "AmaxBackward0", x, dims, keepdim);
}
Tensor amin(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return extreme_over<kernels::Minimum>("amin", "AminBackward0", x, dims, keepdim);
}
std::tuple<Tensor, Tensor> aminmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  Dims over;
  if (dim) over.push_back(*dim);
  return {amin(x, over, keepdim), amax(x, over, keepdim)};
}

Tensor logsumexp(const Tensor& x, IntArrayRef dims, bool keepdim) {
  const Tensor in = x.is_floating_point() ? x : x.to(get_default_dtype());
  const Dims over = wrap_dims(dims, in, "logsumexp");
  Tensor y;
  {
    const AutoGradMode off(false);
    if (in.numel() == 0) {
      y = log(sum(exp(in), IntArrayRef(over), true));
    } else {
      const Tensor top = kernels::reduce<kernels::Maximum>(in, over, true);
      const Tensor shift = masked_fill(top, isinf(top), 0);
      y = log(sum(exp(in - shift), IntArrayRef(over), true)) + shift;
    }
    if (!keepdim) y = y.view(kernels::reduced_shape(in.sizes(), over, false));
  }
  return record(
      "LogsumexpBackward0", y, {in},
      [x = save(in), y = save_output(y), over, keepdim](const Tensor& g, Needs) {
        const Tensor logits = x();
        const Dims& sizes = logits.impl().sizes();
        return grads(restore(g, sizes, over, keepdim) * exp(logits - restore(y(), sizes, over, keepdim)));
      });
}

bool is_expandable_to(IntArrayRef sizes, IntArrayRef target) {
  if (sizes.size() > target.size()) return false;
  const size_t lead = target.size() - sizes.size();
  for (size_t d = 0; d < sizes.size(); ++d)
    if (sizes[d] != target[lead + d] && sizes[d] != 1) return false;
  return true;
}

Tensor sum_to_size(const Tensor& x, IntArrayRef sizes) {
  check(is_expandable_to(sizes, x.sizes()), "size {", sizes, "} is not expandable to size {", x.sizes(),
        "}: sum_to_size undoes a broadcast");
  const size_t lead = x.sizes().size() - sizes.size();
  Dims over;
  for (size_t d = 0; d < x.sizes().size(); ++d)
    if (d < lead || (sizes[d - lead] == 1 && x.sizes()[d] != 1)) over.push_back(static_cast<int64_t>(d));
  const Tensor summed = over.empty() ? x : sum(x, IntArrayRef(over), true);
  return lead == 0 ? summed : summed.view(sizes);
}

}  // namespace xgrad
