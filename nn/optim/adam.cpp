#include <xgrad/nn/optim/adam.hpp>

#include <cmath>

#include <xgrad/core/kernels/optimizers.hpp>

namespace xgrad::optim {
namespace {

template <class Options>
void validate_adam(const Options& options) {
  detail::check_rate(options.lr(), "learning rate");
  detail::check_rate(options.eps(), "epsilon value");
  detail::check_rate(options.weight_decay(), "weight_decay value");
  const double betas[] = {std::get<0>(options.betas()), std::get<1>(options.betas())};
  for (int i = 0; i < 2; ++i)
    check(betas[i] >= 0 && betas[i] < 1, "Invalid beta parameter at index ", i, ": ", betas[i],
          ". It must be at least 0 and less than 1");
}

template <class Options>
void visit_adam(Options& options, FieldVisitor& visitor) {
  visitor.number("lr", options.lr());
  visitor.number("beta1", std::get<0>(options.betas()));
  visitor.number("beta2", std::get<1>(options.betas()));
  visitor.number("eps", options.eps());
  visitor.number("weight_decay", options.weight_decay());
  visitor.flag("amsgrad", options.amsgrad());
}

template <class Options>
void adam_step(AdamParamState& state, const Tensor& parameter, const Tensor& grad, const Options& options,
               bool decoupled) {
  detail::make_state(state.exp_avg(), parameter);
  detail::make_state(state.exp_avg_sq(), parameter);
  if (options.amsgrad()) detail::make_state(state.max_exp_avg_sq(), parameter);
  const auto t = static_cast<double>(++state.step());
  const auto [beta1, beta2] = options.betas();
  const double decay = options.weight_decay();
  kernels::adam_step(parameter, grad, state.exp_avg(), state.exp_avg_sq(),
                     options.amsgrad() ? state.max_exp_avg_sq() : Tensor(),
                     {.beta1 = beta1,
                      .beta2 = beta2,
                      .eps = options.eps(),
                      .step_size = options.lr() / (1 - std::pow(beta1, t)),
                      .root_correction = 1 / std::sqrt(1 - std::pow(beta2, t)),
                      .weight_decay = decoupled ? 0 : decay,
                      .shrink = decoupled ? 1 - options.lr() * decay : 1});
}

}  // namespace

void AdamOptions::validate() const { validate_adam(*this); }
void AdamWOptions::validate() const { validate_adam(*this); }
void AdamOptions::visit(FieldVisitor& visitor) { visit_adam(*this, visitor); }
void AdamWOptions::visit(FieldVisitor& visitor) { visit_adam(*this, visitor); }

void AdamParamState::visit(FieldVisitor& visitor) {
  visitor.number("step", step());
  visitor.tensor("exp_avg", exp_avg());
  visitor.tensor("exp_avg_sq", exp_avg_sq());
  visitor.tensor("max_exp_avg_sq", max_exp_avg_sq());
}

std::unique_ptr<OptimizerParamState> Adam::make_state() const { return std::make_unique<AdamParamState>(); }
std::unique_ptr<OptimizerParamState> AdamW::make_state() const { return std::make_unique<AdamParamState>(); }

Adam::Adam(std::vector<OptimizerParamGroup> param_groups, AdamOptions defaults)
    : Optimizer(std::move(param_groups), defaults.clone()) {}
Adam::Adam(std::vector<Tensor> params, AdamOptions defaults)
    : Optimizer(std::move(params), defaults.clone()) {}

Tensor Adam::step(LossClosure closure) {
  return step_each<AdamOptions>(
      closure, [this](const Tensor& parameter, const Tensor& grad, const AdamOptions& options) {
        adam_step(state_of<AdamParamState>(parameter), parameter, grad, options, false);
      });
}

AdamW::AdamW(std::vector<OptimizerParamGroup> param_groups, AdamWOptions defaults)
    : Optimizer(std::move(param_groups), defaults.clone()) {}
AdamW::AdamW(std::vector<Tensor> params, AdamWOptions defaults)
    : Optimizer(std::move(params), defaults.clone()) {}

Tensor AdamW::step(LossClosure closure) {
  return step_each<AdamWOptions>(
      closure, [this](const Tensor& parameter, const Tensor& grad, const AdamWOptions& options) {
        adam_step(state_of<AdamParamState>(parameter), parameter, grad, options, true);
      });
}

}  // namespace xgrad::optim
