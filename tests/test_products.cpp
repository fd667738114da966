// Products of matrices large enough to be copied in blocks and shared by threads, beside those of doubles;
// and what they owe to those who rely on IEEE's numbers.
#include <cmath>
#include <limits>
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

// The same by loops in float64.
Tensor naive(const Tensor& a, const Tensor& b) {
  const Tensor x = a.to(kDouble), y = b.to(kDouble);
  return (x.unsqueeze(2) * y.unsqueeze(0)).sum(1);
}

constexpr double inf = std::numeric_limits<double>::infinity(),
                 not_a_number = std::numeric_limits<double>::quiet_NaN();

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

TEST_CASE("products without rows, columns or terms", "[products]") {
  for (const Dtype dtype : {kFloat, kDouble, kLong}) {
    const auto of = [&](int64_t rows, int64_t columns) { return ones({rows, columns}, dtype); };
    CHECK(equal(of(3, 0).mm(of(0, 700)), zeros({3, 700}, dtype)));
    CHECK(equal(addmm(full({3, 2}, 5, dtype), of(3, 0), of(0, 2), 2), full({3, 2}, 10, dtype)));
    CHECK(of(0, 4).mm(of(4, 5)).sizes() == IntArrayRef({0, 5}));
    CHECK(of(4, 5).mm(of(5, 0)).sizes() == IntArrayRef({4, 0}));
    CHECK(equal(bmm(ones({6, 40, 0}, dtype), ones({6, 0, 40}, dtype)), zeros({6, 40, 40}, dtype)));
  }
  CHECK(
      equal(linear(ones({3, 0}), ones({200, 0}), arange(200, kFloat)), arange(200, kFloat).expand({3, 200})));
}

TEST_CASE("with beta 0 what a product is added to does not matter", "[products]") {
  const Tensor c = full({40, 50}, not_a_number), a = ones({40, 30}), b = ones({30, 50});
  CHECK(equal(addmm(c, a, b, 0), full({40, 50}, 30)));
  CHECK(addmm(c, a, b, 1).isnan().all().item<bool>());
}

TEST_CASE("sums of many terms are exact where numbers are", "[products]") {
  constexpr int64_t many = 18'000'000;
  const Tensor x = ones({1, many});
  CHECK(x.mm(x.t()).item<float>() == float(many));
  CHECK(x[0].dot(x[0]).item<float>() == float(many));
  CHECK(x.expand({3, many}).mm(x.t()).sum().item<double>() == 3.0 * many);
}

TEST_CASE("products of a matrix with itself, turned", "[products]") {
  manual_seed(5);
  for (const auto& [n, k] :
       std::vector<std::pair<int64_t, int64_t>>{{65, 1}, {700, 1}, {1, 700}, {130, 90}}) {
    const Tensor x = rand({n, k}) - 0.5, y = x.mm(x.t());
    check_close(y, naive(x, x.t()), k);
    CHECK(equal(y, y.t()));
  }
}

TEST_CASE("numbers that are none pass through products", "[products]") {
  manual_seed(6);
  // Thin, deep, wide, and in each of the ways that operands may lie.
  for (const auto& [m, k, n] :
       std::vector<std::array<int64_t, 3>>{{2, 300, 40}, {33, 17, 50}, {130, 70, 10}, {9, 9, 9}})
    for (int turned = 0; turned < 4; ++turned) {
      INFO(m << " x " << k << " x " << n << ", turned " << turned);
      const Tensor a = matrix(m, k, turned & 1), b = matrix(k, n, turned & 2);
      a.index_put_({m - 1, k - 1}, inf);
      a.index_put_({0, k / 2}, not_a_number);
      b.index_put_({k - 1, n - 1}, 0);
      b.index_put_({1, n / 2}, -inf);
      const Tensor y = a.mm(b), expected = naive(a, b);
      CHECK(equal(y.isnan(), expected.isnan()));
      CHECK(equal(y == inf, expected == inf));
      CHECK(equal(y == -inf, expected == -inf));
    }
}

TEST_CASE("batches of products are those of their matrices", "[products][threads]") {
  manual_seed(7);
  const int before = get_num_threads();
  const std::vector<std::array<int64_t, 4>> batches = {
      {7, 5, 6, 3}, {3, 40, 30, 20}, {12, 33, 64, 65}, {2, 300, 200, 300}, {64, 64, 64, 96}};
  for (const auto& [count, m, k, n] : batches)
    for (const int threads : {1, 2, 3}) {
      INFO(count << " of " << m << " x " << k << " x " << n << ", " << threads << " threads");
      set_num_threads(threads);
      const Tensor a = rand({m, count, k}).transpose(0, 1), b = rand({count, n, k}).transpose(1, 2),
                   c = rand({count, m, n}), one = b[0].expand({count, k, n});
      const Tensor y = bmm(a, b), z = bmm(a, one), added = baddbmm(c, a, b, 0.5, 2);
      for (int64_t i = 0; i < count; ++i) {
        check_close(y[i], naive(a[i], b[i]), k);
        check_close(z[i], naive(a[i], b[0]), k);
        check_close(added[i], c[i].to(kDouble) * 0.5 + naive(a[i], b[i]) * 2, 2 * k);
      }
    }
  set_num_threads(before);
}

TEST_CASE("as many threads give the same bits every time, and their memory back", "[products][threads]") {
  manual_seed(8);
  const int before = get_num_threads();
  for (const auto& [m, k, n] :
       std::vector<std::array<int64_t, 3>>{{400, 400, 400}, {16, 4000, 300}, {1, 3000, 3000}})
    for (const int threads : {1, 2, 3}) {
      set_num_threads(threads);
      const Tensor a = rand({m, k}), b = rand({k, n}), y = a.mm(b);
      empty_cache();
      const MemoryStats held = memory_stats();
      for (int i = 0; i < 5; ++i) CHECK(equal(a.mm(b), y));
      CHECK(memory_stats().bytes_in_use == held.bytes_in_use);
      empty_cache();
      CHECK(memory_stats().bytes_cached == 0);
    }
  set_num_threads(before);
}
