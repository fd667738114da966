// Teaches: training a classifier. A data set and its loader, a multilayer perceptron, the loss, an optimizer,
// the training loop, and how good the result is on samples that it has not seen.
//
// By default it tells the three species of Fisher's irises apart. --fashion-mnist trains on 60,000 pictures
// of clothes,
// --data DIR on the IDX files of your choice; --help lists the rest.
#include <CLI/CLI.hpp>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>

#include <xgrad/xgrad.hpp>

#include "labelled_data.hpp"
#include "lesson.hpp"
#include "picture.hpp"
#include "progress.hpp"

namespace nn = xgrad::nn;
namespace optim = xgrad::optim;

namespace {

struct Settings {
  std::string folder;
  bool fashion_mnist = false;
  std::optional<int64_t> epochs, batch_size;
  std::optional<double> learning_rate;
  std::string optimizer = "adam";
  std::vector<int64_t> hidden;
  uint64_t seed = 1;
  int threads = 0;
  std::string svg = "training.svg";
};

/// Mean loss and share of right answers.
struct Score {
  double loss = 0, accuracy = 0;
};

/// Adds the batches of an epoch up.
struct Tally {
  double loss = 0;
  int64_t right = 0, samples = 0;

  void add(double batch_loss, const xgrad::Tensor& output, const xgrad::Tensor& target) {
    loss += batch_loss * static_cast<double>(target.size(0));
    right += output.argmax(1).eq(target).sum().item<int64_t>();
    samples += target.size(0);
  }
  Score score() const {
    return {loss / static_cast<double>(samples), static_cast<double>(right) / static_cast<double>(samples)};
  }
};

/// Scores on samples that are not trained on: no tape, no dropout. `predictions` receives the chosen class of
/// each.
Score evaluate(nn::Sequential& model, const Samples& samples, std::vector<int64_t>& predictions) {
  xgrad::NoGradGuard no_grad;
  model->eval();
  nn::CrossEntropyLoss criterion;
  Tally tally;
  predictions.clear();
  const auto inputs = samples.inputs.split(1000), targets = samples.targets.split(1000);
  for (size_t i = 0; i < inputs.size(); ++i) {
    auto output = model->forward(inputs[i]);
    tally.add(criterion(output, targets[i]).item<double>(), output, targets[i]);
    auto classes = output.argmax(1);
    predictions.insert(predictions.end(), classes.data_ptr<int64_t>(),
                       classes.data_ptr<int64_t>() + classes.numel());
  }
  return tally.score();
}

/// Rows are the true classes, columns the predicted ones.
void print_confusion(const LabelledData& data, const std::vector<int64_t>& predictions) {
  const size_t classes = data.classes.size();
  std::vector<std::vector<int>> count(classes, std::vector<int>(classes));
  const auto* target = data.test.targets.data_ptr<int64_t>();
  for (size_t i = 0; i < predictions.size(); ++i)
    ++count[static_cast<size_t>(target[i])][static_cast<size_t>(predictions[i])];

  size_t name_width = 4;
  for (const std::string& name : data.classes) name_width = std::max(name_width, name.size());
  const int label = static_cast<int>(name_width) + 4;
  std::cout << "\nConfusion matrix of the test set (rows: true class, columns: predicted class)\n"
            << std::string(static_cast<size_t>(label), ' ');
  for (size_t column = 0; column < classes; ++column) std::cout << std::setw(6) << column;
  std::cout << "   right\n";
  for (size_t row = 0; row < classes; ++row) {
    int total = 0;
    for (int n : count[row]) total += n;
    std::cout << std::right << std::setw(2) << row << "  " << std::left << std::setw(label - 4)
              << data.classes[row] << std::right;
    for (int n : count[row]) std::cout << std::setw(6) << n;
    std::cout << format("  %5.1f%%\n", total == 0 ? 0.0 : 100.0 * count[row][row] / total);
  }
}

void train(const Settings& settings) {
  if (!settings.svg.empty()) picture::check_writable(settings.svg);
  if (settings.threads > 0) xgrad::set_num_threads(settings.threads);
  xgrad::manual_seed(settings.seed);

  // The data. Small tables want many small steps, pictures by the ten thousand few large ones.
  const bool iris = !settings.fashion_mnist && settings.folder.empty();
  LabelledData data = iris                     ? load_iris()
                      : settings.fashion_mnist ? load_fashion_mnist()
                                               : load_idx(settings.folder, settings.folder, {});
  const int64_t epochs = settings.epochs.value_or(iris ? 50 : 5);
  const int64_t batch_size = settings.batch_size.value_or(iris ? 16 : 128);
  const double rate = settings.learning_rate.value_or(settings.optimizer == "sgd" ? 0.05
                                                      : iris                      ? 0.01
                                                                                  : 0.002);
  auto loader = xgrad::data::make_data_loader<xgrad::data::samplers::RandomSampler>(
      data.train.map(xgrad::data::transforms::Stack<>()),
      xgrad::data::DataLoaderOptions(static_cast<size_t>(batch_size)));

  // The model: linear layers with ReLU between them.
  const int64_t samples = data.train.inputs.size(0), classes = static_cast<int64_t>(data.classes.size());
  int64_t width = data.train.inputs.numel() / samples;
  std::string layers = std::to_string(width);
  nn::Sequential model{nn::Flatten()};
  for (int64_t hidden : settings.hidden.empty() ? std::vector<int64_t>{iris ? 16 : 128} : settings.hidden) {
    model->push_back(nn::Linear(width, hidden));
    model->push_back(nn::ReLU());
    layers += "-" + std::to_string(hidden);
    width = hidden;
  }
  model->push_back(nn::Linear(width, classes));
  layers += "-" + std::to_string(classes);

  // The loss and the optimizer.
  nn::CrossEntropyLoss criterion;
  std::unique_ptr<optim::Optimizer> optimizer;
  if (settings.optimizer == "sgd")
    optimizer = std::make_unique<optim::SGD>(model->parameters(), optim::SGDOptions(rate).momentum(0.9));
  else
    optimizer = std::make_unique<optim::Adam>(model->parameters(), optim::AdamOptions(rate));
  std::cout << data.name << ": " << samples << " samples to train on, " << data.test.inputs.size(0)
            << " to test on\n"
            << layers << " network, " << settings.optimizer << " with lr " << rate << ", batches of "
            << batch_size << '\n';

  picture::Series train_loss{"train", {}}, test_loss{"test", {}}, train_accuracy{"train", {}},
      test_accuracy{"test", {}};
  std::vector<int64_t> predictions;
  Score test;
  Progress progress(epochs * ((samples + batch_size - 1) / batch_size), epochs * samples);
  for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
    const std::string heading = format("epoch %*lld/%lld", static_cast<int>(std::to_string(epochs).size()),
                                       static_cast<long long>(epoch), static_cast<long long>(epochs));
    // Long steps first, shorter ones towards the end.
    for (auto& group : optimizer->param_groups())
      group.options().set_lr(rate * (1 - static_cast<double>(epoch - 1) / static_cast<double>(epochs)));

    // The training loop: scores, loss, gradients, step.
    model->train();
    Tally tally;
    for (auto& batch : *loader) {
      optimizer->zero_grad();
      auto output = model->forward(batch.data);
      auto loss = criterion(output, batch.target);
      loss.backward();
      optimizer->step();

      tally.add(loss.item<double>(), output, batch.target);
      if (progress.step(batch.target.size(0)))
        progress.draw(heading,
                      format("loss %.4f  accuracy %.1f%%", tally.score().loss, 100 * tally.score().accuracy));
    }
    const Score score = tally.score();
    if (!std::isfinite(score.loss))
      throw std::runtime_error(format("the loss is %g in epoch %lld: try a smaller --lr", score.loss,
                                      static_cast<long long>(epoch)));

    test = evaluate(model, data.test, predictions);
    train_loss.values.push_back(score.loss);
    test_loss.values.push_back(test.loss);
    train_accuracy.values.push_back(100 * score.accuracy);
    test_accuracy.values.push_back(100 * test.accuracy);
    if (epochs <= 10 || epoch % (epochs / 10) == 0 || epoch == epochs)
      progress.print(heading + format("  loss %.4f  accuracy %5.1f%%   test loss %.4f  accuracy %5.1f%%",
                                      score.loss, 100 * score.accuracy, test.loss, 100 * test.accuracy));
  }

  print_confusion(data, predictions);
  std::cout << format("\nTest accuracy: %.2f%%\n", 100 * test.accuracy);
  if (!settings.svg.empty()) {
    picture::write_whole(settings.svg, picture::svg(data.name + ", " + layers,
                                                    {{"Loss", {train_loss, test_loss}},
                                                     {"Accuracy in %", {train_accuracy, test_accuracy}}}));
    std::cout << "Curves: " << settings.svg << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app("Trains a multilayer perceptron to classify, on Fisher's Iris data unless told otherwise.");
  auto* folder =
      app.add_option("--data", settings.folder, "Train on the IDX files (plain or .gz) in this folder")
          ->check(CLI::ExistingDirectory);
  app.add_flag("--fashion-mnist", settings.fashion_mnist, "Train on Debian's package dataset-fashion-mnist")
      ->excludes(folder);
  app.add_option("--epochs", settings.epochs, "Passes over the data (50; IDX: 5)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--batch-size", settings.batch_size, "Samples per step (16; IDX: 128)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--lr", settings.learning_rate, "First learning rate (adam 0.01, IDX 0.002; sgd 0.05)")
      ->check(CLI::PositiveNumber);
  app.add_option("--optimizer", settings.optimizer, "sgd (with momentum) or adam")
      ->check(CLI::IsMember({"sgd", "adam"}))
      ->capture_default_str();
  app.add_option("--hidden", settings.hidden, "Width of each hidden layer (16; IDX: 128)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--seed", settings.seed, "Of the random numbers")->capture_default_str();
  app.add_option("--threads", settings.threads, "Threads to compute with (all)")->check(CLI::Range(1, 1024));
  app.add_option("--svg", settings.svg, "Where the curves go; empty for nowhere")
      ->capture_default_str()
      ->take_last();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;  // 0 for --help
  }
  try {
    train(settings);
  } catch (const std::exception& error) {  // xgrad::Error is one
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
