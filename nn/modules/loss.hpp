// Losses: what is minimised.
#pragma once

#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/functional/loss.hpp>
#include <xgrad/nn/modules/linear.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {

/// The cross-entropy between logits and class indices or class probabilities:
///
///     nn::CrossEntropyLoss criterion(nn::CrossEntropyLossOptions().label_smoothing(0.1));
///     Tensor loss = criterion(model(images), labels);
///
/// Logits are [C], [N, C] or [N, C, d…]; indices (kLong, kInt or kByte) have that shape without C,
/// probabilities have that shape. `weight` [C], a buffer, rescales each class; index targets equal to
/// `ignore_index` add nothing. The mean is over the targets' weights. PyTorch: nn.CrossEntropyLoss.
class CrossEntropyLossImpl : public internal::WeightedLoss<CrossEntropyLossImpl, CrossEntropyLossOptions> {
 public:
  using WeightedLoss::WeightedLoss;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return cross_entropy_loss(input, target, weight, options.reduction().index(), options.ignore_index(),
                              options.label_smoothing());
  }
};
extern template class Cloneable<CrossEntropyLossImpl>;
extern template class internal::WithOptions<CrossEntropyLossImpl, CrossEntropyLossOptions>;
extern template class internal::WeightedLoss<CrossEntropyLossImpl, CrossEntropyLossOptions>;
TORCH_MODULE(CrossEntropyLoss);

/// A Linear layer without bias (unless options.bias()) and CrossEntropyLoss of the logits it makes, of which
/// only some rows exist at a time: the last layer of a language model, whose logits would be larger than all
/// the rest.
///
///     nn::LinearCrossEntropyLoss criterion(nn::LinearCrossEntropyLossOptions(256, 50257));
///     Tensor loss = criterion(hidden.flatten(0, -2), tokens.flatten());
///
/// Input is [N, in_features] or [in_features], the target as for logits [N, num_classes] or [num_classes].
/// The layer is the submodule `linear`. Memory, algorithm and papers: xgrad::linear_cross_entropy. PyTorch:
/// nn.LinearCrossEntropyLoss.
class LinearCrossEntropyLossImpl
    : public internal::WithOptions<LinearCrossEntropyLossImpl, LinearCrossEntropyLossOptions> {
 public:
  LinearCrossEntropyLossImpl(int64_t in_features, int64_t num_classes)
      : LinearCrossEntropyLossImpl(LinearCrossEntropyLossOptions(in_features, num_classes)) {}
  explicit LinearCrossEntropyLossImpl(const LinearCrossEntropyLossOptions& loss_options);
  void reset() override;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return linear_cross_entropy(input, linear->weight, target, linear->bias, weight,
                                options.reduction().index(), options.ignore_index(),
                                options.label_smoothing());
  }

  Linear linear{nullptr};  ///< makes the logits
  Tensor weight;           ///< of each class: a buffer, undefined unless given
};
extern template class Cloneable<LinearCrossEntropyLossImpl>;
TORCH_MODULE(LinearCrossEntropyLoss);

/// -weight[target] · input[target] for log-probabilities (the output of LogSoftmax) and class indices, in the
/// shapes of CrossEntropyLoss. PyTorch: nn.NLLLoss.
class NLLLossImpl : public internal::WeightedLoss<NLLLossImpl, NLLLossOptions> {
 public:
  using WeightedLoss::WeightedLoss;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return nll_loss(input, target, weight, options.reduction().index(), options.ignore_index());
  }
};
TORCH_MODULE(NLLLoss);

/// The cross-entropy of probabilities with probabilities, each of two classes. PyTorch: nn.BCELoss.
class BCELossImpl : public internal::WeightedLoss<BCELossImpl, BCELossOptions> {
 public:
  using WeightedLoss::WeightedLoss;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return functional::binary_cross_entropy(input, target, BCELossOptions(options).weight(weight));
  }
};
TORCH_MODULE(BCELoss);

/// BCELoss of sigmoid(input), without the loss of digits; pos_weight, a buffer too, multiplies the part of
/// positive examples. PyTorch: nn.BCEWithLogitsLoss.
class BCEWithLogitsLossImpl : public internal::WithOptions<BCEWithLogitsLossImpl, BCEWithLogitsLossOptions> {
 public:
  explicit BCEWithLogitsLossImpl(const BCEWithLogitsLossOptions& options = {});
  void reset() override;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return functional::binary_cross_entropy_with_logits(
        input, target, BCEWithLogitsLossOptions(options).weight(weight).pos_weight(pos_weight));
  }

  Tensor weight;      ///< a buffer; undefined unless given
  Tensor pos_weight;  ///< a buffer; undefined unless given
};
TORCH_MODULE(BCEWithLogitsLoss);

/// The mean over the classes, the last dimension, of BCEWithLogitsLoss. PyTorch: nn.MultiLabelSoftMarginLoss.
class MultiLabelSoftMarginLossImpl
    : public internal::WeightedLoss<MultiLabelSoftMarginLossImpl, MultiLabelSoftMarginLossOptions> {
 public:
  using WeightedLoss::WeightedLoss;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return functional::multilabel_soft_margin_loss(input, target,
                                                   MultiLabelSoftMarginLossOptions(options).weight(weight));
  }
};
TORCH_MODULE(MultiLabelSoftMarginLoss);

/// The absolute differences of two tensors. PyTorch: nn.L1Loss.
class L1LossImpl : public internal::Loss<L1LossImpl, L1LossOptions, functional::l1_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(L1Loss);

/// The squared differences of two tensors of one shape. PyTorch: nn.MSELoss.
class MSELossImpl : public internal::Loss<MSELossImpl, MSELossOptions, functional::mse_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(MSELoss);

/// Quadratic for differences below beta, linear beyond. PyTorch: nn.SmoothL1Loss.
class SmoothL1LossImpl
    : public internal::Loss<SmoothL1LossImpl, SmoothL1LossOptions, functional::smooth_l1_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(SmoothL1Loss);

/// Quadratic for differences up to delta, linear with slope delta beyond. PyTorch: nn.HuberLoss.
class HuberLossImpl : public internal::Loss<HuberLossImpl, HuberLossOptions, functional::huber_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(HuberLoss);

/// The divergence of log-probabilities from probabilities, elementwise target * (log(target) - input).
/// PyTorch: nn.KLDivLoss.
class KLDivLossImpl : public internal::Loss<KLDivLossImpl, KLDivLossOptions, functional::kl_div> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(KLDivLoss);

/// For distances and targets 1 (similar) or -1 (dissimilar). PyTorch: nn.HingeEmbeddingLoss.
class HingeEmbeddingLossImpl : public internal::Loss<HingeEmbeddingLossImpl, HingeEmbeddingLossOptions,
                                                     functional::hinge_embedding_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(HingeEmbeddingLoss);

/// log(1 + exp(-target * input)) for targets 1 and -1. PyTorch: nn.SoftMarginLoss.
class SoftMarginLossImpl
    : public internal::Loss<SoftMarginLossImpl, SoftMarginLossOptions, functional::soft_margin_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(SoftMarginLoss);

/// For counts that follow a Poisson distribution. PyTorch: nn.PoissonNLLLoss.
class PoissonNLLLossImpl
    : public internal::Loss<PoissonNLLLossImpl, PoissonNLLLossOptions, functional::poisson_nll_loss> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(PoissonNLLLoss);

/// 1 - cos(input1, input2) where target is 1, max(0, cos(…) - margin) where it is -1. PyTorch:
/// nn.CosineEmbeddingLoss.
class CosineEmbeddingLossImpl
    : public internal::LossOfThree<CosineEmbeddingLossImpl, CosineEmbeddingLossOptions,
                                   functional::cosine_embedding_loss> {
 public:
  using LossOfThree::LossOfThree;
};
TORCH_MODULE(CosineEmbeddingLoss);

/// max(0, -target * (input1 - input2) + margin): target 1 where input1 should rank higher. PyTorch:
/// nn.MarginRankingLoss.
class MarginRankingLossImpl : public internal::LossOfThree<MarginRankingLossImpl, MarginRankingLossOptions,
                                                           functional::margin_ranking_loss> {
 public:
  using LossOfThree::LossOfThree;
};
TORCH_MODULE(MarginRankingLoss);

/// max(0, |anchor - positive| - |anchor - negative| + margin). PyTorch: nn.TripletMarginLoss.
class TripletMarginLossImpl : public internal::LossOfThree<TripletMarginLossImpl, TripletMarginLossOptions,
                                                           functional::triplet_margin_loss> {
 public:
  using LossOfThree::LossOfThree;
};
TORCH_MODULE(TripletMarginLoss);

/// TripletMarginLoss with a distance of your own. PyTorch: nn.TripletMarginWithDistanceLoss.
class TripletMarginWithDistanceLossImpl
    : public internal::LossOfThree<TripletMarginWithDistanceLossImpl, TripletMarginWithDistanceLossOptions,
                                   functional::triplet_margin_with_distance_loss> {
 public:
  using LossOfThree::LossOfThree;
};
TORCH_MODULE(TripletMarginWithDistanceLoss);

/// The cosine of the angle between two tensors along a dimension. PyTorch: nn.CosineSimilarity.
class CosineSimilarityImpl
    : public internal::Loss<CosineSimilarityImpl, CosineSimilarityOptions, functional::cosine_similarity> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(CosineSimilarity);

/// The norm of the difference along the last dimension. PyTorch: nn.PairwiseDistance.
class PairwiseDistanceImpl
    : public internal::Loss<PairwiseDistanceImpl, PairwiseDistanceOptions, functional::pairwise_distance> {
 public:
  using Loss::Loss;
};
TORCH_MODULE(PairwiseDistance);

}  // namespace xgrad::nn
