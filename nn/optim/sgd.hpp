// Stochastic gradient descent.
#pragma once

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// Of SGD.
struct SGDOptions : OptimizerCloneableOptions<SGDOptions> {
  SGDOptions(double lr) : lr_(lr) {}
  TORCH_ARG(double, lr);
  TORCH_ARG(double, momentum) = 0;
  TORCH_ARG(double, dampening) = 0;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(bool, nesterov) = false;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// What SGD with momentum remembers: the running sum of gradients.
struct SGDParamState : OptimizerCloneableParamState<SGDParamState> {
  TORCH_ARG(Tensor, momentum_buffer);

 public:
  void visit(FieldVisitor& visitor) override;
};

/// Moves each parameter by -lr times its gradient, or with momentum by the running sum of its gradients.
/// PyTorch: torch.optim.SGD, where the formulas are found.
///
///     optim::SGD optimizer(model->parameters(), optim::SGDOptions(0.1).momentum(0.9));
class SGD : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  SGD(std::vector<OptimizerParamGroup> param_groups, SGDOptions defaults);
  SGD(std::vector<Tensor> params, SGDOptions defaults);

  Tensor step(LossClosure closure = nullptr) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;
};

}  // namespace xgrad::optim
