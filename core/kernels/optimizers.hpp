// One optimizer step for one parameter, in one pass over its memory.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

struct SgdStep {
  double lr, momentum, dampening, weight_decay;
  bool nesterov;
};

/// d = grad + weight_decay · p; with momentum: buffer = momentum · buffer + (1 - dampening) · d and d =
/// buffer (nesterov: d + momentum · buffer); p -= lr · d. `buffer` is undefined without momentum. Raises p's
/// version.
void sgd_step(const Tensor& parameter, const Tensor& grad, const Tensor& buffer, const SgdStep& step);

struct AdamStep {
  double beta1, beta2, eps;
  double step_size;        // lr over the bias correction of the mean
  double root_correction;  // 1 / √ of the bias correction of the mean square
  double weight_decay;     // added to the gradient (Adam)
  double shrink;           // multiplies the parameter (AdamW)
};

/// p *= shrink; g = grad + weight_decay · p; mean and square follow g and g² with beta1 and beta2;
/// p -= step_size · mean / (√square · root_correction + eps). If `largest` is defined it follows the maximum
/// of square, which it then replaces (amsgrad). Raises p's version.
void adam_step(const Tensor& parameter, const Tensor& grad, const Tensor& mean, const Tensor& square,
               const Tensor& largest, const AdamStep& step);

struct AdagradStep {
  double lr;  // decayed already
  double eps, weight_decay;
};

/// g = grad + weight_decay · p; sum += g²; p -= lr · g / (√sum + eps). Raises p's version.
void adagrad_step(const Tensor& parameter, const Tensor& grad, const Tensor& sum, const AdagradStep& step);

struct RmspropStep {
  double lr, alpha, eps, momentum, weight_decay;
};

/// g = grad + weight_decay · p; square follows g² with alpha, and if `mean` is defined (centered) it follows
/// g; d = g / (√(square - mean²) + eps); if `buffer` is defined, buffer = momentum · buffer + d and d =
/// buffer; p -= lr · d. Raises p's version.
void rmsprop_step(const Tensor& parameter, const Tensor& grad, const Tensor& square, const Tensor& mean,
                  const Tensor& buffer, const RmspropStep& step);

}  // namespace xgrad::kernels
