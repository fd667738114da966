// Losses: what is minimised.
#pragma once

#include <xgrad/nn/functional.hpp>
#include <xgrad/nn/module.hpp>
#include <xgrad/nn/options.hpp>

namespace xgrad::nn {

/// The cross-entropy between logits and class indices or class probabilities:
///
///     nn::CrossEntropyLoss criterion(nn::CrossEntropyLossOptions().label_smoothing(0.1));
///     Tensor loss = criterion(model(images), labels);
///
/// Logits are [C], [N, C] or [N, C, d…]; indices (kLong, kInt or kByte) have that shape without C,
/// probabilities have that shape. `weight` [C], a buffer, rescales each class; index targets equal to
/// `ignore_index` add nothing. The mean is over the targets' weights. PyTorch: nn.CrossEntropyLoss.
class CrossEntropyLossImpl : public Cloneable<CrossEntropyLossImpl> {
 public:
  explicit CrossEntropyLossImpl(const CrossEntropyLossOptions& options = {});
  void reset() override;
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return cross_entropy_loss(input, target, weight, options.reduction().index(), options.ignore_index(),
                              options.label_smoothing());
  }

  CrossEntropyLossOptions options;
  Tensor weight;
};
extern template class Cloneable<CrossEntropyLossImpl>;
TORCH_MODULE(CrossEntropyLoss);

/// -weight[target] · input[target] for log-probabilities (the output of LogSoftmax) and class indices, in the
/// shapes of CrossEntropyLoss. PyTorch: nn.NLLLoss.
class NLLLossImpl : public Cloneable<NLLLossImpl> {
 public:
  explicit NLLLossImpl(const NLLLossOptions& options = {});
  void reset() override;
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return nll_loss(input, target, weight, options.reduction().index(), options.ignore_index());
  }

  NLLLossOptions options;
  Tensor weight;
};
extern template class Cloneable<NLLLossImpl>;
TORCH_MODULE(NLLLoss);

/// The mean squared difference of two tensors of one shape. PyTorch: nn.MSELoss.
class MSELossImpl : public Cloneable<MSELossImpl> {
 public:
  explicit MSELossImpl(const MSELossOptions& mse_options = {}) : options(mse_options) {}
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return functional::mse_loss(input, target, options);
  }

  MSELossOptions options;
};
extern template class Cloneable<MSELossImpl>;
TORCH_MODULE(MSELoss);

}  // namespace xgrad::nn
