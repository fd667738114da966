// What cross_entropy_loss and linear_cross_entropy share.
#pragma once

#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/core/kernels/cross_entropy.hpp>

namespace xgrad {

struct CrossEntropySettings {
  int64_t reduction;
  int64_t ignore_index;
  double smoothing;
  double denominator = 1;  // what the sum of the losses is divided by
};

/// The kernel's arguments; the tensors, which are contiguous, outlive it. Only a target of kLong is indices.
template <class T>
kernels::CrossEntropy<T> cross_entropy_arguments(const Tensor& logits, const Tensor& target,
                                                 const Tensor& weight, const CrossEntropySettings& settings) {
  const ClassShape shape(logits.sizes());
  kernels::CrossEntropy<T> args{logits.data_ptr<T>(), {shape.outer, shape.classes, shape.inner}};
  if (target.dtype() == kLong)
    args.target = target.data_ptr<int64_t>();
  else
    args.probabilities = target.data_ptr<T>();
  if (weight.defined()) args.weight = weight.data_ptr<T>();
  args.ignore_index = settings.ignore_index;
  args.smoothing = static_cast<T>(settings.smoothing);
  return args;
}

/// The gradient with respect to the logits x, times the upstream one, from operations that are recorded: for
/// derivatives of higher order.
Tensor cross_entropy_gradient(const Tensor& x, const Tensor& target, const Tensor& weight, const Tensor& g,
                              const CrossEntropySettings& settings);

/// Refuses a reduction or a label smoothing that does not exist.
void check_cross_entropy_options(int64_t reduction, double label_smoothing);

}  // namespace xgrad
