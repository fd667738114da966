// What all optimizers share: groups of parameters with options, state by parameter, zero_grad and step.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <vector>

#include <xgrad/autograd/lints.hpp>
#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/arg.hpp>

/// PyTorch: torch::optim.
namespace xgrad::optim {

/// What shape a tensor in a parameter's state has: the parameter's, that of all parameters in one row, or one
/// number.
enum class Extent { parameter, all, one };

/// Visits the members of an options or state class by name and may change them: how optimizers are saved and
/// loaded, whatever their class.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  /// A member of that name: a number, a tensor or a flag.
  virtual void number(const char* name, double& value) = 0;
  virtual void number(const char* name, int64_t& value) = 0;
  virtual void tensor(const std::string& name, Tensor& value, Extent extent = Extent::parameter) = 0;
  void flag(const char* name, bool& value) {
    int64_t n = value;
    number(name, n);
    value = n != 0;
  }
};

/// What an optimizer remembers of one parameter.
class OptimizerParamState {
 public:
  virtual ~OptimizerParamState() = default;
  /// A copy.
  virtual std::unique_ptr<OptimizerParamState> clone() const = 0;
  /// Shows every member to the visitor, so that the optimizer can be saved and loaded.
  virtual void visit(FieldVisitor& visitor);
};

/// Gives a state class its clone().
template <class Derived>
class OptimizerCloneableParamState : public OptimizerParamState {
 public:
  /// A copy.
  std::unique_ptr<OptimizerParamState> clone() const override {
    return std::unique_ptr<OptimizerParamState>(new Derived(static_cast<const Derived&>(*this)));
  }
};

/// The numbers that steer an optimizer: its defaults, and those of each parameter group.
class OptimizerOptions {
 public:
  virtual ~OptimizerOptions() = default;
  /// A copy.
  virtual std::unique_ptr<OptimizerOptions> clone() const = 0;
  /// The learning rate, whatever the optimizer: schedulers set it.
  virtual double get_lr() const = 0;
  virtual void set_lr(double lr) = 0;
  /// Throws when a number makes no sense.
  virtual void validate() const {}
  /// Shows every member to the visitor, so that the optimizer can be saved and loaded.
  virtual void visit(FieldVisitor& visitor);
};

/// Gives an options class its clone().
template <class Derived>
class OptimizerCloneableOptions : public OptimizerOptions {
 public:
  /// A copy.
  std::unique_ptr<OptimizerOptions> clone() const override {
    return std::unique_ptr<OptimizerOptions>(new Derived(static_cast<const Derived&>(*this)));
  }
};

/// Parameters that share options; a group without options gets the optimizer's defaults.
class OptimizerParamGroup {
 public:
  /// Of parameters, with options of their own or without.
  OptimizerParamGroup(std::vector<Tensor> params) : params_(std::move(params)) {}
  OptimizerParamGroup(std::vector<Tensor> params, std::unique_ptr<OptimizerOptions> options)
      : params_(std::move(params)), options_(std::move(options)) {}
  OptimizerParamGroup(const OptimizerParamGroup& other)
      : params_(other.params_), options_(other.options_ ? other.options_->clone() : nullptr) {}
  OptimizerParamGroup(OptimizerParamGroup&&) = default;
  OptimizerParamGroup& operator=(OptimizerParamGroup other) noexcept {
    params_.swap(other.params_);
    options_.swap(other.options_);
    return *this;
  }

  /// Whether it has options of its own; and these. options() is an error without.
  bool has_options() const { return options_ != nullptr; }
  OptimizerOptions& options();
  const OptimizerOptions& options() const { return const_cast<OptimizerParamGroup*>(this)->options(); }
  void set_options(std::unique_ptr<OptimizerOptions> options) { options_ = std::move(options); }
  /// The parameters.
  std::vector<Tensor>& params() { return params_; }
  const std::vector<Tensor>& params() const { return params_; }

 private:
  std::vector<Tensor> params_;
  std::unique_ptr<OptimizerOptions> options_;
};

/// The base of all optimizers. A derived class says in update() what one step does to one parameter.
class Optimizer {
 public:
  using LossClosure = std::function<Tensor()>;
  using State = std::unordered_map<void*, std::unique_ptr<OptimizerParamState>>;

  /// Of groups, or of parameters that share the defaults. Parameters must be leaves, each given once.
  Optimizer(std::vector<OptimizerParamGroup> param_groups, std::unique_ptr<OptimizerOptions> defaults);
  Optimizer(std::vector<Tensor> parameters, std::unique_ptr<OptimizerOptions> defaults);
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer();

  /// Changes every parameter that has a gradient. `closure`, if given, computes the loss and the gradients
  /// first; its loss is returned.
  virtual Tensor step(LossClosure closure = nullptr) = 0;
  /// Makes every parameter's gradient undefined, which saves a pass over the memory, or zeroes it.
  /// (libtorch 1.x zeroes.)
  void zero_grad(bool set_to_none = true);

  /// Adds parameters with options of their own. They must be leaves, and in no other group.
  void add_param_group(const OptimizerParamGroup& group);
  /// Adds parameters to the first group.
  void add_parameters(const std::vector<Tensor>& parameters);
  /// The groups, in the order in which they were added.
  std::vector<OptimizerParamGroup>& param_groups() noexcept { return param_groups_; }
  const std::vector<OptimizerParamGroup>& param_groups() const noexcept { return param_groups_; }
  /// The options of groups that were added without any.
  OptimizerOptions& defaults() noexcept { return *defaults_; }
  const OptimizerOptions& defaults() const noexcept { return *defaults_; }
  /// The parameters of the first group.
  std::vector<Tensor>& parameters() noexcept { return param_groups_.front().params(); }
  const std::vector<Tensor>& parameters() const noexcept { return param_groups_.front().params(); }
  /// How many parameters there are in all groups.
  size_t size() const noexcept;
  /// What is remembered of each parameter, by the address of its TensorImpl.
  State& state() noexcept { return state_; }
  const State& state() const noexcept { return state_; }
  /// What is remembered of a parameter before the first step, for load(); an error unless overridden.
  virtual std::unique_ptr<OptimizerParamState> make_state() const;

 protected:
  /// The body of step(): runs the closure, then calls `update(parameter, gradient, options)` for every
  /// parameter that has a gradient, with the group's options.
  template <class Options, class Update>
  Tensor step_each(const LossClosure& closure, const Update& update) {
    Tensor loss = run(closure);
    for (auto& group : param_groups_) {
      auto* options = dynamic_cast<Options*>(&group.options());
      if (!options) wrong_options(group.options());
      if (autograd::Watch::has(autograd::Watch::kLints)) [[unlikely]]
        autograd::lint_step(group.params());
      for (const Tensor& parameter : group.params())
        if (const Tensor& grad = parameter.grad(); grad.defined()) update(parameter, grad, *options);
    }
    return loss;
  }
  /// The closure's loss, computed with gradients on; undefined when there is no closure.
  static Tensor run(const LossClosure& closure);
  /// What is remembered of the parameter, made when there is nothing yet.
  template <class ParamState>
  ParamState& state_of(const Tensor& parameter) {
    auto& slot = state_[&parameter.impl()];
    if (!slot) slot = std::make_unique<ParamState>();
    return static_cast<ParamState&>(*slot);
  }

 private:
  [[noreturn]] void wrong_options(const OptimizerOptions& options) const;
  // Refuses what cannot be optimised, or already is.
  void check_new(const std::vector<Tensor>& parameters) const;

  std::vector<OptimizerParamGroup> param_groups_;
  State state_;
  std::unique_ptr<OptimizerOptions> defaults_;
};

namespace detail {
/// Throws "Invalid <what>" for a negative number or NaN.
void check_rate(double value, const char* what);
/// Makes `state` a tensor like `parameter`: full of `start` when it is undefined, converted when the
/// parameter has been.
void make_state(Tensor& state, const Tensor& parameter, double start = 0);
}  // namespace detail

}  // namespace xgrad::optim
