#include <xgrad/nn/modules/loss.hpp>

#include <ostream>

namespace xgrad::nn {

template class Cloneable<CrossEntropyLossImpl>;
template class Cloneable<NLLLossImpl>;
template class Cloneable<MSELossImpl>;
namespace {

// Another tensor on the same elements, so that converting the module, or a clone of it, leaves the caller's
// alone. A weight that requires grad stays itself: whether that is an error depends on the targets.
Tensor own(const Tensor& weight) {
  return weight.defined() && !weight.requires_grad() ? weight.detach() : weight;
}

}  // namespace

CrossEntropyLossImpl::CrossEntropyLossImpl(const CrossEntropyLossOptions& loss_options)
    : options(loss_options) {
  CrossEntropyLossImpl::reset();
}
void CrossEntropyLossImpl::reset() { weight = register_buffer("weight", own(options.weight())); }
void CrossEntropyLossImpl::pretty_print(std::ostream& out) const { out << "torch::nn::CrossEntropyLoss()"; }

NLLLossImpl::NLLLossImpl(const NLLLossOptions& loss_options) : options(loss_options) { NLLLossImpl::reset(); }
void NLLLossImpl::reset() { weight = register_buffer("weight", own(options.weight())); }
void NLLLossImpl::pretty_print(std::ostream& out) const { out << "torch::nn::NLLLoss()"; }

void MSELossImpl::pretty_print(std::ostream& out) const { out << "torch::nn::MSELoss()"; }

}  // namespace xgrad::nn
