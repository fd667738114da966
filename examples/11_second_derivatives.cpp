// Teaches: derivatives of derivatives.
//
// With create_graph the backward pass is recorded too, so that its result, a gradient, can be differentiated
// again. Newton's method uses that to jump to where the slope would be zero if the function were a parabola;
// a gradient penalty uses it to train a network whose slope is what you want.
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace nn = xgrad::nn;
using xgrad::Tensor;
using xgrad::autograd::grad;

namespace {

const auto variable = xgrad::dtype(xgrad::kDouble).requires_grad(true);

void derivatives_of_a_power() {
  std::cout << "-- x⁴ at 2 and its derivatives 4x³, 12x², 24x, 24\n";
  auto x = xgrad::tensor(2.0, variable);
  auto y = x.pow(4);
  std::cout << y.item<double>();
  for (int order = 1; order <= 4; ++order) {
    y = grad({y}, {x}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
    std::cout << ", " << y.item<double>();
  }
  std::cout << '\n';
}

void newton_in_one_dimension() {
  std::cout << "\n-- Newton's method: x - f'(x) / f''(x), for the minimum of f(x) = exp(x) - 2x at log 2 = "
               "0.6931472\n";
  auto x = xgrad::tensor(3.0, variable);
  for (int step = 0; step <= 7; ++step) {
    std::cout << format("x = %.7f\n", x.item<double>());
    auto f = x.exp() - 2 * x;
    auto slope = grad({f}, {x}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
    auto curvature = grad({slope}, {x})[0];
    x = (x - slope / curvature).detach().requires_grad_();
  }
}

// Two valleys deep, its minimum (1, 1) hard to find for gradient descent. H. H. Rosenbrock, 1960.
Tensor rosenbrock(const Tensor& p) { return (1 - p[0]).square() + 100 * (p[1] - p[0].square()).square(); }

void newton_in_two_dimensions() {
  std::cout
      << "\n-- In two dimensions the second derivatives are a matrix, one row per element of the gradient\n";
  auto p = xgrad::tensor({-1.2, 1.0}, variable);
  for (int step = 0; step <= 6; ++step) {
    auto f = rosenbrock(p);
    auto g = grad({f}, {p}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
    auto h = xgrad::stack({grad({g[0]}, {p}, {}, /*retain_graph=*/true)[0], grad({g[1]}, {p})[0]});
    std::cout << format("f(%.4f, %.4f) = %.4f\n", p[0].item<double>(), p[1].item<double>(), f.item<double>());
    auto determinant = h[0][0] * h[1][1] - h[0][1] * h[1][0];
    auto jump =
        xgrad::stack({h[1][1] * g[0] - h[0][1] * g[1], h[0][0] * g[1] - h[1][0] * g[0]}) / determinant;
    p = (p - jump).detach().requires_grad_();
  }

  auto q = xgrad::tensor({-1.2, 1.0}, variable);
  xgrad::optim::SGD optimizer({q}, /*lr=*/0.001);
  for (int step = 0; step < 1000; ++step) {
    optimizer.zero_grad();
    rosenbrock(q).backward();
    optimizer.step();
  }
  std::cout << format("1000 steps of gradient descent: f(%.2f, %.2f)\n", q[0].item<double>(),
                      q[1].item<double>());
}

// The critic of a Wasserstein GAN tells two sets of points apart, and the penalty (|slope| - 1)² keeps it
// from doing so ever more steeply. I. Gulrajani et al., 2017.
void gradient_penalty() {
  std::cout
      << "\n-- A critic trained to be high on real points and low on others, with and without a penalty\n";
  for (const double weight : {0.0, 10.0}) {
    xgrad::manual_seed(0);
    nn::Sequential critic{nn::Linear(2, 32), nn::Tanh(), nn::Linear(32, 1)};
    critic->to(xgrad::kDouble);
    xgrad::optim::Adam optimizer(critic->parameters(), /*lr=*/0.01);
    auto real = xgrad::randn({128, 2}, xgrad::kDouble) * 0.3 + 1;
    auto other = xgrad::randn({128, 2}, xgrad::kDouble) * 0.3 - 1;
    Tensor slopes;
    for (int step = 0; step < 200; ++step) {
      auto mix = xgrad::rand({128, 1}, xgrad::kDouble);
      auto between = (mix * real + (1 - mix) * other).requires_grad_();
      auto slope = grad({critic->forward(between).sum()}, {between}, {}, /*retain_graph=*/true,
                        /*create_graph=*/true)[0];
      slopes = slope.norm(2, {1});
      auto loss = critic->forward(other).mean() - critic->forward(real).mean() +
                  weight * (slopes - 1).square().mean();
      optimizer.zero_grad();
      loss.backward();  // through the slope, too
      optimizer.step();
    }
    std::cout << format("penalty × %2.0f: the slope between the points is %.1f on average\n", weight,
                        slopes.mean().item<double>());
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    derivatives_of_a_power();
    newton_in_one_dimension();
    newton_in_two_dimensions();
    gradient_penalty();
  });
}
