// Dropout.
#pragma once

#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {
namespace internal {

/// forward(input) = function(input, options) while training, the input itself after eval().
template <class Derived, class FuncOptions, Tensor (*function)(const Tensor&, const FuncOptions&)>
class DropoutBase : public WithOptions<Derived, DropoutOptions> {
 public:
  explicit DropoutBase(const DropoutOptions& dropout_options = {})
      : WithOptions<Derived, DropoutOptions>(dropout_options) {
    DropoutBase::reset();
  }
  void reset() override {
    check(this->options.p() >= 0 && this->options.p() <= 1,
          "dropout probability has to be between 0 and 1, but got ", this->options.p());
  }
  Tensor forward(const Tensor& input) {
    return this->observed(function(
        input,
        FuncOptions().p(this->options.p()).training(this->is_training()).inplace(this->options.inplace())));
  }
};

}  // namespace internal

/// While training, sets each element to 0 with probability p and scales the others by 1/(1-p); the input
/// itself after eval(). PyTorch: nn.Dropout.
class DropoutImpl
    : public internal::DropoutBase<DropoutImpl, functional::DropoutFuncOptions, functional::dropout> {
 public:
  using DropoutBase::DropoutBase;
};
extern template class Cloneable<DropoutImpl>;
TORCH_MODULE(Dropout);

/// The same for whole channels of [N, C, d…]. PyTorch: nn.Dropout2d.
class Dropout2dImpl
    : public internal::DropoutBase<Dropout2dImpl, functional::Dropout2dFuncOptions, functional::dropout2d> {
 public:
  using DropoutBase::DropoutBase;
};
TORCH_MODULE(Dropout2d);

/// The same for whole channels of [N, C, d…]. PyTorch: nn.Dropout3d.
class Dropout3dImpl
    : public internal::DropoutBase<Dropout3dImpl, functional::Dropout3dFuncOptions, functional::dropout3d> {
 public:
  using DropoutBase::DropoutBase;
};
TORCH_MODULE(Dropout3d);

/// Dropout that keeps mean 0 and variance 1, for networks of SELUs. PyTorch: nn.AlphaDropout.
class AlphaDropoutImpl : public internal::DropoutBase<AlphaDropoutImpl, functional::AlphaDropoutFuncOptions,
                                                      functional::alpha_dropout> {
 public:
  using DropoutBase::DropoutBase;
};
TORCH_MODULE(AlphaDropout);

/// AlphaDropout of whole channels. PyTorch: nn.FeatureAlphaDropout.
class FeatureAlphaDropoutImpl
    : public internal::DropoutBase<FeatureAlphaDropoutImpl, functional::FeatureAlphaDropoutFuncOptions,
                                   functional::feature_alpha_dropout> {
 public:
  using DropoutBase::DropoutBase;
};
TORCH_MODULE(FeatureAlphaDropout);

}  // namespace xgrad::nn
