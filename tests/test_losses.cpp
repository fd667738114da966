#include <cmath>
#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

namespace torch = xgrad;
namespace F = torch::nn::functional;
using namespace torch::nn;
using torch::Tensor;

namespace {

Tensor logits() { return torch::tensor({{1., 2., 3.}, {0., -1., 4.}}, torch::kDouble); }
Tensor labels() { return torch::tensor({2, 0}); }
Tensor weights() { return torch::tensor({1., 2., 3.}, torch::kDouble); }
Tensor probabilities() { return torch::tensor({{.2, .3, .5}, {0., 1., 0.}}, torch::kDouble); }
double number(const Tensor& t) { return t.item<double>(); }
bool close(const Tensor& a, const std::vector<double>& b) {
  return torch::allclose(a.flatten(), torch::tensor(b, torch::kDouble), 1e-6, 1e-8);
}

}  // namespace

TEST_CASE("CrossEntropyLoss has PyTorch's values", "[losses]") {
  using O = CrossEntropyLossOptions;
  const Tensor x = logits(), y = labels(), w = weights(), p = probabilities();
  CHECK(number(CrossEntropyLoss()(x, y)) == Approx(2.21617556));
  CHECK(close(CrossEntropyLoss(O().reduction(torch::kNone))(x, y), {0.4076059644, 4.0247449229}));
  CHECK(number(CrossEntropyLoss(O().reduction(torch::kSum))(x, y)) == Approx(4.43235111));
  CHECK(number(CrossEntropyLoss(O().weight(w))(x, y)) == Approx(1.31189072));
  CHECK(close(CrossEntropyLoss(O().weight(w).reduction(torch::kNone))(x, y), {1.2228178933, 4.0247449229}));
  CHECK(number(CrossEntropyLoss(O().weight(w).label_smoothing(.1))(x, y)) == Approx(1.35231912));
  CHECK(number(CrossEntropyLoss()(x, p)) == Approx(3.06617546));
  CHECK(number(CrossEntropyLoss(O().weight(w))(x, p)) == Approx(5.99349213));
  CHECK(number(CrossEntropyLoss(O().ignore_index(0))(x, y)) == Approx(0.4076059644));
}

TEST_CASE("F::cross_entropy passes every option", "[losses]") {
  using O = F::CrossEntropyFuncOptions;
  const Tensor x = logits(), y = labels(), w = weights();
  CHECK(number(F::cross_entropy(x, y)) == Approx(2.21617556));
  CHECK(number(F::cross_entropy(x, y, O().weight(w).label_smoothing(.1))) == Approx(1.35231912));
  CHECK(number(F::cross_entropy(x, y, O().ignore_index(2).reduction(torch::kSum))) == Approx(4.0247449229));
}

TEST_CASE("CrossEntropyLoss's gradient is PyTorch's", "[losses]") {
  const Tensor x = logits().requires_grad_();
  const Tensor loss = CrossEntropyLoss()(x, labels());
  CHECK(loss.grad_fn()->name() == "NllLossBackward0");
  loss.backward();
  CHECK(close(x.grad(), {.0450152866, .122364236, -.167379522, -.491066009, .00328663159, .487779377}));
}

TEST_CASE("CrossEntropyLoss's weight is a buffer", "[losses]") {
  CrossEntropyLoss loss(CrossEntropyLossOptions().weight(torch::tensor({1.f, 2.f, 3.f})));
  CHECK(loss->named_buffers().keys() == std::vector<std::string>{"weight"});
  CHECK(loss->parameters().empty());
  loss->to(torch::kDouble);
  CHECK(number(loss(logits(), labels())) == Approx(1.31189072));
  CHECK(CrossEntropyLoss()->buffers().empty());
  CrossEntropyLoss trained(CrossEntropyLossOptions().weight(weights().requires_grad_()));
  CHECK_THROWS_AS(trained(logits(), labels()), torch::Error);
}

TEST_CASE("CrossEntropyLoss refuses with the op's words", "[losses]") {
  CHECK_THROWS_WITH(CrossEntropyLoss()(logits(), torch::tensor({0, 1, 2})),
                    Contains("Expected input batch_size (2) to match target batch_size (3)."));
  CHECK_THROWS_WITH(CrossEntropyLoss(CrossEntropyLossOptions().label_smoothing(1.2))(logits(), labels()),
                    Contains("label_smoothing must be between 0.0 and 1.0. Got: 1.2"));
}

TEST_CASE("NLLLoss has PyTorch's values", "[losses]") {
  const Tensor logp = torch::log_softmax(logits(), 1), y = labels();
  CHECK(number(NLLLoss()(logp, y)) == Approx(2.21617556));
  CHECK(number(NLLLoss(NLLLossOptions().weight(weights()))(logp, y)) == Approx(1.31189072));
  CHECK(number(NLLLoss(NLLLossOptions().reduction(torch::kSum).ignore_index(2))(logp, y)) ==
        Approx(4.0247449229));
  CHECK(close(F::nll_loss(logp, y, F::NLLLossFuncOptions().reduction(torch::kNone)),
              {0.4076059644, 4.0247449229}));
  CHECK(number(torch::nll_loss(logp, y, {}, torch::Reduction::Sum)) == Approx(4.43235111));
}

TEST_CASE("MSELoss has PyTorch's values", "[losses]") {
  const Tensor x = logits().requires_grad_(), y = torch::ones({2, 3}, torch::kDouble);
  CHECK(number(MSELoss()(x, y)) == Approx(19. / 6));
  CHECK(number(MSELoss(torch::kSum)(x, y)) == 19);
  CHECK(close(F::mse_loss(x, y, torch::kNone), {0, 1, 4, 1, 4, 9}));
  MSELoss()(x, y).backward();
  CHECK(close(x.grad(), {0, 1. / 3, 2. / 3, -1. / 3, -2. / 3, 1}));
  std::vector<std::string> warnings;
  const auto old =
      torch::set_warning_handler([&](const std::string& message) { warnings.push_back(message); });
  F::mse_loss(x, torch::ones({3}, torch::kDouble));
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Contains("Using a target size ([3]) that is different to the input size ([2, 3])"));
  CHECK_THROWS_WITH(MSELoss()(torch::ones({2, 3}), torch::ones({2, 3}).reshape({3, 2})),
                    Contains("must match the size of tensor b"));
  torch::set_warning_handler(old);
}

TEST_CASE("functional forms compute what the ops do", "[losses]") {
  const Tensor x = logits();
  CHECK(torch::equal(F::relu(x), torch::relu(x)));
  CHECK(torch::equal(F::tanh(x), torch::tanh(x)));
  CHECK(torch::equal(F::sigmoid(x), torch::sigmoid(x)));
  CHECK(torch::equal(F::softmax(x, 1), torch::softmax(x, 1)));
  CHECK(F::softmax(x, F::SoftmaxFuncOptions(1).dtype(torch::kFloat)).dtype() == torch::kFloat);
  CHECK(torch::equal(F::log_softmax(x, F::LogSoftmaxFuncOptions(0)), torch::log_softmax(x, 0)));
  CHECK(torch::equal(F::linear(x, torch::eye(3, torch::kDouble)), x));
  CHECK(torch::equal(F::dropout(x, F::DropoutFuncOptions().training(false)), x));
  CHECK(F::dropout(x, F::DropoutFuncOptions().p(1)).sum().item<double>() == 0);
  CHECK_THROWS_WITH(F::dropout(x, F::DropoutFuncOptions().p(-1)),
                    Contains("dropout probability has to be between 0 and 1, but got -1"));
}

TEST_CASE("one_hot", "[losses]") {
  CHECK(torch::equal(F::one_hot(torch::tensor({2, 0})), torch::tensor({{0, 0, 1}, {1, 0, 0}})));
  CHECK(F::one_hot(torch::tensor({{1, 0}, {0, 1}}), 4).sizes() == torch::IntArrayRef({2, 2, 4}));
  CHECK(F::one_hot(torch::empty({0}, torch::kLong), 3).sizes() == torch::IntArrayRef({0, 3}));
  CHECK_THROWS_WITH(F::one_hot(torch::tensor({1, -1})), Contains("Class values must be non-negative."));
  CHECK_THROWS_WITH(F::one_hot(torch::tensor({1, 3}), 2),
                    Contains("Class values must be smaller than num_classes."));
  CHECK_THROWS_WITH(F::one_hot(torch::ones({2})), Contains("one_hot is only applicable to index tensor."));
  CHECK_THROWS_WITH(F::one_hot(torch::empty({0}, torch::kLong)),
                    Contains("Can not infer total number of classes from empty tensor."));
}
