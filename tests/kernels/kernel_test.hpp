// What the tests of the softmax and cross-entropy kernels share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <xgrad/core/kernels/softmax.hpp>

namespace kernel_test {

using namespace xgrad::kernels;
using std::int64_t;

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class F>
void on_every_arch(F f) {
  f(Baseline{}, "baseline");
#if defined(__x86_64__)
  if (simd_level != SimdLevel::baseline) f(Avx2{}, "avx2");
  if (simd_level == SimdLevel::avx512) f(Avx512{}, "avx512");
#endif
}

template <class T>
std::vector<T> cast(const std::vector<double>& v) {
  return std::vector<T>(v.begin(), v.end());
}

// The largest of |a - b| - tolerance * |b|; the special values must be the same.
template <class T>
double excess(const std::vector<T>& a, const std::vector<double>& b, double relative) {
  double worst = a.size() == b.size() ? 0 : inf;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double x = double(a[i]), y = b[i];
    if (std::isnan(x) != std::isnan(y)) return inf;
    if (std::isnan(y) || x == y) continue;
    worst = std::max(worst, std::abs(x - y) - relative * std::abs(y));
  }
  return worst;
}

inline std::vector<Slices> shapes() {
  std::vector<Slices> s;
  for (int64_t c = 1; c <= 100; ++c) s.push_back({3 + c % 5 * 9, c, 1});
  for (int64_t c : {511, 512, 513, 1023, 1024, 1025, 2047, 2049, 5000}) s.push_back({3, c, 1});
  s.push_back({1, 300007, 1});  // more blocks than fit: they grow
  for (int64_t inner : {2, 3, 7, 16, 33, 100, 700}) {
    for (int64_t c : {1, 2, 3, 10, 40}) s.push_back({3, c, inner});
  }
  for (int64_t c : {513, 1025, 2500}) s.push_back({2, c, 19});  // several tiles along the classes
  return s;
}

struct Random {
  std::mt19937_64 engine{7};
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }
  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(engine); }
  std::vector<double> vector(int64_t n, double low, double high) {
    std::vector<double> v(static_cast<std::size_t>(n));
    // Rounded to float, so that every dtype sees the same numbers.
    for (double& x : v) x = double(float(uniform(low, high)));
    return v;
  }
};

}  // namespace kernel_test
