// The shared programs against libtorch. The only file here that includes torch.h, which takes 20 s and 1.3
// GB.
#include <torch/torch.h>
#include <torch/version.h>

namespace ml = torch;

namespace {
// A function in xgrad, a method in libtorch.
ml::Tensor sum_to_size(const ml::Tensor& x, ml::IntArrayRef sizes) { return x.sum_to_size(sizes); }

// One function in xgrad, two in libtorch.
using LinearCrossEntropyOptions = torch::nn::functional::CrossEntropyFuncOptions;
torch::Tensor linear_cross_entropy(const torch::Tensor& x, const torch::Tensor& weight,
                                   const torch::Tensor& bias, const torch::Tensor& target,
                                   const LinearCrossEntropyOptions& options) {
  return torch::nn::functional::cross_entropy(torch::nn::functional::linear(x, weight, bias), target,
                                              options);
}
}  // namespace

#include "library.inl"

const parity::Library& parity::libtorch_library() {
  static const Library libtorch = make_library("libtorch", TORCH_VERSION_MAJOR);
  return libtorch;
}
