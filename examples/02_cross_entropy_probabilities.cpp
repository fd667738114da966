// Teaches: the gradient of the cross-entropy loss, and targets that are class probabilities.
//
// A target of the input's shape gives every class of every row a probability. One-hot probabilities say the
// same as class indices: the loss and the gradient, (softmax(input) - target) / rows, are equal. Soft ones
// can say more, for instance that two annotators disagreed.
//
// Run it with --random to draw new tensors.
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace nn = xgrad::nn;

namespace {

void example(bool random) {
  auto input = xgrad::tensor({{0.8671, 0.0189, 0.0042, 0.1619, 0.9805},
                              {0.1054, 0.1519, 0.6359, 0.6112, 0.9417},
                              {0.9968, 0.3285, 0.9185, 0.0315, 0.9592}},
                             xgrad::requires_grad());
  auto target = xgrad::tensor({1, 0, 4});
  auto probabilities = xgrad::tensor(
      {{0.10, 0.60, 0.10, 0.10, 0.10}, {0.90, 0.10, 0.00, 0.00, 0.00}, {0.00, 0.00, 0.00, 0.50, 0.50}});
  if (random) {
    input = xgrad::rand({3, 5}, xgrad::requires_grad());
    target = xgrad::empty(3, xgrad::kLong).random_(5);
    probabilities = xgrad::rand({3, 5}).softmax(1);
  }
  nn::CrossEntropyLoss loss;

  // The seed of it all: class indices.
  std::cout << target.sizes() << '\n';
  auto output = loss(input, target);
  output.backward();
  std::cout << "Input: " << input << '\n';
  std::cout << "Target: " << target << '\n';
  std::cout << "Cross Entropy Loss: " << output << '\n';
  std::cout << "Input grads:  " << input.grad() << '\n';

  // The same targets as probabilities, then soft ones. backward() adds to .grad, so each starts from zero.
  auto one_hot = xgrad::zeros({3, 5});
  for (int row = 0; row < 3; ++row) one_hot[row][target[row].item<int64_t>()] = 1.0;
  for (const auto& [name, wanted] :
       {std::pair("One-hot target", one_hot), std::pair("Soft target", probabilities)}) {
    input.mutable_grad().zero_();
    output = loss(input, wanted);
    output.backward();
    std::cout << '\n' << wanted.sizes() << '\n';
    std::cout << name << ": " << wanted << '\n';
    std::cout << "Cross Entropy Loss: " << output << '\n';
    std::cout << "Input grads:  " << input.grad() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  bool random = false;
  return run_lesson(argc, argv, {{"--random", "Draw new tensors", &random}}, [&] { example(random); });
}
