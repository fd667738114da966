#include <xgrad/nn/modules/functional.hpp>

#include <ostream>

namespace xgrad::nn {

template class Cloneable<FunctionalImpl>;

void FunctionalImpl::pretty_print(std::ostream& out) const { out << "torch::nn::Functional()"; }

Tensor FunctionalImpl::forward(Tensor input) {
  check(function_ != nullptr,
        "Functional: the function is empty: pass a function or a lambda, e.g. Functional(xgrad::relu)");
  return function_(std::move(input));
}

}  // namespace xgrad::nn
