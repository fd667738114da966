// Adagrad.
#pragma once

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// Of Adagrad: step t has the rate lr / (1 + (t - 1) · lr_decay).
struct AdagradOptions : OptimizerCloneableOptions<AdagradOptions> {
  AdagradOptions(double lr = 1e-2) : lr_(lr) {}
  TORCH_ARG(double, lr);
  TORCH_ARG(double, lr_decay) = 0;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(double, initial_accumulator_value) = 0;
  TORCH_ARG(double, eps) = 1e-10;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// What Adagrad remembers: the number of steps and the sum of all squared gradients.
struct AdagradParamState : OptimizerCloneableParamState<AdagradParamState> {
  TORCH_ARG(Tensor, sum);
  TORCH_ARG(int64_t, step) = 0;

 public:
  void visit(FieldVisitor& visitor) override;
};

/// Steps of lr times the gradient over the root of the sum of its squares: rarely moved parameters move far.
/// Duchi et al. 2011; PyTorch: torch.optim.Adagrad.
class Adagrad : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  explicit Adagrad(std::vector<OptimizerParamGroup> param_groups, AdagradOptions defaults = {});
  explicit Adagrad(std::vector<Tensor> params, AdagradOptions defaults = {});

  Tensor step(LossClosure closure = nullptr) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;
};

}  // namespace xgrad::optim
