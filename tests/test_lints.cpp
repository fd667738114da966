// What LintGuard warns of, once, and what it leaves alone.

#include <cmath>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using autograd::LintGuard;
using nn::functional::cross_entropy;

namespace {

// The warnings of a scope.
struct Warnings {
  std::vector<std::string> said;
  WarningHandler before =
      set_warning_handler([this](const std::string& message) { said.push_back(message); });
  ~Warnings() { set_warning_handler(before); }
  // Whether there was just this one.
  bool only(const std::string& words) const {
    UNSCOPED_INFO((said.empty() ? std::string("nothing was said") : said.back()));
    return said.size() == 1 && said[0].find(words) != std::string::npos;
  }
};

Tensor logits(IntArrayRef sizes) {
  manual_seed(3);
  return randn(sizes);
}

}  // namespace

TEST_CASE("lints say nothing unless they are switched on", "[lints]") {
  const Warnings warnings;
  cross_entropy(softmax(logits({4, 3}), 1), tensor({0, 1, 2, 0}));
  CHECK(warnings.said.empty());
}

TEST_CASE("a sound training loop is not linted", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  nn::Linear model(4, 3);
  optim::SGD optimizer(model->parameters(), 0.1);
  for (int step = 0; step < 3; ++step) {
    optimizer.zero_grad(step == 1);
    for (int part = 0; part < 2; ++part)  // gradients may well be accumulated before a step
      cross_entropy(model(logits({4, 4})), tensor({0, 1, 2, 0})).backward();
    optimizer.step();
  }
  CHECK(warnings.said.empty());
}

TEST_CASE("logits that are probabilities are said once", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  for (int i = 0; i < 3; ++i) cross_entropy(softmax(logits({4, 3}), 1), tensor({0, 1, 2, 0}));
  CHECK(warnings.only("already sums to 1 over the classes, dimension 1"));
  const LintGuard inner;
  cross_entropy(softmax(logits({4, 3}), 1), tensor({0, 1, 2, 0}));
  CHECK(warnings.said.size() == 1);
}

TEST_CASE("an outermost guard starts anew", "[lints]") {
  const Warnings warnings;
  for (int i = 0; i < 2; ++i) {
    const LintGuard guard;
    cross_entropy(softmax(logits({2, 3}), 1), tensor({0, 1}));
  }
  CHECK(warnings.said.size() == 2);
}

TEST_CASE("labels from 1 are linted, before they are refused", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  CHECK_THROWS_AS(cross_entropy(logits({3, 3}), tensor({1, 3, 2})), Error);
  CHECK(warnings.only("they span 1 to 3 with 3 classes"));
}

TEST_CASE("class-last logits of equal length are linted", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  cross_entropy(logits({2, 4, 4}), tensor({{0, 1, 2, 3}, {0, 1, 2, 3}}));
  CHECK(warnings.only("logits.transpose(1, 2)"));
}

TEST_CASE("one-hot integer targets are linted, before they are refused", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  CHECK_THROWS_AS(cross_entropy(logits({2, 3}), tensor({{0, 1, 0}, {1, 0, 0}})), Error);
  CHECK(warnings.only("target.argmax(1)"));
}

TEST_CASE("a mean over nothing is linted", "[lints]") {
  const Warnings warnings;
  {
    const LintGuard guard;
    CHECK(std::isnan(cross_entropy(logits({2, 3}), tensor({-100, -100})).item<double>()));
    CHECK(warnings.only("all 2 targets are ignore_index, -100"));
  }
  const LintGuard guard;
  const auto options = nn::functional::CrossEntropyFuncOptions().weight(tensor({0.0F, 1.0F, 1.0F}));
  cross_entropy(logits({2, 3}), tensor({0, 0}), options);
  CHECK(warnings.said.size() == 2);
}

TEST_CASE("an optimizer that can change nothing is linted", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  const optim::SGD optimizer({zeros(2), zeros(3)}, 0.1);
  CHECK(warnings.only("2 parameters, none of which requires grad"));
}

TEST_CASE("parameters without a gradient at step are linted by name", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  nn::Sequential model({{"used", nn::Linear(4, 3)}, {"unused", nn::Linear(3, 3)}});
  optim::SGD optimizer(model->parameters(), 0.1);
  cross_entropy(model->at<nn::LinearImpl>(0).forward(logits({2, 4})), tensor({0, 1})).backward();
  optimizer.step();
  CHECK(warnings.only("2 of 4 parameters have no gradient and stay as they are, the first is unused.weight"));
}

TEST_CASE("a forgotten zero_grad is linted", "[lints]") {
  const Warnings warnings;
  const LintGuard guard;
  nn::Linear model(4, 3);
  optim::SGD optimizer(model->parameters(), 0.1);
  for (int step = 0; step < 3; ++step) {
    cross_entropy(model(logits({4, 4})), tensor({0, 1, 2, 0})).backward();
    optimizer.step();
  }
  CHECK(warnings.only("Call optimizer.zero_grad() before backward()"));
}
