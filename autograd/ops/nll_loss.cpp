// The negative log-likelihood of class indices under given log-probabilities.
#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                int64_t ignore_index) {
  const Tensor indices = checked_class_targets(x, target, weight);
  check_constant_weight(x, weight);
  const ClassShape s(x.sizes());
  const int64_t dim = class_dim(x);
  const Tensor log_p = kernels::contiguous(x),
               weights = weight.defined() ? kernels::contiguous(weight) : weight;
  // Per position: which class (0 where ignored), how much its gradient counts, and the loss.
  Tensor picked = detail::make_tensor(indices.sizes(), kLong),
         factor = detail::make_tensor(indices.sizes(), x.dtype()),
         losses = detail::make_tensor(indices.sizes(), x.dtype());
  double total = 0, total_weight = 0;
  visit_floating(x.dtype(), "nll_loss_out_frame", [&](auto zero) {
    using T = decltype(zero);
    const auto* in = log_p.data_ptr<T>();
    const auto* labels = indices.data_ptr<int64_t>();
    const T* w = weights.defined() ? weights.data_ptr<T>() : nullptr;
    for (int64_t p = 0; p < s.positions(); ++p) {
      const int64_t y = labels[p];
      const bool ignored = y == ignore_index;
      if (!ignored && (y < 0 || y >= s.classes)) refuse_target(x, indices, p, ignore_index);
      const T importance = ignored ? T{} : w ? w[y] : T{1};
      const T loss = ignored ? T{} : -importance * in[(p / s.inner * s.classes + y) * s.inner + p % s.inner];
      picked.data_ptr<int64_t>()[p] = ignored ? 0 : y;
      factor.data_ptr<T>()[p] = -importance;
      losses.data_ptr<T>()[p] = loss;
      total += loss;
      total_weight += importance;
    }
  });
  const double denominator = reduction == Reduction::Mean ? total_weight : 1;
  Tensor out = reduction == Reduction::None ? losses : full({}, total / denominator, x.dtype());
  return record(nll_name(x), std::move(out), {x},
                [picked = save(picked), factor = save(factor), ignored = save(eq(indices, ignore_index)),
                 sizes = x.impl().sizes(), dim, denominator](const Tensor& g, Needs) {
                  // Where all is ignored, 0 / 0 must not become a gradient.
                  const Tensor share =
                      masked_fill(factor() * (denominator == 1 ? g : g / denominator), ignored(), 0);
                  return grads(scatter_add(zeros(sizes, g.dtype()), dim, picked().unsqueeze(dim),
                                           share.unsqueeze(dim)));
                });
}

}  // namespace xgrad
