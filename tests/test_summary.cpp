
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

template <class T>
std::string text(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

// Layers called as libtorch's tutorials do, one that is never called, and a weight with two names.
struct NetImpl : Module {
  NetImpl() {
    body = register_module("body", Sequential(Linear(4, 1000), BatchNorm1d(1000), ReLU()));
    head = register_module("head", Linear(1000, 2));
    again = register_module("again", Linear(1000, 2));
    unused = register_module("unused", Dropout());
    tied = register_parameter("tied", head->weight);
  }
  Tensor forward(const Tensor& x) { return head->forward(body->forward(x)) + again(body->forward(x)); }

  Sequential body{nullptr};
  Linear head{nullptr};
  Linear again{nullptr};
  Tensor tied;
  Dropout unused{nullptr};
};
TORCH_MODULE(Net);

}  // namespace

TEST_CASE("summary prints a Sequential as a table", "[summary]") {
  const Sequential model(Flatten(), Linear(784, 128), ReLU(), Linear(128, 10));
  CHECK(text(summary(model, zeros({32, 1, 28, 28}))) ==
        "Layer         Output shape  Parameters    Bytes\n"
        "-----------------------------------------------\n"
        "Sequential    [32, 10]               -        -\n"
        "  0: Flatten  [32, 784]              -        -\n"
        "  1: Linear   [32, 128]        100,480  401,920\n"
        "  2: ReLU     [32, 128]              -        -\n"
        "  3: Linear   [32, 10]           1,290    5,160\n"
        "-----------------------------------------------\n"
        "Parameters: 101,770 (101,770 trainable), 407,080 bytes\n");
}

TEST_CASE("summary sees layers of modules, however they are called", "[summary]") {
  Net net;
  net->head->bias.set_requires_grad(false);
  const Summary s = summary(net, zeros({3, 4}));
  CHECK(text(s) ==
        "Layer               Output shape  Parameters   Bytes\n"
        "----------------------------------------------------\n"
        "Net                 [3, 2]             2,000   8,000\n"
        "  body: Sequential  [3, 1000]              -       -\n"
        "    0: Linear       [3, 1000]          5,000  20,000\n"
        "    1: BatchNorm1d  [3, 1000]          2,000   8,000\n"
        "    2: ReLU         [3, 1000]              -       -\n"
        "  head: Linear      [3, 2]             2,002   8,008\n"
        "  again: Linear     [3, 2]             2,002   8,008\n"
        "  unused: Dropout   -                      -       -\n"
        "----------------------------------------------------\n"
        "Parameters: 11,004 (11,002 trainable), 44,016 bytes\n"
        "Buffers: 8,008 bytes\n");
  CHECK(s.parameters == 4 * 1000 + 1000 + 2000 + 2 * (2000 + 2));
  CHECK(s.trainable_parameters == s.parameters - 2);
  CHECK(s.parameter_bytes == 4 * s.parameters);
  CHECK(s.buffer_bytes == 4 * 2000 + 8);
}

TEST_CASE("summary leaves the model as it was", "[summary]") {
  Net net;
  net->body->eval();
  const Tensor mean = net->body->at<BatchNorm1dImpl>(1).running_mean.clone();
  summary(*net, ones({3, 4}));
  CHECK(net->is_training());
  CHECK(net->unused->is_training());
  CHECK(!net->body->is_training());
  CHECK(!net->body->ptr(1)->is_training());
  CHECK(GradMode::is_enabled());
  CHECK(equal(net->body->at<BatchNorm1dImpl>(1).running_mean, mean));
  CHECK_THROWS_AS(summary(net, ones({3, 5})), Error);
  CHECK(net->is_training());
  CHECK(GradMode::is_enabled());
  CHECK(net(ones({3, 4})).requires_grad());
}
