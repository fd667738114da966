// Teaches: broadcasting, and why gradients are summed.
//
// In `matrix + row` the row is used once for every row of the matrix. A value that is used several times gets
// a gradient from every use, and gradients add up: so the gradient of the row is the sum over the rows, and
// it has the row's shape. Whatever forward repeats, backward sums.
#include <iostream>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace {

void a_row_for_every_row() {
  std::cout << "-- [3, 2] + [2]: the bias is added to each of three rows\n";
  auto x = xgrad::tensor({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  auto bias = xgrad::tensor({10.0, 20.0}, xgrad::requires_grad());
  auto weight =
      xgrad::tensor({{1.0, 0.0}, {2.0, 0.5}, {3.0, 0.0}});  // how much the loss cares for each element
  auto y = x + bias;
  std::cout << "y = " << y << '\n';
  (y * weight).sum().backward();
  std::cout << "bias.grad = " << bias.grad() << ", the columns' sums of\n" << weight << '\n';

  std::cout << "-- The same with a copy of the bias for each row: every copy has its own gradient\n";
  std::vector<xgrad::Tensor> copies;
  for (int row = 0; row < 3; ++row) copies.push_back(bias.detach().clone().requires_grad_());
  ((x + xgrad::stack(copies)) * weight).sum().backward();
  auto total = xgrad::zeros(2);
  for (const auto& copy : copies) {
    std::cout << "copy.grad = " << copy.grad() << '\n';
    total += copy.grad();
  }
  std::cout << "their sum = " << total << '\n';
}

void both_sides() {
  std::cout << "\n-- [3, 1] * [4]: both are repeated, to [3, 4], and each gradient is summed back\n";
  auto column = xgrad::tensor({{1.0}, {2.0}, {3.0}}, xgrad::requires_grad());
  auto row = xgrad::tensor({10.0, 20.0, 30.0, 40.0}, xgrad::requires_grad());
  auto table = column * row;
  std::cout << "table = " << table << '\n';
  table.sum().backward();
  std::cout << "column.grad = " << column.grad() << ": each element met 10 + 20 + 30 + 40\n";
  std::cout << "row.grad = " << row.grad() << ": each element met 1 + 2 + 3\n";
}

void one_number() {
  std::cout << "\n-- A single number is repeated everywhere: its gradient is the sum of all\n";
  auto scale = xgrad::tensor(0.5, xgrad::requires_grad());
  auto x = xgrad::tensor({{1.0, 2.0}, {3.0, 4.0}});
  (scale * x).sum().backward();
  std::cout << "scale.grad = " << scale.grad() << " = 1 + 2 + 3 + 4\n";
}

void by_accident() {
  std::cout << "\n-- Broadcasting by accident: [3, 1] - [3] is no difference of pairs but a table of all\n";
  auto prediction = xgrad::tensor({{1.0}, {2.0}, {3.0}});
  auto target = xgrad::tensor({1.0, 2.0, 3.0});
  std::cout << "shapes " << prediction.sizes() << " and " << target.sizes() << " give "
            << (prediction - target).sizes() << '\n';
  std::cout << "mean squared error of a perfect prediction: " << (prediction - target).square().mean()
            << '\n';
  std::cout << "with the same shapes: " << (prediction.squeeze(1) - target).square().mean() << '\n';

  std::cout << "\n-- Sizes that are neither equal nor 1 do not broadcast\n";
  try {
    xgrad::ones({3, 2}) + xgrad::ones(3);
  } catch (const xgrad::Error& error) {
    std::cout << error.what() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    a_row_for_every_row();
    both_sides();
    one_number();
    by_accident();
  });
}
