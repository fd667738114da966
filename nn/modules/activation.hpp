// Modules that apply a function to each element, or turn rows into probabilities.
#pragma once

#include <xgrad/nn/functional/activation.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {

/// max(x, 0). PyTorch: nn.ReLU.
class ReLUImpl : public internal::Activation<ReLUImpl, ReLUOptions, functional::relu> {
 public:
  using Activation::Activation;
};
extern template class Cloneable<ReLUImpl>;
TORCH_MODULE(ReLU);

/// x limited to [0, 6]. PyTorch: nn.ReLU6.
class ReLU6Impl : public internal::Activation<ReLU6Impl, ReLU6Options, functional::relu6> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(ReLU6);

/// x where it is positive, else alpha * (exp(x) - 1). PyTorch: nn.ELU.
class ELUImpl : public internal::Activation<ELUImpl, ELUOptions, functional::elu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(ELU);

/// elu with the constants that keep mean 0 and variance 1. PyTorch: nn.SELU.
class SELUImpl : public internal::Activation<SELUImpl, SELUOptions, functional::selu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(SELU);

/// max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)). PyTorch: nn.CELU.
class CELUImpl : public internal::Activation<CELUImpl, CELUOptions, functional::celu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(CELU);

/// x times the normal distribution's cumulative probability of x. PyTorch: nn.GELU.
class GELUImpl : public internal::Activation<GELUImpl, GELUOptions, functional::gelu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(GELU);

/// The first half along a dimension times the sigmoid of the second. PyTorch: nn.GLU.
class GLUImpl : public internal::Activation<GLUImpl, GLUOptions, functional::glu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(GLU);

/// x where its magnitude is above lambda, else 0. PyTorch: nn.Hardshrink.
class HardshrinkImpl
    : public internal::Activation<HardshrinkImpl, HardshrinkOptions, functional::hardshrink> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Hardshrink);

/// x moved towards 0 by lambda. PyTorch: nn.Softshrink.
class SoftshrinkImpl
    : public internal::Activation<SoftshrinkImpl, SoftshrinkOptions, functional::softshrink> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Softshrink);

/// x limited to [min_val, max_val]. PyTorch: nn.Hardtanh.
class HardtanhImpl : public internal::Activation<HardtanhImpl, HardtanhOptions, functional::hardtanh> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Hardtanh);

/// x where it is positive, else negative_slope * x. PyTorch: nn.LeakyReLU.
class LeakyReLUImpl : public internal::Activation<LeakyReLUImpl, LeakyReLUOptions, functional::leaky_relu> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(LeakyReLU);

/// log(1 + exp(beta * x)) / beta. PyTorch: nn.Softplus.
class SoftplusImpl : public internal::Activation<SoftplusImpl, SoftplusOptions, functional::softplus> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Softplus);

/// x where it is above the threshold, else value. PyTorch: nn.Threshold.
class ThresholdImpl : public internal::Activation<ThresholdImpl, ThresholdOptions, functional::threshold> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Threshold);

/// exp(x) / Σ exp(x) along a dimension. PyTorch: nn.Softmax.
class SoftmaxImpl : public internal::Activation<SoftmaxImpl, SoftmaxOptions, functional::softmax> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Softmax);

/// Softmax of -x. PyTorch: nn.Softmin.
class SoftminImpl : public internal::Activation<SoftminImpl, SoftminOptions, functional::softmin> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(Softmin);

/// log(softmax(x)) along a dimension, without the loss of digits. PyTorch: nn.LogSoftmax.
class LogSoftmaxImpl
    : public internal::Activation<LogSoftmaxImpl, LogSoftmaxOptions, functional::log_softmax> {
 public:
  using Activation::Activation;
};
TORCH_MODULE(LogSoftmax);

/// The hyperbolic tangent. PyTorch: nn.Tanh.
class TanhImpl : public internal::PlainActivation<TanhImpl, functional::tanh> {};
TORCH_MODULE(Tanh);

/// 1 / (1 + exp(-x)). PyTorch: nn.Sigmoid.
class SigmoidImpl : public internal::PlainActivation<SigmoidImpl, functional::sigmoid> {};
TORCH_MODULE(Sigmoid);

/// log(sigmoid(x)). PyTorch: nn.LogSigmoid.
class LogSigmoidImpl : public internal::PlainActivation<LogSigmoidImpl, functional::logsigmoid> {};
TORCH_MODULE(LogSigmoid);

/// x * sigmoid(x). PyTorch: nn.SiLU.
class SiLUImpl : public internal::PlainActivation<SiLUImpl, functional::silu> {};
TORCH_MODULE(SiLU);

/// x * tanh(softplus(x)). PyTorch: nn.Mish.
class MishImpl : public internal::PlainActivation<MishImpl, functional::mish> {};
TORCH_MODULE(Mish);

/// x / (1 + |x|). PyTorch: nn.Softsign.
class SoftsignImpl : public internal::PlainActivation<SoftsignImpl, functional::softsign> {};
TORCH_MODULE(Softsign);

/// x - tanh(x). PyTorch: nn.Tanhshrink.
class TanhshrinkImpl : public internal::PlainActivation<TanhshrinkImpl, functional::tanhshrink> {};
TORCH_MODULE(Tanhshrink);

/// Softmax over the channels of [N, C, H, W] or [C, H, W]. PyTorch: nn.Softmax2d.
class Softmax2dImpl : public internal::WithOptions<Softmax2dImpl, NoOptions> {
 public:
  Tensor forward(const Tensor& input);
};
TORCH_MODULE(Softmax2d);

/// In training, LeakyReLU with slopes drawn from [lower, upper); else with their mean. PyTorch: nn.RReLU.
class RReLUImpl : public internal::WithOptions<RReLUImpl, RReLUOptions> {
 public:
  using WithOptions::WithOptions;
  Tensor forward(const Tensor& input);
};
TORCH_MODULE(RReLU);

/// x where it is positive, else weight * x, where weight, one number or one per channel, is learnt. PyTorch:
/// nn.PReLU.
class PReLUImpl : public internal::WithOptions<PReLUImpl, PReLUOptions> {
 public:
  explicit PReLUImpl(const PReLUOptions& options = {});
  void reset() override;
  Tensor forward(const Tensor& input) { return observed(functional::prelu(input, weight)); }

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
};
TORCH_MODULE(PReLU);

}  // namespace xgrad::nn
