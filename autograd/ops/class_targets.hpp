// What nll_loss and cross_entropy_loss ask of targets that are class indices.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// Logits or log-probabilities of shape (C), (N, C) or (N, C, d…) seen as [outer, classes, inner].
struct ClassShape {
  explicit ClassShape(IntArrayRef sizes);
  int64_t outer = 1, classes = 1, inner = 1;
  int64_t positions() const { return outer * inner; }
};

/// The dimension of the classes: 0 for a vector, else 1.
inline int64_t class_dim(const Tensor& x) { return x.dim() == 1 ? 0 : 1; }

/// Refuses, in PyTorch's words, an input without dimensions, targets that do not fit it, targets that are no
/// indices, and a weight that is not one number per class of the input's dtype. Returns the targets as
/// contiguous kLong.
Tensor checked_class_targets(const Tensor& x, const Tensor& target, const Tensor& weight);

/// Refuses a weight that is not one number per class.
void check_class_weight(const Tensor& x, const Tensor& weight);
/// Refuses a weight that requires grad.
void check_constant_weight(const Tensor& x, const Tensor& weight);

/// Refuses the target at a position, which is not in [0, C).
[[noreturn]] void refuse_target(const Tensor& x, const Tensor& target, int64_t position,
                                int64_t ignore_index);

/// "NllLossBackward0" or, for images, "NllLoss2DBackward0".
const char* nll_name(const Tensor& x);

}  // namespace xgrad
