#include <xgrad/core/kernels/simd/optimizers.hpp>

#include <xgrad/core/kernels/functors/lanes.hpp>

namespace xgrad::kernels {
namespace {

// Calls step(pointers) with pointers to one batch of each array, for all batches; the rest is done in padded
// copies. The last array, the gradient, is only read.
template <class B, int N, class Step>
[[gnu::always_inline]] inline void each_batch(typename B::value_type* const (&arrays)[N], int64_t n,
                                              const Step& step) {
  using T = typename B::value_type;
  constexpr int64_t width = B::size;
  T* at[N];
  int64_t i = 0;
  for (; i + width <= n; i += width) {
    for (int k = 0; k < N; ++k) at[k] = arrays[k] + i;
    step(at);
  }
  if (i == n) return;
  alignas(64) T padded[N][width] = {};
  for (int k = 0; k < N; ++k) {
    at[k] = padded[k];
    for (int64_t j = i; j < n; ++j) padded[k][j - i] = arrays[k][j];
  }
  step(at);
  for (int k = 0; k < N - 1; ++k)
    for (int64_t j = i; j < n; ++j) arrays[k][j] = padded[k][j - i];
}

template <class Arch, Momentum momentum, bool decay, class T>
[[gnu::always_inline]] inline void sgd(T* p, const T* grad, T* buffer, int64_t n,
                                       const SgdNumbers<T>& numbers) {
  using B = xsimd::batch<T, Arch>;
  const B lr(numbers.lr), factor(numbers.momentum), keep(numbers.keep), weight_decay(numbers.weight_decay);
  if constexpr (momentum == Momentum::none) {
    each_batch<B, 2>(
        {p, const_cast<T*>(grad)}, n, [&](T* const(&at)[2]) __attribute__((always_inline)) {
          const B x = B::load_unaligned(at[0]);
          B d = B::load_unaligned(at[1]);
          if constexpr (decay) d = xsimd::fma(weight_decay, x, d);
          xsimd::fnma(lr, d, x).store_unaligned(at[0]);
        });
  } else {
    each_batch<B, 3>(
        {p, buffer, const_cast<T*>(grad)}, n, [&](T* const(&at)[3]) __attribute__((always_inline)) {
          const B x = B::load_unaligned(at[0]);
          B d = B::load_unaligned(at[2]);
          if constexpr (decay) d = xsimd::fma(weight_decay, x, d);
          const B b = xsimd::fma(factor, B::load_unaligned(at[1]), keep * d);
          b.store_unaligned(at[1]);
          d = momentum == Momentum::nesterov ? xsimd::fma(factor, b, d) : b;
          xsimd::fnma(lr, d, x).store_unaligned(at[0]);
        });
  }
}

template <class Arch, bool decay, bool amsgrad, class T>
[[gnu::always_inline]] inline void adam(T* p, const T* grad, T* mean, T* square, T* largest, int64_t n,
                                        const AdamNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B beta1(k.beta1), rest1(k.rest1), beta2(k.beta2), rest2(k.rest2), eps(k.eps);
  const B step_size(k.step_size), root_correction(k.root_correction), weight_decay(k.weight_decay),
      shrink(k.shrink);
  const auto step = [&](T* const* at, const T* g_at) __attribute__((always_inline)) {
    const B x = B::load_unaligned(at[0]) * shrink;
    B g = B::load_unaligned(g_at);
    if constexpr (decay) g = xsimd::fma(weight_decay, x, g);
    const B m = xsimd::fma(beta1, B::load_unaligned(at[1]), rest1 * g);
    B v = xsimd::fma(beta2, B::load_unaligned(at[2]), rest2 * g * g);
    m.store_unaligned(at[1]);
    v.store_unaligned(at[2]);
    if constexpr (amsgrad) {
      v = xsimd::max(B::load_unaligned(at[3]), v);
      v.store_unaligned(at[3]);
    }
    const B denominator = xsimd::fma(root(v), root_correction, eps);
    xsimd::fnma(step_size, divide(m, denominator), x).store_unaligned(at[0]);
  };
  T* const g = const_cast<T*>(grad);
  if constexpr (amsgrad)
    each_batch<B, 5>(
        {p, mean, square, largest, g},
        n, [&](T* const(&at)[5]) __attribute__((always_inline)) { step(at, at[4]); });
  else
    each_batch<B, 4>(
        {p, mean, square, g}, n, [&](T* const(&at)[4]) __attribute__((always_inline)) { step(at, at[3]); });
}

template <class Arch, bool centered, bool momentum, class T>
[[gnu::always_inline]] inline void rmsprop(T* p, const T* grad, T* square, T* mean, T* buffer, int64_t n,
                                           const RmspropNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), alpha(k.alpha), rest(k.rest), eps(k.eps), factor(k.momentum),
      weight_decay(k.weight_decay);
  constexpr int count = 3 + centered + momentum, mean_at = 2, buffer_at = 2 + centered, grad_at = count - 1;
  T* arrays[count] = {p, square};
  if constexpr (centered) arrays[mean_at] = mean;
  if constexpr (momentum) arrays[buffer_at] = buffer;
  arrays[grad_at] = const_cast<T*>(grad);
  const bool decay = k.weight_decay != T(0);
  each_batch<B, count>(
      arrays, n, [&](T* const(&at)[count]) __attribute__((always_inline)) {
        const B x = B::load_unaligned(at[0]);
        B g = B::load_unaligned(at[grad_at]);
        if (decay) g = xsimd::fma(weight_decay, x, g);
        B v = xsimd::fma(alpha, B::load_unaligned(at[1]), rest * g * g);
        v.store_unaligned(at[1]);
        if constexpr (centered) {
          const B m = xsimd::fma(alpha, B::load_unaligned(at[mean_at]), rest * g);
          m.store_unaligned(at[mean_at]);
          v = xsimd::fnma(m, m, v);
        }
        B d = divide(g, root(v) + eps);
        if constexpr (momentum) {
          d = xsimd::fma(factor, B::load_unaligned(at[buffer_at]), d);
          d.store_unaligned(at[buffer_at]);
        }
        xsimd::fnma(lr, d, x).store_unaligned(at[0]);
      });
}

}  // namespace

template <class Arch, class T>
void SgdLoop<Arch, T>::run(T* p, const T* grad, T* buffer, int64_t n, const SgdNumbers<T>& k,
                           Momentum momentum) {
  const bool decay = k.weight_decay != T(0);
  switch (momentum) {
    case Momentum::none:
      return decay ? sgd<Arch, Momentum::none, true>(p, grad, buffer, n, k)
                   : sgd<Arch, Momentum::none, false>(p, grad, buffer, n, k);
    case Momentum::plain:
      return decay ? sgd<Arch, Momentum::plain, true>(p, grad, buffer, n, k)
                   : sgd<Arch, Momentum::plain, false>(p, grad, buffer, n, k);
    case Momentum::nesterov:
      return decay ? sgd<Arch, Momentum::nesterov, true>(p, grad, buffer, n, k)
                   : sgd<Arch, Momentum::nesterov, false>(p, grad, buffer, n, k);
  }
}

template <class Arch, class T>
void AdamLoop<Arch, T>::run(T* p, const T* grad, T* mean, T* square, T* largest, int64_t n,
                            const AdamNumbers<T>& k) {
  if (k.weight_decay != T(0))
    largest ? adam<Arch, true, true>(p, grad, mean, square, largest, n, k)
            : adam<Arch, true, false>(p, grad, mean, square, largest, n, k);
  else
    largest ? adam<Arch, false, true>(p, grad, mean, square, largest, n, k)
            : adam<Arch, false, false>(p, grad, mean, square, largest, n, k);
}

template <class Arch, class T>
void AdagradLoop<Arch, T>::run(T* p, const T* grad, T* sum, int64_t n, const AdagradNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), eps(k.eps), weight_decay(k.weight_decay);
  const bool decay = k.weight_decay != T(0);
  each_batch<B, 3>(
      {p, sum, const_cast<T*>(grad)}, n, [&](T* const(&at)[3]) __attribute__((always_inline)) {
        const B x = B::load_unaligned(at[0]);
        B g = B::load_unaligned(at[2]);
        if (decay) g = xsimd::fma(weight_decay, x, g);
        const B s = xsimd::fma(g, g, B::load_unaligned(at[1]));
        s.store_unaligned(at[1]);
        xsimd::fnma(lr, divide(g, root(s) + eps), x).store_unaligned(at[0]);
      });
}

template <class Arch, class T>
void RmspropLoop<Arch, T>::run(T* p, const T* grad, T* square, T* mean, T* buffer, int64_t n,
                               const RmspropNumbers<T>& k) {
  if (mean)
    buffer ? rmsprop<Arch, true, true>(p, grad, square, mean, buffer, n, k)
           : rmsprop<Arch, true, false>(p, grad, square, mean, buffer, n, k);
  else
    buffer ? rmsprop<Arch, false, true>(p, grad, square, mean, buffer, n, k)
           : rmsprop<Arch, false, false>(p, grad, square, mean, buffer, n, k);
}

template struct SgdLoop<XGRAD_ARCH, float>;
template struct SgdLoop<XGRAD_ARCH, double>;
template struct AdamLoop<XGRAD_ARCH, float>;
template struct AdamLoop<XGRAD_ARCH, double>;
template struct AdagradLoop<XGRAD_ARCH, float>;
template struct AdagradLoop<XGRAD_ARCH, double>;
template struct RmspropLoop<XGRAD_ARCH, float>;
template struct RmspropLoop<XGRAD_ARCH, double>;

}  // namespace xgrad::kernels
