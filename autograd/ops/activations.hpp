// What stands between the layers of a network.
#pragma once

#include <string_view>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// max(x, 0).
Tensor relu(const Tensor& x);

// In what follows integers are refused. Where a function has a corner, the gradient there is PyTorch's.

/// scale * x where x > 0, else scale * alpha * (exp(input_scale * x) - 1).
Tensor elu(const Tensor& x, const Scalar& alpha = 1, const Scalar& scale = 1, const Scalar& input_scale = 1);
/// elu with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017).
Tensor selu(const Tensor& x);
/// max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)).
Tensor celu(const Tensor& x, const Scalar& alpha = 1.0);
/// x times the normal distribution's cumulative probability of x; "tanh" approximates that.
Tensor gelu(const Tensor& x, std::string_view approximate = "none");
/// x where x > 0, else negative_slope * x.
Tensor leaky_relu(const Tensor& x, const Scalar& negative_slope = 0.01);
/// x where x > 0, else weight * x; weight has one element, or one per channel (dim 1) of x.
Tensor prelu(const Tensor& x, const Tensor& weight);
/// log(1 + exp(beta * x)) / beta, and x itself where beta * x > threshold.
Tensor softplus(const Tensor& x, const Scalar& beta = 1, const Scalar& threshold = 20);
/// x limited to [min_val, max_val]; the gradient is 0 at the limits too.
Tensor hardtanh(const Tensor& x, const Scalar& min_val = -1, const Scalar& max_val = 1);
/// x limited to [0, 6].
Tensor relu6(const Tensor& x);
/// x where |x| > lambd, else 0.
Tensor hardshrink(const Tensor& x, const Scalar& lambd = 0.5);
/// x moved towards 0 by lambd, and 0 where |x| <= lambd.
Tensor softshrink(const Tensor& x, const Scalar& lambd = 0.5);
/// x * relu6(x + 3) / 6.
Tensor hardswish(const Tensor& x);
/// relu6(x + 3) / 6.
Tensor hardsigmoid(const Tensor& x);
/// x * tanh(softplus(x)).
Tensor mish(const Tensor& x);
/// x * sigmoid(x).
Tensor silu(const Tensor& x);
/// The first half of x along dim times the sigmoid of the second half.
Tensor glu(const Tensor& x, int64_t dim = -1);
/// log(sigmoid(x)), safe from overflow.
Tensor log_sigmoid(const Tensor& x);
/// x where x > threshold, else value.
Tensor threshold(const Tensor& x, const Scalar& threshold, const Scalar& value);

}  // namespace xgrad
