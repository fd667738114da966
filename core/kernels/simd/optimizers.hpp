// Vector loops of the optimizer steps, one instance per architecture. See core/kernels/optimizers.hpp.
#pragma once

#include <cstdint>

#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {

enum class Momentum { none, plain, nesterov };

template <class T>
struct SgdNumbers {
  T lr, momentum, keep, weight_decay;  // keep = 1 - dampening
};
template <class T>
struct AdamNumbers {
  T beta1, rest1, beta2, rest2, eps, step_size, root_correction, weight_decay, shrink;  // rest = 1 - beta
};
template <class T>
struct AdagradNumbers {
  T lr, eps, weight_decay;
};
template <class T>
struct RmspropNumbers {
  T lr, alpha, rest, eps, momentum, weight_decay;  // rest = 1 - alpha
};

template <class Arch, class T>
struct SgdLoop {
  static void run(T* p, const T* grad, T* buffer, int64_t n, const SgdNumbers<T>& k, Momentum momentum);
};
/// `largest` may be null.
template <class Arch, class T>
struct AdamLoop {
  static void run(T* p, const T* grad, T* mean, T* square, T* largest, int64_t n, const AdamNumbers<T>& k);
};

template <class Arch, class T>
struct AdagradLoop {
  static void run(T* p, const T* grad, T* sum, int64_t n, const AdagradNumbers<T>& k);
};
/// `mean` and `buffer` may be null.
template <class Arch, class T>
struct RmspropLoop {
  static void run(T* p, const T* grad, T* square, T* mean, T* buffer, int64_t n, const RmspropNumbers<T>& k);
};

}  // namespace xgrad::kernels
