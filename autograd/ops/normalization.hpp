// Normalisation, and rows picked from a table.
#pragma once

#include <optional>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// (x - mean) / sqrt(variance + eps) over the last dimensions, which are `normalized_shape`, then times
/// weight plus bias of that shape. PyTorch: nn.functional.layer_norm.
Tensor layer_norm(const Tensor& x, IntArrayRef normalized_shape,
                  const std::optional<Tensor>& weight = nullopt, const std::optional<Tensor>& bias = nullopt,
                  double eps = 1e-5, bool cudnn_enable = true);
/// The same over groups of the channels (dim 1) and all that follows; weight and bias have one element per
/// channel. PyTorch: nn.functional.group_norm.
Tensor group_norm(const Tensor& x, int64_t num_groups, const std::optional<Tensor>& weight = nullopt,
                  const std::optional<Tensor>& bias = nullopt, double eps = 1e-5, bool cudnn_enabled = true);
/// The same per channel over all other dimensions. In training with the statistics of x, from which the
/// running ones (if any) move by `momentum` towards them; otherwise with the running ones.
Tensor batch_norm(const Tensor& x, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                  const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var,
                  bool training, double momentum, double eps, bool cudnn_enabled = false);
/// The rows of weight [n, d] at the indices: [..., d]. The row `padding_idx` gets no gradient;
/// `scale_grad_by_freq` divides each row's gradient by how often it was picked. PyTorch:
/// nn.functional.embedding.
Tensor embedding(const Tensor& weight, const Tensor& indices, int64_t padding_idx = -1,
                 bool scale_grad_by_freq = false, bool sparse = false);
/// The class indices as rows of zeros with a one (kLong); by default as many classes as the largest index
/// needs.
Tensor one_hot(const Tensor& indices, int64_t num_classes = -1);

}  // namespace xgrad
