// Teaches: the chain rule, by hand beside the tape.
//
// A program that computes a loss is a chain of small steps, each with a derivative that everybody knows. The
// derivative of the whole is their product, taken from the loss backwards; where a value was used twice, the
// two products are added. That is all that backward() does. Here it is done by hand for one neuron, then by
// the tape, and at last by trying what a small change does.
#include <cmath>
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace {

struct Gradient {
  double w, b, x;
};

// loss = (tanh(w x + b) - t)², one step at a time.
double loss_by_hand(double w, double b, double x, double t) {
  const double error = std::tanh(w * x + b) - t;
  return error * error;
}

Gradient gradient_by_hand(double w, double b, double x, double t) {
  // Forward: every intermediate value gets a name, because the way back needs it.
  const double z = w * x + b;
  const double y = std::tanh(z);
  const double error = y - t;
  // Backward: each line is the line above times the derivative of one step.
  const double d_error = 2 * error;      // loss = error²
  const double d_y = d_error * 1;        // error = y - t
  const double d_z = d_y * (1 - y * y);  // y = tanh(z), whose slope is 1 - y²
  return {d_z * x, d_z * 1, d_z * w};    // z = w x + b
}

// How much the loss changes when one number changes a little.
Gradient gradient_by_trying(double w, double b, double x, double t) {
  const double h = 1e-5;
  const auto slope = [&](double dw, double db, double dx) {
    return (loss_by_hand(w + dw, b + db, x + dx, t) - loss_by_hand(w - dw, b - db, x - dx, t)) / (2 * h);
  };
  return {slope(h, 0, 0), slope(0, h, 0), slope(0, 0, h)};
}

void one_neuron() {
  const auto options = xgrad::dtype(xgrad::kDouble).requires_grad(true);
  auto w = xgrad::tensor(0.5, options).set_name("w");
  auto b = xgrad::tensor(-0.2, options).set_name("b");
  auto x = xgrad::tensor(2.0, options).set_name("x");
  auto t = xgrad::tensor(1.0, xgrad::kDouble).set_name("t");

  // The tape takes note of the same steps while they are computed…
  auto z = (w * x + b).set_name("z");
  auto y = z.tanh().set_name("y");
  auto error = (y - t).set_name("error");
  auto loss = error.square().set_name("loss");
  std::cout << "-- The steps of loss = (tanh(w x + b) - t)², as the tape has them\n"
            << xgrad::autograd::tape(loss);
  std::cout << "\n-- and backwards: upstream × local → contribution\n" << xgrad::autograd::explain(loss);
  // …and walks them backwards.
  loss.backward();

  const Gradient hand = gradient_by_hand(0.5, -0.2, 2, 1), trying = gradient_by_trying(0.5, -0.2, 2, 1);
  std::cout << "\n-- The same three derivatives, three times\n"
            << format("%-14s %9s %9s %9s\n", "", "the tape", "by hand", "by trying")
            << format("%-14s %9.5f %9.5f %9.5f\n", "d loss / d w", w.grad().item<double>(), hand.w, trying.w)
            << format("%-14s %9.5f %9.5f %9.5f\n", "d loss / d b", b.grad().item<double>(), hand.b, trying.b)
            << format("%-14s %9.5f %9.5f %9.5f\n", "d loss / d x", x.grad().item<double>(), hand.x, trying.x);
}

void two_paths() {
  std::cout << "\n-- y = x² sin(x) uses x twice: 2x sin(x) along one path, x² cos(x) along the other\n";
  auto x = xgrad::tensor(1.5, xgrad::dtype(xgrad::kDouble).requires_grad(true)).set_name("x");
  auto square = x.square().set_name("square");
  auto sine = x.sin().set_name("sine");
  auto y = (square * sine).set_name("y");
  std::cout << xgrad::autograd::explain(y);
  y.backward();
  const double first = 2 * 1.5 * std::sin(1.5), second = 1.5 * 1.5 * std::cos(1.5);
  std::cout << format("by hand:  %.5f + %.5f = %.5f\nthe tape: %.5f\n", first, second, first + second,
                      x.grad().item<double>());
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    one_neuron();
    two_paths();
  });
}
