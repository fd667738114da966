// The node of a leaf.
#pragma once

#include <mutex>

#include <xgrad/autograd/node.hpp>

namespace xgrad::autograd {

/// The end of an edge at a leaf: holds the leaf's `.grad`.
class AccumulateGrad final : public Node {
 public:
  /// Of a leaf that has no gradient yet.
  AccumulateGrad() : Node("AccumulateGrad") {}
  Grads apply(Grads&& grads) override;
  bool is_leaf() const override { return true; }

  /// The leaf's `.grad`: undefined until a gradient has come.
  Tensor grad;
  /// Noted under LintGuard: the gradient has not been zeroed since an optimizer's step.
  bool used_by_step = false;

 private:
  std::mutex mutex_;  // backward passes of several threads may share a leaf
};

}  // namespace xgrad::autograd
