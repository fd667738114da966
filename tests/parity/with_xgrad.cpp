// The shared programs against xgrad.
#include <xgrad/xgrad.hpp>

namespace ml = xgrad;
namespace torch = xgrad;
namespace at = xgrad;
namespace c10 = xgrad;

namespace {
using LinearCrossEntropyOptions = xgrad::nn::functional::LinearCrossEntropyFuncOptions;
xgrad::Tensor linear_cross_entropy(const xgrad::Tensor& x, const xgrad::Tensor& weight,
                                   const xgrad::Tensor& bias, const xgrad::Tensor& target,
                                   LinearCrossEntropyOptions options) {
  return xgrad::nn::functional::linear_cross_entropy(x, weight, target, options.linear_bias(bias));
}
}  // namespace

#include "library.inl"

const parity::Library& parity::xgrad_library() {
  static const Library xgrad = make_library("xgrad", 0);
  return xgrad;
}
