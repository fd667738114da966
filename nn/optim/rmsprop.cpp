#include <xgrad/nn/optim/rmsprop.hpp>

#include <xgrad/core/kernels/optimizers.hpp>

namespace xgrad::optim {

void RMSpropOptions::validate() const {
  detail::check_rate(lr(), "learning rate");
  detail::check_rate(eps(), "epsilon value");
  detail::check_rate(momentum(), "momentum value");
  detail::check_rate(weight_decay(), "weight_decay value");
  detail::check_rate(alpha(), "alpha value");
}

void RMSpropOptions::visit(FieldVisitor& visitor) {
  visitor.number("lr", lr());
  visitor.number("alpha", alpha());
  visitor.number("eps", eps());
  visitor.number("weight_decay", weight_decay());
  visitor.number("momentum", momentum());
  visitor.flag("centered", centered());
}

void RMSpropParamState::visit(FieldVisitor& visitor) {
  visitor.number("step", step());
  visitor.tensor("square_avg", square_avg());
  visitor.tensor("momentum_buffer", momentum_buffer());
  visitor.tensor("grad_avg", grad_avg());
}

std::unique_ptr<OptimizerParamState> RMSprop::make_state() const {
  return std::make_unique<RMSpropParamState>();
}

RMSprop::RMSprop(std::vector<OptimizerParamGroup> param_groups, RMSpropOptions defaults)
    : Optimizer(std::move(param_groups), defaults.clone()) {}
RMSprop::RMSprop(std::vector<Tensor> params, RMSpropOptions defaults)
    : Optimizer(std::move(params), defaults.clone()) {}

Tensor RMSprop::step(LossClosure closure) {
  return step_each<RMSpropOptions>(
      closure, [this](const Tensor& parameter, const Tensor& grad, const RMSpropOptions& options) {
        auto& state = state_of<RMSpropParamState>(parameter);
        detail::make_state(state.square_avg(), parameter);
        if (options.centered()) detail::make_state(state.grad_avg(), parameter);
        if (options.momentum() > 0) detail::make_state(state.momentum_buffer(), parameter);
        ++state.step();
        kernels::rmsprop_step(parameter, grad, state.square_avg(),
                              options.centered() ? state.grad_avg() : Tensor(),
                              options.momentum() > 0 ? state.momentum_buffer() : Tensor(),
                              {.lr = options.lr(),
                               .alpha = options.alpha(),
                               .eps = options.eps(),
                               .momentum = options.momentum(),
                               .weight_decay = options.weight_decay()});
      });
}

}  // namespace xgrad::optim
