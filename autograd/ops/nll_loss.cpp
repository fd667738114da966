// The negative log-likelihood of class indices under given log-probabilities.
#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {
namespace {

// What the targets choose from the log-probabilities: each position one element, or none where ignored.
struct Chosen {
  Tensor places;  // kLong: where that element is, or -1
  Tensor factor;  // minus the class's weight
  Dims sizes;     // of the log-probabilities
  double denominator;
  bool reduced;  // to their sum over the denominator
};

Chosen choose(const Tensor& x, const Tensor& indices, const Tensor& weight, int64_t reduction,
              int64_t ignore_index) {
  const ClassShape s(x.sizes());
  const Tensor weights = weight.defined() ? kernels::contiguous(weight) : weight;
  Chosen chosen{detail::make_tensor(indices.sizes(), kLong), detail::make_tensor(indices.sizes(), x.dtype()),
                x.impl().sizes(), 1, reduction != Reduction::None};
  double total_weight = 0;
  visit_floating(x.dtype(), "nll_loss_out_frame", [&](auto zero) {
    using T = decltype(zero);
    const auto* labels = indices.data_ptr<int64_t>();
    const T* w = weights.defined() ? weights.data_ptr<T>() : nullptr;
    auto* places = chosen.places.data_ptr<int64_t>();
    auto* factor = chosen.factor.data_ptr<T>();
    for (int64_t p = 0; p < s.positions(); ++p) {
      const int64_t y = labels[p];
      const bool ignored = y == ignore_index;
      if (!ignored && (y < 0 || y >= s.classes)) refuse_target(x, indices, p, ignore_index);
      const T importance = ignored ? T{} : w ? w[y] : T{1};
      places[p] = ignored ? -1 : (p / s.inner * s.classes + y) * s.inner + p % s.inner;
      factor[p] = -importance;
      total_weight += importance;
    }
  });
  if (reduction == Reduction::Mean) chosen.denominator = total_weight;
  return chosen;
}

// Linear maps, each the transpose of the other, and so the other's gradient.
Tensor spread(const char* name, const Tensor& g, const Chosen& chosen);

// The chosen elements of x times their factors, reduced.
Tensor collect(const char* name, const Tensor& x, const Chosen& chosen) {
  const Tensor from = kernels::contiguous(x);
  Tensor out = detail::make_tensor(chosen.reduced ? IntArrayRef() : chosen.places.sizes(), x.dtype());
  visit_floating(x.dtype(), "nll_loss_out_frame", [&](auto zero) {
    using T = decltype(zero);
    const auto *in = from.data_ptr<T>(), *factor = chosen.factor.data_ptr<T>();
    const auto* places = chosen.places.data_ptr<int64_t>();
    auto* to = out.data_ptr<T>();
    double total = 0;
    for (int64_t p = 0; p < chosen.places.numel(); ++p) {
      const T loss = places[p] < 0 ? T{} : factor[p] * in[places[p]];
      if (chosen.reduced)
        total += loss;
      else
        to[p] = loss;
    }
    if (chosen.reduced) *to = static_cast<T>(total / chosen.denominator);
  });
  return record(name, std::move(out), {x},
                [places = save(chosen.places), factor = save(chosen.factor), sizes = chosen.sizes,
                 denominator = chosen.denominator, reduced = chosen.reduced](const Tensor& g, Needs) {
                  return grads(spread("NllLossBackwardBackward0", g,
                                      {places.data(), factor.data(), sizes, denominator, reduced}));
                });
}

// The gradients of the elements of x, given that of the loss: 0 where nothing was chosen, and where all is
// ignored also though the mean is 0 / 0.
Tensor spread(const char* name, const Tensor& g, const Chosen& chosen) {
  const Tensor from = kernels::contiguous(g);
  Tensor out = zeros(chosen.sizes, g.dtype());
  visit_floating(g.dtype(), "nll_loss_out_frame", [&](auto zero) {
    using T = decltype(zero);
    const auto *in = from.data_ptr<T>(), *factor = chosen.factor.data_ptr<T>();
    const auto* places = chosen.places.data_ptr<int64_t>();
    auto* to = out.data_ptr<T>();
    const T share = chosen.reduced ? static_cast<T>(*in / chosen.denominator) : T{};
    for (int64_t p = 0; p < chosen.places.numel(); ++p)
      if (places[p] >= 0) to[places[p]] = factor[p] * (chosen.reduced ? share : in[p]);
  });
  return record(name, std::move(out), {g},
                [places = save(chosen.places), factor = save(chosen.factor), sizes = chosen.sizes,
                 denominator = chosen.denominator, reduced = chosen.reduced](const Tensor& gg, Needs) {
                  return grads(collect("NllLossBackward0", gg,
                                       {places.data(), factor.data(), sizes, denominator, reduced}));
                });
}

}  // namespace

Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                int64_t ignore_index) {
  const Tensor indices = checked_class_targets(x, target, weight);
  check_constant_weight(x, weight);
  return collect(nll_name(x), x, choose(x, indices, weight, reduction, ignore_index));
}

}  // namespace xgrad
