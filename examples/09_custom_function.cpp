// Teaches: an operation with a gradient of your own, and how to check it.
//
// A Function has a forward, which saves what the gradient needs, and a backward, which multiplies the
// upstream gradient by the local derivative. gradcheck compares that with what small changes of the inputs
// do; a wrong sign or a forgotten factor does not escape it. Worth it when the gradient is cheaper or safer
// than that of the steps, as for log(cosh(x)): cosh overflows where the result is only |x| - log 2.
#include <cmath>
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

using xgrad::Tensor;
using xgrad::autograd::AutogradContext;
using xgrad::autograd::Function;
using xgrad::autograd::tensor_list;

namespace {

/// width² log(cosh(x / width)), a smooth loss: x²/2 near zero, straight far away.
struct LogCosh : Function<LogCosh> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, double width) {
    ctx->save_for_backward({x});
    ctx->saved_data["width"] = width;
    auto size = (x / width).abs();
    return width * width * (size + (-2 * size).exp().log1p() - std::log(2.0));
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grad_outputs) {
    auto x = ctx->get_saved_variables()[0];
    const double width = ctx->saved_data["width"].toDouble();
    return {grad_outputs[0] * width * (x / width).tanh(), Tensor()};  // nothing for width, which is no tensor
  }
};

/// The same with a mistake: the factor `width` is forgotten.
struct Mistaken : Function<Mistaken> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, double width) {
    return LogCosh::forward(ctx, x, width);
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grad_outputs) {
    auto x = ctx->get_saved_variables()[0];
    return {grad_outputs[0] * (x / ctx->saved_data["width"].toDouble()).tanh(), Tensor()};
  }
};

void use_it() {
  auto x = xgrad::tensor({-100.0, -1.0, 0.0, 1.0, 100.0}, xgrad::requires_grad());
  std::cout << "by steps: " << x.cosh().log().detach() << '\n';
  auto y = LogCosh::apply(x, 1.0);
  std::cout << "LogCosh:  " << y << '\n';
  y.sum().backward();
  std::cout << "x.grad:   " << x.grad() << '\n';
}

void check_it() {
  // Differences need double precision.
  auto x = xgrad::tensor({-2.0, -0.5, 0.1, 3.0}, xgrad::dtype(xgrad::kDouble).requires_grad(true));
  const auto right = [](const tensor_list& in) { return tensor_list{LogCosh::apply(in[0], 0.5)}; };
  const auto wrong = [](const tensor_list& in) { return tensor_list{Mistaken::apply(in[0], 0.5)}; };

  std::cout << "\n-- gradcheck\n";
  std::cout << "LogCosh: " << xgrad::autograd::gradcheck(right, {x}).ok() << '\n';
  std::cout << "its second derivative: " << xgrad::autograd::gradgradcheck(right, {x}).ok() << '\n';
  const auto report = xgrad::autograd::gradcheck(wrong, {x});
  std::cout << "Mistaken: " << report.ok() << '\n' << report.message << '\n';
}

void fit_with_it() {
  std::cout << "\n-- A straight line through points of which one is far off\n";
  auto x = xgrad::arange(10, xgrad::kDouble);
  auto y = 2 * x + 1;
  y[7] = 100.0;
  const auto fit = [&](const char* name, auto loss) {
    auto line = xgrad::zeros(2, xgrad::dtype(xgrad::kDouble).requires_grad(true));
    xgrad::optim::Adam optimizer({line}, /*lr=*/0.1);
    for (int step = 0; step < 2000; ++step) {
      optimizer.zero_grad();
      loss(line[0] * x + line[1] - y).mean().backward();
      optimizer.step();
    }
    std::cout << name << format("y = %.1f x %+.1f\n", line[0].item<double>(), line[1].item<double>());
  };
  fit("squared error: ", [](const Tensor& error) { return error.square(); });
  fit("LogCosh:       ", [](const Tensor& error) { return LogCosh::apply(error, 0.5); });
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    std::cout << std::boolalpha;
    use_it();
    check_it();
    fit_with_it();
  });
}
