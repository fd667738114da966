// Modules that apply a function to each element, or turn rows into probabilities.
#pragma once

#include <xgrad/nn/module.hpp>
#include <xgrad/nn/options.hpp>

namespace xgrad::nn {

/// max(x, 0). PyTorch: nn.ReLU.
class ReLUImpl : public Cloneable<ReLUImpl> {
 public:
  explicit ReLUImpl(const ReLUOptions& relu_options = {}) : options(relu_options) {}
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  ReLUOptions options;
};
extern template class Cloneable<ReLUImpl>;
TORCH_MODULE(ReLU);

/// The hyperbolic tangent. PyTorch: nn.Tanh.
class TanhImpl : public Cloneable<TanhImpl> {
 public:
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);
};
extern template class Cloneable<TanhImpl>;
TORCH_MODULE(Tanh);

/// 1 / (1 + exp(-x)). PyTorch: nn.Sigmoid.
class SigmoidImpl : public Cloneable<SigmoidImpl> {
 public:
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);
};
extern template class Cloneable<SigmoidImpl>;
TORCH_MODULE(Sigmoid);

/// exp(x) / Σ exp(x) along a dimension. PyTorch: nn.Softmax.
class SoftmaxImpl : public Cloneable<SoftmaxImpl> {
 public:
  explicit SoftmaxImpl(const SoftmaxOptions& softmax_options) : options(softmax_options) {}
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  SoftmaxOptions options;
};
extern template class Cloneable<SoftmaxImpl>;
TORCH_MODULE(Softmax);

/// log(softmax(x)) along a dimension. PyTorch: nn.LogSoftmax.
class LogSoftmaxImpl : public Cloneable<LogSoftmaxImpl> {
 public:
  explicit LogSoftmaxImpl(const LogSoftmaxOptions& log_softmax_options) : options(log_softmax_options) {}
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  LogSoftmaxOptions options;
};
extern template class Cloneable<LogSoftmaxImpl>;
TORCH_MODULE(LogSoftmax);

}  // namespace xgrad::nn
