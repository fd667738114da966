// Learning rates that change while one trains: call step() after every epoch, or batch.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <xgrad/nn/optim/optimizer.hpp>

namespace xgrad::optim {

/// The base of the schedulers: step() gives every parameter group the rate that get_lrs() says for it. The
/// optimizer must outlive the scheduler. PyTorch: torch::optim::LRScheduler.
class LRScheduler {
 public:
  /// Of an optimizer, which it does not own.
  explicit LRScheduler(Optimizer& optimizer) : optimizer_(optimizer) {}
  virtual ~LRScheduler() = default;
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;

  /// Sets the rates: once after each epoch, or step, of training.
  void step();

 protected:
  /// The rate of every group after this step.
  virtual std::vector<double> get_lrs() = 0;
  /// The rate of every group now.
  std::vector<double> get_current_lrs() const;
  /// Sets the rate of every group.
  void set_optimizer_lrs(const std::vector<double>& rates);
  /// What it steers.
  Optimizer& optimizer() noexcept { return optimizer_; }

  /// How many steps were made before this one.
  unsigned step_count_ = 0;

 private:
  Optimizer& optimizer_;
};

/// Multiplies the rates by gamma every step_size steps. As in libtorch, the first is the one after step_size
/// steps: one step later than Python's StepLR, whose constructor makes a step. PyTorch: torch::optim::StepLR.
class StepLR : public LRScheduler {
 public:
  /// The arguments are those of the description above.
  StepLR(Optimizer& optimizer, unsigned step_size, double gamma = 0.1);

 private:
  std::vector<double> get_lrs() override;

  unsigned step_size_;
  double gamma_;
};

/// The base of the schedulers that libtorch does not have: these count as Python's do, so that the rate after
/// n calls of step() is that of epoch n.
class EpochScheduler : public LRScheduler {
 public:
  /// Of an optimizer, whose rates are those of epoch 0.
  explicit EpochScheduler(Optimizer& optimizer) : LRScheduler(optimizer), base_lrs_(get_current_lrs()) {}

 protected:
  /// The rate of a group in an epoch, 1 or later, from its rate in the epoch before and that at the
  /// beginning.
  virtual double lr(unsigned epoch, double current, double base) const = 0;
  /// Sets the rates of epoch 0, for those that do not begin with the optimizer's.
  void begin();

 private:
  std::vector<double> get_lrs() final { return lrs(step_count_ + 1); }
  std::vector<double> lrs(unsigned epoch) const;

  std::vector<double> base_lrs_;
};

/// Multiplies the rates by gamma in each of the epochs `milestones`; one that is named twice counts twice.
/// PyTorch: torch.optim.lr_scheduler.MultiStepLR, and so on.
class MultiStepLR : public EpochScheduler {
 public:
  /// The arguments are those of the description above.
  MultiStepLR(Optimizer& optimizer, std::vector<unsigned> milestones, double gamma = 0.1);

 private:
  double lr(unsigned epoch, double current, double base) const override;

  std::vector<unsigned> milestones_;
  double gamma_;
};

/// Multiplies the rates by gamma in every epoch.
class ExponentialLR : public EpochScheduler {
 public:
  /// The arguments are those of the description above.
  ExponentialLR(Optimizer& optimizer, double gamma) : EpochScheduler(optimizer), gamma_(gamma) {}

 private:
  double lr(unsigned, double current, double) const override { return current * gamma_; }

  double gamma_;
};

/// Half a cosine wave from the rate at the beginning down to eta_min in T_max epochs, and up again in as
/// many.
class CosineAnnealingLR : public EpochScheduler {
 public:
  /// The arguments are those of the description above.
  CosineAnnealingLR(Optimizer& optimizer, unsigned T_max, double eta_min = 0);

 private:
  double lr(unsigned epoch, double current, double base) const override;

  unsigned period_;
  double eta_min_;
};

/// The rate at the beginning times a function of the epoch, from 0 on.
class LambdaLR : public EpochScheduler {
 public:
  /// The arguments are those of the description above.
  LambdaLR(Optimizer& optimizer, std::function<double(unsigned epoch)> factor);

 private:
  double lr(unsigned epoch, double, double base) const override { return base * factor_(epoch); }

  std::function<double(unsigned)> factor_;
};

/// Of OneCycleLR: the highest rate, and the number of steps of the whole cycle. It begins with
/// max_lr / div_factor and ends with that over final_div_factor; pct_start is the rising part of the cycle.
/// Unless cycle_momentum is off, momentum (or Adam's first beta) goes the other way. `anneal_strategy` is
/// "cos" or "linear"; three_phase falls as it rose before it falls to the end.
struct OneCycleLROptions {
  OneCycleLROptions(double max_lr, int64_t total_steps) : max_lr_(max_lr), total_steps_(total_steps) {}
  TORCH_ARG(double, max_lr);
  TORCH_ARG(int64_t, total_steps);
  TORCH_ARG(double, pct_start) = 0.3;
  TORCH_ARG(std::string, anneal_strategy) = "cos";
  TORCH_ARG(bool, cycle_momentum) = true;
  TORCH_ARG(double, base_momentum) = 0.85;
  TORCH_ARG(double, max_momentum) = 0.95;
  TORCH_ARG(double, div_factor) = 25;
  TORCH_ARG(double, final_div_factor) = 1e4;
  TORCH_ARG(bool, three_phase) = false;
};

/// One rise of the rate and a long fall: call step() after every batch. Smith & Topin 2017.
class OneCycleLR : public EpochScheduler {
 public:
  /// The arguments are those of the description above.
  OneCycleLR(Optimizer& optimizer, OneCycleLROptions options);
  /// An error after the last step.
  void step();

 private:
  struct Phase {
    double end, lr_from, lr_to, momentum_from, momentum_to;
  };
  double lr(unsigned epoch, double, double) const override {
    return value(epoch, &Phase::lr_from, &Phase::lr_to);
  }
  double value(unsigned epoch, double Phase::*from, double Phase::*to) const;
  void set_momentum();

  OneCycleLROptions options_;
  std::vector<Phase> phases_;
};

/// Of ReduceLROnPlateau. `mode` "min" wants the metric to fall, "max" to rise, by more than threshold, a
/// share of the best so far (threshold_mode "rel") or a number ("abs"). After more than `patience` epochs
/// without that the rates are multiplied by `factor`, to no less than min_lr, unless that changes them by
/// less than eps; then `cooldown` epochs are not counted.
struct ReduceLROnPlateauOptions {
  TORCH_ARG(std::string, mode) = "min";
  TORCH_ARG(double, factor) = 0.1;
  TORCH_ARG(int64_t, patience) = 10;
  TORCH_ARG(double, threshold) = 1e-4;
  TORCH_ARG(std::string, threshold_mode) = "rel";
  TORCH_ARG(int64_t, cooldown) = 0;
  TORCH_ARG(double, min_lr) = 0;
  TORCH_ARG(double, eps) = 1e-8;
};

/// Lowers the rates when a metric, such as the validation loss, stops getting better.
class ReduceLROnPlateau {
 public:
  /// The arguments are those of the description above.
  explicit ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options = {});
  /// Looks at what shall fall (or rise), once an epoch.
  void step(double metric);

 private:
  bool better(double metric) const;

  Optimizer& optimizer_;
  ReduceLROnPlateauOptions options_;
  double best_;
  int64_t bad_epochs_ = 0, cooling_ = 0;
};

}  // namespace xgrad::optim
