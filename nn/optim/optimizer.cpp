#include <xgrad/nn/optim/optimizer.hpp>

#include <unordered_set>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/core/factories.hpp>
#include <xgrad/nn/module.hpp>

namespace xgrad::optim {
namespace detail {

void check_rate(double value, const char* what) {
  if (!(value >= 0)) fail("Invalid ", what, ": ", value, ". It must be 0 or more");
}

void make_state(Tensor& state, const Tensor& parameter, double start) {
  if (!state.defined())
    state = full(parameter.sizes(), start, parameter.dtype());
  else if (state.dtype() != parameter.dtype())
    state = state.to(parameter.dtype());
}

}  // namespace detail

namespace {
[[noreturn]] void cannot_visit(const std::type_info& type) {
  fail("optimizer: ", xgrad::detail::type_name(type),
       " does not say what it consists of: override visit(FieldVisitor&) in it, so that it can be saved, "
       "loaded and "
       "scheduled");
}
}  // namespace

void OptimizerParamState::visit(FieldVisitor&) { cannot_visit(typeid(*this)); }
void OptimizerOptions::visit(FieldVisitor&) { cannot_visit(typeid(*this)); }

std::unique_ptr<OptimizerParamState> Optimizer::make_state() const {
  fail("load: ", xgrad::detail::type_name(typeid(*this)),
       " cannot be loaded: override make_state() in it, which returns a new state of a parameter");
}

OptimizerOptions& OptimizerParamGroup::options() {
  check(
      has_options(),
      "OptimizerParamGroup: this group has no options yet: it gets the optimizer's when it is added to one");
  return *options_;
}

Optimizer::Optimizer(std::vector<OptimizerParamGroup> param_groups,
                     std::unique_ptr<OptimizerOptions> defaults)
    : defaults_(std::move(defaults)) {
  defaults_->validate();
  size_t count = 0;
  for (const auto& group : param_groups) {
    add_param_group(group);
    count += group.params().size();
  }
  check(count > 0,
        "optimizer got an empty parameter list: pass model->parameters(). A module that lists none has not "
        "registered any: ",
        "use register_parameter and register_module");
  if (autograd::Watch::has(autograd::Watch::kLints)) {
    std::vector<Tensor> all;
    for (const auto& group : param_groups_)
      all.insert(all.end(), group.params().begin(), group.params().end());
    autograd::lint_optimizer(all);
  }
}

Optimizer::Optimizer(std::vector<Tensor> parameters, std::unique_ptr<OptimizerOptions> defaults)
    : Optimizer(std::vector<OptimizerParamGroup>{std::move(parameters)}, std::move(defaults)) {}

Optimizer::~Optimizer() = default;

void Optimizer::add_param_group(const OptimizerParamGroup& group) {
  check_new(group.params());
  OptimizerParamGroup added = group;
  if (!added.has_options()) added.set_options(defaults_->clone());
  const OptimizerOptions& options = added.options();
  const OptimizerOptions& expected = *defaults_;
  if (typeid(options) != typeid(expected)) wrong_options(options);
  options.validate();
  param_groups_.push_back(std::move(added));
}

void Optimizer::add_parameters(const std::vector<Tensor>& parameters) {
  check_new(parameters);
  auto& first = this->parameters();
  first.insert(first.end(), parameters.begin(), parameters.end());
}

void Optimizer::zero_grad(bool set_to_none) {
  for (auto& group : param_groups_)
    for (const Tensor& parameter : group.params()) xgrad::detail::zero_grad(parameter, set_to_none);
}

size_t Optimizer::size() const noexcept {
  size_t count = 0;
  for (const auto& group : param_groups_) count += group.params().size();
  return count;
}

Tensor Optimizer::run(const LossClosure& closure) {
  if (!closure) return {};
  AutoGradMode enable_grad(true);
  return closure();
}

void Optimizer::wrong_options(const OptimizerOptions& options) const {
  const OptimizerOptions& expected = *defaults_;
  fail("optimizer: a parameter group has options of type ", xgrad::detail::type_name(typeid(options)),
       ", expected ", xgrad::detail::type_name(typeid(expected)));
}

void Optimizer::check_new(const std::vector<Tensor>& parameters) const {
  std::unordered_set<const void*> known;
  for (const auto& group : param_groups_)
    for (const Tensor& parameter : group.params()) known.insert(&parameter.impl());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& parameter = parameters[i];
    if (!parameter.defined())
      fail("optimizer: parameter ", i, " is undefined: initialise it before making the optimizer");
    if (!parameter.is_leaf())
      fail("can't optimize a non-leaf Tensor: parameter ", i, " of shape ", parameter.sizes(),
           " is the result of an operation. Optimise the tensors it was made from, or its "
           "detach().requires_grad_()");
    if (!parameter.is_floating_point())
      fail("optimizer: parameter ", i, " has dtype ", parameter.dtype(),
           ": only floating-point tensors can be optimised");
    if (!known.insert(&parameter.impl()).second)
      fail("some parameters appear in more than one parameter group, or more than once in one: parameter ", i,
           " of shape ", parameter.sizes(), " would be changed twice in each step. Pass each tensor once");
  }
}

}  // namespace xgrad::optim
