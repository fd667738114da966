#include <xgrad/nn/optim/sgd.hpp>

#include <xgrad/core/kernels/optimizers.hpp>

namespace xgrad::optim {

void SGDOptions::validate() const {
  detail::check_rate(lr(), "learning rate");
  detail::check_rate(momentum(), "momentum value");
  detail::check_rate(weight_decay(), "weight_decay value");
  check(!nesterov() || (momentum() > 0 && dampening() == 0),
        "Nesterov momentum requires a momentum and zero dampening. Got momentum ", momentum(),
        " and dampening ", dampening());
}

void SGDOptions::visit(FieldVisitor& visitor) {
  visitor.number("lr", lr());
  visitor.number("momentum", momentum());
  visitor.number("dampening", dampening());
  visitor.number("weight_decay", weight_decay());
  visitor.flag("nesterov", nesterov());
}

void SGDParamState::visit(FieldVisitor& visitor) { visitor.tensor("momentum_buffer", momentum_buffer()); }

std::unique_ptr<OptimizerParamState> SGD::make_state() const { return std::make_unique<SGDParamState>(); }

SGD::SGD(std::vector<OptimizerParamGroup> param_groups, SGDOptions defaults)
    : Optimizer(std::move(param_groups), defaults.clone()) {}
SGD::SGD(std::vector<Tensor> params, SGDOptions defaults) : Optimizer(std::move(params), defaults.clone()) {}

Tensor SGD::step(LossClosure closure) {
  return step_each<SGDOptions>(
      closure, [this](const Tensor& parameter, const Tensor& grad, const SGDOptions& options) {
        kernels::SgdStep step{options.lr(), options.momentum(), options.dampening(), options.weight_decay(),
                              options.nesterov()};
        if (options.momentum() == 0) return kernels::sgd_step(parameter, grad, {}, step);
        Tensor& buffer = state_of<SGDParamState>(parameter).momentum_buffer();
        // The first gradient enters the buffer undampened.
        if (!buffer.defined()) step.dampening = 0;
        detail::make_state(buffer, parameter);
        kernels::sgd_step(parameter, grad, buffer, step);
      });
}

}  // namespace xgrad::optim
