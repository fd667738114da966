// The cross-entropy kernels, on every instruction set this processor has, against the definitions
// written out in double.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <xgrad/core/kernels/cross_entropy.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

namespace {

using namespace kernel_test;

// A problem, in double: what the kernels get after a cast to T.
struct Problem {
  Slices shape;
  std::vector<double> logits;
  std::vector<int64_t> target = {};
  std::vector<double> probabilities = {};
  std::vector<double> weight = {};
  int64_t ignore_index = -100;
  double smoothing = 0, scale = 1;
};

struct Answer {
  double sum = 0;
  std::vector<double> loss, grad, target_grad;
};

// The definition, with log-softmax written as x - max - log(sum(exp(x - max))).
Answer expected(const Problem& p) {
  const auto [outer, classes, inner] = p.shape;
  Answer a;
  a.grad.resize(p.logits.size());
  a.target_grad.resize(p.logits.size());
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t i = 0; i < inner; ++i) {
      const auto at = [&, c_ = classes, n = inner](int64_t c) { return std::size_t((o * c_ + c) * n + i); };
      const std::size_t position = std::size_t(o * inner + i);
      const bool hard = !p.target.empty();
      const int64_t y = hard ? p.target[position] : -1;
      if (hard && y == p.ignore_index) {
        a.loss.push_back(0);
        continue;
      }
      double max = -inf;
      long double sum = 0, loss = 0, total = 0;
      for (int64_t c = 0; c < classes; ++c) {
        const double x = p.logits[at(c)];
        if (x > max || std::isnan(x)) max = x;
        if (std::isnan(max)) break;
      }
      for (int64_t c = 0; c < classes; ++c) sum += std::exp(p.logits[at(c)] - max);
      const auto log_p = [&](int64_t c) { return double(p.logits[at(c)] - max - std::log(sum)); };
      std::vector<double> coefficient;
      for (int64_t c = 0; c < classes; ++c) {
        const double w = p.weight.empty() ? 1 : p.weight[std::size_t(c)],
                     t = hard ? 0 : p.probabilities[at(c)];
        double k = w * (t * (1 - p.smoothing) + p.smoothing / double(classes));
        if (!hard || p.smoothing != 0) loss -= k * log_p(c);
        if (c == y) {
          loss -= (1 - p.smoothing) * w * log_p(c);
          k += (1 - p.smoothing) * w;
        }
        coefficient.push_back(k);
        total += k;
        a.target_grad[at(c)] = -p.scale * (1 - p.smoothing) * w * log_p(c);
      }
      for (int64_t c = 0; c < classes; ++c) {
        a.grad[at(c)] = p.scale * (std::exp(log_p(c)) * double(total) - coefficient[std::size_t(c)]);
      }
      a.loss.push_back(double(loss));
      a.sum += double(loss);
    }
  }
  return a;
}

template <class T>
struct Buffers {
  std::vector<T> logits, probabilities, weight, loss, grad;
  CrossEntropy<T> args;

  explicit Buffers(const Problem& p)
      : logits(cast<T>(p.logits)),
        probabilities(cast<T>(p.probabilities)),
        weight(cast<T>(p.weight)),
        loss(std::size_t(p.shape.positions()), T(77)),
        grad(logits.size(), T(77)),
        args{logits.data(), p.shape} {
    if (!p.target.empty()) args.target = p.target.data();
    if (p.target.empty()) args.probabilities = probabilities.data();
    if (!weight.empty()) args.weight = weight.data();
    args.ignore_index = p.ignore_index;
    args.smoothing = T(p.smoothing);
    args.grad_scale = T(p.scale);
    args.loss = loss.data();
    args.grad = grad.data();
  }
};

template <class T>
void check(const Problem& p, double size = 10) {
  const Answer want = expected(p);
  const double epsilon = std::numeric_limits<T>::epsilon();
  double weights = 1;
  for (double w : p.weight) weights = std::max(weights, std::abs(w));
  for (double t : p.probabilities) weights = std::max(weights, t * double(p.shape.dim));
  const double absolute = 20 * epsilon * size * weights;
  on_every_arch([&](auto arch, const std::string& name) {
    using Arch = decltype(arch);
    CAPTURE(name, p.shape.outer, p.shape.dim, p.shape.inner, p.smoothing, p.weight.size(), p.target.size(),
            sizeof(T));
    Buffers<T> b(p);
    const double sum = simd::cross_entropy<Arch, T>(b.args, 0, p.shape.positions());
    CHECK(excess(b.loss, want.loss, 50 * epsilon) <= absolute);
    CHECK(excess(b.grad, want.grad, 100 * epsilon) <= absolute);
    CHECK(excess(std::vector<double>{sum}, {want.sum}, 50 * epsilon) <= absolute * double(want.loss.size()));

    Buffers<T> parts(p);  // in two ranges, and without a gradient
    parts.args.grad = nullptr;
    const int64_t middle = p.shape.positions() / 3;
    simd::cross_entropy<Arch, T>(parts.args, 0, middle);
    for (int64_t i = middle; i < p.shape.positions(); ++i) REQUIRE(parts.loss[std::size_t(i)] == T(77));
    simd::cross_entropy<Arch, T>(parts.args, middle, p.shape.positions());
    CHECK(excess(parts.loss, want.loss, 50 * epsilon) <= absolute);
  });
  if (!p.probabilities.empty()) {
    Buffers<T> b(p);
    cross_entropy_target_grad<T>(b.args, nullptr, b.grad.data(), 0, p.shape.positions());
    CHECK(excess(b.grad, want.target_grad, 50 * epsilon) <= absolute);
  }
}

// Random targets of each kind, weights and smoothing for random logits.
Problem random_problem(Random& random, Slices s) {
  Problem p{s, random.vector(s.outer * s.dim * s.inner, -8, 8)};
  if (random.below(2)) p.weight = random.vector(s.dim, 0, 2);
  if (random.below(3) == 0) p.smoothing = 0.125;
  if (random.below(2)) p.scale = 0.25;
  if (random.below(5) < 2) {
    p.probabilities = random.vector(s.outer * s.dim * s.inner, 0, 2 / double(s.dim));
    return p;
  }
  if (random.below(2)) p.ignore_index = random.below(s.dim + 2) - 1;
  for (int64_t i = 0; i < s.positions(); ++i) {
    p.target.push_back(p.ignore_index != -100 && random.below(4) == 0 ? p.ignore_index : random.below(s.dim));
  }
  return p;
}

// One problem of three classes, alone in rows, with neighbours, and along a stride.
template <class F>
void in_every_layout(const Problem& p, F f) {
  f(p);
  for (const auto& [outer, inner] : {std::pair<int64_t, int64_t>{37, 1}, {2, 5}, {1, 40}}) {
    Problem q = p;
    q.shape = {outer, p.shape.dim, inner};
    q.logits.clear();
    q.target.clear();
    q.probabilities.clear();
    for (int64_t i = 0; i < outer * inner && !p.target.empty(); ++i) q.target.push_back(p.target[0]);
    for (int64_t o = 0; o < outer; ++o) {
      for (std::size_t c = 0; c < p.logits.size(); ++c) {
        q.logits.insert(q.logits.end(), std::size_t(inner), p.logits[c]);
        if (!p.probabilities.empty())
          q.probabilities.insert(q.probabilities.end(), std::size_t(inner), p.probabilities[c]);
      }
    }
    f(q);
  }
}

template <class T>
void check_fact(const std::string& what, const Problem& fact, double loss, const std::vector<double>& grad) {
  INFO(what);
  in_every_layout(fact, [&](const Problem& p) {
    on_every_arch([&](auto arch, const std::string& name) {
      CAPTURE(name, p.shape.outer, p.shape.inner, sizeof(T));
      Buffers<T> b(p);
      simd::cross_entropy<decltype(arch), T>(b.args, 0, p.shape.positions());
      std::vector<double> losses(b.loss.size(), loss), grads;
      for (int64_t i = 0; i < int64_t(b.grad.size()); ++i) {
        grads.push_back(grad[std::size_t(i / p.shape.inner % p.shape.dim)]);
      }
      CHECK(excess(b.loss, losses, 3e-7) == 0);
      CHECK(excess(b.grad, grads, 0) <= 1e-6);
    });
  });
}

Problem of_index(std::vector<double> logits, int64_t target, std::vector<double> weight = {},
                 double smoothing = 0) {
  const int64_t classes = int64_t(logits.size());
  return {{1, classes, 1}, std::move(logits), {target}, {}, std::move(weight), -100, smoothing, 1};
}

Problem of_distribution(std::vector<double> logits, std::vector<double> probabilities) {
  const int64_t classes = int64_t(logits.size());
  return {{1, classes, 1}, std::move(logits), {}, std::move(probabilities), {}, -100, 0, 1};
}

}  // namespace

TEMPLATE_TEST_CASE("cross-entropy kernels follow the definition for every shape", "[cross_entropy][kernels]",
                   float, double) {
  Random random;
  for (const Slices& s : shapes()) {
    for (int repeat = 0; repeat < (s.dim < 2000 ? 4 : 2); ++repeat)
      check<TestType>(random_problem(random, s));
  }
}

TEMPLATE_TEST_CASE("cross-entropy kernels carry infinities and NaN as the definition does",
                   "[cross_entropy][kernels]", float, double) {
  Random random;
  for (const Slices& s : shapes()) {
    if (s.dim > 3000) continue;
    for (double special : {-inf, inf, not_a_number}) {
      Problem p = random_problem(random, s);
      const int64_t hits = special == -inf ? 1 + int64_t(p.logits.size()) / 4 : 2;
      for (int64_t i = 0; i < hits; ++i)
        p.logits[std::size_t(random.below(int64_t(p.logits.size())))] = special;
      check<TestType>(p);
    }
    Problem p = random_problem(random, s);
    std::fill(p.logits.begin(), p.logits.end(), -inf);
    check<TestType>(p);
  }
}

TEMPLATE_TEST_CASE("cross-entropy of one row with infinities, as PyTorch answers", "[cross_entropy][kernels]",
                   float, double) {
  using T = TestType;
  const std::vector<double> all_nan = {not_a_number, not_a_number, not_a_number}, none = {0, 0, 0};
  check_fact<T>("-inf at the target", of_index({-inf, 0, 0}, 0), inf, {-1, .5, .5});
  check_fact<T>("-inf elsewhere", of_index({-inf, 0, 0}, 1), std::log(2.0), {0, -.5, .5});
  check_fact<T>("+inf at the target", of_index({inf, 0, 0}, 0), not_a_number, all_nan);
  check_fact<T>("+inf elsewhere", of_index({inf, 0, 0}, 1), not_a_number, all_nan);
  check_fact<T>("NaN", of_index({not_a_number, 0, 0}, 1), not_a_number, all_nan);
  check_fact<T>("all -inf", of_index({-inf, -inf, -inf}, 1), not_a_number, all_nan);
  check_fact<T>("-inf at the target with weight 0", of_index({-inf, 0, 0}, 0, {0, 1, 1}), not_a_number, none);
  check_fact<T>("-inf with smoothing", of_index({-inf, 0, 0}, 1, {}, .3), inf, {-.1, -.3, .4});
  check_fact<T>("-inf where the probability is 0", of_distribution({-inf, 0, 0}, {0, .5, .5}), not_a_number,
                none);
  check_fact<T>("-inf where the probability is not 0", of_distribution({-inf, 0, 0}, {1, 0, 0}), inf,
                {-1, .5, .5});
  check_fact<T>("huge logits, lowest target", of_index({1e30, 0, -1e30}, 2), 2 * double(T(1e30)), {1, 0, -1});
  check_fact<T>("huge logits, highest target", of_index({1e30, 0, -1e30}, 0), 0, none);
  const std::vector<double> p = {0.09003057317, 0.24472847105, 0.66524095577};
  check_fact<T>("1000 to 1002", of_index({1000, 1001, 1002}, 0), 2.4076059644, {p[0] - 1, p[1], p[2]});
  check_fact<T>("0 to 2", of_index({0, 1, 2}, 0), 2.4076059644, {p[0] - 1, p[1], p[2]});
  check_fact<T>("300 exactly", of_index({-200, 0, 100}, 0), 300, {-1, 0, 1});

  Problem ignored = of_index({not_a_number, inf, 0}, 1);
  ignored.ignore_index = 1;
  check_fact<T>("an ignored row", ignored, 0, none);
  ignored.scale = inf;  // the mean over no row at all divides by zero
  check_fact<T>("an ignored row, mean", ignored, 0, none);
  ignored.smoothing = .1;
  check_fact<T>("an ignored row, smoothed", ignored, 0, none);
}

TEMPLATE_TEST_CASE("an ignored row of NaN leaves its neighbours alone", "[cross_entropy][kernels]", float,
                   double) {
  for (const Slices s : {Slices{40, 3, 1}, Slices{40, 64, 1}, Slices{2, 3, 20}, Slices{2, 700, 20}}) {
    Random random;
    Problem p = random_problem(random, s);
    p.probabilities.clear();
    p.ignore_index = -1;
    p.target.assign(std::size_t(s.positions()), s.dim - 1);
    for (int64_t i = 0; i < s.positions(); i += 3) {
      p.target[std::size_t(i)] = -1;
      for (int64_t c = 0; c < s.dim; ++c) {
        p.logits[std::size_t((i / s.inner * s.dim + c) * s.inner + i % s.inner)] =
            c % 2 ? not_a_number : -inf;
      }
    }
    check<TestType>(p);
  }
}

TEMPLATE_TEST_CASE("cross-entropy kernels accept no classes and no rows", "[cross_entropy][kernels]", float,
                   double) {
  for (const Slices s :
       {Slices{0, 3, 1}, Slices{4, 0, 1}, Slices{4, 0, 3}, Slices{4, 3, 0}, Slices{0, 0, 0}}) {
    Problem p{s, {}};
    check<TestType>(p);
  }
}

TEST_CASE("a long float sum keeps its accuracy", "[cross_entropy][kernels]") {
  Random random;
  const Slices s{8, 2, 1 << 18};  // 16 MB: also the path that writes around the caches
  Problem p{s, random.vector(s.outer * s.dim * s.inner + 0, -3, 3)};
  for (int64_t i = 0; i < s.positions(); ++i) p.target.push_back(random.below(2));
  const Answer want = expected(p);
  on_every_arch([&](auto arch, const std::string& name) {
    CAPTURE(name);
    Buffers<float> b(p);
    CHECK(simd::cross_entropy<decltype(arch), float>(b.args, 0, s.positions()) ==
          Approx(want.sum).epsilon(1e-7));
    CHECK(excess(b.grad, want.grad, 0) <= 1e-6);
  });
}

TEMPLATE_TEST_CASE("target summaries count, weigh and find the first bad one", "[cross_entropy][kernels]",
                   float, double) {
  on_every_arch([](auto arch, const std::string& name) {
    CAPTURE(name);
    for (int64_t n : {1, 5, 64, 5000, 9001}) {
      std::vector<int64_t> target(static_cast<std::size_t>(n));
      const std::vector<TestType> weight = {1, 2, 4};
      double sum = 0;
      int64_t kept = 0;
      for (int64_t i = 0; i < n; ++i) {
        const int64_t y = target[std::size_t(i)] = i % 5 == 4 ? -100 : i % 3;
        if (y < 0) continue;
        ++kept;
        sum += double(weight[std::size_t(y)]);
      }
      CrossEntropy<TestType> args{nullptr, {n, 3, 1}};
      args.target = target.data();
      TargetSummary s = simd::summarize_targets<decltype(arch), TestType>(args, 0, n);
      CHECK((s.bad == -1 && s.kept == kept && s.weight == double(kept)));
      args.weight = weight.data();
      s = simd::summarize_targets<decltype(arch), TestType>(args, 0, n);
      CHECK((s.bad == -1 && s.kept == kept && s.weight == sum));
      for (int64_t wrong : {int64_t(3), int64_t(-1), std::numeric_limits<int64_t>::max()}) {
        target[std::size_t(n / 2)] = target.back() = wrong;
        CHECK(simd::summarize_targets<decltype(arch), TestType>(args, 0, n).bad == n / 2);
      }
    }
  });
}
