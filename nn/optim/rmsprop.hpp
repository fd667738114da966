// RMSprop.
#pragma once

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// Of RMSprop: alpha is the decay of the running mean square; centered subtracts the square of the running
/// mean from it, which makes it the variance.
struct RMSpropOptions : OptimizerCloneableOptions<RMSpropOptions> {
  RMSpropOptions(double lr = 1e-2) : lr_(lr) {}
  TORCH_ARG(double, lr);
  TORCH_ARG(double, alpha) = 0.99;
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(double, momentum) = 0;
  TORCH_ARG(bool, centered) = false;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// What RMSprop remembers: the number of steps, the running mean square of the gradient, with momentum the
/// running sum of steps, and when centered the running mean.
struct RMSpropParamState : OptimizerCloneableParamState<RMSpropParamState> {
  TORCH_ARG(int64_t, step) = 0;
  TORCH_ARG(Tensor, square_avg);
  TORCH_ARG(Tensor, momentum_buffer);
  TORCH_ARG(Tensor, grad_avg);

 public:
  void visit(FieldVisitor& visitor) override;
};

/// Steps of lr times the gradient over its running root mean square. Hinton 2012; PyTorch:
/// torch.optim.RMSprop.
class RMSprop : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  explicit RMSprop(std::vector<OptimizerParamGroup> param_groups, RMSpropOptions defaults = {});
  explicit RMSprop(std::vector<Tensor> params, RMSpropOptions defaults = {});

  Tensor step(LossClosure closure = nullptr) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;
};

}  // namespace xgrad::optim
