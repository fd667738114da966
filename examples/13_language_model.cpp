// Teaches: a language model, which is a classifier whose classes are the next letter.
//
// A bigram model guesses the next letter from the last one. Counting pairs gives the best one there is, and
// gradient descent on a table of scores finds the same: its loss goes to that of the counts. A multilayer
// perceptron that sees the last six letters, each as a few numbers that are learnt (an embedding), guesses
// better; how much better is measured on sonnets that it was not trained on.
#include <cctype>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"
#include "sonnets.hpp"  // made of data/sonnets.txt by CMake

namespace nn = xgrad::nn;
using xgrad::Tensor;

namespace {

constexpr int64_t context = 6;

/// A text without capitals, and as the numbers of its letters in an alphabet of those that occur.
struct Text {
  std::string alphabet;
  Tensor codes;

  explicit Text(std::string_view text) {
    std::vector<int64_t> numbers;
    for (const char c : text) {
      const char letter = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (alphabet.find(letter) == std::string::npos) alphabet += letter;
      numbers.push_back(static_cast<int64_t>(alphabet.find(letter)));
    }
    codes = xgrad::tensor(numbers);
  }
};

/// Every stretch of `context` letters, [N, context], and the letter that follows it, [N].
struct Samples {
  Tensor before, next;

  explicit Samples(const Tensor& codes)
      : before(codes.slice(0, 0, -1).unfold(0, context, 1)), next(codes.slice(0, context)) {}
};

/// What follows each row of letters, [N, context], as a score for every letter, [N, letters].
using Model = std::function<Tensor(const Tensor& before)>;

/// A model of pairs: row i of the table scores what may follow letter i.
Model pairs(const Tensor& table) {
  return [table](const Tensor& before) { return table.index_select(0, before.select(1, context - 1)); };
}

/// The logarithm of how often each pair occurs; a little is added so that no pair is impossible.
Tensor count_pairs(const Samples& samples, int64_t letters) {
  auto pair = samples.before.select(1, context - 1) * letters + samples.next;
  auto counts = xgrad::full(letters * letters, 0.1, xgrad::kDouble);
  counts.index_add_(0, pair, xgrad::ones(pair.size(0), xgrad::kDouble));
  return counts.view({letters, letters}).log();
}

void train(const Model& model, xgrad::optim::Optimizer& optimizer, const Samples& samples, int steps) {
  nn::CrossEntropyLoss criterion;
  for (int step = 0; step < steps; ++step) {
    auto batch = xgrad::randint(samples.next.size(0), {128});
    optimizer.zero_grad();
    criterion(model(samples.before.index_select(0, batch)), samples.next.index_select(0, batch)).backward();
    optimizer.step();
  }
}

/// Letters drawn one after another, each by the model's probabilities after those before it.
std::string write(const Model& model, const Text& text, int64_t length) {
  auto codes = text.codes.slice(0, 0, context);
  std::string written;
  for (int64_t i = 0; i < length; ++i) {
    auto next = model(codes.slice(0, -context).unsqueeze(0)).softmax(1).multinomial(1).view(1);
    written += text.alphabet[static_cast<size_t>(next.item<int64_t>())];
    codes = xgrad::cat({codes, next});
  }
  return written;
}

void lesson() {
  xgrad::manual_seed(0);
  const Text text(sonnets);
  const auto letters = static_cast<int64_t>(text.alphabet.size()), kept = text.codes.numel() * 9 / 10;
  const Samples seen(text.codes.slice(0, 0, kept)), unseen(text.codes.slice(0, kept));
  std::cout << text.codes.numel() << " letters, " << letters << " different ones\n";
  const auto report = [&](const char* name, const Model& model) {
    xgrad::NoGradGuard no_grad;
    nn::CrossEntropyLoss criterion;
    std::cout << name
              << format("  loss %.2f, on unseen text %.2f\n",
                        criterion(model(seen.before), seen.next).item<double>(),
                        criterion(model(unseen.before), unseen.next).item<double>());
  };

  auto table = xgrad::zeros({letters, letters}, xgrad::dtype(xgrad::kDouble).requires_grad(true));
  report("no idea:          ", pairs(table));
  report("pairs, counted:   ", pairs(count_pairs(seen, letters)));
  xgrad::optim::Adam table_optimizer({table}, /*lr=*/0.05);
  train(pairs(table), table_optimizer, seen, 500);
  report("pairs, by descent:", pairs(table));

  nn::Sequential network{
      nn::Embedding(letters, 10), nn::Flatten(),           nn::Linear(10 * context, 100), nn::Tanh(),
      nn::Dropout(0.2),           nn::Linear(100, letters)};
  network->to(xgrad::kDouble);
  const Model perceptron = [&](const Tensor& before) { return network->forward(before); };
  xgrad::optim::Adam optimizer(network->parameters(), xgrad::optim::AdamOptions(0.005).weight_decay(1e-4));
  train(perceptron, optimizer, seen, 1000);
  network->eval();
  report("six letters:      ", perceptron);

  xgrad::NoGradGuard no_grad;
  std::cout << "\n-- Written by pairs\n" << write(pairs(table), text, 200);
  std::cout << "\n\n-- Written by six letters\n" << write(perceptron, text, 200) << '\n';
}

}  // namespace

int main(int argc, char** argv) { return run_lesson(argc, argv, {}, lesson); }
