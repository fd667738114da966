// Teaches: the cross-entropy loss of scores against class indices.
//
// A classifier gives each row of `input` one score per class, not normalised; `target` names the right class
// of each row. CrossEntropyLoss is the mean over the rows of -log(softmax(row)[target]): 0 when all the
// belief is on the right class, log(5) = 1.61 when the scores say nothing.
//
// Run it with --random to draw new tensors.
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace nn = xgrad::nn;

namespace {

void example(bool random) {
  auto input = xgrad::tensor({{0.2228, 0.2523, 0.9712, 0.7887, 0.2820},
                              {0.7778, 0.4144, 0.8693, 0.1355, 0.3706},
                              {0.0823, 0.5392, 0.0542, 0.0153, 0.8475}});
  auto target = xgrad::tensor({2, 0, 4});
  if (random) {
    input = xgrad::rand({3, 5});
    target = xgrad::empty(3, xgrad::kLong).random_(5);
  }
  std::cout << target << '\n';

  nn::CrossEntropyLoss loss;
  auto output = loss(input, target);
  std::cout << "input:  " << input << '\n';
  std::cout << "target:  " << target << '\n';
  std::cout << "Cross Entropy Loss:  " << output << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  bool random = false;
  return run_lesson(argc, argv, {{"--random", "Draw new tensors", &random}}, [&] { example(random); });
}
