// The softmax kernels, on every instruction set this processor has, against the definitions written out in
// double.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <xgrad/core/kernels/softmax.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

using namespace kernel_test;

TEMPLATE_TEST_CASE("softmax kernels and their gradients follow the definition", "[softmax][kernels]", float,
                   double) {
  using T = TestType;
  Random random;
  const double epsilon = std::numeric_limits<T>::epsilon();
  for (const Slices& s : shapes()) {
    for (double special : {0.0, -inf, inf, not_a_number}) {
      std::vector<double> x = random.vector(s.outer * s.dim * s.inner, -8, 8),
                          g = random.vector(int64_t(x.size()), -1, 1);
      if (special != 0) x[std::size_t(random.below(int64_t(x.size())))] = special;
      std::vector<double> soft(x.size()), log_soft(x.size()), soft_grad(x.size()), log_grad(x.size()), lse;
      for (int64_t p = 0; p < s.positions(); ++p) {
        const auto at = [&](int64_t c) {
          return std::size_t((p / s.inner * s.dim + c) * s.inner + p % s.inner);
        };
        double max = -inf, sum = 0, dot = 0, total = 0;
        for (int64_t c = 0; c < s.dim; ++c) max = std::max(max, x[at(c)]);
        for (int64_t c = 0; c < s.dim; ++c) sum += std::exp(x[at(c)] - max);
        for (int64_t c = 0; c < s.dim; ++c) {
          log_soft[at(c)] = double(T(x[at(c)] - max - std::log(sum)));
          soft[at(c)] = double(T(std::exp(x[at(c)] - max) / sum));
          dot += soft[at(c)] * g[at(c)];
          total += g[at(c)];
        }
        for (int64_t c = 0; c < s.dim; ++c) {
          soft_grad[at(c)] = soft[at(c)] * (g[at(c)] - dot);
          log_grad[at(c)] = g[at(c)] - std::exp(log_soft[at(c)]) * total;
        }
        lse.push_back(max == inf ? inf : max == -inf && special == -inf ? -inf : max + std::log(sum));
      }
      on_every_arch([&](auto arch, const std::string& name) {
        using Arch = decltype(arch);
        CAPTURE(name, s.outer, s.dim, s.inner, special, sizeof(T));
        const std::vector<T> xs = cast<T>(x), gs = cast<T>(g), ys = cast<T>(soft), ls = cast<T>(log_soft);
        const int64_t n = s.positions(), half = n / 2;
        std::vector<T> out(xs.size()), each(static_cast<std::size_t>(n));
        simd::softmax<Arch, T>(xs.data(), out.data(), s, 0, half);
        simd::softmax<Arch, T>(xs.data(), out.data(), s, half, n);
        CHECK(excess(out, soft, 60 * epsilon) <= 1e-37);
        out = xs;  // in place
        simd::softmax<Arch, T>(out.data(), out.data(), s, 0, n);
        CHECK(excess(out, soft, 60 * epsilon) <= 1e-37);
        simd::log_softmax<Arch, T>(xs.data(), out.data(), s, 0, n);
        CHECK(excess(out, log_soft, 60 * epsilon) <= 20 * epsilon);
        out = xs;
        simd::log_softmax<Arch, T>(out.data(), out.data(), s, 0, n);
        CHECK(excess(out, log_soft, 60 * epsilon) <= 20 * epsilon);
        simd::logsumexp<Arch, T>(xs.data(), each.data(), s, 0, n);
        CHECK(excess(each, lse, 60 * epsilon) <= 20 * epsilon);
        simd::softmax_backward<Arch, T>(gs.data(), ys.data(), out.data(), s, 0, n);
        CHECK(excess(out, soft_grad, 100 * epsilon) <= 50 * epsilon);
        out = gs;
        simd::softmax_backward<Arch, T>(out.data(), ys.data(), out.data(), s, 0, n);
        CHECK(excess(out, soft_grad, 100 * epsilon) <= 50 * epsilon);
        simd::log_softmax_backward<Arch, T>(gs.data(), ls.data(), out.data(), s, 0, n);
        CHECK(excess(out, log_grad, 100 * epsilon) <= 200 * epsilon);
      });
    }
  }
}

TEST_CASE("logsumexp of nothing and of -inf is -inf", "[softmax][kernels]") {
  for (const Slices s :
       {Slices{3, 0, 1}, Slices{2, 0, 3}, Slices{2, 5, 1}, Slices{2, 50, 1}, Slices{2, 5, 3}}) {
    const std::vector<float> x(std::size_t(s.outer * s.dim * s.inner), float(-inf));
    std::vector<float> out(std::size_t(s.positions()), 1.0F);
    logsumexp(x.data(), out.data(), s, 0, s.positions());
    for (float v : out) CHECK(v == float(-inf));
  }
}

TEMPLATE_TEST_CASE("scale_slices multiplies by position and by element", "[softmax][kernels]", float,
                   double) {
  Random random;
  for (const Slices& s : shapes()) {
    if (s.dim > 3000) continue;
    const auto x = cast<TestType>(random.vector(s.outer * s.dim * s.inner, -1, 1));
    const auto per_position = cast<TestType>(random.vector(s.positions(), -1, 1));
    const auto per_element = cast<TestType>(random.vector(s.dim, -1, 1));
    std::vector<double> both(x.size()), position(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t inner = std::size_t(s.inner), dim = std::size_t(s.dim);
      position[i] = 2.0 * double(x[i]) * double(per_position[i / inner / dim * inner + i % inner]);
      both[i] = position[i] * double(per_element[i / inner % dim]);
    }
    on_every_arch([&](auto arch, const std::string& name) {
      using Arch = decltype(arch);
      CAPTURE(name, s.outer, s.dim, s.inner);
      const double epsilon = std::numeric_limits<TestType>::epsilon();
      std::vector<TestType> out(x.size());
      simd::scale_slices<Arch, TestType>(x.data(), out.data(), s, 2, per_position.data(), per_element.data(),
                                         0, s.positions());
      CHECK(excess(out, both, 3 * epsilon) <= 1e-44);
      out = x;
      simd::scale_slices<Arch, TestType>(out.data(), out.data(), s, 2, per_position.data(), nullptr, 0,
                                         s.positions());
      CHECK(excess(out, position, 3 * epsilon) <= 1e-44);
    });
  }
}
