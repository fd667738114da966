
#include <cmath>
#include <limits>
#include <memory>
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::nn;

TEST_CASE("ModuleList holds modules by position", "[containers]") {
  ModuleList list(Linear(2, 3), std::make_shared<ReLUImpl>(), TanhImpl());
  CHECK(list->size() == 3);
  CHECK(!list->is_empty());
  CHECK(list->at<LinearImpl>(0).options.out_features() == 3);
  CHECK(list[1]->as<ReLU>() != nullptr);
  CHECK_THROWS_WITH(list->at<ReLUImpl>(0), Contains("torch::nn::LinearImpl") && Contains("ReLUImpl"));
  CHECK_THROWS_WITH(list->ptr(3), Contains("Index out of range"));
  list->insert(1, Linear(3, 4));
  CHECK(list->ptr<LinearImpl>(1)->options.out_features() == 4);
  CHECK(list->named_children().keys() == std::vector<std::string>{"0", "1", "2", "3"});
  CHECK(list->children()[2]->as<ReLU>() != nullptr);
  CHECK_THROWS_WITH(list->insert(9, ReLU()), Contains("Index out of range"));
  ModuleList more(Linear(1, 1));
  more->extend(*list);
  CHECK(more->size() == 5);
  CHECK(more->parameters().size() == 6);
  Tensor x = ones({1, 2});
  for (const auto& module : *list)
    if (auto* linear = module->as<Linear>()) x = linear->forward(x);
  CHECK(x.sizes() == IntArrayRef({1, 4}));
}

TEST_CASE("ModuleDict holds modules by name", "[containers]") {
  ModuleDict dict(ModuleDictImpl::Pairs{{"fc", Linear(2, 3).ptr()}, {"act", ReLU().ptr()}});
  CHECK(dict->keys() == std::vector<std::string>{"fc", "act"});
  CHECK(dict->named_parameters().keys() == std::vector<std::string>{"fc.weight", "fc.bias"});
  CHECK(dict->at<LinearImpl>("fc").options.in_features() == 2);
  CHECK_THROWS_WITH(dict->at<ReLUImpl>("fc"), Contains("LinearImpl"));
  dict->update(ModuleDictImpl::Pairs{{"act", Tanh().ptr()}, {"out", Linear(3, 1).ptr()}});
  CHECK(dict["act"]->as<Tanh>() != nullptr);
  CHECK(dict->size() == 3);
  CHECK(dict->pop("act")->as<Tanh>() != nullptr);
  CHECK(!dict->contains("act"));
  CHECK(dict->children().size() == 2);
  CHECK_THROWS_WITH(dict->pop("act"), Contains("'act'") && Contains("is not defined"));
  dict->clear();
  CHECK(dict->empty());
  CHECK(dict->parameters().empty());
}

TEST_CASE("ParameterList and ParameterDict hold parameters", "[containers]") {
  ParameterList list(ones({2}).requires_grad_(), zeros({3}));
  list->append(ones({1}));
  CHECK(list->size() == 3);
  CHECK(list->named_parameters().keys() == std::vector<std::string>{"0", "1", "2"});
  CHECK(list[0].requires_grad());
  CHECK(!list->at(1).requires_grad());
  CHECK_THROWS_WITH(list->at(3), Contains("Index out of range"));
  *list += std::vector<Tensor>{ones({4}), ones({5})};
  list->extend(*ParameterList(ones({6})));
  CHECK(list->size() == 6);
  CHECK(list[5].size(0) == 6);

  ParameterDict dict;
  dict->insert("w", ones({2, 2}).requires_grad_());
  dict->insert("b", zeros({2}));
  CHECK(dict->keys() == std::vector<std::string>{"w", "b"});
  CHECK(dict["w"].requires_grad());
  CHECK_THROWS_WITH(dict->insert("w", ones({1})), Contains("already defined"));
  ParameterDict other;
  other->insert("b", ones({7}));
  other->insert("c", ones({1}));
  dict->update(*other);
  CHECK(dict->get("b").size(0) == 7);
  CHECK(dict->size() == 3);
  CHECK(dict->pop("c").size(0) == 1);
  CHECK(!dict->contains("c"));
  CHECK_THROWS_WITH(dict->get("c"), Contains("is not defined"));
  dict->clear();
  CHECK(dict->empty());
}

TEST_CASE("containers are cloned deeply", "[containers]") {
  struct Net : Cloneable<Net> {
    Net() { reset(); }
    void reset() override {
      layers = register_module("layers", ModuleList(Linear(2, 2), Dropout()));
      scales = register_module("scales", ParameterList(ones({2}).requires_grad_()));
    }
    ModuleList layers{nullptr};
    ParameterList scales{nullptr};
  };
  Net net;
  net.eval();
  const auto list = std::dynamic_pointer_cast<ModuleListImpl>(net.layers->clone());
  CHECK(!list->is_training());
  CHECK(!list->ptr(1)->is_training());
  CHECK(equal(list->at<LinearImpl>(0).weight, net.layers->at<LinearImpl>(0).weight));
  const auto copy = std::dynamic_pointer_cast<Net>(net.clone());
  {
    NoGradGuard no_grad;
    net.layers->at<LinearImpl>(0).weight.zero_();
    net.scales[0].zero_();
  }
  CHECK(copy->layers->at<LinearImpl>(0).weight.abs().sum().item<double>() > 0);
  CHECK(equal(copy->scales[0], ones({2})));
  CHECK(copy->scales[0].requires_grad());
  CHECK(copy->named_parameters().keys() == net.named_parameters().keys());
}

TEST_CASE("gradients are clipped by norm and by value", "[utils]") {
  const Tensor a = ones({2}).requires_grad_(), b = ones({1}, kDouble).requires_grad_(), none = ones({1});
  const auto refill = [&](float x, float y, double z) {
    a.mutable_grad() = tensor({x, y});
    b.mutable_grad() = tensor({z}, kDouble);
  };
  refill(3, 0, 4);
  CHECK(utils::clip_grad_norm_({a, b, none}, 10) == Approx(5));
  CHECK(equal(a.grad(), tensor({3.f, 0.f})));
  CHECK(utils::clip_grad_norm_({a, b, none}, 1) == Approx(5));
  CHECK(allclose(a.grad(), tensor({0.6f, 0.f})));
  CHECK(allclose(b.grad(), tensor({0.8}, kDouble)));
  refill(3, -7, 4);
  CHECK(utils::clip_grad_norm_({a, b}, 3.5, std::numeric_limits<double>::infinity()) == 7);
  CHECK(allclose(a.grad(), tensor({1.5f, -3.5f})));
  CHECK(utils::clip_grad_norm_({a, b}, 9, 0) == 2);
  CHECK(utils::clip_grad_norm_(std::vector<Tensor>{none}, 1) == 0);
  refill(NAN, 1, 1);
  CHECK_THROWS_WITH(utils::clip_grad_norm_({a, b}, 1, 2, true), Contains("is non-finite"));
  CHECK(equal(b.grad(), ones({1}, kDouble)));
  CHECK(std::isnan(utils::clip_grad_norm_({a, b}, 1)));
  refill(3, -7, 0.5);
  utils::clip_grad_value_({a, b, none}, 2);
  CHECK(equal(a.grad(), tensor({2.f, -2.f})));
  CHECK(b.grad().item<double>() == 0.5);
}

TEST_CASE("parameters become a vector and back", "[utils]") {
  Linear linear(2, 2);
  const Tensor vector = utils::parameters_to_vector(linear->parameters());
  CHECK(vector.sizes() == IntArrayRef({6}));
  CHECK(vector.requires_grad());
  utils::vector_to_parameters(arange(6).to(kFloat), linear->parameters());
  CHECK(equal(linear->weight, tensor({{0.f, 1.f}, {2.f, 3.f}})));
  CHECK(equal(linear->bias, tensor({4.f, 5.f})));
  CHECK(linear->bias.requires_grad());
  CHECK_THROWS_WITH(utils::vector_to_parameters(ones({5}), linear->parameters()),
                    Contains("have 6 elements together, but the vector has shape [5]"));
}

TEST_CASE("orthogonal_ gives orthonormal rows or columns", "[init]") {
  for (const std::vector<int64_t>& sizes : std::vector<std::vector<int64_t>>{{3, 8}, {8, 3}, {4, 2, 2}}) {
    const Tensor q = init::orthogonal_(empty(sizes, kDouble), 2).flatten(1);
    const Tensor product = q.size(0) <= q.size(1) ? q.mm(q.t()) : q.t().mm(q);
    CHECK(allclose(product, 4 * eye(product.size(0), kDouble), 1e-12, 1e-12));
  }
  CHECK_THROWS_WITH(init::orthogonal_(ones({3})), Contains("2 or more dimensions"));
  CHECK_THROWS_WITH(init::eye_(ones({3})), Contains("Only tensors with 2 dimensions are supported"));
  CHECK_THROWS_WITH(init::dirac_(ones({3, 3})), Contains("3, 4, or 5 dimensions"));
  CHECK_THROWS_WITH(init::sparse_(ones({3}), 0.1), Contains("Only tensors with 2 dimensions"));
}
