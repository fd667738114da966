#include <xgrad/nn/optim/schedulers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>

namespace xgrad::optim {

void LRScheduler::step() {
  set_optimizer_lrs(get_lrs());
  ++step_count_;
}

std::vector<double> LRScheduler::get_current_lrs() const {
  std::vector<double> rates;
  for (const auto& group : optimizer_.param_groups()) rates.push_back(group.options().get_lr());
  return rates;
}

void LRScheduler::set_optimizer_lrs(const std::vector<double>& rates) {
  auto& groups = optimizer_.param_groups();
  check(rates.size() == groups.size(),
        "Number of learning rates not equal to the number of param groups. Expected: ", groups.size(),
        ", but got: ", rates.size(), ". Make the scheduler after the last add_param_group()");
  for (size_t i = 0; i < rates.size(); ++i) groups[i].options().set_lr(rates[i]);
}

StepLR::StepLR(Optimizer& optimizer, unsigned step_size, double gamma)
    : LRScheduler(optimizer), step_size_(step_size), gamma_(gamma) {
  check(step_size > 0, "StepLR: step_size is 0; give the number of steps between two changes, 1 or more");
}

std::vector<double> StepLR::get_lrs() {
  auto rates = get_current_lrs();
  if (step_count_ > 0 && step_count_ % step_size_ == 0)
    for (double& rate : rates) rate *= gamma_;
  return rates;
}

std::vector<double> EpochScheduler::lrs(unsigned epoch) const {
  auto rates = get_current_lrs();
  // A group that was added later begins with the rate that it has: set_optimizer_lrs() refuses it.
  rates.resize(std::min(rates.size(), base_lrs_.size()));
  for (size_t i = 0; i < rates.size(); ++i) rates[i] = lr(epoch, rates[i], base_lrs_[i]);
  return rates;
}

void EpochScheduler::begin() { set_optimizer_lrs(lrs(0)); }

MultiStepLR::MultiStepLR(Optimizer& optimizer, std::vector<unsigned> milestones, double gamma)
    : EpochScheduler(optimizer), milestones_(std::move(milestones)), gamma_(gamma) {}

double MultiStepLR::lr(unsigned epoch, double current, double) const {
  return current *
         std::pow(gamma_, static_cast<double>(std::count(milestones_.begin(), milestones_.end(), epoch)));
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, unsigned T_max, double eta_min)
    : EpochScheduler(optimizer), period_(T_max), eta_min_(eta_min) {
  check(T_max > 0, "CosineAnnealingLR: T_max is 0; give the number of epochs to the lowest rate, 1 or more");
}

// From the current rate, not the first one: so other schedulers may change it too.
double CosineAnnealingLR::lr(unsigned epoch, double current, double base) const {
  const auto height = [&](unsigned e) { return 1 + std::cos(std::numbers::pi * e / period_); };
  if ((epoch + 2 * period_ - 1 - period_) % (2 * period_) ==
      0)  // out of the lowest point, where the ratio is 0 / 0
    return current + (base - eta_min_) * (1 - std::cos(std::numbers::pi / period_)) / 2;
  return height(epoch) / height(epoch - 1) * (current - eta_min_) + eta_min_;
}

LambdaLR::LambdaLR(Optimizer& optimizer, std::function<double(unsigned epoch)> factor)
    : EpochScheduler(optimizer), factor_(std::move(factor)) {
  check(factor_ != nullptr, "LambdaLR: the function is empty; give one from the epoch to the factor");
  begin();
}

namespace {

// Sets an optimizer's momentum, whatever its class: the field of that name, or the first beta.
struct SetMomentum : FieldVisitor {
  explicit SetMomentum(double m) : momentum(m) {}
  void number(const char* name, double& value) override {
    if (std::string_view(name) != "momentum" && std::string_view(name) != "beta1") return;
    value = momentum;
    found = true;
  }
  void number(const char*, int64_t&) override {}
  void tensor(const std::string&, Tensor&, Extent) override {}

  double momentum;
  bool found = false;
};

}  // namespace

OneCycleLR::OneCycleLR(Optimizer& optimizer, OneCycleLROptions options)
    : EpochScheduler(optimizer), options_(std::move(options)) {
  const auto& o = options_;
  check(o.total_steps() > 0, "OneCycleLR: Expected positive integer total_steps, but got ", o.total_steps());
  check(o.pct_start() >= 0 && o.pct_start() <= 1,
        "OneCycleLR: Expected float between 0 and 1 pct_start, but got ", o.pct_start());
  check(o.anneal_strategy() == "cos" || o.anneal_strategy() == "linear",
        "OneCycleLR: anneal_strategy must be one of 'cos' or 'linear', instead got ", o.anneal_strategy());
  const double first = o.max_lr() / o.div_factor(), last = first / o.final_div_factor();
  const double top = o.max_momentum(), bottom = o.base_momentum();
  const auto total = static_cast<double>(o.total_steps()), peak = o.pct_start() * total - 1;
  phases_.push_back({peak, first, o.max_lr(), top, bottom});
  if (o.three_phase()) {
    phases_.push_back({2 * o.pct_start() * total - 2, o.max_lr(), first, bottom, top});
    phases_.push_back({total - 1, first, last, top, top});
  } else {
    phases_.push_back({total - 1, o.max_lr(), last, bottom, top});
  }
  begin();
  set_momentum();
}

double OneCycleLR::value(unsigned epoch, double Phase::*from, double Phase::*to) const {
  double start = 0;
  for (const Phase& phase : phases_) {
    if (epoch <= phase.end || &phase == &phases_.back()) {
      const double share = (epoch - start) / (phase.end - start);
      return options_.anneal_strategy() == "cos"
                 ? phase.*to + (phase.*from - phase.*to) / 2 * (1 + std::cos(std::numbers::pi * share))
                 : phase.*from + (phase.*to - phase.*from) * share;
    }
    start = phase.end;
  }
  return 0;  // there always is a last phase
}

void OneCycleLR::step() {
  check(step_count_ + 1 <= options_.total_steps(), "OneCycleLR: Tried to step ", step_count_ + 1,
        " times. The specified number of total steps is ", options_.total_steps(),
        ": give total_steps = epochs times batches per epoch");
  EpochScheduler::step();
  set_momentum();
}

void OneCycleLR::set_momentum() {
  if (!options_.cycle_momentum()) return;
  for (auto& group : optimizer().param_groups()) {
    SetMomentum set(value(step_count_, &Phase::momentum_from, &Phase::momentum_to));
    group.options().visit(set);
    check(set.found, "OneCycleLR: optimizer must support momentum with `cycle_momentum` option enabled: ",
          "switch it off with cycle_momentum(false)");
  }
}

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options)
    : optimizer_(optimizer), options_(std::move(options)) {
  const auto one_of = [](const std::string& value, const char* a, const char* b, const char* what) {
    check(value == a || value == b, "ReduceLROnPlateau: ", what, " ", value, " is unknown: use '", a,
          "' or '", b, "'");
  };
  one_of(options_.mode(), "min", "max", "mode");
  one_of(options_.threshold_mode(), "rel", "abs", "threshold mode");
  check(options_.factor() < 1, "ReduceLROnPlateau: Factor should be < 1.0, got ", options_.factor());
  best_ = options_.mode() == "min" ? std::numeric_limits<double>::infinity()
                                   : -std::numeric_limits<double>::infinity();
}

bool ReduceLROnPlateau::better(double metric) const {
  const double sign = options_.mode() == "min" ? -1 : 1;
  const double bar = options_.threshold_mode() == "rel" ? best_ * (1 + sign * options_.threshold())
                                                        : best_ + sign * options_.threshold();
  return sign < 0 ? metric < bar : metric > bar;
}

void ReduceLROnPlateau::step(double metric) {
  if (better(metric)) {
    best_ = metric;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_epochs_ = 0;
  }
  if (bad_epochs_ <= options_.patience()) return;
  for (auto& group : optimizer_.param_groups()) {
    const double old = group.options().get_lr(), lower = std::max(old * options_.factor(), options_.min_lr());
    if (old - lower > options_.eps()) group.options().set_lr(lower);
  }
  cooling_ = options_.cooldown();
  bad_epochs_ = 0;
}

}  // namespace xgrad::optim
