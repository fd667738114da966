// Modules that change the last dimensions: Linear, Flatten, and Identity, which changes nothing.
#pragma once

#include <xgrad/nn/module.hpp>
#include <xgrad/nn/options.hpp>

namespace xgrad::nn {

/// The input itself. PyTorch: nn.Identity.
class IdentityImpl : public Cloneable<IdentityImpl> {
 public:
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input) { return input; }
};
extern template class Cloneable<IdentityImpl>;
TORCH_MODULE(Identity);

/// input × weightᵀ + bias: [..., in_features] becomes [..., out_features]. weight is [out, in], bias [out] or
/// undefined; both start uniform on ±1/√in, drawn in PyTorch's order. PyTorch: nn.Linear.
class LinearImpl : public Cloneable<LinearImpl> {
 public:
  LinearImpl(int64_t in_features, int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  explicit LinearImpl(const LinearOptions& options);
  void reset() override;
  /// Draws new values for weight and bias.
  void reset_parameters();
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  LinearOptions options;
  Tensor weight;
  Tensor bias;
};
extern template class Cloneable<LinearImpl>;
TORCH_MODULE(Linear);

/// The dimensions from start_dim to end_dim joined into one; by default all but the first. PyTorch:
/// nn.Flatten.
class FlattenImpl : public Cloneable<FlattenImpl> {
 public:
  explicit FlattenImpl(const FlattenOptions& flatten_options = {}) : options(flatten_options) {}
  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  FlattenOptions options;
};
extern template class Cloneable<FlattenImpl>;
TORCH_MODULE(Flatten);

}  // namespace xgrad::nn
