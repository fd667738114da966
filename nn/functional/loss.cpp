#include <xgrad/nn/functional/loss.hpp>

namespace xgrad::nn::functional {
namespace {

void warn_of_broadcasting(const Tensor& input, const Tensor& target) {
  if (input.sizes() == target.sizes()) return;
  warn(detail::str("Using a target size (", target.sizes(), ") that is different to the input size (",
                   input.sizes(),
                   "). This will likely lead to incorrect results due to broadcasting. Please ensure they "
                   "have the same size: ",
                   "reshape the target with target.view_as(input)."));
}

Tensor reduce(const Tensor& losses, enumtype::Reduction reduction) {
  if (reduction.is(kNone)) return losses;
  return reduction.is(kMean) ? losses.mean() : losses.sum();
}

}  // namespace

Tensor l1_loss(const Tensor& input, const Tensor& target, const L1LossFuncOptions& options) {
  return xgrad::l1_loss(input, target, options.reduction().index());
}

Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& options) {
  warn_of_broadcasting(input, target);
  return xgrad::mse_loss(input, target, options.reduction().index());
}

Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& options) {
  warn_of_broadcasting(input, target);
  return xgrad::smooth_l1_loss(input, target, options.reduction().index(), options.beta().value_or(1));
}

Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, const SmoothL1LossFuncOptions& options,
                      double beta) {
  if (options.beta())
    fail("smooth_l1_loss: expected beta not to be provided in 'options', but got ", *options.beta(),
         ": the argument beta says it already, ", beta);
  warn_of_broadcasting(input, target);
  return xgrad::smooth_l1_loss(input, target, options.reduction().index(), beta);
}

Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberLossFuncOptions& options) {
  warn_of_broadcasting(input, target);
  return xgrad::huber_loss(input, target, options.reduction().index(), options.delta());
}

Tensor kl_div(const Tensor& input, const Tensor& target, const KLDivFuncOptions& options) {
  if (options.reduction().is(kMean))
    warn(
        "reduction: 'mean' divides the total loss by both the batch size and the support size. 'batchmean' "
        "divides only by the batch size, and aligns with the KL div math definition: "
        "use reduction(kBatchMean).");
  const bool batch_mean = options.reduction().is(kBatchMean);
  const int64_t reduction = batch_mean ? enumtype::Reduction(kSum).index() : options.reduction().index();
  const Tensor loss = xgrad::kl_div(input, target, reduction, options.log_target());
  return batch_mean && input.dim() > 0 ? loss / input.size(0) : loss;
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                            const BinaryCrossEntropyFuncOptions& options) {
  check(input.sizes() == target.sizes(), "binary_cross_entropy: Using a target size (", target.sizes(),
        ") that is different to the input size (", input.sizes(),
        ") is deprecated. Please ensure they have the same size: reshape the target with "
        "target.view_as(input)");
  const Tensor weight = options.weight().defined() ? options.weight().expand_as(target) : Tensor();
  return xgrad::binary_cross_entropy(input, target, weight, options.reduction().index());
}

Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const BinaryCrossEntropyWithLogitsFuncOptions& options) {
  check(input.sizes() == target.sizes(), "binary_cross_entropy_with_logits: Target size (", target.sizes(),
        ") must be the same as input size (", input.sizes(),
        "): reshape the target with target.view_as(input)");
  return xgrad::binary_cross_entropy_with_logits(input, target, options.weight(), options.pos_weight(),
                                                 options.reduction().index());
}

Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const HingeEmbeddingLossFuncOptions& options) {
  return xgrad::hinge_embedding_loss(input, target, options.margin(), options.reduction().index());
}

Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const CosineEmbeddingLossFuncOptions& options) {
  return xgrad::cosine_embedding_loss(input1, input2, target, options.margin(), options.reduction().index());
}

Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginRankingLossFuncOptions& options) {
  check(input1.dim() == input2.dim() && input1.dim() == target.dim(),
        "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ",
        input1.sizes(), ", input2: ", input2.sizes(), ", target: ", target.sizes(),
        ": reshape or unsqueeze them");
  return xgrad::margin_ranking_loss(input1, input2, target, options.margin(), options.reduction().index());
}

Tensor poisson_nll_loss(const Tensor& input, const Tensor& target, const PoissonNLLLossFuncOptions& options) {
  return xgrad::poisson_nll_loss(input, target, options.log_input(), options.full(), options.eps(),
                                 options.reduction().index());
}

Tensor soft_margin_loss(const Tensor& input, const Tensor& target, const SoftMarginLossFuncOptions& options) {
  return xgrad::soft_margin_loss(input, target, options.reduction().index());
}

Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const MultilabelSoftMarginLossFuncOptions& options) {
  Tensor losses = -(target * xgrad::log_sigmoid(input) + (1 - target) * xgrad::log_sigmoid(-input));
  if (options.weight().defined()) losses = losses * options.weight();
  return reduce(losses.sum(-1) / input.size(-1), options.reduction());
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossFuncOptions& options) {
  return xgrad::triplet_margin_loss(anchor, positive, negative, options.margin(), options.p(), options.eps(),
                                    options.swap(), options.reduction().index());
}

Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                                         const TripletMarginWithDistanceLossFuncOptions& options) {
  const auto distance = [&](const Tensor& a, const Tensor& b) {
    return options.distance_function() ? (*options.distance_function())(a, b)
                                       : xgrad::pairwise_distance(a, b);
  };
  Tensor to_negative = distance(anchor, negative);
  if (options.swap()) to_negative = minimum(to_negative, distance(positive, negative));
  return reduce((distance(anchor, positive) - to_negative + options.margin()).clamp_min(0),
                options.reduction());
}

}  // namespace xgrad::nn::functional
