#include <xgrad/nn/modules/activation.hpp>

#include <xgrad/nn/init.hpp>

namespace xgrad::nn {

template class Cloneable<ReLUImpl>;

Tensor Softmax2dImpl::forward(const Tensor& input) {
  check(input.dim() == 4 || input.dim() == 3, "Softmax2d requires a 3D or 4D tensor as input, but got shape ",
        input.sizes());
  return observed(xgrad::softmax(input, -3));
}

Tensor RReLUImpl::forward(const Tensor& input) {
  return observed(functional::rrelu(input, functional::RReLUFuncOptions()
                                               .lower(options.lower())
                                               .upper(options.upper())
                                               .training(is_training())
                                               .inplace(options.inplace())));
}

PReLUImpl::PReLUImpl(const PReLUOptions& prelu_options) : WithOptions(prelu_options) { PReLUImpl::reset(); }

void PReLUImpl::reset() {
  check(options.num_parameters() > 0, "PReLU: num_parameters must be positive, got ",
        options.num_parameters());
  weight = register_parameter("weight", full({options.num_parameters()}, options.init(), kFloat));
}

}  // namespace xgrad::nn
