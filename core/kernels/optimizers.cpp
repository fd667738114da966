#include <xgrad/core/kernels/optimizers.hpp>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/simd/optimizers.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad::kernels {
namespace {

// Of an element, in nanoseconds. More than it takes alone: where threads share products, each has half of the
// parameters and gradients in its caches.
constexpr double cost_of_parameter = 0.4;

template <class T>
T* pointer(const Tensor& t) {
  return t.defined() ? t.data_ptr<T>() : nullptr;
}
template <class T>
T* advance(T* p, int64_t n) {
  return p ? p + n : nullptr;
}

void check_state(const Tensor& parameter, const Tensor& state, const char* op) {
  if (state.defined() &&
      (state.numel() != parameter.numel() || state.dtype() != parameter.dtype() || !state.is_contiguous()))
    fail(op, ": the optimizer's state has shape ", state.sizes(), " and dtype ", state.dtype(),
         " for a parameter of shape ", parameter.sizes(), " and dtype ", parameter.dtype(),
         ": a parameter cannot change its shape while it is optimised");
}

// Calls run(zero, parameter, grad) with contiguous tensors of one dtype; what happens to a contiguous copy of
// the parameter is copied back.
template <class Run>
void on_contiguous(const Tensor& parameter, const Tensor& grad, const char* op, const Run& run) {
  if (grad.sizes() != parameter.sizes())
    fail(op, ": the gradient has shape ", grad.sizes(), ", its parameter ", parameter.sizes(),
         ": the shapes must be the same; was .grad assigned by hand?");
  const Tensor g = contiguous(grad.dtype() == parameter.dtype() ? grad : cast(grad, parameter.dtype()));
  const Tensor p = contiguous(parameter);
  visit_floating(parameter.dtype(), op, [&](auto zero) { run(zero, p, g); });
  if (!p.is_same(parameter)) copy(parameter, p);
  parameter.impl().storage()->bump_version();
}

}  // namespace

void sgd_step(const Tensor& parameter, const Tensor& grad, const Tensor& buffer, const SgdStep& step) {
  check_state(parameter, buffer, "SGD");
  on_contiguous(parameter, grad, "SGD", [&]<class T>(T, const Tensor& p, const Tensor& g) {
    const SgdNumbers<T> numbers{static_cast<T>(step.lr), static_cast<T>(step.momentum),
                                static_cast<T>(1 - step.dampening), static_cast<T>(step.weight_decay)};
    const Momentum momentum = !buffer.defined() ? Momentum::none
                              : step.nesterov   ? Momentum::nesterov
                                                : Momentum::plain;
    T* x = pointer<T>(p);
    T* b = pointer<T>(buffer);
    const T* d = pointer<T>(g);
    detail::parallel_for(p.numel(), cost_of_parameter, [&](int64_t begin, int64_t end) {
      dispatch([&]<class Arch>(Arch) {
        SgdLoop<Arch, T>::run(x + begin, d + begin, advance(b, begin), end - begin, numbers, momentum);
      });
    });
  });
}

void adam_step(const Tensor& parameter, const Tensor& grad, const Tensor& mean, const Tensor& square,
               const Tensor& largest, const AdamStep& step) {
  for (const Tensor* state : {&mean, &square, &largest}) check_state(parameter, *state, "Adam");
  on_contiguous(parameter, grad, "Adam", [&]<class T>(T, const Tensor& p, const Tensor& g) {
    const AdamNumbers<T> numbers{static_cast<T>(step.beta1),
                                 static_cast<T>(1 - step.beta1),
                                 static_cast<T>(step.beta2),
                                 static_cast<T>(1 - step.beta2),
                                 static_cast<T>(step.eps),
                                 static_cast<T>(step.step_size),
                                 static_cast<T>(step.root_correction),
                                 static_cast<T>(step.weight_decay),
                                 static_cast<T>(step.shrink)};
    T* x = pointer<T>(p);
    T* m = pointer<T>(mean);
    T* v = pointer<T>(square);
    T* most = pointer<T>(largest);
    const T* d = pointer<T>(g);
    detail::parallel_for(p.numel(), cost_of_parameter, [&](int64_t begin, int64_t end) {
      dispatch([&]<class Arch>(Arch) {
        AdamLoop<Arch, T>::run(x + begin, d + begin, m + begin, v + begin, advance(most, begin), end - begin,
                               numbers);
      });
    });
  });
}

void adagrad_step(const Tensor& parameter, const Tensor& grad, const Tensor& sum, const AdagradStep& step) {
  check_state(parameter, sum, "Adagrad");
  on_contiguous(parameter, grad, "Adagrad", [&]<class T>(T, const Tensor& p, const Tensor& g) {
    const AdagradNumbers<T> numbers{static_cast<T>(step.lr), static_cast<T>(step.eps),
                                    static_cast<T>(step.weight_decay)};
    T* x = pointer<T>(p);
    T* s = pointer<T>(sum);
    const T* d = pointer<T>(g);
    detail::parallel_for(p.numel(), cost_of_parameter, [&](int64_t begin, int64_t end) {
      dispatch([&]<class Arch>(Arch) {
        AdagradLoop<Arch, T>::run(x + begin, d + begin, s + begin, end - begin, numbers);
      });
    });
  });
}

void rmsprop_step(const Tensor& parameter, const Tensor& grad, const Tensor& square, const Tensor& mean,
                  const Tensor& buffer, const RmspropStep& step) {
  for (const Tensor* state : {&square, &mean, &buffer}) check_state(parameter, *state, "RMSprop");
  on_contiguous(parameter, grad, "RMSprop", [&]<class T>(T, const Tensor& p, const Tensor& g) {
    const RmspropNumbers<T> numbers{static_cast<T>(step.lr),        static_cast<T>(step.alpha),
                                    static_cast<T>(1 - step.alpha), static_cast<T>(step.eps),
                                    static_cast<T>(step.momentum),  static_cast<T>(step.weight_decay)};
    T* x = pointer<T>(p);
    T* v = pointer<T>(square);
    T* m = pointer<T>(mean);
    T* b = pointer<T>(buffer);
    const T* d = pointer<T>(g);
    detail::parallel_for(p.numel(), cost_of_parameter, [&](int64_t begin, int64_t end) {
      dispatch([&]<class Arch>(Arch) {
        RmspropLoop<Arch, T>::run(x + begin, d + begin, v + begin, advance(m, begin), advance(b, begin),
                                  end - begin, numbers);
      });
    });
  });
}

}  // namespace xgrad::kernels
