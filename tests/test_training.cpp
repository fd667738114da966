// Same seed, same training: the losses of the same loop in Python's PyTorch (tests/record_training.py), to 4
// decimals.
#include <cctype>
#include <cmath>
#include <fstream>
#include <memory>
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

/// Fisher's irises, standardised.
struct Iris : data::Dataset<Iris> {
  Iris() {
    std::ifstream file(XGRAD_SOURCE_DIR "/examples/data/iris.csv");
    std::vector<std::string> names;
    std::vector<float> lengths;
    std::vector<int64_t> species;
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || !std::isdigit(static_cast<unsigned char>(line[0]))) continue;
      std::istringstream fields(line);
      std::string field;
      for (int i = 0; i < 4 && std::getline(fields, field, ','); ++i) lengths.push_back(std::stof(field));
      std::getline(fields, field);
      if (names.empty() || names.back() != field) names.push_back(field);
      species.push_back(static_cast<int64_t>(names.size()) - 1);
    }
    const Tensor x = tensor(lengths).view({-1, 4});
    const double n = static_cast<double>(x.size(0));
    const Tensor centred = x - x.mean(0);
    inputs = centred / (centred.square().sum(0) / (n - 1)).sqrt();
    targets = tensor(species);
  }
  data::Example<> get(size_t i) override {
    return {inputs[static_cast<int64_t>(i)], targets[static_cast<int64_t>(i)]};
  }
  optional<size_t> size() const override { return static_cast<size_t>(inputs.size(0)); }

  Tensor inputs, targets;
};

std::vector<double> train(const std::string& name, size_t workers) {
  manual_seed(1);
  auto loader = data::make_data_loader<data::samplers::RandomSampler>(
      Iris().map(data::transforms::Stack<>()), data::DataLoaderOptions(16).workers(workers));
  // In braces the layers are made, and draw their weights, from left to right; in parentheses in any order.
  nn::Sequential model{nn::Linear(4, 16), nn::ReLU(), nn::Dropout(0.2), nn::Linear(16, 3)};
  nn::CrossEntropyLoss criterion;
  std::unique_ptr<optim::Optimizer> optimizer;
  if (name == "sgd")
    optimizer = std::make_unique<optim::SGD>(model->parameters(), optim::SGDOptions(0.05).momentum(0.9));
  else
    optimizer = std::make_unique<optim::Adam>(model->parameters(), optim::AdamOptions(0.01));
  std::vector<double> losses;
  for (int epoch = 0; epoch < 2; ++epoch)
    for (auto& batch : *loader) {
      optimizer->zero_grad();
      auto loss = criterion(model->forward(batch.data), batch.target);
      loss.backward();
      optimizer->step();
      losses.push_back(loss.item<double>());
    }
  return losses;
}

}  // namespace

TEST_CASE("the same seed gives Python's losses", "[training]") {
  std::ifstream file(XGRAD_TEST_DATA "/training.txt");
  REQUIRE(file);
  int runs = 0;
  for (std::string text; std::getline(file, text); ++runs) {
    std::istringstream line(text);
    std::string name;
    line >> name;
    std::vector<double> expected;
    for (double loss; line >> loss;) expected.push_back(loss);
    REQUIRE(expected.size() == 20);
    for (const size_t workers : {size_t{0}, size_t{2}}) {
      const auto losses = train(name, workers);
      REQUIRE(losses.size() == expected.size());
      for (size_t i = 0; i < losses.size(); ++i) {
        CAPTURE(name, workers, i);
        CHECK(std::abs(losses[i] - expected[i]) < 5e-5);
      }
    }
  }
  CHECK(runs == 2);
}
