#include <xgrad/nn/modules/activation.hpp>

#include <ostream>

#include <xgrad/nn/functional.hpp>

namespace xgrad::nn {

template class Cloneable<ReLUImpl>;
template class Cloneable<TanhImpl>;
template class Cloneable<SigmoidImpl>;
template class Cloneable<SoftmaxImpl>;
template class Cloneable<LogSoftmaxImpl>;

void ReLUImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::ReLU(" << (options.inplace() ? "inplace=true" : "") << ')';
}
Tensor ReLUImpl::forward(const Tensor& input) { return functional::relu(input, options); }

void TanhImpl::pretty_print(std::ostream& out) const { out << "torch::nn::Tanh()"; }
Tensor TanhImpl::forward(const Tensor& input) { return input.tanh(); }

void SigmoidImpl::pretty_print(std::ostream& out) const { out << "torch::nn::Sigmoid()"; }
Tensor SigmoidImpl::forward(const Tensor& input) { return input.sigmoid(); }

void SoftmaxImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::Softmax(dim=" << options.dim() << ')';
}
Tensor SoftmaxImpl::forward(const Tensor& input) { return input.softmax(options.dim()); }

void LogSoftmaxImpl::pretty_print(std::ostream& out) const {
  out << "torch::nn::LogSoftmax(dim=" << options.dim() << ')';
}
Tensor LogSoftmaxImpl::forward(const Tensor& input) { return input.log_softmax(options.dim()); }

}  // namespace xgrad::nn
