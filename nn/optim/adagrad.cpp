#include <xgrad/nn/optim/adagrad.hpp>

#include <xgrad/core/kernels/optimizers.hpp>

namespace xgrad::optim {

void AdagradOptions::validate() const {
  detail::check_rate(lr(), "learning rate");
  detail::check_rate(lr_decay(), "lr_decay value");
  detail::check_rate(weight_decay(), "weight_decay value");
  detail::check_rate(initial_accumulator_value(), "initial_accumulator_value value");
  detail::check_rate(eps(), "epsilon value");
}

void AdagradOptions::visit(FieldVisitor& visitor) {
  visitor.number("lr", lr());
  visitor.number("lr_decay", lr_decay());
  visitor.number("weight_decay", weight_decay());
  visitor.number("initial_accumulator_value", initial_accumulator_value());
  visitor.number("eps", eps());
}

void AdagradParamState::visit(FieldVisitor& visitor) {
  visitor.number("step", step());
  visitor.tensor("sum", sum());
}

std::unique_ptr<OptimizerParamState> Adagrad::make_state() const {
  return std::make_unique<AdagradParamState>();
}

// As in PyTorch, the sums are there before the first step.
Adagrad::Adagrad(std::vector<OptimizerParamGroup> groups, AdagradOptions defaults)
    : Optimizer(std::move(groups), defaults.clone()) {
  for (const auto& group : param_groups())
    for (const Tensor& parameter : group.params())
      detail::make_state(state_of<AdagradParamState>(parameter).sum(), parameter,
                         defaults.initial_accumulator_value());
}
Adagrad::Adagrad(std::vector<Tensor> params, AdagradOptions defaults)
    : Adagrad(std::vector<OptimizerParamGroup>{std::move(params)}, std::move(defaults)) {}

Tensor Adagrad::step(LossClosure closure) {
  return step_each<AdagradOptions>(
      closure, [this](const Tensor& parameter, const Tensor& grad, const AdagradOptions& options) {
        auto& state = state_of<AdagradParamState>(parameter);
        detail::make_state(state.sum(), parameter, options.initial_accumulator_value());
        const auto steps_before = static_cast<double>(state.step()++);
        kernels::adagrad_step(parameter, grad, state.sum(),
                              {.lr = options.lr() / (1 + steps_before * options.lr_decay()),
                               .eps = options.eps(),
                               .weight_decay = options.weight_decay()});
      });
}

}  // namespace xgrad::optim
