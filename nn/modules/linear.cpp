#include <xgrad/nn/modules/linear.hpp>

#include <cmath>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/init.hpp>

namespace xgrad::nn {

template class Cloneable<BilinearImpl>;
template class Cloneable<UnflattenImpl>;
template class Cloneable<LinearImpl>;
template class Cloneable<FlattenImpl>;

LinearImpl::LinearImpl(const LinearOptions& linear_options) : WithOptions(linear_options) {
  LinearImpl::reset();
}

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

Tensor LinearImpl::forward(const Tensor& input) { return observed(linear(input, weight, bias)); }

BilinearImpl::BilinearImpl(const BilinearOptions& bilinear_options) : WithOptions(bilinear_options) {
  BilinearImpl::reset();
}

void BilinearImpl::reset() {
  check(options.in1_features() > 0 && options.in2_features() > 0 && options.out_features() >= 0,
        "Bilinear: in1_features and in2_features must be positive and out_features 0 or more, got ",
        options.in1_features(), ", ", options.in2_features(), " and ", options.out_features());
  weight = register_parameter(
      "weight", empty({options.out_features(), options.in1_features(), options.in2_features()}));
  bias =
      register_parameter("bias", options.bias() ? empty({options.out_features()}) : Tensor(), options.bias());
  reset_parameters();
}

void BilinearImpl::reset_parameters() {
  const double bound = 1 / std::sqrt(static_cast<double>(options.in1_features()));
  init::uniform_(weight, -bound, bound);
  if (bias.defined()) init::uniform_(bias, -bound, bound);
}

Tensor FlattenImpl::forward(const Tensor& input) {
  return observed(input.flatten(options.start_dim(), options.end_dim()));
}

}  // namespace xgrad::nn
