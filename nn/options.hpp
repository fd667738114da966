// The options of modules and of functions in nn::functional. Each setter returns the struct, each getter has
// the setter's name: `LinearOptions(2, 3).bias(false)`, `options.bias()`.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/arg.hpp>
#include <xgrad/nn/enums.hpp>

namespace xgrad::nn {

/// Of Linear: sizes of the last dimension of input and output, and whether a bias is added.
struct LinearOptions {
  LinearOptions(int64_t in_features, int64_t out_features)
      : in_features_(in_features), out_features_(out_features) {}
  TORCH_ARG(int64_t, in_features);
  TORCH_ARG(int64_t, out_features);
  TORCH_ARG(bool, bias) = true;
};

/// Of Flatten: the first and the last of the dimensions that are joined.
struct FlattenOptions {
  TORCH_ARG(int64_t, start_dim) = 1;
  TORCH_ARG(int64_t, end_dim) = -1;
};

/// Of ReLU: whether the input is overwritten.
struct ReLUOptions {
  ReLUOptions(bool inplace = false) : inplace_(inplace) {}
  TORCH_ARG(bool, inplace);
};

/// Of Dropout: the probability of an element to become zero, and whether the input is overwritten.
struct DropoutOptions {
  DropoutOptions(double p = 0.5) : p_(p) {}
  TORCH_ARG(double, p);
  TORCH_ARG(bool, inplace) = false;
};

/// Of Softmax and LogSoftmax: the dimension along which the probabilities sum to 1.
struct SoftmaxOptions {
  SoftmaxOptions(int64_t dim) : dim_(dim) {}
  TORCH_ARG(int64_t, dim);
};
using LogSoftmaxOptions = SoftmaxOptions;

/// Of MSELoss.
struct MSELossOptions {
  MSELossOptions() = default;
  template <std::convertible_to<enumtype::Reduction> T>
  MSELossOptions(T reduction) : reduction_(reduction) {}
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of NLLLoss: a weight per class, the target that is ignored, and the reduction.
struct NLLLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
};

/// Of CrossEntropyLoss: a weight per class, the target that is ignored, the reduction, and how much of each
/// target's probability is spread over all classes.
struct CrossEntropyLossOptions {
  using reduction_t = enumtype::Reduction;
  TORCH_ARG(Tensor, weight);
  TORCH_ARG(int64_t, ignore_index) = -100;
  TORCH_ARG(reduction_t, reduction) = kMean;
  TORCH_ARG(double, label_smoothing) = 0.0;
};

namespace functional {

using ReLUFuncOptions = ReLUOptions;
using MSELossFuncOptions = MSELossOptions;
using NLLLossFuncOptions = NLLLossOptions;
using CrossEntropyFuncOptions = CrossEntropyLossOptions;

/// Of dropout().
struct DropoutFuncOptions {
  TORCH_ARG(double, p) = 0.5;
  TORCH_ARG(bool, training) = true;
  TORCH_ARG(bool, inplace) = false;
};

/// Of softmax() and log_softmax(): the dimension, and the dtype to compute in.
struct SoftmaxFuncOptions {
  SoftmaxFuncOptions(int64_t dim) : dim_(dim) {}
  TORCH_ARG(int64_t, dim);
  TORCH_ARG(std::optional<ScalarType>, dtype);
};
using LogSoftmaxFuncOptions = SoftmaxFuncOptions;

}  // namespace functional
}  // namespace xgrad::nn
