// Modules that change the last dimensions: Linear, Bilinear, Flatten, Unflatten, and Identity, which changes
// nothing.
#pragma once

#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {

/// The input itself. PyTorch: nn.Identity.
class IdentityImpl : public internal::WithOptions<IdentityImpl, NoOptions> {
 public:
  Tensor forward(const Tensor& input) { return observed(input); }
};
TORCH_MODULE(Identity);

/// input × weightᵀ + bias: [..., in_features] becomes [..., out_features]. Starts with PyTorch's random
/// weights. PyTorch: nn.Linear.
class LinearImpl : public internal::WithOptions<LinearImpl, LinearOptions> {
 public:
  LinearImpl(int64_t in_features, int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  explicit LinearImpl(const LinearOptions& options);
  void reset() override;
  /// Draws new values for weight and bias.
  void reset_parameters();
  Tensor forward(const Tensor& input);

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
  /// A parameter; undefined without a bias.
  Tensor bias;
};
extern template class Cloneable<LinearImpl>;
TORCH_MODULE(Linear);

/// Σ input1 · weight[k] · input2 + bias[k] for each output k: [..., in1] and [..., in2] become [..., out].
/// PyTorch: nn.Bilinear.
class BilinearImpl : public internal::WithOptions<BilinearImpl, BilinearOptions> {
 public:
  BilinearImpl(int64_t in1_features, int64_t in2_features, int64_t out_features)
      : BilinearImpl(BilinearOptions(in1_features, in2_features, out_features)) {}
  explicit BilinearImpl(const BilinearOptions& options);
  void reset() override;
  /// Draws new values for weight and bias.
  void reset_parameters();
  Tensor forward(const Tensor& input1, const Tensor& input2) {
    return observed(functional::bilinear(input1, input2, weight, bias));
  }

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
  /// A parameter; undefined without a bias.
  Tensor bias;
};
extern template class Cloneable<BilinearImpl>;
TORCH_MODULE(Bilinear);

/// The dimensions from start_dim to end_dim joined into one; by default all but the first. PyTorch:
/// nn.Flatten.
class FlattenImpl : public internal::WithOptions<FlattenImpl, FlattenOptions> {
 public:
  using WithOptions::WithOptions;
  Tensor forward(const Tensor& input);
};
extern template class Cloneable<FlattenImpl>;
TORCH_MODULE(Flatten);

/// One dimension split into several. PyTorch: nn.Unflatten.
class UnflattenImpl : public internal::WithOptions<UnflattenImpl, UnflattenOptions> {
 public:
  UnflattenImpl(int64_t dim, std::vector<int64_t> sizes)
      : UnflattenImpl(UnflattenOptions(dim, std::move(sizes))) {}
  explicit UnflattenImpl(const UnflattenOptions& unflatten_options) : WithOptions(unflatten_options) {}
  Tensor forward(const Tensor& input) { return observed(input.unflatten(options.dim(), options.sizes())); }
};
extern template class Cloneable<UnflattenImpl>;
TORCH_MODULE(Unflatten);

}  // namespace xgrad::nn
