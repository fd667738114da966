// Adam and AdamW.
#pragma once

#include <tuple>

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// Of Adam: lr; the decay of the running mean and mean square; eps, added to the root; weight_decay, which is
/// added to the gradient; amsgrad divides by the largest mean square so far.
struct AdamOptions : OptimizerCloneableOptions<AdamOptions> {
  AdamOptions(double lr = 1e-3) : lr_(lr) {}
  using betas_t = std::tuple<double, double>;
  TORCH_ARG(double, lr);
  TORCH_ARG(betas_t, betas) = betas_t(0.9, 0.999);
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 0;
  TORCH_ARG(bool, amsgrad) = false;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// Of AdamW: those of Adam, but the weights are multiplied by 1 - lr · weight_decay.
struct AdamWOptions : OptimizerCloneableOptions<AdamWOptions> {
  AdamWOptions(double lr = 1e-3) : lr_(lr) {}
  using betas_t = std::tuple<double, double>;
  TORCH_ARG(double, lr);
  TORCH_ARG(betas_t, betas) = betas_t(0.9, 0.999);
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(double, weight_decay) = 1e-2;
  TORCH_ARG(bool, amsgrad) = false;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// What Adam and AdamW remember: the number of steps, the running mean and mean square of the gradient, and
/// for amsgrad the largest mean square.
struct AdamParamState : OptimizerCloneableParamState<AdamParamState> {
  TORCH_ARG(int64_t, step) = 0;
  TORCH_ARG(Tensor, exp_avg);
  TORCH_ARG(Tensor, exp_avg_sq);
  TORCH_ARG(Tensor, max_exp_avg_sq);

 public:
  void visit(FieldVisitor& visitor) override;
};
using AdamWParamState = AdamParamState;

/// Steps of about lr, in the direction of the gradient's running mean over its running root mean square.
/// Kingma & Ba 2014; PyTorch: torch.optim.Adam.
///
///     optim::Adam optimizer(model->parameters(), optim::AdamOptions(1e-3).betas(std::make_tuple(0.9,
///     0.99)));
class Adam : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  explicit Adam(std::vector<OptimizerParamGroup> param_groups, AdamOptions defaults = {});
  explicit Adam(std::vector<Tensor> params, AdamOptions defaults = {});

  Tensor step(LossClosure closure = nullptr) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;
};

/// Adam with weight decay apart from the gradient. Loshchilov & Hutter 2017; PyTorch: torch.optim.AdamW.
class AdamW : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  explicit AdamW(std::vector<OptimizerParamGroup> param_groups, AdamWOptions defaults = {});
  explicit AdamW(std::vector<Tensor> params, AdamWOptions defaults = {});

  Tensor step(LossClosure closure = nullptr) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;
};

}  // namespace xgrad::optim
