#include <xgrad/nn/functional.hpp>

namespace xgrad::nn::functional {

Tensor relu(const Tensor& input, const ReLUFuncOptions& options) {
  if (options.inplace()) return input.copy_(xgrad::relu(input));
  return xgrad::relu(input);
}

Tensor dropout(const Tensor& input, const DropoutFuncOptions& options) {
  check(options.p() >= 0 && options.p() <= 1, "dropout probability has to be between 0 and 1, but got ",
        options.p());
  if (!options.training() || !options.inplace())
    return xgrad::dropout(input, options.p(), options.training());
  return input.copy_(xgrad::dropout(input, options.p(), true));
}

Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& options) {
  if (input.sizes() != target.sizes())
    warn(detail::str("Using a target size (", target.sizes(), ") that is different to the input size (",
                     input.sizes(),
                     "). This will likely lead to incorrect results due to broadcasting. Please ensure they "
                     "have the same size: ",
                     "reshape the target with target.view_as(input)."));
  return xgrad::mse_loss(input, target, options.reduction().index());
}

}  // namespace xgrad::nn::functional
