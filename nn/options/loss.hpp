// The options of losses. All have `reduction`: kMean, kSum or kNone.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/arg.hpp>
#include <xgrad/nn/enums.hpp>

namespace xgrad::nn {

/// Of L1Loss, MSELoss and SoftMarginLoss.
struct L1LossOptions {
  L1LossOptions() = default;
  /// With this reduction.
  template <std::convertible_to<enumtype::Reduction> T>
  L1LossOptions(T reduction) : reduction_(reduction) {}
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(reduction_t, reduction) = kMean;
};
using MSELossOptions = L1LossOptions;
using SoftMarginLossOptions = L1LossOptions;

/// Of SmoothL1Loss: below which difference the loss is quadratic, 1 if not given.
struct SmoothL1LossOptions {
  SmoothL1LossOptions() = default;
  /// With this reduction.
  template <std::convertible_to<enumtype::Reduction> T>
  SmoothL1LossOptions(T reduction) : reduction_(reduction) {}
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(std::optional<double>, beta) = std::nullopt;
};

/// Of HuberLoss: up to which difference the loss is quadratic.
struct HuberLossOptions {
  HuberLossOptions() = default;
  /// With this reduction.
  template <std::convertible_to<enumtype::Reduction> T>
  HuberLossOptions(T reduction) : reduction_(reduction) {}
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(double, delta) = 1.0;
};

/// Of KLDivLoss: the reduction, which may also be kBatchMean (the sum over the first size), and whether the
/// target is a logarithm.
struct KLDivLossOptions {
  using reduction_t = enumtype::OneOf<enumtype::kNone, enumtype::kMean, enumtype::kSum, enumtype::kBatchMean>;
  KLDivLossOptions() = default;
  /// With this reduction.
  template <std::convertible_to<reduction_t> T>
  KLDivLossOptions(T reduction) : reduction_(reduction) {}
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(bool, log_target) = false;
};

/// Of BCELoss and MultiLabelSoftMarginLoss: a weight that broadcasts with the input.
struct BCELossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(reduction_t, reduction) = kMean;
};
using MultiLabelSoftMarginLossOptions = BCELossOptions;

/// Of BCEWithLogitsLoss: the same, and a weight of the positive examples.
struct BCEWithLogitsLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(Tensor, pos_weight);
};

/// Of NLLLoss: a weight per class, the target that is ignored, and the reduction.
struct NLLLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of CrossEntropyLoss: a weight per class, the target that is ignored, the reduction, and how much of each
/// target's probability is spread over all classes.
struct CrossEntropyLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(double, label_smoothing) = 0.0;
};

/// Of LinearCrossEntropyLoss: the sizes of the input and of the classes, whether the logits get a bias, and
/// the options of CrossEntropyLoss.
struct LinearCrossEntropyLossOptions {
  using reduction_t = enumtype::Reduction;
  LinearCrossEntropyLossOptions(int64_t in_features, int64_t num_classes)
      : in_features_(in_features), num_classes_(num_classes) {}
  TORCH_ARG(int64_t, in_features);
  TORCH_ARG(int64_t, num_classes);
  TORCH_ARG(bool, bias) = false;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(double, label_smoothing) = 0.0;
};

/// Of HingeEmbeddingLoss.
struct HingeEmbeddingLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(double, margin) = 1.0;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of CosineEmbeddingLoss.
struct CosineEmbeddingLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(double, margin) = 0.0;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of MarginRankingLoss.
struct MarginRankingLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(double, margin) = 0.0;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of PoissonNLLLoss: whether the input is a logarithm, whether Stirling's term is added, and what keeps
/// log(input) finite.
struct PoissonNLLLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(bool, log_input) = true;
  TORCH_ARG(bool, full) = false;
  TORCH_ARG(double, eps) = 1e-8;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of TripletMarginLoss: the margin, the norm's degree, what is added to each difference, and whether the
/// positive may stand for the anchor.
struct TripletMarginLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(double, margin) = 1.0;
  TORCH_ARG(double, p) = 2.0;
  TORCH_ARG(double, eps) = 1e-6;
  TORCH_ARG(bool, swap) = false;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of TripletMarginWithDistanceLoss: the distance, by default pairwise_distance().
struct TripletMarginWithDistanceLossOptions {
  using reduction_t = enumtype::Reduction;
  using distance_function_t = std::function<Tensor(const Tensor&, const Tensor&)>;
  TORCH_ARG(std::optional<distance_function_t>, distance_function);
  TORCH_ARG(double, margin) = 1.0;
  TORCH_ARG(bool, swap) = false;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

namespace functional {

using L1LossFuncOptions = L1LossOptions;
using MSELossFuncOptions = MSELossOptions;
using SoftMarginLossFuncOptions = SoftMarginLossOptions;
using SmoothL1LossFuncOptions = SmoothL1LossOptions;
using HuberLossFuncOptions = HuberLossOptions;
using KLDivFuncOptions = KLDivLossOptions;
using BinaryCrossEntropyFuncOptions = BCELossOptions;
using MultilabelSoftMarginLossFuncOptions = MultiLabelSoftMarginLossOptions;
using BinaryCrossEntropyWithLogitsFuncOptions = BCEWithLogitsLossOptions;
using NLLLossFuncOptions = NLLLossOptions;
using CrossEntropyFuncOptions = CrossEntropyLossOptions;
/// Of linear_cross_entropy: the logits' bias, and the options of cross_entropy.
struct LinearCrossEntropyFuncOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, linear_bias);
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(double, label_smoothing) = 0.0;
};
using HingeEmbeddingLossFuncOptions = HingeEmbeddingLossOptions;
using CosineEmbeddingLossFuncOptions = CosineEmbeddingLossOptions;
using MarginRankingLossFuncOptions = MarginRankingLossOptions;
using PoissonNLLLossFuncOptions = PoissonNLLLossOptions;
using TripletMarginLossFuncOptions = TripletMarginLossOptions;
using TripletMarginWithDistanceLossFuncOptions = TripletMarginWithDistanceLossOptions;

}  // namespace functional
}  // namespace xgrad::nn
