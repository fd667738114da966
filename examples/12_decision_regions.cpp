// Teaches: what a classifier has learnt, as a picture.
//
// Three arms of a spiral are wound around each other, so that no straight line tells them apart. A network is
// trained on the points, then asked about every spot of the plane: the colour is the class that it would
// answer, the paler the less sure it is. It is drawn with letters here, and in regions.svg (or the file given
// with --svg) with colours, beside the regions of a network without a hidden layer, which has only straight
// lines.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <numbers>
#include <sstream>
#include <string>

#include <xgrad/xgrad.hpp>

#include "lesson.hpp"
#include "picture.hpp"

namespace nn = xgrad::nn;
using xgrad::Tensor;

namespace {

constexpr int64_t arms = 3, per_arm = 100;

struct Points {
  Tensor x, arm;  // [N, 2] and [N]
};

Points spiral() {
  auto arm = xgrad::arange(arms).repeat_interleave(per_arm);
  auto radius = xgrad::linspace(0.05, 1, per_arm, xgrad::kDouble).repeat(arms);
  auto angle =
      4 * radius + arm * (2 * std::numbers::pi / arms) + 0.15 * xgrad::randn(arms * per_arm, xgrad::kDouble);
  return {xgrad::stack({radius * angle.cos(), radius * angle.sin()}, 1), arm};
}

/// The middles of rows × columns cells of the square from -1.1 to 1.1, row by row from the top.
Tensor cells(int64_t rows, int64_t columns) {
  const auto middles = [](int64_t n) {
    return (xgrad::arange(n, xgrad::kDouble) + 0.5) * (2.2 / static_cast<double>(n)) - 1.1;
  };
  auto x = middles(columns).repeat(rows);
  auto y = -middles(rows).repeat_interleave(columns);
  return xgrad::stack({x, y}, 1);
}

double train(nn::Sequential& model, const Points& points) {
  model->to(xgrad::kDouble);
  nn::CrossEntropyLoss criterion;
  xgrad::optim::Adam optimizer(model->parameters(), /*lr=*/0.02);
  for (int step = 0; step < 400; ++step) {
    optimizer.zero_grad();
    criterion(model->forward(points.x), points.arm).backward();
    optimizer.step();
  }
  return model->forward(points.x).argmax(1).eq(points.arm).to(xgrad::kDouble).mean().item<double>();
}

void print_regions(nn::Sequential& model) {
  auto answer = model->forward(cells(22, 44)).argmax(1).view({22, 44});
  for (int64_t row = 0; row < 22; ++row) {
    for (int64_t column = 0; column < 44; ++column) std::cout << ".o#"[answer[row][column].item<int64_t>()];
    std::cout << '\n';
  }
}

/// The colour of a cell: that of the class with the highest probability, in sixteen shades.
std::string color(const double* probabilities) {
  static constexpr int strong[arms][3] = {{37, 99, 235}, {234, 88, 12}, {22, 163, 74}};
  const auto best = std::max_element(probabilities, probabilities + arms) - probabilities;
  const double sure = (probabilities[best] * arms - 1) / (arms - 1);  // 0 when all are equally likely
  const auto shade = [&](int part) {
    return static_cast<int>(255 + 0.7 * std::round(16 * sure) / 16 * (strong[best][part] - 255));
  };
  return format("#%02x%02x%02x", shade(0), shade(1), shade(2));
}

/// The regions of a network and the points, `size` wide, the upper left corner at (left, top).
void draw_regions(std::ostream& out, nn::Sequential& model, const Points& points, double left, double top,
                  double size) {
  constexpr int64_t n = 100;
  const double cell = size / n;
  auto probabilities = model->forward(cells(n, n)).softmax(1).contiguous();
  const auto* p = probabilities.data_ptr<double>();
  for (int64_t row = 0; row < n; ++row)
    for (int64_t first = 0, end = 0; first < n; first = end) {  // neighbours of one colour are one stripe
      const std::string fill = color(p + (row * n + first) * arms);
      for (end = first + 1; end < n && color(p + (row * n + end) * arms) == fill;) ++end;
      out << format("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
                    left + cell * static_cast<double>(first), top + cell * static_cast<double>(row),
                    cell * static_cast<double>(end - first), cell, fill.c_str());
    }
  const auto* x = points.x.data_ptr<double>();
  static const char* const dark[] = {"#1e3a8a", "#7c2d12", "#14532d"};
  for (int64_t i = 0; i < points.x.size(0); ++i)
    out << format(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" shape-rendering=\"auto\" fill=\"%s\" stroke=\"#ffffff\"/>\n",
        left + size * (x[2 * i] + 1.1) / 2.2, top + size * (1.1 - x[2 * i + 1]) / 2.2,
        dark[points.arm[i].item<int64_t>()]);
}

}  // namespace

int main(int argc, char** argv) {
  std::string svg = "regions.svg";
  return run_lesson(argc, argv, {{"--svg", "Where the picture goes", &svg}}, [&] {
    picture::check_writable(svg);
    xgrad::manual_seed(3);
    const Points points = spiral();
    nn::Sequential straight{nn::Linear(2, arms)};
    nn::Sequential deep{nn::Linear(2, 32), nn::ReLU(), nn::Linear(32, 32), nn::ReLU(), nn::Linear(32, arms)};
    std::cout << format("without a hidden layer: %.0f%% of the points are right\n",
                        100 * train(straight, points));
    std::cout << format("with two of 32:         %.0f%%\n", 100 * train(deep, points));
    print_regions(deep);

    std::ostringstream out;
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"460\" "
           "font-family=\"sans-serif\">\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        << "<text x=\"20\" y=\"28\">Without a hidden layer</text><text x=\"440\" y=\"28\">With two</text>\n";
    draw_regions(out, straight, points, 20, 40, 400);
    draw_regions(out, deep, points, 440, 40, 400);
    out << "</svg>\n";
    picture::write_whole(svg, out.str());
    std::cout << "Picture: " << svg << '\n';
  });
}
