#include <cmath>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

namespace torch = xgrad;
using xgrad::Tensor;

namespace app {

// A program's own module, written as for libtorch.
struct NetImpl : torch::nn::Cloneable<NetImpl> {
  NetImpl() { NetImpl::reset(); }
  void reset() override {
    fc = register_module("fc", torch::nn::Linear(2, 3));
    body = register_module("body", torch::nn::Sequential(torch::nn::ReLU(), torch::nn::Dropout(0.25)));
    scale = register_parameter("scale", torch::ones({3}));
    mean = register_buffer("mean", torch::zeros({3}));
  }
  torch::Tensor forward(torch::Tensor x) { return body->forward(fc(x)) * scale + mean; }

  torch::nn::Linear fc{nullptr};
  torch::nn::Sequential body{nullptr};
  torch::Tensor scale, mean;
};
TORCH_MODULE(Net);

struct OtherImpl : torch::nn::Module {
  int forward(int x) { return 2 * x; }
};
TORCH_MODULE_IMPL(Other, OtherImpl);

struct Options {
  TORCH_ARG(double, rate) = 0.5;
  TORCH_ARG(std::string, name);
};

}  // namespace app

namespace {

template <class T>
std::string str(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

TEST_CASE("names are joined with dots, parents before children", "[module]") {
  app::Net net;
  CHECK(net->named_parameters().keys() == std::vector<std::string>{"scale", "fc.weight", "fc.bias"});
  CHECK(net->named_parameters(false).keys() == std::vector<std::string>{"scale"});
  CHECK(net->named_buffers().keys() == std::vector<std::string>{"mean"});
  CHECK(net->named_modules().keys() == std::vector<std::string>{"", "fc", "body", "body.0", "body.1"});
  CHECK(net->named_modules("root").keys() ==
        std::vector<std::string>{"root", "root.fc", "root.body", "root.body.0", "root.body.1"});
  CHECK(net->named_modules("root", false).keys() ==
        std::vector<std::string>{"root.fc", "root.body", "root.body.0", "root.body.1"});
  CHECK(net->named_children().keys() == std::vector<std::string>{"fc", "body"});
  CHECK(net->parameters().size() == 3);
  CHECK(net->parameters(false).size() == 1);
  CHECK(net->modules().size() == 5);
  CHECK(net->modules(false).size() == 4);
  CHECK(net->children().size() == 2);
  CHECK(net->buffers().size() == 1);
  CHECK(net->named_parameters()["fc.weight"].is_same(net->fc->weight));
  CHECK(net->modules()[1] == net->fc.ptr());
}

TEST_CASE("registered tensors require grad as told", "[module]") {
  struct M : torch::nn::Module {
  } module;
  CHECK(module.register_parameter("a", torch::ones({2})).requires_grad());
  CHECK_FALSE(module.register_parameter("b", torch::ones({2}), false).requires_grad());
  CHECK_FALSE(module.register_buffer("c", torch::ones({2})).requires_grad());
  CHECK_FALSE(module.register_parameter("nothing", Tensor(), false).defined());
  CHECK(module.parameters().size() == 2);
}

TEST_CASE("modules print as libtorch prints them", "[module]") {
  CHECK(str(app::Net()) ==
        "app::NetImpl(\n"
        "  (fc): torch::nn::Linear(in_features=2, out_features=3, bias=true)\n"
        "  (body): torch::nn::Sequential(\n"
        "    (0): torch::nn::ReLU()\n"
        "    (1): torch::nn::Dropout(p=0.25, inplace=false)\n"
        "  )\n"
        ")");
  using namespace torch::nn;
  CHECK(str(Linear(LinearOptions(2, 3).bias(false))) ==
        "torch::nn::Linear(in_features=2, out_features=3, bias=false)");
  CHECK(str(ReLU(ReLUOptions(true))) == "torch::nn::ReLU(inplace=true)");
  CHECK(str(Identity()) == "torch::nn::Identity()");
  CHECK(str(Tanh()) == "torch::nn::Tanh()");
  CHECK(str(Sigmoid()) == "torch::nn::Sigmoid()");
  CHECK(str(Dropout(DropoutOptions(0.3).inplace(true))) == "torch::nn::Dropout(p=0.3, inplace=true)");
  CHECK(str(Flatten()) == "torch::nn::Flatten(start_dim=1, end_dim=-1)");
  CHECK(str(Softmax(1)) == "torch::nn::Softmax(dim=1)");
  CHECK(str(LogSoftmax(-1)) == "torch::nn::LogSoftmax(dim=-1)");
  CHECK(str(CrossEntropyLoss()) == "torch::nn::CrossEntropyLoss()");
  CHECK(str(NLLLoss()) == "torch::nn::NLLLoss()");
  CHECK(str(MSELoss()) == "torch::nn::MSELoss()");
  CHECK(str(Functional(torch::relu)) == "torch::nn::Functional()");
  CHECK(app::Net()->name() == "app::NetImpl");
  CHECK(Linear(1, 1)->name() == "torch::nn::LinearImpl");
  CHECK(Module("mine").name() == "mine");
}

TEST_CASE("train and eval reach every submodule", "[module]") {
  app::Net net;
  CHECK(net->is_training());
  net->eval();
  for (const auto& module : net->modules()) CHECK_FALSE(module->is_training());
  net->train();
  for (const auto& module : net->modules()) CHECK(module->is_training());
  net->train(false);
  const Tensor x = torch::ones({4, 2});
  CHECK(torch::equal(net(x), torch::relu(net->fc(x))));
}

TEST_CASE("apply visits parents before children in every form", "[module]") {
  app::Net net;
  std::vector<std::string> seen;
  net->apply([&](torch::nn::Module& m) { seen.push_back(m.name()); });
  CHECK(seen.size() == 5);
  CHECK(seen[1] == "torch::nn::LinearImpl");
  int linears = 0;
  net->apply([&](torch::nn::Module& m) {
    if (auto* linear = m.as<torch::nn::Linear>()) {
      torch::nn::init::constant_(linear->weight, 0.5);
      ++linears;
    }
  });
  CHECK(linears == 1);
  CHECK(torch::equal(net->fc->weight.detach(), torch::full({3, 2}, 0.5)));
  seen.clear();
  net->apply([&](const std::string& name, torch::nn::Module&) { seen.push_back(name); }, "n");
  CHECK(seen == net->named_modules("n").keys());
  const app::NetImpl& constant = *net;
  int visited = 0;
  constant.apply([&](const torch::nn::Module&) { ++visited; });
  constant.apply([&](const std::string&, const torch::nn::Module&) { ++visited; });
  net->apply([&](const std::shared_ptr<torch::nn::Module>&) { ++visited; });
  net->apply([&](const std::string&, const std::shared_ptr<torch::nn::Module>&) { ++visited; });
  CHECK(visited == 20);
}

TEST_CASE("as finds the class behind a module", "[module]") {
  torch::nn::Linear fc(2, 3);
  torch::nn::Module& base = *fc;
  CHECK(base.as<torch::nn::Linear>() == fc.get());
  CHECK(base.as<torch::nn::LinearImpl>() == fc.get());
  CHECK(base.as<torch::nn::ReLU>() == nullptr);
  const torch::nn::Module& constant = base;
  CHECK(constant.as<torch::nn::Linear>() == fc.get());
}

TEST_CASE("a module's zero_grad zeroes or undefines", "[module]") {
  app::Net net;
  net->zero_grad();
  net(torch::ones({1, 2})).sum().backward();
  net->zero_grad(false);
  for (const Tensor& p : net->parameters()) CHECK(torch::equal(p.grad(), torch::zeros_like(p)));
  net->zero_grad();
  for (const Tensor& p : net->parameters()) CHECK_FALSE(p.grad().defined());
}

TEST_CASE("to converts in place", "[module]") {
  app::Net net;
  net(torch::ones({1, 2})).sum().backward();
  const Tensor weight = net->fc->weight;
  net->to(torch::kDouble);
  CHECK(weight.is_same(net->fc->weight));
  CHECK(weight.dtype() == torch::kDouble);
  CHECK(weight.requires_grad());
  CHECK(weight.is_leaf());
  CHECK(weight.grad().dtype() == torch::kDouble);
  CHECK(net->mean.dtype() == torch::kDouble);
  net->zero_grad(true);
  net->eval();
  net(torch::ones({1, 2}, torch::kDouble)).sum().backward();
  CHECK(weight.grad().dtype() == torch::kDouble);
  net->to(torch::kCPU);
  net->to(torch::kCPU, torch::kFloat);
  CHECK(weight.dtype() == torch::kFloat);
  CHECK_THROWS_AS(net->to(torch::kCUDA), torch::Error);
}

TEST_CASE("a clone shares nothing", "[module]") {
  app::Net net;
  net->fc->eval();
  {
    torch::NoGradGuard no_grad;
    net->mean.fill_(3);
  }
  const auto copy = std::dynamic_pointer_cast<app::NetImpl>(net->clone());
  REQUIRE(copy);
  const auto a = net->named_parameters(), b = copy->named_parameters();
  REQUIRE(a.keys() == b.keys());
  for (size_t i = 0; i < a.size(); ++i) {
    CHECK(torch::equal(*a[i], *b[i]));
    CHECK_FALSE(a[i]->is_same(*b[i]));
    CHECK(a[i]->data_ptr() != b[i]->data_ptr());
    CHECK(b[i]->requires_grad());
  }
  CHECK(torch::equal(net->mean, copy->mean));
  CHECK(copy->fc->weight.is_same(copy->named_parameters()["fc.weight"]));
  CHECK(copy->fc.ptr() == copy->children()[0]);
  CHECK(copy->fc.ptr() != net->fc.ptr());
  CHECK_FALSE(copy->fc->is_training());
  CHECK(str(*copy) == str(*net));
  copy->eval();
  CHECK(net->is_training());
  CHECK(torch::equal(copy->forward(torch::ones({2, 2})),
                     copy->body->forward(copy->fc(torch::ones({2, 2}))) + 3));
  CHECK_THROWS_WITH(
      app::Other()->clone(),
      Contains("clone() has not been implemented for app::OtherImpl. Subclass torch::nn::Cloneable"));
}

TEST_CASE("a clone of a loss has its own weight", "[module]") {
  const Tensor weight = torch::tensor({1.f, 2.f});
  torch::nn::CrossEntropyLoss loss(torch::nn::CrossEntropyLossOptions().weight(weight));
  CHECK(loss->named_buffers().keys() == std::vector<std::string>{"weight"});
  const auto copy = std::dynamic_pointer_cast<torch::nn::CrossEntropyLossImpl>(loss->clone());
  copy->to(torch::kDouble);
  CHECK(copy->weight.dtype() == torch::kDouble);
  CHECK(copy->weight.is_same(copy->buffers()[0]));
  CHECK(loss->weight.dtype() == torch::kFloat);
  CHECK(loss->weight.data_ptr() == weight.data_ptr());
}

TEST_CASE("modules are replaced and removed", "[module]") {
  app::Net net;
  const torch::nn::Linear other(5, 5);
  CHECK(net->replace_module("fc", other) == other.ptr());
  CHECK(net->named_parameters()["fc.weight"].is_same(other->weight));
  net->unregister_module("fc");
  CHECK(net->named_children().keys() == std::vector<std::string>{"body"});
  CHECK_THROWS_WITH(net->unregister_module("fc"), Contains("No Module with name `fc` is registered"));
  CHECK_THROWS_WITH(net->replace_module("fc", other), Contains("Submodule 'fc' is not defined"));
}

TEST_CASE("registration refuses bad names and modules", "[module]") {
  app::Net net;
  CHECK_THROWS_WITH(net->register_module("fc", torch::nn::Linear(1, 1)),
                    Contains("Submodule 'fc' already defined"));
  CHECK_THROWS_WITH(net->register_module("f.c", torch::nn::Linear(1, 1)),
                    Contains("Submodule name must not contain a dot (got 'f.c')"));
  CHECK_THROWS_WITH(net->register_module("", torch::nn::Linear(1, 1)),
                    Contains("Submodule name must not be empty"));
  CHECK_THROWS_WITH(net->register_parameter("scale", torch::ones({1})),
                    Contains("Parameter 'scale' already defined"));
  CHECK_THROWS_WITH(net->register_parameter("a.b", torch::ones({1})),
                    Contains("Parameter name must not contain a dot"));
  CHECK_THROWS_WITH(net->register_buffer("mean", torch::ones({1})),
                    Contains("Buffer 'mean' already defined"));
  CHECK_THROWS_WITH(net->register_buffer("", torch::ones({1})), Contains("Buffer name must not be empty"));
  CHECK_THROWS_WITH(net->register_module("x", std::shared_ptr<torch::nn::LinearImpl>()),
                    Contains("Submodule 'x' is null"));
  CHECK_THROWS_WITH(net->register_module("x", torch::nn::Linear(nullptr)),
                    Contains("Accessing empty ModuleHolder"));
  CHECK_THROWS_WITH(net->register_module("x", net),
                    Contains("Submodule 'x' is the module that it would be registered with"));
  CHECK(net->children().size() == 2);
  torch::nn::LinearImpl on_stack(2, 3);
  CHECK_THROWS_WITH(on_stack.modules(), Contains("not stored in a shared_ptr") &&
                                            Contains("std::make_shared<torch::nn::LinearImpl>"));
  CHECK(on_stack.modules(false).empty());
  CHECK_THROWS_WITH(net->named_parameters()["nope"],
                    Contains("'nope' is not defined") && Contains("'fc.weight'"));
}

TEST_CASE("holders refer to modules", "[module]") {
  torch::nn::Linear a(2, 3), b = a, empty{nullptr};
  CHECK(a.ptr() == b.ptr());
  CHECK(a);
  CHECK_FALSE(empty);
  CHECK(empty.is_empty());
  CHECK_THROWS_WITH(empty->forward(torch::ones({2})), Contains("Accessing empty ModuleHolder"));
  CHECK_THROWS_WITH(empty(torch::ones({2})), Contains("Accessing empty ModuleHolder"));
  CHECK_THROWS_WITH(empty.ptr(), Contains("Accessing empty ModuleHolder"));
  auto shared = std::make_shared<torch::nn::LinearImpl>(2, 3);
  torch::nn::Linear from_pointer(shared);
  CHECK(from_pointer.get() == shared.get());
  empty = shared;
  CHECK(empty.get() == shared.get());
  CHECK(app::Other()(21) == 42);
  static_assert(std::is_same_v<torch::nn::Linear::Impl, torch::nn::LinearImpl>);
}

TEST_CASE("TORCH_ARG gives chained setters and getters", "[module]") {
  const auto options = app::Options().rate(0.25).name("x");
  CHECK(options.rate() == 0.25);
  CHECK(options.name() == "x");
  auto linear = torch::nn::LinearOptions(2, 3).bias(false);
  CHECK((linear.in_features() == 2 && linear.out_features() == 3 && !linear.bias()));
  linear.bias() = true;
  CHECK(linear.bias());
}

TEST_CASE("OrderedDict keeps the order", "[module]") {
  torch::OrderedDict<std::string, int> dict{{"b", 2}, {"a", 1}};
  dict.insert("c", 3);
  CHECK(dict.keys() == std::vector<std::string>{"b", "a", "c"});
  CHECK(dict.values() == std::vector<int>{2, 1, 3});
  dict.erase("b");
  CHECK(dict["c"] == 3);
  CHECK(dict[0].key() == "a");
  CHECK(dict[1].value() == 3);
  CHECK(*dict.find("a") == 1);
  CHECK(dict.find("b") == nullptr);
  CHECK(dict.front().key() == "a");
  CHECK(dict.back().key() == "c");
  CHECK((dict == torch::OrderedDict<std::string, int>{{"a", 1}, {"c", 3}}));
  CHECK_THROWS_WITH(dict.insert("a", 5), Contains("Key 'a' already defined"));
  CHECK_THROWS_WITH(dict["b"], Contains("Key 'b' is not defined") && Contains("'a' 'c'"));
  CHECK_THROWS_WITH(dict[5], Contains("Index 5 is out of bounds"));
  CHECK_THROWS_WITH(dict.erase("b"), Contains("Key 'b' doesn't exist"));
  dict.clear();
  CHECK(dict.is_empty());
  CHECK_THROWS_WITH(dict.front(), Contains("empty"));
}

TEST_CASE("Linear starts with PyTorch's weights", "[module]") {
  // torch.manual_seed(0); torch.nn.Linear(3, 2); then torch.nn.Linear(5, 1, bias=False)
  torch::manual_seed(0);
  torch::nn::Linear a(3, 2), b(torch::nn::LinearOptions(5, 1).bias(false));
  CHECK(torch::allclose(a->weight,
                        torch::tensor({{-0.00432251766f, 0.309715837f, -0.475185335f},
                                       {-0.424894601f, -0.222368971f, 0.154820725f}}),
                        1e-6, 1e-7));
  CHECK(torch::allclose(a->bias, torch::tensor({-0.0114391446f, 0.457774937f}), 1e-6, 1e-7));
  CHECK(torch::allclose(
      b->weight, torch::tensor({{-0.0396875441f, 0.118338332f, -0.1351538f, -0.0879067108f, -0.427244842f}}),
      1e-6, 1e-7));
  CHECK_FALSE(b->bias.defined());
  CHECK(b->parameters().size() == 1);
}

TEST_CASE("initial values are PyTorch's", "[module]") {
  using namespace torch::nn;
  const auto value = [](Tensor t) { return t.flatten()[4].item<double>(); };
  torch::manual_seed(1);
  const Tensor w = torch::empty({4, 6}, torch::kDouble);
  CHECK(value(init::xavier_uniform_(w)) == Approx(0.0868602590877));
  CHECK(value(init::xavier_normal_(w, 2)) == Approx(1.56889110535));
  CHECK(value(init::kaiming_uniform_(w)) == Approx(0.0601311014188));
  CHECK(value(init::kaiming_uniform_(w, std::sqrt(5.0))) == Approx(-0.0652798135826));
  CHECK(value(init::kaiming_normal_(w, 0, torch::kFanOut, torch::kReLU)) == Approx(-0.870098838211));
  CHECK(value(init::uniform_(w, -2, 3)) == Approx(-0.8021208317));
  CHECK(value(init::normal_(w, 1, 0.5)) == Approx(0.273004903287));
  CHECK(value(init::constant_(w, 3)) == 3);
  CHECK(value(init::ones_(w)) == 1);
  CHECK(value(init::zeros_(w)) == 0);
  CHECK(init::calculate_gain(torch::kTanh) == Approx(5.0 / 3));
  CHECK(init::calculate_gain(torch::kReLU) == Approx(std::sqrt(2.0)));
  CHECK(init::calculate_gain(torch::kLeakyReLU, 0.2) == Approx(1.386750490563073));
  CHECK(init::calculate_gain(torch::kSigmoid) == 1);
  Tensor leaf = torch::zeros({2, 2}, torch::requires_grad());
  CHECK(init::xavier_uniform_(leaf).is_leaf());
  CHECK_THROWS_WITH(
      init::kaiming_uniform_(torch::ones({3})),
      Contains("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"));
  CHECK(init::kaiming_uniform_(torch::empty({3, 0})).numel() == 0);
}
