// The modules' computations as functions: `namespace F = xgrad::nn::functional;`.
#pragma once

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/options.hpp>

/// PyTorch: torch::nn::functional. `inplace` writes the result into the input, which then takes its place on
/// the tape.
namespace xgrad::nn::functional {

/// input × weightᵀ + bias, for input [..., in], weight [out, in], bias [out] or undefined.
inline Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {}) {
  return xgrad::linear(input, weight, bias);
}
/// max(input, 0).
Tensor relu(const Tensor& input, const ReLUFuncOptions& options = {});
/// The hyperbolic tangent.
inline Tensor tanh(const Tensor& input) { return xgrad::tanh(input); }
/// 1 / (1 + exp(-input)).
inline Tensor sigmoid(const Tensor& input) { return xgrad::sigmoid(input); }
/// exp(input) / Σ exp(input) along options.dim().
inline Tensor softmax(const Tensor& input, const SoftmaxFuncOptions& options) {
  return xgrad::softmax(input, options.dim(), options.dtype());
}
/// log(softmax(input)) along options.dim().
inline Tensor log_softmax(const Tensor& input, const LogSoftmaxFuncOptions& options) {
  return xgrad::log_softmax(input, options.dim(), options.dtype());
}
/// In training, sets each element to 0 with probability p and scales the others by 1/(1-p).
Tensor dropout(const Tensor& input, const DropoutFuncOptions& options = {});
/// The class indices (kLong, any shape) as rows of zeros with a one: [...] becomes [..., num_classes]; by
/// default there are as many classes as the largest index needs.
inline Tensor one_hot(const Tensor& indices, int64_t num_classes = -1) {
  return xgrad::one_hot(indices, num_classes);
}

/// The mean (or sum, or each) of the squared differences; broadcasting is warned about.
Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& options = {});
/// -weight[target] · input[target] for log-probabilities [N, C, d…] and class indices [N, d…].
inline Tensor nll_loss(const Tensor& input, const Tensor& target, const NLLLossFuncOptions& options = {}) {
  return xgrad::nll_loss(input, target, options.weight(), options.reduction().index(),
                         options.ignore_index());
}
/// The cross-entropy of logits [C], [N, C] or [N, C, d…] with class indices ([], [N], [N, d…]) or with
/// probabilities (the logits' shape). See nn::CrossEntropyLoss.
inline Tensor cross_entropy(const Tensor& input, const Tensor& target,
                            const CrossEntropyFuncOptions& options = {}) {
  return cross_entropy_loss(input, target, options.weight(), options.reduction().index(),
                            options.ignore_index(), options.label_smoothing());
}

}  // namespace xgrad::nn::functional
