// Uses a bit of every storey, so that nothing that a program links can be missing.
#include <iostream>

#include <xgrad/xgrad.hpp>

int main() {
  xgrad::manual_seed(1);
  auto x = xgrad::rand({4, 3});
  xgrad::nn::Linear layer(3, 2);
  xgrad::nn::CrossEntropyLoss criterion;
  xgrad::optim::SGD optimizer(layer->parameters(), 0.1);
  auto loss = criterion(layer(x), xgrad::tensor({0, 1, 0, 1}));
  loss.backward();
  optimizer.step();
  std::cout << "weight.grad of shape " << layer->weight.grad().sizes() << '\n';
}
