#include <xgrad/nn/modules/linear.hpp>

#include <cmath>
#include <ostream>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/init.hpp>

namespace xgrad::nn {

template class Cloneable<IdentityImpl>;
template class Cloneable<LinearImpl>;
template class Cloneable<FlattenImpl>;

void IdentityImpl::pretty_print(std::ostream& out) const { out << "torch::nn::Identity()"; }

LinearImpl::LinearImpl(const LinearOptions& linear_options) : options(linear_options) { LinearImpl::reset(); }

void LinearImpl::reset() {
  check(options.in_features() >= 0 && options.out_features() >= 0,
        "Linear: in_features and out_features must be 0 or more, got ", options.in_features(), " and ",
        options.out_features());
  weight = register_parameter("weight", empty({options.out_features(), options.in_features()}));
  bias =
      register_parameter("bias", options.bias() ? empty({options.out_features()}) : Tensor(), options.bias());
  reset_parameters();
}

void LinearImpl::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const double bound =
      options.in_features() > 0 ? 1 / std::sqrt(static_cast<double>(options.in_features())) : 0;
  init::uniform_(bias, -bound, bound);
}

void LinearImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::Linear(in_features=" << options.in_features()
      << ", out_features=" << options.out_features() << ", bias=" << (options.bias() ? "true" : "false")
      << ')';
}

Tensor LinearImpl::forward(const Tensor& input) { return linear(input, weight, bias); }

void FlattenImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::Flatten(start_dim=" << options.start_dim() << ", end_dim=" << options.end_dim() << ')';
}

Tensor FlattenImpl::forward(const Tensor& input) {
  return input.flatten(options.start_dim(), options.end_dim());
}

}  // namespace xgrad::nn
