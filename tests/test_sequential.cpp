#include <memory>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

namespace torch = xgrad;
using namespace torch::nn;
using torch::Tensor;

namespace {

struct SplitImpl : Module {
  std::tuple<Tensor, int> forward(const Tensor& x, int times) { return {x, times}; }
};
TORCH_MODULE(Split);
struct RepeatImpl : Cloneable<RepeatImpl> {
  void reset() override {}
  Tensor forward(std::tuple<Tensor, int> pair) { return std::get<0>(pair) * std::get<1>(pair); }
};
TORCH_MODULE(Repeat);
struct LengthImpl : Module {
  int64_t forward(Tensor x) const noexcept { return x.numel(); }
};
TORCH_MODULE(Length);
struct NothingImpl : Module {
  std::string forward() { return "nothing"; }
};

}  // namespace

TEST_CASE("Sequential chains its modules", "[sequential]") {
  Linear a(3, 4), b(4, 2);
  Sequential model(a, ReLU(), b);
  const Tensor x = torch::ones({5, 3});
  CHECK(torch::equal(model->forward(x), b(torch::relu(a(x)))));
  CHECK(model->size() == 3);
  CHECK(model->named_parameters().keys() ==
        std::vector<std::string>{"0.weight", "0.bias", "2.weight", "2.bias"});
  CHECK(model->parameters()[0].is_same(a->weight));
  model->forward(x).sum().backward();
  CHECK(a->weight.grad().defined());
}

TEST_CASE("Sequential takes holders, pointers, modules and AnyModules", "[sequential]") {
  Linear a(2, 2);
  Sequential model(a, std::make_shared<ReLUImpl>(), TanhImpl(), AnyModule(Sigmoid()));
  CHECK(model->size() == 4);
  CHECK(torch::allclose(model->forward(torch::ones({1, 2})),
                        torch::sigmoid(torch::tanh(torch::relu(a(torch::ones({1, 2})))))));
  Sequential single(a);
  CHECK(single->size() == 1);
  Sequential copy = single;
  CHECK(copy.ptr() == single.ptr());
  Sequential nested(Linear(2, 2), Sequential(Tanh(), Linear(2, 3)));
  CHECK(nested->forward(torch::ones({1, 2})).sizes() == torch::IntArrayRef({1, 3}));
  CHECK(nested->named_parameters().contains("1.1.weight"));
}

TEST_CASE("Sequential names its modules", "[sequential]") {
  Sequential model({{"fc", Linear(3, 4)}, {"act", std::make_shared<TanhImpl>()}, {"out", LinearImpl(4, 1)}});
  CHECK(model->named_children().keys() == std::vector<std::string>{"fc", "act", "out"});
  CHECK(model->named_parameters().contains("out.weight"));
  torch::OrderedDict<std::string, AnyModule> dict;
  dict.insert("x", AnyModule(Linear(1, 1)));
  Sequential from_dict(std::move(dict));
  CHECK(from_dict->named_children().keys() == std::vector<std::string>{"x"});
  model->push_back("last", ReLU());
  model->push_back(Tanh());
  CHECK(model->named_children().keys() == std::vector<std::string>{"fc", "act", "out", "last", "4"});
  CHECK_THROWS_WITH(model->push_back("fc", ReLU()), Contains("Submodule 'fc' already defined"));
  CHECK(model->size() == 5);
}

TEST_CASE("Sequential passes on values of any type", "[sequential]") {
  Sequential model{Split(), Repeat()};
  CHECK(torch::equal(model->forward(torch::ones({2}), 3), torch::full({2}, 3.)));
  model->push_back(Length());
  CHECK(model->forward<int64_t>(torch::ones({2}), 3) == 2);
  CHECK_THROWS_WITH(model->forward(torch::ones({2}), 3),
                    Contains("The type of the return value is long, but you asked for type xgrad::Tensor"));
  CHECK_THROWS_WITH(model->forward<int64_t>(torch::ones({2})),
                    Contains("forward() method expects 2 argument(s), but received 1"));
  CHECK_THROWS_WITH(model->forward<int64_t>(torch::ones({2}), 3.0),
                    Contains("Expected argument #1 to be of type int, but received value of type double") &&
                        Contains("SplitImpl"));
  Sequential wrong(Linear(2, 2), Repeat());
  CHECK_THROWS_WITH(wrong->forward(torch::ones({2})),
                    Contains("Expected argument #0 to be of type std::tuple<xgrad::Tensor, int>"));
}

TEST_CASE("Sequential gives access to its modules", "[sequential]") {
  Sequential model(Linear(3, 4), ReLU());
  CHECK(model->at<LinearImpl>(0).options.out_features() == 4);
  CHECK(model->ptr(0) == model[0]);
  CHECK(model->ptr<ReLUImpl>(1) == model->children()[1]);
  CHECK_THROWS_WITH(
      model->at<ReLUImpl>(0),
      Contains("Attempted to cast module of type xgrad::nn::LinearImpl to type xgrad::nn::ReLUImpl"));
  CHECK_THROWS_WITH(model->ptr(5), Contains("Index out of range: 5 of 2"));
  int seen = 0;
  for (AnyModule& module : *model) seen += module.ptr()->parameters().size() == 2 ? 1 : 10;
  CHECK(seen == 11);
  Sequential other(Linear(4, 1));
  other->extend(*model);
  CHECK(other->size() == 3);
  CHECK(other->ptr(1) == model->ptr(0));
  other->extend(std::vector<Tanh>(2));
  CHECK(other->size() == 5);
  Sequential empty;
  CHECK(empty->is_empty());
  CHECK_THROWS_WITH(empty->forward(torch::ones({1})),
                    Contains("Cannot call forward() on an empty Sequential"));
}

TEST_CASE("a clone of a Sequential keeps names, values and modes", "[sequential]") {
  Sequential model({{"fc", Linear(3, 4)}, {"drop", Dropout(0.5)}});
  model->ptr(1)->eval();
  const auto copy = std::dynamic_pointer_cast<SequentialImpl>(model->clone());
  REQUIRE(copy);
  CHECK(copy->named_parameters().keys() == model->named_parameters().keys());
  CHECK_FALSE(copy->ptr(0) == model->ptr(0));
  CHECK(copy->ptr(0) == copy->children()[0]);
  CHECK(copy->is_training());
  CHECK_FALSE(copy->ptr(1)->is_training());
  const Tensor x = torch::ones({2, 3});
  CHECK(torch::equal(copy->forward(x), model->forward(x)));
  torch::nn::init::zeros_(copy->at<LinearImpl>(0).weight);
  CHECK_FALSE(torch::equal(copy->forward(x), model->forward(x)));
  CHECK_THROWS_WITH(Sequential(Split())->clone(), Contains("clone() has not been implemented"));
}

TEST_CASE("AnyModule calls any forward", "[sequential]") {
  AnyModule any(Linear(3, 2));
  const Tensor x = torch::ones({1, 3});
  CHECK(torch::equal(any.forward(x), any.get<LinearImpl>().forward(x)));
  CHECK(any.get<Linear>().ptr() == any.ptr());
  CHECK(any.ptr<LinearImpl>() == any.ptr());
  CHECK(any.type_info() == typeid(LinearImpl));
  CHECK(AnyModule(NothingImpl()).forward<std::string>() == "nothing");
  AnyValue value = any.any_forward(x);
  CHECK(value.try_get<int>() == nullptr);
  CHECK(value.get<Tensor>().defined());
  any = std::make_shared<LengthImpl>();
  CHECK(any.forward<int64_t>(x) == 3);
  CHECK_THROWS_WITH(any.forward<int>(x),
                    Contains("Attempted to cast AnyValue to int, but its actual type is long"));
  CHECK_THROWS_WITH(any.get<LinearImpl>(), Contains("Attempted to cast module of type"));
  AnyModule empty;
  CHECK(empty.is_empty());
  CHECK_THROWS_WITH(empty.forward(x), Contains("Cannot call forward() on an empty AnyModule"));
  CHECK_THROWS_WITH(empty.ptr(), Contains("Cannot call ptr() on an empty AnyModule"));
  AnyModule original(Linear(2, 2)), copy = original.clone();
  CHECK(copy.ptr() != original.ptr());
  CHECK(torch::equal(copy.get<LinearImpl>().weight, original.get<LinearImpl>().weight));
}

TEST_CASE("Functional wraps functions", "[sequential]") {
  const Tensor x = torch::tensor({-1., 2.});
  CHECK(torch::equal(Functional(torch::relu)(x), torch::relu(x)));
  CHECK(torch::equal(Functional([](Tensor t) { return t * 2; })(x), x * 2));
  CHECK(torch::equal(Functional([](const Tensor& t, double a, int b) { return t * a + b; }, 0.5, 3)(x),
                     x * 0.5 + 3));
  Sequential model(Linear(2, 2), Functional(torch::nn::functional::softmax, 1));
  CHECK(torch::allclose(model->forward(torch::ones({3, 2})).sum(1), torch::ones({3})));
  CHECK_THROWS_WITH(Functional(FunctionalImpl::Function())(x), Contains("the function is empty"));
}

TEST_CASE("activations and shapes", "[sequential]") {
  const Tensor x = torch::tensor({{-1., 0., 2.}, {3., -4., 5.}});
  CHECK(torch::equal(ReLU()(x), torch::relu(x)));
  CHECK(torch::equal(Tanh()(x), torch::tanh(x)));
  CHECK(torch::equal(Sigmoid()(x), torch::sigmoid(x)));
  CHECK(torch::equal(Identity()(x), x));
  CHECK(torch::equal(Softmax(1)(x), torch::softmax(x, 1)));
  CHECK(torch::equal(LogSoftmax(0)(x), torch::log_softmax(x, 0)));
  CHECK(Flatten()(torch::ones({2, 3, 4})).sizes() == torch::IntArrayRef({2, 12}));
  CHECK(Flatten(FlattenOptions().start_dim(0).end_dim(1))(torch::ones({2, 3, 4})).sizes() ==
        torch::IntArrayRef({6, 4}));
  CHECK_THROWS_WITH(Softmax(5)(x),
                    Contains("Dimension out of range (expected to be in range of [-2, 1], but got 5)"));
  CHECK_THROWS_WITH(Linear(3, 3)(torch::ones({2, 4})),
                    Contains("mat1 and mat2 shapes cannot be multiplied (2x4 and 3x3)"));
}

TEST_CASE("inplace activations write into their input", "[sequential]") {
  const Tensor leaf = torch::tensor({-1., 2.}).requires_grad_();
  Tensor x = leaf * 1;
  const Tensor y = ReLU(ReLUOptions(true))(x);
  CHECK(y.is_same(x));
  CHECK(torch::equal(x.detach(), torch::tensor({0., 2.})));
  (y * y).sum().backward();
  CHECK(torch::equal(leaf.grad(), torch::tensor({0., 4.})));
  CHECK_THROWS_WITH(ReLU(ReLUOptions(true))(leaf),
                    Contains("a leaf Variable that requires grad is being used in an in-place operation"));
}

TEST_CASE("Dropout drops only while training", "[sequential]") {
  torch::manual_seed(0);
  Dropout drop(0.25);
  const Tensor x = torch::ones({1000});
  const Tensor y = drop(x);
  const double kept = (y != 0).to(torch::kDouble).mean().item<double>();
  CHECK(kept > 0.7);
  CHECK(kept < 0.8);
  CHECK(torch::allclose(y.max(), torch::tensor(1 / 0.75f)));
  drop->eval();
  CHECK(torch::equal(drop(x), x));
  Tensor z = torch::ones({1000});
  CHECK(Dropout(DropoutOptions(0.5).inplace(true))(z).is_same(z));
  CHECK((z == 0).any().item<bool>());
  CHECK(Dropout(1.0)(x).sum().item<double>() == 0);
  CHECK_THROWS_WITH(Dropout(1.5), Contains("dropout probability has to be between 0 and 1, but got 1.5"));
}
