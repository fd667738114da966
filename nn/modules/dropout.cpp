#include <xgrad/nn/modules/dropout.hpp>

#include <ostream>

#include <xgrad/nn/functional.hpp>

namespace xgrad::nn {

template class Cloneable<DropoutImpl>;

DropoutImpl::DropoutImpl(const DropoutOptions& dropout_options) : options(dropout_options) {
  DropoutImpl::reset();
}

void DropoutImpl::reset() {
  check(options.p() >= 0 && options.p() <= 1, "dropout probability has to be between 0 and 1, but got ",
        options.p());
}

void DropoutImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::Dropout(p=" << options.p() << ", inplace=" << (options.inplace() ? "true" : "false")
      << ')';
}

Tensor DropoutImpl::forward(const Tensor& input) {
  return functional::dropout(
      input,
      functional::DropoutFuncOptions().p(options.p()).training(is_training()).inplace(options.inplace()));
}

}  // namespace xgrad::nn
