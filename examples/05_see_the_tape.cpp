// Teaches: what a loss leaves on the tape, and how backward walks it.
//
// The second example of 02, looked at from inside: the tape as a table, the backward pass as text, and as a
// page to step through in a browser, tape.html (or the file given with --html). Its last step shows the
// gradient that 02 prints. Then, as text, an expression in which paths meet.
//
// Run it with --random to draw new tensors.
#include <iostream>
#include <string>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace nn = xgrad::nn;
using xgrad::autograd::explain;
using xgrad::autograd::tape;
using xgrad::autograd::write_html;

namespace {

void see_cross_entropy(bool random, const std::string& page) {
  auto input = xgrad::tensor({{0.8671, 0.0189, 0.0042, 0.1619, 0.9805},
                              {0.1054, 0.1519, 0.6359, 0.6112, 0.9417},
                              {0.9968, 0.3285, 0.9185, 0.0315, 0.9592}},
                             xgrad::requires_grad());
  auto target = xgrad::tensor({1, 0, 4});
  if (random) {
    input = xgrad::rand({3, 5}, xgrad::requires_grad());
    target = xgrad::empty(3, xgrad::kLong).random_(5);
  }
  input.set_name("input");
  target.set_name("target");
  nn::CrossEntropyLoss loss;
  auto output = loss(input, target).set_name("output");

  std::cout << "The tape:\n" << tape(output) << '\n';
  std::cout << "Backward, step by step:\n" << explain(output) << '\n';
  write_html(output, page);

  // Looking has changed nothing: backward() still has all to do.
  std::cout << "Input grads before backward(): " << (input.grad().defined() ? "some" : "none yet") << '\n';
  output.backward();
  std::cout << "Input grads: " << input.grad() << "\n\n";
}

void see_paths_meet() {
  auto w = xgrad::tensor(2.0, xgrad::requires_grad()).set_name("w");
  auto x = xgrad::tensor(3.0).set_name("x");
  auto h = (w * x).set_name("h");
  auto y = (h * w + h).set_name("y");
  std::cout << "y = h * w + h with h = w * x: the paths to w and h meet, and their gradients add up.\n"
            << explain(y);
}

}  // namespace

int main(int argc, char** argv) {
  bool random = false;
  std::string page = "tape.html";
  return run_lesson(
      argc, argv, {{"--random", "Draw new tensors", &random}, {"--html", "Where the page goes", &page}}, [&] {
        see_cross_entropy(random, page);
        see_paths_meet();
      });
}
