// softmax and log_softmax.
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/softmax.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad {

namespace {

kernels::Slices slices(const Tensor& x, int64_t dim) {
  kernels::Slices s{1, 1, 1};
  for (int64_t d = 0; d < x.dim(); ++d) (d < dim ? s.outer : d > dim ? s.inner : s.dim) *= x.size(d);
  return s;
}

// Runs a kernel over all positions, from several threads when that pays.
template <class Kernel>
void for_positions(const kernels::Slices& s, const Kernel& kernel) {
  constexpr double cost = 0.15;  // of an element, in nanoseconds
  detail::parallel_for(s.positions(), cost * static_cast<double>(s.dim), kernel);
}

// The gradients as operations of their own; `dim` is wrapped.
Tensor softmax_grad(const Tensor& g, const Tensor& y, int64_t dim) {
  const Tensor a = kernels::contiguous(g), b = kernels::contiguous(y);
  Tensor out = detail::make_tensor(y.sizes(), y.dtype());
  visit_floating(y.dtype(), "softmax", [&](auto zero) {
    using T = decltype(zero);
    const kernels::Slices s = slices(y, dim);
    for_positions(s, [&](int64_t begin, int64_t end) {
      kernels::softmax_backward(a.data_ptr<T>(), b.data_ptr<T>(), out.data_ptr<T>(), s, begin, end);
    });
  });
  return record("SoftmaxBackwardDataBackward0", std::move(out), {g, y},
                [g = save(g), y = save(y), dim](const Tensor& gg, Needs needs) {
                  Tensor dy;
                  if (needs[1])
                    dy = gg * g() - gg * sum(g() * y(), dim, true) - g() * sum(gg * y(), dim, true);
                  return grads(needs[0] ? softmax_grad(gg, y(), dim) : none, std::move(dy));
                });
}

Tensor log_softmax_grad(const Tensor& g, const Tensor& y, int64_t dim) {
  const Tensor a = kernels::contiguous(g), b = kernels::contiguous(y);
  Tensor out = detail::make_tensor(y.sizes(), y.dtype());
  visit_floating(y.dtype(), "log_softmax", [&](auto zero) {
    using T = decltype(zero);
    const kernels::Slices s = slices(y, dim);
    for_positions(s, [&](int64_t begin, int64_t end) {
      kernels::log_softmax_backward(a.data_ptr<T>(), b.data_ptr<T>(), out.data_ptr<T>(), s, begin, end);
    });
  });
  return record("LogSoftmaxBackwardDataBackward0", std::move(out), {g, y},
                [g = save(g), y = save(y), dim](const Tensor& gg, Needs needs) {
                  const Tensor p = exp(y());
                  return grads(needs[0] ? gg - sum(gg * p, dim, true) : none,
                               needs[1] ? -(gg * p) * sum(g(), dim, true) : none);
                });
}

Tensor prepared(const Tensor& x, std::optional<ScalarType> dtype) {
  return dtype && *dtype != x.dtype() ? x.to(*dtype) : x;
}

}  // namespace

Tensor softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  const Tensor in = prepared(x, dtype);
  const int64_t d = detail::wrap_dim(dim, in.dim(), "softmax");
  const Tensor rows = kernels::contiguous(in);
  Tensor y = detail::make_tensor(in.sizes(), in.dtype());
  visit_floating(in.dtype(), "softmax_lastdim_kernel_impl", [&](auto zero) {
    using T = decltype(zero);
    const kernels::Slices s = slices(in, d);
    for_positions(s, [&](int64_t begin, int64_t end) {
      kernels::softmax(rows.data_ptr<T>(), y.data_ptr<T>(), s, begin, end);
    });
  });
  return record("SoftmaxBackward0", y, {in},
                [y = save_output(y), d](const Tensor& g, Needs) { return grads(softmax_grad(g, y(), d)); });
}

Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  const Tensor in = prepared(x, dtype);
  const int64_t d = detail::wrap_dim(dim, in.dim(), "log_softmax");
  const Tensor rows = kernels::contiguous(in);
  Tensor y = detail::make_tensor(in.sizes(), in.dtype());
  visit_floating(in.dtype(), "log_softmax_lastdim_kernel_impl", [&](auto zero) {
    using T = decltype(zero);
    const kernels::Slices s = slices(in, d);
    for_positions(s, [&](int64_t begin, int64_t end) {
      kernels::log_softmax(rows.data_ptr<T>(), y.data_ptr<T>(), s, begin, end);
    });
  });
  return record("LogSoftmaxBackward0", y, {in}, [y = save_output(y), d](const Tensor& g, Needs) {
    return grads(log_softmax_grad(g, y(), d));
  });
}

}  // namespace xgrad
