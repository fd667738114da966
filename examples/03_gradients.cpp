// Teaches: what the tape does. Leaves, grad_fn, backward, .grad and how it accumulates, zero_grad,
// retain_grad, detach, and a first descent with the gradient.
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace {

void leaves() {
  std::cout << "-- A leaf is a tensor that you made; a result remembers the op that made it\n";
  auto x = xgrad::tensor({1.0, 2.0, 3.0}, xgrad::requires_grad());
  auto y = (x * x).sum();
  std::cout << "x = " << x << ", a leaf: " << x.is_leaf() << '\n';
  std::cout << "y = " << y << ", a leaf: " << y.is_leaf() << '\n';
  std::cout << "y was made by " << y.grad_fn()->name() << '\n';

  std::cout << "-- backward() walks back from y and leaves dy/dx = 2x in x.grad\n";
  std::cout << "before: x.grad is defined: " << x.grad().defined() << '\n';
  y.backward();
  std::cout << "after:  x.grad = " << x.grad() << '\n';
}

void accumulation() {
  std::cout << "-- Gradients add up: twice backward, twice the gradient\n";
  auto x = xgrad::tensor({1.0, 2.0, 3.0}, xgrad::requires_grad());
  auto y = (x * x).sum();
  y.backward({}, /*retain_graph=*/true);  // without it, backward() frees the graph as it goes
  y.backward();
  std::cout << "x.grad = " << x.grad() << '\n';

  std::cout << "-- so a training loop calls zero_grad() before each backward()\n";
  xgrad::optim::SGD optimizer({x}, /*lr=*/0.1);
  optimizer.zero_grad();
  (x * x).sum().backward();
  std::cout << "x.grad = " << x.grad() << '\n';
  optimizer.step();
  std::cout << "x - 0.1 * x.grad = " << x << '\n';
}

void intermediate_results() {
  std::cout << "-- Only leaves keep their gradient, unless retain_grad() asks for more\n";
  auto x = xgrad::tensor({0.5, -0.5}, xgrad::requires_grad());
  auto hidden = (x * 2).tanh();
  hidden.retain_grad();
  auto loss = (hidden * hidden).sum();
  loss.backward();
  std::cout << "hidden = " << hidden << '\n';
  std::cout << "d loss / d hidden = " << hidden.grad() << '\n';
  std::cout << "d loss / d x = " << x.grad() << '\n';
}

void off_the_tape() {
  std::cout << "-- detach() cuts a tensor off: to the tape it is a constant\n";
  auto x = xgrad::tensor({1.0, 2.0, 3.0}, xgrad::requires_grad());
  auto constant = (x * x).detach();
  std::cout << "constant = " << constant << '\n';
  (x * constant).sum().backward();
  std::cout << "x.grad = " << x.grad() << ", not 3 * x * x\n";

  std::cout << "-- NoGradGuard stops the recording until the end of its block\n";
  xgrad::NoGradGuard no_grad;
  std::cout << "x * x = " << x * x << '\n';
}

void descent() {
  std::cout << "-- Ten steps down the slope of (x - 3)^2\n";
  auto x = xgrad::tensor(0.0, xgrad::requires_grad());
  for (int step = 0; step < 10; ++step) {
    auto distance = (x - 3).pow(2);
    distance.backward();
    xgrad::NoGradGuard no_grad;
    x -= 0.2 * x.grad();
    x.mutable_grad().zero_();
  }
  std::cout << "x = " << x << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    std::cout << std::boolalpha;
    leaves();
    accumulation();
    intermediate_results();
    off_the_tape();
    descent();
  });
}
