// Modules that bring their input to mean 0 and variance 1.
#pragma once

#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {

/// Over the last dimensions, which are normalized_shape, then times weight plus bias of that shape. PyTorch:
/// nn.LayerNorm.
class LayerNormImpl : public internal::WithOptions<LayerNormImpl, LayerNormOptions> {
 public:
  explicit LayerNormImpl(std::vector<int64_t> normalized_shape)
      : LayerNormImpl(LayerNormOptions(std::move(normalized_shape))) {}
  explicit LayerNormImpl(const LayerNormOptions& options);
  void reset() override;
  /// Makes weight 1 and bias 0.
  void reset_parameters();
  Tensor forward(const Tensor& input);

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
  /// A parameter; undefined without a bias.
  Tensor bias;
};
extern template class Cloneable<LayerNormImpl>;
TORCH_MODULE(LayerNorm);

/// Over each group of channels (dimension 1), then times weight plus bias per channel. PyTorch: nn.GroupNorm.
class GroupNormImpl : public internal::WithOptions<GroupNormImpl, GroupNormOptions> {
 public:
  GroupNormImpl(int64_t num_groups, int64_t num_channels)
      : GroupNormImpl(GroupNormOptions(num_groups, num_channels)) {}
  explicit GroupNormImpl(const GroupNormOptions& options);
  void reset() override;
  /// Makes weight 1 and bias 0.
  void reset_parameters();
  Tensor forward(const Tensor& input);

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
  /// A parameter; undefined without a bias.
  Tensor bias;
};
extern template class Cloneable<GroupNormImpl>;
TORCH_MODULE(GroupNorm);

namespace internal {

/// The members of all BatchNorms; `low` to `high` is how many dimensions the input may have.
template <class Derived, int64_t low, int64_t high>
class BatchNorm : public WithOptions<Derived, BatchNormOptions> {
 public:
  explicit BatchNorm(const BatchNormOptions& options);
  void reset() override;
  /// Makes weight 1 and bias 0, and forgets the batches seen.
  void reset_parameters();
  /// Forgets the batches seen.
  void reset_running_stats();
  Tensor forward(const Tensor& input);

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
  /// A parameter; undefined without a bias.
  Tensor bias;
  Tensor running_mean;
  Tensor running_var;
  Tensor num_batches_tracked;
};

}  // namespace internal

/// Over each channel of [N, C] or [N, C, L], then times weight plus bias per channel; after eval() with the
/// running statistics of the batches seen. PyTorch: nn.BatchNorm1d.
class BatchNorm1dImpl : public internal::BatchNorm<BatchNorm1dImpl, 2, 3> {
 public:
  using BatchNorm::BatchNorm;
};
extern template class internal::BatchNorm<BatchNorm1dImpl, 2, 3>;
TORCH_MODULE(BatchNorm1d);

/// The same for [N, C, H, W]. PyTorch: nn.BatchNorm2d.
class BatchNorm2dImpl : public internal::BatchNorm<BatchNorm2dImpl, 4, 4> {
 public:
  using BatchNorm::BatchNorm;
};
extern template class internal::BatchNorm<BatchNorm2dImpl, 4, 4>;
TORCH_MODULE(BatchNorm2d);

/// The same for [N, C, D, H, W]. PyTorch: nn.BatchNorm3d.
class BatchNorm3dImpl : public internal::BatchNorm<BatchNorm3dImpl, 5, 5> {
 public:
  using BatchNorm::BatchNorm;
};
extern template class internal::BatchNorm<BatchNorm3dImpl, 5, 5>;
TORCH_MODULE(BatchNorm3d);

}  // namespace xgrad::nn
