// The program that footprint.sh compiles against each library: a training loop as users write it.
#ifdef WITH_LIBTORCH
#include <torch/torch.h>
#else
#include <xgrad/xgrad.hpp>
namespace torch = xgrad;
#endif

#include <cstdio>

struct Net : torch::nn::Module {
  Net() {
    fc1 = register_module("fc1", torch::nn::Linear(4, 16));
    fc2 = register_module("fc2", torch::nn::Linear(16, 3));
  }
  torch::Tensor forward(torch::Tensor x) { return fc2(torch::relu(fc1(x))); }

  torch::nn::Linear fc1{nullptr}, fc2{nullptr};
};

int main() {
  torch::manual_seed(1);
  const auto x = torch::randn({96, 4});
  const auto y = torch::randint(3, {96}, torch::kLong);
  auto net = std::make_shared<Net>();
  torch::optim::SGD optimizer(net->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
  torch::nn::CrossEntropyLoss criterion;
  for (int epoch = 0; epoch < 20; ++epoch) {
    auto loss = criterion(net->forward(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    std::printf("%d %.4f\n", epoch, loss.item<float>());
  }
}
