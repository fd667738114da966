// Products of matrices large enough to be cut into tiles and shared by threads, beside those of doubles,
// which BLAS gets whole.

#include <random>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

// Inside a larger matrix, and stored by columns when `turned`: rows by columns of numbers in [-1, 1).
Tensor matrix(int64_t rows, int64_t columns, bool turned) {
  const Tensor all = (turned ? rand({columns + 3, rows + 5}) : rand({rows + 3, columns + 5})) * 2 - 1;
  return (turned ? all.t() : all).slice(0, 2, rows + 2).slice(1, 1, columns + 1);
}

// Relative to what the terms of a sum amount to.
void check_close(const Tensor& y, const Tensor& expected, int64_t terms) {
  CHECK((y.to(kDouble) - expected).abs().max().item<double>() < 1e-6 * static_cast<double>(terms));
}

}  // namespace

TEST_CASE("large products, whatever their layout and the number of threads", "[products][threads]") {
  manual_seed(3);
  std::mt19937 engine(3);
  const auto any = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  };
  const int before = get_num_threads();
  const int64_t layers[][3] = {{128, 512, 784}, {512, 784, 128}, {128, 512, 512}, {500, 90, 1000}};
  for (int i = 0; i < 168; ++i) {
    // Those of a training step in every layout; wide, long, deep and square ones.
    const bool layer = i < 48;
    int64_t n = any(1, 300), m = any(1, 300), k = any(1, 300);
    if (layer) n = layers[i / 12][0], m = layers[i / 12][1], k = layers[i / 12][2];
    if (!layer && i % 4 < 3) (i % 4 == 0 ? n : i % 4 == 1 ? m : k) *= any(2, 8);
    const bool turned_a = layer ? i / 3 % 2 : any(0, 1), turned_b = layer ? i / 6 % 2 : any(0, 1);
    const Tensor a = matrix(n, k, turned_a), b = matrix(k, m, turned_b), c = matrix(n, m, false),
                 bias = matrix(m, 1, false).select(1, 0);
    const Tensor x = a.to(kDouble), y = b.to(kDouble);
    set_num_threads(1 + i % 3);
    INFO(n << " x " << k << (turned_a ? " turned" : "") << " times " << k << " x " << m
           << (turned_b ? " turned" : "") << ", " << get_num_threads() << " threads");
    check_close(a.mm(b), x.mm(y), k);
    check_close(addmm(c, a, b, 0.5, 2), addmm(c.to(kDouble), x, y, 0.5, 2), 2 * k);
    check_close(linear(a, b.t(), bias), addmm(bias.to(kDouble), x, y), k);
  }
  set_num_threads(before);
}
