#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <xgrad/core/kernels/simd/optimizers.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

using namespace xgrad::kernels;

namespace {

// n values, and one more that nothing may touch.
template <class T>
std::vector<T> values(int64_t n, int seed) {
  std::vector<T> v(static_cast<size_t>(n) + 1, T(77));
  for (size_t i = 0; i < static_cast<size_t>(n); ++i)
    v[i] = static_cast<T>(std::sin(static_cast<double>(i) * 1.7 + seed) + 0.1 * seed);
  return v;
}

template <class T>
void require_close(const std::vector<T>& a, const std::vector<T>& b) {
  const double tolerance = std::is_same_v<T, float> ? 1e-5 : 1e-13;
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, static_cast<double>(std::abs(a[i] - b[i])));
  REQUIRE(worst < tolerance);
  REQUIRE(a.back() == T(77));
}

template <class T, class F>
void on_every_size(F f) {
  kernel_test::on_every_arch([&](auto arch, const char* name) {
    for (int64_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 1000}) {
      INFO(name << " " << sizeof(T) << " bytes, n = " << n);
      f(arch, n);
    }
  });
}

}  // namespace

TEMPLATE_TEST_CASE("the SGD loops of every architecture agree with the formula", "[optim]", float, double) {
  using T = TestType;
  on_every_size<T>([](auto arch, int64_t n) {
    for (const Momentum momentum : {Momentum::none, Momentum::plain, Momentum::nesterov})
      for (const T decay : {T(0), T(0.1)}) {
        const SgdNumbers<T> k{T(0.3), T(0.9), T(0.7), decay};
        const auto grad = values<T>(n, 1);
        auto p = values<T>(n, 2), buffer = values<T>(n, 3), expected_p = p, expected_buffer = buffer;
        SgdLoop<decltype(arch), T>::run(p.data(), grad.data(), buffer.data(), n, k, momentum);
        for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
          T d = grad[i] + decay * expected_p[i];
          if (momentum != Momentum::none) {
            expected_buffer[i] = k.momentum * expected_buffer[i] + k.keep * d;
            d = momentum == Momentum::nesterov ? d + k.momentum * expected_buffer[i] : expected_buffer[i];
          }
          expected_p[i] -= k.lr * d;
        }
        require_close(p, expected_p);
        require_close(buffer, expected_buffer);
        REQUIRE(grad == values<T>(n, 1));
      }
  });
}

TEMPLATE_TEST_CASE("the Adam loops of every architecture agree with the formula", "[optim]", float, double) {
  using T = TestType;
  on_every_size<T>([](auto arch, int64_t n) {
    for (const bool amsgrad : {false, true})
      for (const T decay : {T(0), T(0.1)}) {
        const AdamNumbers<T> k{T(0.9), T(0.1), T(0.99), T(0.01), T(0.2), T(0.3), T(1.5), decay, T(0.95)};
        const auto grad = values<T>(n, 1);
        auto p = values<T>(n, 2), mean = values<T>(n, 3), square = values<T>(n, 4), largest = values<T>(n, 5);
        for (auto* v : {&square, &largest})
          for (T& x : *v) x = std::abs(x);
        auto expected_p = p, expected_mean = mean, expected_square = square, expected_largest = largest;
        AdamLoop<decltype(arch), T>::run(p.data(), grad.data(), mean.data(), square.data(),
                                         amsgrad ? largest.data() : nullptr, n, k);
        for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
          const T x = expected_p[i] * k.shrink, g = grad[i] + decay * x;
          expected_mean[i] = k.beta1 * expected_mean[i] + k.rest1 * g;
          T v = expected_square[i] = k.beta2 * expected_square[i] + k.rest2 * g * g;
          if (amsgrad) v = expected_largest[i] = std::max(expected_largest[i], v);
          expected_p[i] = x - k.step_size * expected_mean[i] / (std::sqrt(v) * k.root_correction + k.eps);
        }
        require_close(p, expected_p);
        require_close(mean, expected_mean);
        require_close(square, expected_square);
        require_close(largest, expected_largest);
        REQUIRE(grad == values<T>(n, 1));
      }
  });
}
