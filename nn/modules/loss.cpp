#include <xgrad/nn/modules/loss.hpp>

namespace xgrad::nn {

template class Cloneable<LinearCrossEntropyLossImpl>;
template class Cloneable<CrossEntropyLossImpl>;
template class internal::WithOptions<CrossEntropyLossImpl, CrossEntropyLossOptions>;
template class internal::WeightedLoss<CrossEntropyLossImpl, CrossEntropyLossOptions>;

LinearCrossEntropyLossImpl::LinearCrossEntropyLossImpl(const LinearCrossEntropyLossOptions& loss_options)
    : WithOptions(loss_options) {
  LinearCrossEntropyLossImpl::reset();
}

void LinearCrossEntropyLossImpl::reset() {
  linear = register_module(
      "linear", Linear(LinearOptions(options.in_features(), options.num_classes()).bias(options.bias())));
  weight = register_buffer("weight", internal::own(options.weight()));
}

BCEWithLogitsLossImpl::BCEWithLogitsLossImpl(const BCEWithLogitsLossOptions& loss_options)
    : WithOptions(loss_options) {
  BCEWithLogitsLossImpl::reset();
}

void BCEWithLogitsLossImpl::reset() {
  weight = register_buffer("weight", internal::own(options.weight()));
  pos_weight = register_buffer("pos_weight", internal::own(options.pos_weight()));
}

}  // namespace xgrad::nn
