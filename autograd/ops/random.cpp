// Filling a tensor in place from the random stream.
#include <limits>

#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/random.hpp>

namespace xgrad {

namespace {

// Draws in the order of memory, as PyTorch does; through a copy when the elements are not one block.
template <class Fill>
Tensor& draw(const Tensor& t, const char* op, const Fill& fill) {
  const autograd::BeforeWrite before(t, op);
  autograd::refuse_overlap(t);
  t.impl().storage()->bump_version();
  const bool dense = autograd::is_dense(t);
  const Tensor target = dense ? t : detail::make_tensor(t.sizes(), t.dtype());
  fill(target);
  if (!dense) kernels::copy(t, target);
  autograd::record_in_place("RandomBackward0", t, {*before},
                            [](const Tensor& g, Needs) { return grads(g * 0); });
  return const_cast<Tensor&>(t);
}

template <class T>
T* elements(const Tensor& t) {
  return static_cast<T*>(t.data_ptr());
}

}  // namespace

Tensor& InPlaceMethods::uniform_(double from, double to) const {
  return draw(self(), "uniform_", [&](const Tensor& t) {
    visit_floating(t.dtype(), "uniform_", [&](auto zero) {
      random_fill::uniform(elements<decltype(zero)>(t), t.numel(), from, to);
    });
  });
}

Tensor& InPlaceMethods::normal_(double mean, double std) const {
  return draw(self(), "normal_", [&, in_order = self().is_contiguous()](const Tensor& t) {
    visit_floating(t.dtype(), "normal_", [&](auto zero) {
      using T = decltype(zero);
      in_order ? random_fill::normal(elements<T>(t), t.numel(), mean, std)
               : random_fill::normal_one_by_one(elements<T>(t), t.numel(), mean, std);
    });
  });
}

Tensor& InPlaceMethods::bernoulli_(double p) const {
  return draw(self(), "bernoulli_", [&](const Tensor& t) {
    visit(t.dtype(), [&](auto zero) { random_fill::bernoulli(elements<decltype(zero)>(t), t.numel(), p); });
  });
}

Tensor& InPlaceMethods::random_() const {
  return draw(self(), "random_", [&](const Tensor& t) {
    visit(t.dtype(), [&](auto zero) { random_fill::integers(elements<decltype(zero)>(t), t.numel()); });
  });
}
Tensor& InPlaceMethods::random_(int64_t to) const { return random_(0, to); }
Tensor& InPlaceMethods::random_(int64_t from, int64_t to) const {
  return draw(self(), "random_", [&](const Tensor& t) {
    visit(t.dtype(),
          [&](auto zero) { random_fill::integers(elements<decltype(zero)>(t), t.numel(), from, to); });
  });
}

Tensor bernoulli(const Tensor& x) {
  const Tensor p = kernels::contiguous(x);
  Tensor y = detail::make_tensor(x.sizes(), x.dtype());
  visit_floating(x.dtype(), "bernoulli_tensor_cpu_self_", [&](auto zero) {
    using T = decltype(zero);
    const T* share = elements<T>(p);
    for (int64_t i = 0; i < p.numel(); ++i)
      check(share[i] >= 0 && share[i] <= 1, "Expected p_in >= 0 && p_in <= 1 to be true, but got ", share[i],
            ": bernoulli takes probabilities");
    random_fill::bernoulli(elements<T>(y), share, p.numel());
  });
  return record("BernoulliBackward0", std::move(y), {x},
                [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
}
Tensor bernoulli(const Tensor& x, double p) {
  return record("BernoulliBackward1", empty_like(x).bernoulli_(p), {x},
                [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
}

Tensor multinomial(const Tensor& weights, int64_t num_samples, bool replacement) {
  check(weights.dim() == 1 || weights.dim() == 2, "prob_dist must be 1 or 2 dim, got shape ",
        weights.sizes());
  const int64_t categories = weights.size(-1), rows = weights.dim() == 2 ? weights.size(0) : 1;
  check(num_samples > 0, "cannot sample n_sample <= 0 samples, got ", num_samples);
  check(replacement || num_samples <= categories,
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement: ", num_samples, " of ",
        categories);
  const Tensor p = kernels::contiguous(weights);
  Tensor out = detail::make_tensor(weights.dim() == 2 ? Dims{rows, num_samples} : Dims{num_samples}, kLong);
  visit_floating(weights.dtype(), "multinomial", [&](auto zero) {
    using T = decltype(zero);
    const T* w = elements<T>(p);
    for (int64_t r = 0; r < rows; ++r) {
      double total = 0;
      for (int64_t c = 0; c < categories; ++c) {
        const auto value = static_cast<double>(w[r * categories + c]);
        check(value >= 0 && value <= std::numeric_limits<double>::max(),
              "probability tensor contains either `inf`, `nan` or element < 0: ", value, " in row ", r);
        total += value;
      }
      check(total > 0, "invalid multinomial distribution (sum of probabilities <= 0) in row ", r);
    }
    random_fill::multinomial(elements<int64_t>(out), w, rows, categories, num_samples, replacement);
  });
  return out;
}

}  // namespace xgrad
