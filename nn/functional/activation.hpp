// Activations as functions of nn::functional.
#pragma once

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/options/activation.hpp>

/// PyTorch: torch::nn::functional. `inplace` writes the result into the input, which then takes its place on
/// the tape.
namespace xgrad::nn::functional {

/// max(input, 0).
Tensor relu(const Tensor& input, const ReLUFuncOptions& options = {});
/// input limited to [0, 6].
Tensor relu6(const Tensor& input, const ReLU6FuncOptions& options = {});
/// input where it is positive, else alpha * (exp(input) - 1).
Tensor elu(const Tensor& input, const ELUFuncOptions& options = {});
/// elu with the constants that keep mean 0 and variance 1.
Tensor selu(const Tensor& input, const SELUFuncOptions& options = {});
/// max(input, 0) + min(0, alpha * (exp(input / alpha) - 1)).
Tensor celu(const Tensor& input, const CELUFuncOptions& options = {});
/// input times the normal distribution's cumulative probability of it.
Tensor gelu(const Tensor& input, const GELUFuncOptions& options = {});
/// The first half along a dimension times the sigmoid of the second.
Tensor glu(const Tensor& input, const GLUFuncOptions& options = {});
/// input limited to [min_val, max_val].
Tensor hardtanh(const Tensor& input, const HardtanhFuncOptions& options = {});
/// input where its magnitude is above lambda, else 0.
Tensor hardshrink(const Tensor& input, const HardshrinkFuncOptions& options = {});
/// input moved towards 0 by lambda.
Tensor softshrink(const Tensor& input, const SoftshrinkFuncOptions& options = {});
/// input where it is positive, else negative_slope * input.
Tensor leaky_relu(const Tensor& input, const LeakyReLUFuncOptions& options = {});
/// In training, leaky_relu with a slope drawn for each element from [lower, upper); else with their mean.
Tensor rrelu(const Tensor& input, const RReLUFuncOptions& options = {});
/// input where it is positive, else weight * input; weight has one element or one per channel.
inline Tensor prelu(const Tensor& input, const Tensor& weight) { return xgrad::prelu(input, weight); }
/// log(1 + exp(beta * input)) / beta.
Tensor softplus(const Tensor& input, const SoftplusFuncOptions& options = {});
/// input where it is above the threshold, else value.
Tensor threshold(const Tensor& input, const ThresholdFuncOptions& options);

/// exp(input) / Σ exp(input) along options.dim().
Tensor softmax(const Tensor& input, const SoftmaxFuncOptions& options);
/// softmax(-input).
Tensor softmin(const Tensor& input, const SoftminFuncOptions& options);
/// log(softmax(input)), without the loss of digits.
Tensor log_softmax(const Tensor& input, const LogSoftmaxFuncOptions& options);

/// The hyperbolic tangent.
inline Tensor tanh(const Tensor& input) { return xgrad::tanh(input); }
/// 1 / (1 + exp(-input)).
inline Tensor sigmoid(const Tensor& input) { return xgrad::sigmoid(input); }
/// log(sigmoid(input)).
inline Tensor logsigmoid(const Tensor& input) { return xgrad::log_sigmoid(input); }
/// input * sigmoid(input).
inline Tensor silu(const Tensor& input) { return xgrad::silu(input); }
/// input * tanh(softplus(input)).
inline Tensor mish(const Tensor& input) { return xgrad::mish(input); }
/// input / (1 + |input|).
Tensor softsign(const Tensor& input);
/// input - tanh(input).
Tensor tanhshrink(const Tensor& input);

}  // namespace xgrad::nn::functional
