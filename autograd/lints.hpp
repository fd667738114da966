// Warnings about what is legal but looks wrong.
#pragma once

#include <xgrad/autograd/watch.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Until the end of the scope, says once each what looks wrong: cross-entropy logits that already sum to 1,
/// labels that seem to count from 1, logits whose classes may come last, one-hot integer targets, a mean over
/// rows that are all ignored, an optimizer none of whose parameters requires grad, parameters without a
/// gradient at step(), and a zero_grad() forgotten between step() and the next backward(). Warnings go to the
/// handler of set_warning_handler(). Of the whole program; without it, a test of a flag. The outermost guard
/// starts with nothing said.
class LintGuard {
 public:
  LintGuard();
  ~LintGuard();
  LintGuard(const LintGuard&) = delete;
  LintGuard& operator=(const LintGuard&) = delete;

 private:
  bool outermost_;
};

// What the lints look at; called by those concerned while a LintGuard lives.

/// The arguments of cross_entropy_loss(), before it checks them.
void lint_cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                        int64_t ignore_index);
/// The parameters of a new optimizer.
void lint_optimizer(TensorList parameters);
/// The parameters of one group at a step().
void lint_step(TensorList parameters);
/// The `.grad` of a leaf, which a step() has used, before backward() adds to it.
void lint_accumulation(const Tensor& grad);

}  // namespace xgrad::autograd
