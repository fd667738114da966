// Gradients that take one pass instead of several. They are operations themselves, so that they have
// gradients too.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// g where y > 0, else 0.
Tensor relu_grad(const Tensor& g, const Tensor& y);
/// g * (1 - y * y).
Tensor tanh_grad(const Tensor& g, const Tensor& y);
/// g * y * (1 - y).
Tensor sigmoid_grad(const Tensor& g, const Tensor& y);

}  // namespace xgrad
