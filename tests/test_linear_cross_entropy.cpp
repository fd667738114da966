// linear_cross_entropy beside what it stands for: linear, then cross_entropy.

#include <cmath>
#include <limits>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
namespace F = xgrad::nn::functional;

namespace {

struct Call {
  Tensor input, weight, bias, target, class_weight;
  int64_t reduction = Reduction::Mean, ignore_index = -100;
  double smoothing = 0;
};

Tensor fused(const Call& c) {
  return linear_cross_entropy(c.input, c.weight, c.target, c.bias, c.class_weight, c.reduction,
                              c.ignore_index, c.smoothing);
}

Tensor unfused(const Call& c) {
  return cross_entropy_loss(linear(c.input, c.weight, c.bias), c.target, c.class_weight, c.reduction,
                            c.ignore_index, c.smoothing);
}

// The loss and the gradients of what requires grad, for an upstream gradient that is not 1.
std::vector<Tensor> results(Tensor (*f)(const Call&), const Call& c) {
  const Tensor loss = f(c);
  std::vector<Tensor> all{loss.detach()}, wanted;
  for (const Tensor& t : {c.input, c.weight, c.bias})
    if (t.defined() && t.requires_grad()) wanted.push_back(t);
  if (wanted.empty()) return all;
  const Tensor upstream = linspace(0.5, 2, loss.numel(), loss.dtype()).view(loss.sizes());
  for (const Tensor& g : autograd::grad({loss}, wanted, {upstream})) all.push_back(g);
  return all;
}

void check_parity(const Call& c, double tolerance) {
  const auto a = results(fused, c), b = results(unfused, c);
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    INFO("result " << i << ", fused " << a[i] << "\nunfused " << b[i]);
    REQUIRE(a[i].sizes() == b[i].sizes());
    REQUIRE(a[i].dtype() == b[i].dtype());
    CHECK(allclose(a[i], b[i], tolerance, tolerance, true));
  }
}

int64_t below(int64_t bound) { return randint(0, bound, {1}).item<int64_t>(); }

Call random_call(ScalarType dtype) {
  const bool vector = below(8) == 0;
  const int64_t n = vector ? 1 : below(40), d = below(20), classes = below(4) == 0 ? below(3) : below(120);
  Call c;
  const auto parameter = [&](IntArrayRef sizes) { return randn(sizes, dtype).requires_grad_(below(4) > 0); };
  c.input = vector ? parameter({d}) : parameter({n, d});
  c.weight =
      below(3) == 0 ? randn({d, classes}, dtype).t().detach().requires_grad_() : parameter({classes, d});
  if (below(2)) c.bias = parameter({classes});
  c.reduction = below(3);
  if (below(2)) c.smoothing = 0.1 * static_cast<double>(below(11));
  if (below(2)) c.class_weight = rand({classes}, dtype);
  if (classes == 0 || below(3) == 0) {
    c.target = vector ? rand({classes}, dtype) : rand({n, classes}, dtype);
    return c;
  }
  c.target = vector ? randint(0, classes, {}, kLong) : randint(0, classes, {n}, kLong);
  if (below(2)) c.ignore_index = below(classes);
  if (below(6) == 0) c.target.fill_(c.ignore_index);
  if (below(4) == 0) c.target = c.target.to(kInt);
  return c;
}

}  // namespace

TEST_CASE("linear_cross_entropy equals linear and cross_entropy", "[linear_cross_entropy]") {
  manual_seed(11);
  for (int i = 0; i < 600; ++i) {
    const ScalarType dtype = i % 2 ? kFloat : kDouble;
    const Call c = random_call(dtype);
    INFO("case " << i << ": input " << c.input.sizes() << ", weight " << c.weight.sizes() << ", target "
                 << c.target.sizes() << " " << c.target.dtype() << ", reduction " << c.reduction
                 << ", ignore_index " << c.ignore_index << ", smoothing " << c.smoothing);
    check_parity(c, dtype == kFloat ? 2e-5 : 1e-12);
  }
}

// 1000 rows of 20,000 floats are three blocks of rows that stay in memory; of 40 rows of 600,000 doubles, and
// of each of two blocks of 152,000 floats, most logits are made twice.
TEST_CASE("linear_cross_entropy adds up over blocks", "[linear_cross_entropy]") {
  manual_seed(12);
  const auto call = [](int64_t n, int64_t classes, ScalarType dtype) {
    Call c{randn({n, 3}, dtype).requires_grad_(),
           randn({classes, 3}, dtype).requires_grad_(),
           randn({classes}, dtype).requires_grad_(),
           randint(0, classes, {n}, kLong),
           {}};
    c.target.narrow(0, 10, 10).fill_(-100);
    return c;
  };
  for (Call c : {call(1000, 20'000, kFloat), call(40, 600'000, kDouble)}) {
    const double tolerance = c.input.dtype() == kFloat ? 2e-5 : 1e-12;
    for (const int64_t reduction : {Reduction::None, Reduction::Mean, Reduction::Sum}) {
      c.reduction = reduction;
      check_parity(c, tolerance);
    }
    c.smoothing = 0.2;
    c.class_weight = rand({c.weight.size(0)}, c.input.dtype());
    check_parity(c, tolerance);
    c.target = rand({c.input.size(0), c.weight.size(0)}, c.input.dtype()) / c.weight.size(0);
    c.reduction = Reduction::Mean;
    check_parity(c, tolerance);
  }
  check_parity(call(520, 152'000, kFloat), 2e-5);
}

TEST_CASE("linear_cross_entropy never holds the logits", "[linear_cross_entropy]") {
  constexpr int64_t d = 16;
  const auto [n, classes] = GENERATE(std::pair{2048, 50257}, std::pair{100, 655'000});
  const Tensor x = randn({n, d}).requires_grad_(), w = randn({classes, d}).requires_grad_(),
               y = randint(0, classes, {n}, kLong);
  const auto gradient_bytes = static_cast<uint64_t>((n * d + classes * d) * 4);
  for (const int64_t reduction : {Reduction::Mean, Reduction::None}) {
    for (const double smoothing : {0.0, 0.1}) {
      x.mutable_grad() = w.mutable_grad() = Tensor();
      const uint64_t before = memory_stats().bytes_in_use;
      reset_peak_memory();
      linear_cross_entropy(x, w, y, {}, {}, reduction, -100, smoothing).sum().backward();
      const uint64_t peak = memory_stats().peak_bytes_in_use - before;
      CAPTURE(n, reduction, smoothing, peak);
      CHECK(peak > gradient_bytes);
      CHECK(peak < gradient_bytes + (uint64_t{37} << 20));  // the logits would be 412 and 262 MB
    }
  }
}

// Fewer than 32 classes are left to cross_entropy.
TEST_CASE("linear_cross_entropy's degenerate cases are cross_entropy's", "[linear_cross_entropy]") {
  const double inf = std::numeric_limits<double>::infinity();
  const int64_t classes = GENERATE(3, 40);
  const Tensor identity = eye(classes, kDouble).requires_grad_();  // the logits are the input
  // The first three of the classes; the others are `rest`.
  const auto of_classes = [&](double a, double b, double c, double rest) {
    const Tensor values = full({classes}, rest, kDouble);
    values.narrow(0, 0, 3).copy_(tensor({a, b, c}, kDouble));
    return values;
  };
  for (int64_t reduction = Reduction::None; reduction <= Reduction::Sum; ++reduction) {
    for (const double smoothing : {0.0, 0.3}) {
      const auto same = [&](const Tensor& logits, const Tensor& target, const Tensor& class_weight = {}) {
        Call c{logits.requires_grad_(), identity, {}, target, class_weight, reduction, -100, smoothing};
        INFO("logits " << logits << ", target " << target << ", reduction " << reduction << ", smoothing "
                       << smoothing);
        check_parity(c, 1e-12);
      };
      const auto row = [&](double a, double b, double c) { return of_classes(a, b, c, 0).unsqueeze(0); };
      same(row(1, 2, 3), tensor({-100}));                               // all ignored
      same(row(1, 2, 3), tensor({1}), of_classes(1.0, 0.0, 1.0, 0.5));  // no weight at all
      same(empty({0, classes}, kDouble), empty({0}, kLong));            // no rows
      same(empty({0, classes}, kDouble), empty({0, classes}, kDouble));
      same(row(1e30, 0, -1e30), tensor({2}));
      same(row(-200, 0, 100), tensor({0}));
      same(row(1000, 1001, 1002), tensor({0}));
      same(row(1, 2, 3), row(1, 0, 0));
    }
  }
  // Infinite logits come from an infinite bias: 0 times infinity is no number.
  const Tensor zero = zeros({1, 2}, kDouble).requires_grad_(),
               w = ones({classes, 2}, kDouble).requires_grad_();
  for (const Tensor& bias : {of_classes(inf, 0, 0, 0), of_classes(0, -inf, 0, 0),
                             of_classes(0, -inf, 0, -inf), of_classes(-inf, -inf, -inf, -inf)})
    for (const double smoothing : {0.0, 0.3})
      for (int64_t y = 0; y < 3; ++y)
        check_parity({zero, w, bias, tensor({y}), {}, Reduction::Mean, -100, smoothing}, 1e-12);
  // What an ignored row holds does not reach the loss.
  const Tensor x = tensor({{std::nan(""), 0.}, {1., 2.}}, kDouble);
  CHECK(std::isfinite(linear_cross_entropy(x, w, tensor({-100, 1})).item<double>()));
}

TEST_CASE("linear_cross_entropy refuses and teaches", "[linear_cross_entropy]") {
  const Tensor x = randn({2, 4}), w = randn({3, 4}), y = tensor({0, 2});
  const auto fails = [](auto f, const std::string& words) { CHECK_THROWS_WITH(f(), Contains(words)); };
  fails([&] { linear_cross_entropy(x, w, tensor({0, 3})); }, "Target 3 is out of bounds. It is target[1]");
  fails([&] { linear_cross_entropy(x, w, tensor({0})); },
        "Expected input batch_size (2) to match target batch_size (1).");
  fails([&] { linear_cross_entropy(x, w.t(), y); }, "the weight [4, 3]: pass weight.t()");
  fails([&] { linear_cross_entropy(randn({2, 3, 4}), w, y); }, "input.flatten(0, -2)");
  fails([&] { linear_cross_entropy(x, w.to(kDouble), y); }, "convert one with to()");
  fails([&] { linear_cross_entropy(x, w, y, randn({4})); }, "the linear bias is [4], expected [3]");
  fails([&] { linear_cross_entropy(x, w, y, {}, randn({4})); }, "weight tensor should be defined either");
  fails([&] { linear_cross_entropy(x, w, y, {}, randn({3}).requires_grad_()); },
        "not differentiable with respect to argument 'weight'");
  fails([&] { linear_cross_entropy(x, w, y, {}, {}, Reduction::Mean, -100, 1.2); }, "Got: 1.2");
  fails([&] { linear_cross_entropy(x, w, y, {}, {}, 3); }, "invalid reduction 3");
  fails(
      [&] {
        linear_cross_entropy(x, w, rand({2, 3}), {}, {}, Reduction::Mean, 1);
      },
      "ignore_index is not supported for floating point target");
  fails([&] { linear_cross_entropy(x, w, y.to(kFloat)); }, "expected scalar type Long but found Float");
  fails([&] { linear_cross_entropy(x.to(kLong), w.to(kLong), y); }, "not implemented for 'Long'");
}

TEST_CASE("LinearCrossEntropyLoss is a Linear and a CrossEntropyLoss", "[linear_cross_entropy]") {
  manual_seed(13);
  const Tensor x = randn({5, 4}), y = tensor({0, 2, 1, -1, 2}), w = tensor({1.F, 2.F, 3.F});
  nn::LinearCrossEntropyLoss fused(
      nn::LinearCrossEntropyLossOptions(4, 3).bias(true).weight(w).ignore_index(-1).label_smoothing(.1));
  CHECK(fused->named_parameters().keys() == std::vector<std::string>{"linear.weight", "linear.bias"});
  CHECK(fused->named_buffers().keys() == std::vector<std::string>{"weight"});
  nn::CrossEntropyLoss criterion(
      nn::CrossEntropyLossOptions().weight(w).ignore_index(-1).label_smoothing(.1));
  CHECK(allclose(fused(x, y), criterion(fused->linear(x), y)));
  CHECK(allclose(F::linear_cross_entropy(x, fused->linear->weight, y,
                                         F::LinearCrossEntropyFuncOptions()
                                             .linear_bias(fused->linear->bias)
                                             .weight(w)
                                             .ignore_index(-1)
                                             .label_smoothing(.1)),
                 fused(x, y)));
  CHECK(!nn::LinearCrossEntropyLoss(4, 3)->linear->bias.defined());
  fused(x, y).backward();
  CHECK(fused->linear->weight.grad().defined());
  CHECK(detail::str(nn::LinearCrossEntropyLoss(4, 3)) ==
        "torch::nn::LinearCrossEntropyLoss(\n"
        "  (linear): torch::nn::Linear(in_features=4, out_features=3, bias=false)\n)");
}
