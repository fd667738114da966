// What layers compute, as functions of nn::functional.
#pragma once

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/options/layers.hpp>

namespace xgrad::nn::functional {

/// input × weightᵀ + bias, for input [..., in], weight [out, in], bias [out] or undefined.
inline Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {}) {
  return xgrad::linear(input, weight, bias);
}
/// Σ input1 · weight[k] · input2 + bias[k] for each k, for weight [out, in1, in2].
inline Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight,
                       const Tensor& bias = {}) {
  return xgrad::bilinear(input1, input2, weight, bias);
}
/// The class indices (kLong, any shape) as rows of zeros with a one: [...] becomes [..., num_classes]; by
/// default there are as many classes as the largest index needs.
inline Tensor one_hot(const Tensor& indices, int64_t num_classes = -1) {
  return xgrad::one_hot(indices, num_classes);
}

// In training, these set elements (or channels) to 0 with probability p.
/// Scales the other elements by 1/(1-p).
Tensor dropout(const Tensor& input, const DropoutFuncOptions& options = {});
/// The same for whole channels: input[n, c] for input [N, C, d…].
Tensor dropout2d(const Tensor& input, const Dropout2dFuncOptions& options = {});
Tensor dropout3d(const Tensor& input, const Dropout3dFuncOptions& options = {});
/// Keeps mean 0 and variance 1: for networks of SELUs.
Tensor alpha_dropout(const Tensor& input, const AlphaDropoutFuncOptions& options = {});
/// The same for whole channels.
Tensor feature_alpha_dropout(const Tensor& input, const FeatureAlphaDropoutFuncOptions& options = {});

/// The cosine of the angle between x1 and x2 along a dimension.
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, const CosineSimilarityFuncOptions& options = {});
/// The norm of x1 - x2 along the last dimension.
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, const PairwiseDistanceFuncOptions& options = {});
/// input divided by its norm along a dimension.
Tensor normalize(const Tensor& input, const NormalizeFuncOptions& options = {});
/// Mean 0 and variance 1 over the last dimensions, which are normalized_shape.
Tensor layer_norm(const Tensor& input, const LayerNormFuncOptions& options);
/// Mean 0 and variance 1 over each group of channels.
Tensor group_norm(const Tensor& input, const GroupNormFuncOptions& options);
/// Mean 0 and variance 1 over each channel, in training; else with the running statistics.
Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const BatchNormFuncOptions& options = {});
/// The rows of weight [n, d] at the indices: [..., d].
Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& options = {});

}  // namespace xgrad::nn::functional
