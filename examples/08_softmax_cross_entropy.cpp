// Teaches: softmax and cross-entropy from scratch, and what applying softmax twice costs.
//
// softmax turns scores into probabilities: exp(score) divided by the row's sum of them. The cross-entropy is
// the mean of -log(probability of the right class), and its gradient is as simple as can be:
// (probability - target) / rows. CrossEntropyLoss is both in one, from the scores: it wants no softmax
// before.
#include <cmath>
#include <iostream>

#include <xgrad/xgrad.hpp>

#include "labelled_data.hpp"
#include "lesson.hpp"

namespace nn = xgrad::nn;

namespace {

xgrad::Tensor softmax(const xgrad::Tensor& scores) {
  auto e = scores.exp();
  return e / e.sum(1, /*keepdim=*/true);
}

xgrad::Tensor cross_entropy(const xgrad::Tensor& scores, const xgrad::Tensor& target) {
  auto right = softmax(scores).gather(1, target.unsqueeze(1));  // each row's probability of its class
  return -right.log().mean();
}

void from_scratch() {
  auto scores = xgrad::tensor({{2.0, 1.0, 0.0}, {0.5, 0.5, 3.0}}, xgrad::requires_grad());
  auto target = xgrad::tensor({0, 1});
  std::cout << "softmax: " << softmax(scores).detach() << '\n';

  auto loss = cross_entropy(scores, target);
  loss.backward();
  std::cout << "from scratch:     " << loss.detach() << "  gradient " << scores.grad() << '\n';
  auto by_steps = scores.grad().clone();

  scores.mutable_grad().zero_();
  auto built_in = nn::CrossEntropyLoss()(scores, target);
  built_in.backward();
  std::cout << "CrossEntropyLoss: " << built_in.detach() << "  gradient " << scores.grad() << '\n';
  std::cout << "equal: " << by_steps.allclose(scores.grad()) << '\n';

  auto one_hot = nn::functional::one_hot(target, 3);
  std::cout << "(softmax - target) / rows: " << ((softmax(scores) - one_hot) / 2).detach() << '\n';
}

void large_scores() {
  std::cout << "\n-- exp(1000) is infinite; CrossEntropyLoss shifts each row by its largest score first\n";
  auto scores = xgrad::tensor({{1000.0, 999.0, 0.0}});
  auto target = xgrad::tensor({1});
  std::cout << "from scratch:     " << cross_entropy(scores, target) << '\n';
  std::cout << "CrossEntropyLoss: " << nn::CrossEntropyLoss()(scores, target) << '\n';
}

/// The same network, numbers and training on Fisher's irises, with or without a softmax of its own.
void train(const LabelledData& iris, bool softmax_twice) {
  xgrad::manual_seed(0);
  nn::Sequential model{nn::Linear(4, 16), nn::ReLU(), nn::Linear(16, 3)};
  if (softmax_twice) model->push_back(nn::Softmax(1));
  model->to(xgrad::kDouble);
  nn::CrossEntropyLoss criterion;
  xgrad::optim::SGD optimizer(model->parameters(), /*lr=*/0.1);
  auto x = iris.train.inputs.to(xgrad::kDouble);
  std::cout << (softmax_twice ? "softmax twice: " : "softmax once:  ");
  for (int step = 0; step <= 200; ++step) {
    optimizer.zero_grad();
    auto loss = criterion(model->forward(x), iris.train.targets);
    if (step % 50 == 0) std::cout << format("  %.3f", loss.item<double>());
    loss.backward();
    optimizer.step();
  }
  auto right = model->forward(iris.test.inputs.to(xgrad::kDouble)).argmax(1).eq(iris.test.targets);
  std::cout << format("   %.0f%% of the test set\n", 100 * right.to(xgrad::kDouble).mean().item<double>());
}

void softmax_twice() {
  std::cout << "\n-- The loss at step 0, 50, … 200 on Fisher's irises\n";
  const LabelledData iris = load_iris();
  train(iris, false);
  {
    // A LintGuard notices: inputs of CrossEntropyLoss that sum to 1 look like probabilities.
    xgrad::set_warning_handler([](const std::string& text) { std::cout << "\n[warning: " << text << "]\n"; });
    const xgrad::autograd::LintGuard lints;
    train(iris, true);
    xgrad::set_warning_handler({});
  }
  // The second softmax sees nothing above 1: even a perfect answer, {1, 0, 0}, leaves this loss.
  std::cout << format(
      "With softmax twice it cannot fall below log(e + 2) - 1 = %.3f, and the slope towards that is small.\n",
      std::log(std::exp(1.0) + 2) - 1);
}

}  // namespace

int main(int argc, char** argv) {
  return run_lesson(argc, argv, {}, [] {
    std::cout << std::boolalpha;
    from_scratch();
    large_scores();
    softmax_twice();
  });
}
