// The softmax family and the losses.
//
// A loss compares x with a target of a shape that broadcasts with it, and is reduced as `reduction` says.
// Both may require grad.
#pragma once

#include <optional>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// exp(x) / Σ exp(x) along a dimension, safe from overflow.
Tensor softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);
/// log(softmax(x)), without the loss of digits.
Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);

namespace Reduction {
/// How a loss is reduced. PyTorch: at::Reduction.
enum Reduction { None, Mean, Sum };
}  // namespace Reduction

/// -weight[target] * x[target] for log-probabilities x of shape (C), (N, C) or (N, C, d…), as nn.NLLLoss.
Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight = {},
                int64_t reduction = Reduction::Mean, int64_t ignore_index = -100);
/// The cross-entropy between logits x, of shape (C), (N, C) or (N, C, d…), and class indices or class
/// probabilities (a target of x's shape), as nn.CrossEntropyLoss.
Tensor cross_entropy_loss(const Tensor& x, const Tensor& target, const Tensor& weight = {},
                          int64_t reduction = Reduction::Mean, int64_t ignore_index = -100,
                          double label_smoothing = 0.0);
/// cross_entropy_loss of linear(x, weight, bias) for x [N, D] or [D] and weight [C, D], without ever holding
/// the logits [N, C]: they are made in blocks of rows and classes, never more than 35 MiB of them, whose
/// share of the gradients is added up before others take their place, as in Liger Kernel (arXiv 2410.10989).
/// Exact, and three products as the two operations take; with a vocabulary of which 64 rows do not fit
/// (140,000 floats) most logits are made twice, as in Cut Cross Entropy (arXiv 2411.09009). The gradients of
/// a reduced loss are made by the forward pass, so use NoGradGuard where none are wanted; with
/// Reduction::None backward() makes the logits once more. Fewer than 32 classes, derivatives of higher order,
/// and probabilities that require grad or are of another dtype than x, take the two operations with all their
/// logits. PyTorch: nn.functional.linear_cross_entropy.
Tensor linear_cross_entropy(const Tensor& x, const Tensor& weight, const Tensor& target,
                            const Tensor& bias = {}, const Tensor& class_weight = {},
                            int64_t reduction = Reduction::Mean, int64_t ignore_index = -100,
                            double label_smoothing = 0.0);

/// |x - target|.
Tensor l1_loss(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean);
/// (x - target)².
Tensor mse_loss(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean);
/// (x - target)² / (2 beta) where |x - target| < beta, else |x - target| - beta / 2.
Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean,
                      double beta = 1.0);
/// (x - target)² / 2 where |x - target| <= delta, else delta * (|x - target| - delta / 2).
Tensor huber_loss(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean,
                  double delta = 1.0);
/// -weight * (target * log(x) + (1 - target) * log(1 - x)) for probabilities x; no logarithm counts as less
/// than -100.
Tensor binary_cross_entropy(const Tensor& x, const Tensor& target,
                            const std::optional<Tensor>& weight = nullopt,
                            int64_t reduction = Reduction::Mean);
/// binary_cross_entropy of sigmoid(x), without the loss of digits; pos_weight multiplies the target's part.
Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target,
                                        const std::optional<Tensor>& weight = nullopt,
                                        const std::optional<Tensor>& pos_weight = nullopt,
                                        int64_t reduction = Reduction::Mean);
/// target * (log(target) - x) for log-probabilities x; exp(target) stands for target if that is a logarithm
/// too. Mean divides by the number of elements.
Tensor kl_div(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean,
              bool log_target = false);
/// exp(x) - target * x, or x - target * log(x + eps) unless x is a logarithm; `full` adds Stirling's
/// approximation of log(target!).
Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, bool log_input, bool full, double eps,
                        int64_t reduction);
/// x where target is 1, max(0, margin - x) where it is -1.
Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target, double margin = 1.0,
                            int64_t reduction = Reduction::Mean);
/// 1 - cos(a, b) where target is 1, max(0, cos(a, b) - margin) where it is -1.
Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin = 0.0,
                             int64_t reduction = Reduction::Mean);
/// max(0, -target * (a - b) + margin).
Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin = 0.0,
                           int64_t reduction = Reduction::Mean);
/// log(1 + exp(-target * x)).
Tensor soft_margin_loss(const Tensor& x, const Tensor& target, int64_t reduction = Reduction::Mean);
/// max(0, |anchor - positive| - |anchor - negative| + margin) with pairwise_distance; `swap` lets the
/// positive stand for the anchor where it is nearer to the negative.
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           double margin = 1.0, double p = 2, double eps = 1e-6, bool swap = false,
                           int64_t reduction = Reduction::Mean);

}  // namespace xgrad
