// Dropout.
#pragma once

#include <xgrad/nn/module.hpp>
#include <xgrad/nn/options.hpp>

namespace xgrad::nn {

/// While training, sets each element to 0 with probability p and scales the others by 1/(1-p); the input
/// itself after eval(). PyTorch: nn.Dropout.
class DropoutImpl : public Cloneable<DropoutImpl> {
 public:
  explicit DropoutImpl(const DropoutOptions& options = {});
  explicit DropoutImpl(double p) : DropoutImpl(DropoutOptions(p)) {}
  void reset() override;
  void pretty_print(std::ostream& out) const override;
  Tensor forward(const Tensor& input);

  DropoutOptions options;
};
extern template class Cloneable<DropoutImpl>;
TORCH_MODULE(Dropout);

}  // namespace xgrad::nn
