// Filling a tensor in place from the random stream.
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

Tensor& Tensor::uniform_(double from, double to) const {
  return draw(*this, "uniform_", [&](const Tensor& t) {
    visit_floating(t.dtype(), "uniform_", [&](auto zero) {
      random_fill::uniform(elements<decltype(zero)>(t), t.numel(), from, to);
    });
  });
}

Tensor& Tensor::normal_(double mean, double std) const {
  return draw(*this, "normal_", [&, in_order = is_contiguous()](const Tensor& t) {
    visit_floating(t.dtype(), "normal_", [&](auto zero) {
      using T = decltype(zero);
      in_order ? random_fill::normal(elements<T>(t), t.numel(), mean, std)
               : random_fill::normal_one_by_one(elements<T>(t), t.numel(), mean, std);
    });
  });
}

Tensor& Tensor::bernoulli_(double p) const {
  return draw(*this, "bernoulli_", [&](const Tensor& t) {
    visit(t.dtype(), [&](auto zero) { random_fill::bernoulli(elements<decltype(zero)>(t), t.numel(), p); });
  });
}

Tensor& Tensor::random_() const {
  return draw(*this, "random_", [&](const Tensor& t) {
    visit(t.dtype(), [&](auto zero) { random_fill::integers(elements<decltype(zero)>(t), t.numel()); });
  });
}
Tensor& Tensor::random_(int64_t to) const { return random_(0, to); }
Tensor& Tensor::random_(int64_t from, int64_t to) const {
  return draw(*this, "random_", [&](const Tensor& t) {
    visit(t.dtype(),
          [&](auto zero) { random_fill::integers(elements<decltype(zero)>(t), t.numel(), from, to); });
  });
}

}  // namespace xgrad
