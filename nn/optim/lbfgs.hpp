// L-BFGS.
#pragma once

#include <optional>
#include <string>

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// Of LBFGS: at most max_iter directions and max_eval evaluations of the closure (1.25 · max_iter unless set)
/// in one step; it ends early when no gradient is larger than tolerance_grad, or loss and parameters change
/// by less than tolerance_change. history_size is how many differences it remembers. line_search_fn is
/// nothing, which goes lr along the direction, or "strong_wolfe".
struct LBFGSOptions : OptimizerCloneableOptions<LBFGSOptions> {
  LBFGSOptions(double lr = 1) : lr_(lr) {}
  TORCH_ARG(double, lr);
  TORCH_ARG(int64_t, max_iter) = 20;
  TORCH_ARG(std::optional<int64_t>, max_eval) = std::nullopt;
  TORCH_ARG(double, tolerance_grad) = 1e-7;
  TORCH_ARG(double, tolerance_change) = 1e-9;
  TORCH_ARG(int64_t, history_size) = 100;
  TORCH_ARG(std::optional<std::string>, line_search_fn) = std::nullopt;

 public:
  double get_lr() const override { return lr(); }
  void set_lr(double lr) override { lr_ = lr; }
  void validate() const override;
  void visit(FieldVisitor& visitor) override;
};

/// What LBFGS remembers, of all parameters in one row: the last direction and gradient, and the latest
/// differences of gradients (old_dirs) and parameters (old_stps) with the inverses of their products (ro).
struct LBFGSParamState : OptimizerCloneableParamState<LBFGSParamState> {
  TORCH_ARG(int64_t, func_evals) = 0;
  TORCH_ARG(int64_t, n_iter) = 0;
  TORCH_ARG(double, t) = 0;
  TORCH_ARG(double, prev_loss) = 0;
  TORCH_ARG(Tensor, d);
  TORCH_ARG(Tensor, H_diag);
  TORCH_ARG(Tensor, prev_flat_grad);
  TORCH_ARG(std::vector<Tensor>, old_dirs);
  TORCH_ARG(std::vector<Tensor>, old_stps);
  TORCH_ARG(std::vector<Tensor>, ro);

 public:
  void visit(FieldVisitor& visitor) override;
};

/// Quasi-Newton steps: the inverse second derivative is approximated from the latest gradients. For smooth
/// losses of all the data: step() needs a closure, calls it several times, and takes one parameter group.
/// Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 3.5; PyTorch: torch.optim.LBFGS.
///
///     optimizer.step([&] { optimizer.zero_grad(); auto loss = f(); loss.backward(); return loss; });
class LBFGS : public Optimizer {
 public:
  /// Of groups with options of their own, or of parameters that share the defaults.
  explicit LBFGS(std::vector<OptimizerParamGroup> param_groups, LBFGSOptions defaults = {});
  explicit LBFGS(std::vector<Tensor> params, LBFGSOptions defaults = {});

  Tensor step(LossClosure closure) override;
  std::unique_ptr<OptimizerParamState> make_state() const override;

 private:
  struct Point;
  class Line;

  Tensor flat_grad() const;
  // Adds scale times the row of all parameters to them.
  void move(double scale, const Tensor& direction);
  Tensor direction(LBFGSParamState& state, const LBFGSOptions& options, const Tensor& grad) const;
};

}  // namespace xgrad::optim
