// Functional: a function as a module.
#pragma once

#include <functional>
#include <utility>

#include <xgrad/nn/module.hpp>

namespace xgrad::nn {

/// Calls a function of a tensor, followed by arguments bound here: `nn::Functional(xgrad::log_softmax, 1,
/// nullopt)`. PyTorch: nn::Functional.
class FunctionalImpl : public Cloneable<FunctionalImpl> {
 public:
  using Function = std::function<Tensor(Tensor)>;

  /// Calls `function` with the input, then the arguments that are bound.
  explicit FunctionalImpl(Function function) : function_(std::move(function)) {}
  template <class F, class... Args>
  requires(sizeof...(Args) > 0) explicit FunctionalImpl(F function, Args... args)
      : function_([function, ... bound = std::move(args)](const Tensor& input) {
          return function(input, bound...);
        }) {}

  void reset() override {}
  void pretty_print(std::ostream& out) const override;
  Tensor forward(Tensor input);
  /// forward().
  Tensor operator()(Tensor input) { return forward(std::move(input)); }

 private:
  Function function_;
};
extern template class Cloneable<FunctionalImpl>;
TORCH_MODULE(Functional);

}  // namespace xgrad::nn
