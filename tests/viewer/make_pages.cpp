// Writes the pages that test_pages.py steps through: make_pages FOLDER
#include <iostream>
#include <limits>

#include <xgrad/xgrad.hpp>

using namespace xgrad;

namespace {

// The seed's second example.
Tensor seed_loss() {
  const Tensor input = tensor({{0.8671, 0.0189, 0.0042, 0.1619, 0.9805},
                               {0.1054, 0.1519, 0.6359, 0.6112, 0.9417},
                               {0.9968, 0.3285, 0.9185, 0.0315, 0.9592}},
                              requires_grad())
                           .set_name("input");
  return nn::CrossEntropyLoss()(input, tensor({1, 0, 4}).set_name("target")).set_name("output");
}

struct NetImpl : nn::Module {
  NetImpl() {
    fc1 = register_module("fc1", nn::Linear(4, 40));
    body = register_module("body", nn::Sequential{nn::ReLU(), nn::Linear(40, 3)});
  }
  Tensor forward(const Tensor& x) { return body(fc1(x)); }
  nn::Linear fc1{nullptr};
  nn::Sequential body{nullptr};
};
TORCH_MODULE(Net);

// A network with modules, a dead ReLU, large tensors and an ignored row.
Tensor network_loss() {
  manual_seed(0);
  Net net;
  {
    NoGradGuard off;
    net->fc1->bias.fill_(-0.7);
  }
  const autograd::TapeDetailGuard details;
  return nn::functional::cross_entropy(net(rand({8, 4})), tensor({0, 1, 2, -100, 1, 0, 2, 1}));
}

// Paths that meet, a zero gradient, and a NaN.
Tensor meeting_loss() {
  const Tensor w = tensor({2.0, -1.0}, requires_grad()).set_name("w");
  const Tensor unused = tensor({0.0, 0.0}, requires_grad()).set_name("clipped");
  const Tensor bad = tensor({0.0, 1.0}, requires_grad()).set_name("bad");
  const Tensor h = (w * 3).set_name("h");
  return ((h * w).set_name("hw") + h + relu(unused - 1) +
          bad * tensor({std::numeric_limits<float>::quiet_NaN(), 1.0F}))
      .sum()
      .set_name("y");
}

// Gradients that differ by a thousand and more.
Tensor vanishing_loss() {
  const Tensor near = tensor({1.0, 1.0}, requires_grad()).set_name("near");
  const Tensor far = tensor({1.0, 1.0}, requires_grad()).set_name("far");
  return (near + far * 1e-6).sum();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  try {
    autograd::write_html(seed_loss(), folder + "/seed.html");
    autograd::write_html(network_loss(), folder + "/network.html");
    autograd::write_html(meeting_loss(), folder + "/meeting.html");
    autograd::write_html(vanishing_loss(), folder + "/vanishing.html");
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
