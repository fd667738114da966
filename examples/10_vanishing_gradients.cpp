// Teaches: why deep networks of sigmoids hardly learn, and networks of ReLUs do.
//
// On its way back the gradient is multiplied by the local derivative of every layer. The sigmoid's is 1/4 at
// most, so that ten layers leave next to nothing for the first; ReLU's is 1 wherever it is not 0.
//
// --html FOLDER writes sigmoid.html and relu.html there, to watch the gradient shrink step by step: the bars
// beside the graph are the norms that are printed here, and every ReLU says how many of its outputs are dead.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"

namespace nn = xgrad::nn;

namespace {

/// Points in a square, of class 1 inside a circle.
struct Points {
  xgrad::Tensor x, label;
};

Points points_and_circle() {
  auto x = xgrad::rand({256, 2}, xgrad::kDouble) * 2 - 1;
  return {x, x.square().sum(1).lt(0.64).to(xgrad::kLong)};
}

/// Ten hidden layers of 16, each with the initial weights that suit what follows it.
template <class Activation>
nn::Sequential deep_network() {
  nn::Sequential model;
  for (int layer = 0; layer < 10; ++layer) {
    nn::Linear linear(layer == 0 ? 2 : 16, 16);
    if constexpr (std::is_same_v<Activation, nn::ReLU>)
      nn::init::kaiming_normal_(linear->weight);
    else
      nn::init::xavier_normal_(linear->weight);
    model->push_back(linear);
    model->push_back(Activation());
  }
  model->push_back(nn::Linear(16, 2));
  model->to(xgrad::kDouble);
  return model;
}

/// The norm of each weight's gradient, as a number and as a bar on a logarithmic scale.
void print_gradients(const nn::Sequential& model) {
  int layer = 0;
  for (const auto& parameter : model->named_parameters()) {
    if (parameter.value().dim() != 2) continue;  // a bias
    const double norm = parameter.value().grad().norm().item<double>();
    const double steps = 4 * (std::log10(norm) + 10);  // four to a power of ten, from 1e-10 on
    std::cout << format("layer %2d  %.0e  ", ++layer, norm)
              << std::string(static_cast<size_t>(std::max(steps, 0.0)), '#') << '\n';
  }
}

template <class Activation>
void study(const std::string& name, const Points& points, const std::string& folder) {
  xgrad::manual_seed(1);
  nn::Sequential model = deep_network<Activation>();
  nn::CrossEntropyLoss criterion;
  {
    const xgrad::autograd::TapeDetailGuard details;  // keeps all values, and which module made them
    auto loss = criterion(model->forward(points.x), points.label).set_name("loss");
    if (!folder.empty()) xgrad::autograd::write_html(loss, folder + "/" + name + ".html");
    loss.backward();
  }
  std::cout << "-- " << name << ": the norms of the gradients before training\n";
  print_gradients(model);

  std::cout << "the loss at step 0, 50, … 200:";
  xgrad::optim::Adam optimizer(model->parameters(), /*lr=*/0.003);
  for (int step = 0; step <= 200; ++step) {
    optimizer.zero_grad();
    auto loss = criterion(model->forward(points.x), points.label);
    if (step % 50 == 0) std::cout << format("  %.2f", loss.item<double>());
    loss.backward();
    optimizer.step();
  }
  std::cout << "\n\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  return run_lesson(argc, argv, {{"--html", "The folder that the pages go to; none unless given", &folder}},
                    [&] {
                      xgrad::manual_seed(0);
                      const Points points = points_and_circle();
                      study<nn::Sigmoid>("sigmoid", points, folder);
                      study<nn::ReLU>("relu", points, folder);
                    });
}
