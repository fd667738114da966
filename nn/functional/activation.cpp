#include <xgrad/nn/functional/activation.hpp>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/in_place.hpp>

namespace xgrad::nn::functional {
namespace {

template <class F>
Tensor compute(const Tensor& input, bool inplace, const char* op, const F& function) {
  return inplace ? autograd::apply_in_place(input, op, function) : function(input);
}

// 1 where x is positive, elsewhere a draw from [lower, upper).
Tensor random_slopes(const Tensor& x, double lower, double upper) {
  const NoGradGuard no_grad;
  const Tensor negative = x <= 0, slopes = ones_like(x);
  const Tensor drawn = empty({negative.sum().item<int64_t>()}, kDouble).uniform_(lower, upper);
  return slopes.index_put_({negative}, drawn.to(x.scalar_type()));
}

}  // namespace

Tensor relu(const Tensor& input, const ReLUFuncOptions& options) {
  return compute(input, options.inplace(), "relu_", xgrad::relu);
}

Tensor relu6(const Tensor& input, const ReLU6FuncOptions& options) {
  return compute(input, options.inplace(), "relu6_", xgrad::relu6);
}

Tensor elu(const Tensor& input, const ELUFuncOptions& options) {
  return compute(input, options.inplace(), "elu_",
                 [&](const Tensor& x) { return xgrad::elu(x, options.alpha()); });
}

Tensor selu(const Tensor& input, const SELUFuncOptions& options) {
  return compute(input, options.inplace(), "selu_", xgrad::selu);
}

Tensor celu(const Tensor& input, const CELUFuncOptions& options) {
  return compute(input, options.inplace(), "celu_",
                 [&](const Tensor& x) { return xgrad::celu(x, options.alpha()); });
}

Tensor gelu(const Tensor& input, const GELUFuncOptions& options) {
  return xgrad::gelu(input, options.approximate());
}

Tensor glu(const Tensor& input, const GLUFuncOptions& options) { return xgrad::glu(input, options.dim()); }

Tensor hardtanh(const Tensor& input, const HardtanhFuncOptions& options) {
  return compute(input, options.inplace(), "hardtanh_",
                 [&](const Tensor& x) { return xgrad::hardtanh(x, options.min_val(), options.max_val()); });
}

Tensor hardshrink(const Tensor& input, const HardshrinkFuncOptions& options) {
  return xgrad::hardshrink(input, options.lambda());
}

Tensor softshrink(const Tensor& input, const SoftshrinkFuncOptions& options) {
  return xgrad::softshrink(input, options.lambda());
}

Tensor leaky_relu(const Tensor& input, const LeakyReLUFuncOptions& options) {
  return compute(input, options.inplace(), "leaky_relu_",
                 [&](const Tensor& x) { return xgrad::leaky_relu(x, options.negative_slope()); });
}

Tensor rrelu(const Tensor& input, const RReLUFuncOptions& options) {
  check(options.lower() <= options.upper(),
        "rrelu: Lower bound should be less than or equal to the upper bound, but got ", options.lower(),
        " and ", options.upper());
  return compute(input, options.inplace(), "rrelu_", [&](const Tensor& x) {
    return options.training() ? x * random_slopes(x, options.lower(), options.upper())
                              : xgrad::leaky_relu(x, (options.lower() + options.upper()) / 2);
  });
}

Tensor softplus(const Tensor& input, const SoftplusFuncOptions& options) {
  return xgrad::softplus(input, options.beta(), options.threshold());
}

Tensor threshold(const Tensor& input, const ThresholdFuncOptions& options) {
  return compute(input, options.inplace(), "threshold_",
                 [&](const Tensor& x) { return xgrad::threshold(x, options.threshold(), options.value()); });
}

Tensor softmax(const Tensor& input, const SoftmaxFuncOptions& options) {
  return xgrad::softmax(input, options.dim(), options.dtype());
}

Tensor softmin(const Tensor& input, const SoftminFuncOptions& options) {
  return xgrad::softmax(-input, options.dim(), options.dtype());
}

Tensor log_softmax(const Tensor& input, const LogSoftmaxFuncOptions& options) {
  return xgrad::log_softmax(input, options.dim(), options.dtype());
}

Tensor softsign(const Tensor& input) { return input / (input.abs() + 1); }
Tensor tanhshrink(const Tensor& input) { return input - input.tanh(); }

}  // namespace xgrad::nn::functional
