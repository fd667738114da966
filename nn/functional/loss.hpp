// Losses as functions of nn::functional.
#pragma once

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/options/loss.hpp>

namespace xgrad::nn::functional {

/// |input - target|.
Tensor l1_loss(const Tensor& input, const Tensor& target, const L1LossFuncOptions& options = {});
/// The squared differences; broadcasting is warned about.
Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& options = {});
/// Quadratic for differences below beta, linear beyond; broadcasting is warned about. beta is in the options,
/// 1 if not given, or an argument of its own.
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& options = {});
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& options,
                      double beta);
/// Quadratic for differences up to delta, linear with slope delta beyond; broadcasting is warned about.
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberLossFuncOptions& options = {});
/// target * (log(target) - input) for log-probabilities input; kMean, which divides by the number of
/// elements, is warned about.
Tensor kl_div(const Tensor& input, const Tensor& target, const KLDivFuncOptions& options = {});
/// The cross-entropy of probabilities input with probabilities target of the same shape.
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                            const BinaryCrossEntropyFuncOptions& options = {});
/// binary_cross_entropy of sigmoid(input), without the loss of digits.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const BinaryCrossEntropyWithLogitsFuncOptions& options = {});
/// -weight[target] · input[target] for log-probabilities [N, C, d…] and class indices [N, d…].
inline Tensor nll_loss(const Tensor& input, const Tensor& target, const NLLLossFuncOptions& options = {}) {
  return xgrad::nll_loss(input, target, options.weight(), options.reduction().index(),
                         options.ignore_index());
}
/// The cross-entropy of logits [C], [N, C] or [N, C, d…] with class indices ([], [N], [N, d…]) or with
/// probabilities (the logits' shape). See nn::CrossEntropyLoss.
inline Tensor cross_entropy(const Tensor& input, const Tensor& target,
                            const CrossEntropyFuncOptions& options = {}) {
  return cross_entropy_loss(input, target, options.weight(), options.reduction().index(),
                            options.ignore_index(), options.label_smoothing());
}
/// cross_entropy(linear(input, linear_weight, linear_bias), target) for input [N, D] or [D] and linear_weight
/// [C, D], without ever holding all logits. See nn::LinearCrossEntropyLoss.
inline Tensor linear_cross_entropy(const Tensor& input, const Tensor& linear_weight, const Tensor& target,
                                   const LinearCrossEntropyFuncOptions& options = {}) {
  return xgrad::linear_cross_entropy(input, linear_weight, target, options.linear_bias(), options.weight(),
                                     options.reduction().index(), options.ignore_index(),
                                     options.label_smoothing());
}
/// input where target is 1, max(0, margin - input) where it is -1.
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const HingeEmbeddingLossFuncOptions& options = {});
/// 1 - cos(input1, input2) where target is 1, max(0, cos(input1, input2) - margin) where it is -1.
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const CosineEmbeddingLossFuncOptions& options = {});
/// max(0, -target * (input1 - input2) + margin).
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginRankingLossFuncOptions& options = {});
/// exp(input) - target * input, or input - target * log(input + eps) unless input is a logarithm.
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNLLLossFuncOptions& options = {});
/// log(1 + exp(-target * input)).
Tensor soft_margin_loss(const Tensor& input, const Tensor& target,
                        const SoftMarginLossFuncOptions& options = {});
/// The mean over the last dimension, the classes, of binary_cross_entropy_with_logits.
Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const MultilabelSoftMarginLossFuncOptions& options = {});
/// max(0, |anchor - positive| - |anchor - negative| + margin).
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossFuncOptions& options = {});
/// The same with a distance of your own.
Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                                         const TripletMarginWithDistanceLossFuncOptions& options = {});

}  // namespace xgrad::nn::functional
