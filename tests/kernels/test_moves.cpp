// Copies between layouts, extremes along dimensions, gather and scatter, against loops written out.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <xgrad/core/kernels/extremes.hpp>
#include <xgrad/core/kernels/moves.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

using xgrad::Dims;
using xgrad::Tensor;

TEMPLATE_TEST_CASE("transposes in registers, for blocks, edges and strides", "[moves][kernels]", uint8_t,
                   int32_t, int64_t) {
  using T = TestType;
  for (int64_t rows : {1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 127, 130, 300}) {
    for (int64_t columns : {1, 2, 5, 8, 16, 19, 32, 65}) {
      const int64_t from_stride = columns + 3, to_stride = rows + 5;
      std::vector<T> from(static_cast<size_t>(rows * from_stride));
      for (size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i * 31 + 1);
      std::vector<T> expected(static_cast<size_t>(columns * to_stride), T{7});
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c)
          expected[static_cast<size_t>(c * to_stride + r)] = from[static_cast<size_t>(r * from_stride + c)];
      kernel_test::on_every_arch([&](auto arch, const char* name) {
        std::vector<T> to(expected.size(), T{7});
        xgrad::kernels::simd::transpose<decltype(arch)>(from.data(), from_stride, to.data(), to_stride, rows,
                                                        columns);
        INFO(name << ": " << rows << " x " << columns);
        CHECK(to == expected);
      });
    }
  }
}

TEST_CASE("indices out of range are found, however far out", "[moves][kernels]") {
  constexpr int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  kernel_test::on_every_arch([&](auto arch, const char* name) {
    INFO(name);
    const auto within = [](std::vector<int64_t> x, int64_t low, int64_t high) {
      return xgrad::kernels::simd::all_within<decltype(arch)>(x.data(), static_cast<int64_t>(x.size()), low,
                                                              high);
    };
    CHECK(within({}, 0, 0));
    CHECK(within({0, 1, 2}, 0, 3));
    CHECK(within({-3, 2}, -3, 3));
    for (int64_t out : {int64_t{-1}, int64_t{3}, least, most}) {
      std::vector<int64_t> x(37, 2);
      for (size_t at : {size_t{0}, size_t{20}, size_t{36}}) {
        x[at] = out;
        CHECK_FALSE(within(x, 0, 3));
        x[at] = 2;
      }
    }
    for (int64_t out : {int64_t{-4}, int64_t{3}, least, most}) CHECK_FALSE(within({out}, -3, 3));
    CHECK_FALSE(within({0}, 0, 0));
  });
}

TEMPLATE_TEST_CASE("the first extreme elements, NaN before all", "[moves][kernels]", float, double, int64_t,
                   int32_t, uint8_t) {
  using T = TestType;
  using xgrad::kernels::ExtremesLoop, xgrad::kernels::Maximum, xgrad::kernels::Minimum;
  kernel_test::Random random;
  struct Shape {
    int64_t outer, length, inner;
  };
  std::vector<Shape> shapes = {{1, 4096, 1},  {1, 10007, 1}, {2, 300, 5},   {1, 64, 3},
                               {1, 65, 1030}, {3, 1, 4},     {1, 700, 2049}};
  for (int64_t n = 1; n <= 150; ++n) shapes.push_back({3, n, 1});
  for (const Shape& shape : shapes) {
    const int64_t outer = shape.outer, length = shape.length, inner = shape.inner;
    // Few distinct numbers, so that many are equal; NaN in every third array.
    for (int64_t distinct : {2, 50, 3}) {
      std::vector<T> x(static_cast<size_t>(outer * length * inner));
      for (T& v : x) v = static_cast<T>(random.below(distinct));
      if (std::is_floating_point_v<T> && distinct == 3)
        for (int k = 0; k < 3; ++k)
          x[static_cast<size_t>(random.below(int64_t(x.size())))] = static_cast<T>(NAN);
      std::vector<int64_t> highest, lowest;
      for (int64_t o = 0; o < outer; ++o)
        for (int64_t i = 0; i < inner; ++i) {
          const auto at = [&](int64_t k) { return x[static_cast<size_t>((o * length + k) * inner + i)]; };
          int64_t high = 0, low = 0;
          for (int64_t k = 1; k < length; ++k) {
            const bool is_nan = at(k) != at(k);
            if (at(high) == at(high) && (is_nan || at(k) > at(high))) high = k;
            if (at(low) == at(low) && (is_nan || at(k) < at(low))) low = k;
          }
          highest.push_back(high);
          lowest.push_back(low);
        }
      kernel_test::on_every_arch([&](auto arch, const char* name) {
        INFO(name << ": " << outer << " x " << length << " x " << inner);
        std::vector<T> values(highest.size());
        std::vector<int64_t> index(highest.size());
        ExtremesLoop<decltype(arch), Maximum, T>::run(x.data(), values.data(), index.data(), outer, length,
                                                      inner);
        CHECK(index == highest);
        for (size_t p = 0; p < values.size(); ++p) {
          const auto o = static_cast<int64_t>(p) / inner, i = static_cast<int64_t>(p) % inner;
          const T expected = x[static_cast<size_t>((o * length + highest[p]) * inner + i)];
          if (values[p] != expected && !std::isnan(static_cast<double>(expected))) FAIL("value " << p);
        }
        ExtremesLoop<decltype(arch), Minimum, T>::run(x.data(), values.data(), index.data(), outer, length,
                                                      inner);
        CHECK(index == lowest);
      });
    }
  }
}

namespace {

// The elements in order, read one by one.
std::vector<double> elements(const Tensor& x) {
  std::vector<double> all;
  Dims place(x.sizes().size(), 0);
  for (int64_t k = 0; k < x.numel(); ++k) {
    Tensor one = x;
    for (const int64_t i : place) one = one.select(0, i);
    all.push_back(one.to(xgrad::kDouble).item<double>());
    for (size_t d = place.size(); d-- > 0;) {
      if (++place[d] < x.sizes()[d]) break;
      place[d] = 0;
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a copy keeps the elements' order, whatever the two layouts", "[moves]") {
  const std::vector<Dims> orders = {{0, 1, 2, 3}, {0, 2, 3, 1}, {3, 1, 0, 2}, {3, 2, 1, 0},
                                    {1, 0, 3, 2}, {2, 3, 0, 1}, {0, 3, 1, 2}, {1, 2, 3, 0}};
  for (const xgrad::ScalarType type : {xgrad::kFloat, xgrad::kDouble, xgrad::kByte}) {
    const Tensor x = xgrad::arange(3 * 5 * 18 * 20).remainder(251).to(type).view({3, 5, 18, 20});
    for (const Dims& from : orders) {
      const Tensor source = x.permute(from).slice(1, 0, 100, 2);
      const std::vector<double> expected = elements(source);
      CHECK(elements(source.contiguous()) == expected);
      CHECK(elements(source.to(type == xgrad::kDouble ? xgrad::kFloat : xgrad::kDouble)) == expected);
      for (const Dims& to : orders) {
        // A target of source's shape, whose memory has the order `to`, inside a larger one.
        Dims sizes(size_t{4}, 0), back(size_t{4}, 0);
        for (size_t d = 0; d < 4; ++d) {
          sizes[d] = source.size(to[d]);
          back[static_cast<size_t>(to[d])] = static_cast<int64_t>(d);
        }
        sizes[3] += 2;
        const Tensor target = xgrad::zeros(sizes, type).slice(3, 1, sizes[3] - 1).permute(back);
        target.copy_(source);
        CHECK(target.equal(source));
        CHECK(xgrad::sum(target.to(xgrad::kDouble)).item<double>() ==
              xgrad::sum(source.contiguous().to(xgrad::kDouble)).item<double>());
      }
    }
    const Tensor wide = x.slice(2, 3, 4).expand({3, 5, 7, 20});
    CHECK(elements(wide.contiguous()) == elements(wide));
    const Tensor repeated = x.slice(3, 3, 4).expand({3, 5, 18, 40});
    CHECK(elements(repeated.contiguous()) == elements(repeated));
  }
}

TEST_CASE("gather and scatter_add along each dimension, from every layout", "[moves]") {
  xgrad::manual_seed(3);
  // The last shape is large enough for several threads.
  for (const Dims& sizes : std::vector<Dims>{{6, 7}, {33, 65}, {300, 700}}) {
    for (const bool turned : {false, true}) {
      const Tensor made = xgrad::rand(turned ? Dims{sizes[1], sizes[0]} : sizes);
      const Tensor x = turned ? made.t() : made;
      for (const int64_t dim : {0, 1}) {
        const Tensor index = xgrad::randint(0, sizes[static_cast<size_t>(dim)], sizes, xgrad::kLong);
        const Tensor values = xgrad::rand(sizes);
        std::vector<float> gathered, added(static_cast<size_t>(x.numel()));
        const Tensor plain = x.contiguous();
        const auto* from = plain.data_ptr<float>();
        const auto* at = index.data_ptr<int64_t>();
        std::copy(from, from + x.numel(), added.begin());
        for (int64_t r = 0; r < sizes[0]; ++r)
          for (int64_t c = 0; c < sizes[1]; ++c) {
            const int64_t i = r * sizes[1] + c,
                          other = dim == 0 ? at[i] * sizes[1] + c : r * sizes[1] + at[i];
            gathered.push_back(from[other]);
            added[static_cast<size_t>(other)] += values.data_ptr<float>()[i];
          }
        const Tensor g = x.gather(dim, index), s = x.scatter_add(dim, index, values).contiguous();
        CHECK(std::vector<float>(g.data_ptr<float>(), g.data_ptr<float>() + g.numel()) == gathered);
        CHECK(std::vector<float>(s.data_ptr<float>(), s.data_ptr<float>() + s.numel()) == added);
      }
    }
  }
}
