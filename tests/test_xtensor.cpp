// The bridge to xtensor.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include <xgrad/core/xtensor.hpp>
#include <xgrad/xgrad.hpp>

#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/generators/xbuilder.hpp>
#include <xtensor/misc/xmanipulation.hpp>
#include <xtensor/misc/xpad.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xarray.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xpad.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#endif

#include "catch.hpp"

using namespace xgrad;

namespace {

template <class T>
std::vector<T> elements(const Tensor& t) {
  const Tensor c = t.contiguous();
  return std::vector<T>(c.data_ptr<T>(), c.data_ptr<T>() + c.numel());
}

// [0, 1, 2, …] of a shape.
template <class T>
Tensor counting(IntArrayRef sizes) {
  const Tensor t = empty(sizes, dtype_of<T>);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<T>()[i] = static_cast<T>(i);
  return t;
}

template <class T, class E>
void check_same(const Tensor& t, const E& expression) {
  REQUIRE(t.dtype() == dtype_of<T>);
  REQUIRE(t.is_contiguous());
  const xt::xarray<T, xt::layout_type::row_major> expected = expression;
  REQUIRE(t.sizes().vec() == std::vector<int64_t>(expected.shape().begin(), expected.shape().end()));
  CHECK(elements<T>(t) == std::vector<T>(expected.begin(), expected.end()));
}

}  // namespace

TEMPLATE_TEST_CASE("from_xtensor copies every dtype", "[xtensor]", float, double, int64_t, int32_t, uint8_t,
                   bool) {
  const xt::xarray<TestType> a = {{1, 0, 1}, {0, 0, 1}};
  check_same<TestType>(from_xtensor(a), a);
  check_same<TestType>(from_xtensor(xt::transpose(a)), xt::transpose(a));
}

TEST_CASE("from_xtensor takes any expression", "[xtensor]") {
  const xt::xarray<double> a = {{1, 2, 3}, {4, 5, 6}};
  const xt::xtensor<double, 1> row = {10, 20, 30};
  const xt::xarray<double, xt::layout_type::column_major> column_major = a;

  check_same<double>(from_xtensor(column_major), a);
  check_same<double>(from_xtensor(a + row * 2.), a + row * 2.);
  check_same<double>(from_xtensor(column_major + row), a + row);
  check_same<double>(from_xtensor(xt::view(a, xt::all(), xt::range(0, 3, 2))),
                     xt::view(a, xt::all(), xt::range(0, 3, 2)));
  check_same<double>(from_xtensor(xt::strided_view(a, {1, xt::ellipsis()})),
                     xt::strided_view(a, {1, xt::ellipsis()}));
  check_same<double>(from_xtensor(xt::sum(a, {0})), xt::sum(a, {0}));
  check_same<double>(from_xtensor(xt::broadcast(row, {4, 3})), xt::broadcast(row, {4, 3}));
  check_same<bool>(from_xtensor(a > 2.), a > 2.);
  check_same<float>(from_xtensor(xt::cast<float>(a)), xt::cast<float>(a));
  check_same<int64_t>(from_xtensor(xt::arange<int64_t>(5)), xt::arange<int64_t>(5));

  const Tensor sizes = from_xtensor(xt::cast<size_t>(a));
  CHECK(sizes.dtype() == kLong);
  CHECK(elements<int64_t>(sizes) == std::vector<int64_t>{1, 2, 3, 4, 5, 6});
  const Tensor total = from_xtensor(xt::sum(a));
  CHECK(total.dim() == 0);
  CHECK(total.item<double>() == 21);
  CHECK(from_xtensor(xt::xarray<float>::from_shape({0, 3})).sizes() == IntArrayRef({0, 3}));
}

TEST_CASE("from_xtensor copies, and heeds the options", "[xtensor]") {
  xt::xarray<double> a = {1.5, 2.5};
  const Tensor t = from_xtensor(a);
  a(0) = 9;
  CHECK(elements<double>(t) == std::vector<double>{1.5, 2.5});

  const Tensor x = from_xtensor(a, dtype(kFloat).requires_grad(true));
  CHECK(x.dtype() == kFloat);
  CHECK(x.requires_grad());
  CHECK(x.is_leaf());
  CHECK(elements<float>(x) == std::vector<float>{9, 2.5});
}

TEMPLATE_TEST_CASE("view reads and writes every dtype", "[xtensor]", float, double, int64_t, int32_t, uint8_t,
                   bool) {
  const Tensor t = zeros({2, 3}, dtype_of<TestType>);
  xgrad::view<TestType>(t) = xt::xarray<TestType>{{1, 0, 1}, {0, 1, 1}};
  CHECK(elements<TestType>(t) == std::vector<TestType>{1, 0, 1, 0, 1, 1});
  CHECK(xgrad::view<const TestType>(t)(1, 1) == TestType(1));
}

TEST_CASE("view is the tensor's memory, whatever the strides", "[xtensor]") {
  const Tensor base = counting<float>({4, 6});
  const Tensor t =
      base.slice(0, 1, 4).slice(1, 1, nullopt, 2).transpose(0, 1);  // [3, 3], offset 7, strides 2 and 6
  REQUIRE_FALSE(t.is_contiguous());
  auto v = xgrad::view<float>(t);
  CHECK(v.shape() == std::vector<size_t>{3, 3});
  check_same<float>(t.contiguous(), v);
  CHECK(&v(0, 0) == t.data_ptr<float>());
  CHECK(xt::sum(v)() == t.sum().item<float>());

  v = xt::xarray<float>{{-1, -2, -3}, {-4, -5, -6}, {-7, -8, -9}};
  CHECK(elements<float>(t) == std::vector<float>{-1, -2, -3, -4, -5, -6, -7, -8, -9});
  v += 10;
  v(2, 0) = 100;
  CHECK(elements<float>(t) == std::vector<float>{9, 8, 7, 6, 5, 4, 100, 2, 1});
  // Only those elements.
  CHECK(elements<float>(base.select(0, 0)) == std::vector<float>{0, 1, 2, 3, 4, 5});
  CHECK(elements<float>(base.slice(1, 0, nullopt, 2)) ==
        std::vector<float>{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22});
  CHECK(elements<float>(base.select(0, 1)) == std::vector<float>{6, 9, 8, 6, 10, 100});

  // One view assigned from another copies elements; xtensor's own containers would swap memory.
  const Tensor other = zeros({3, 3});
  auto w = xgrad::view<float>(other);
  w = v;
  CHECK(other.equal(t));
  v = xt::transpose(w);
  CHECK(other.equal(t.transpose(0, 1)));
  CHECK(v(0, 0) == 9);
}

TEST_CASE("view broadcasts as xtensor does", "[xtensor]") {
  const Tensor column = counting<double>({4, 6}).slice(1, 2, 3);  // [4, 1] with strides 6 and 1
  const Tensor row = counting<double>({1, 3});
  const xt::xarray<double> sum = xgrad::view<const double>(column) + xgrad::view<const double>(row);
  CHECK(from_xtensor(sum).equal(column + row));

  const Tensor t = zeros({2, 3}, kDouble);
  xgrad::view<double>(t) = xt::xarray<double>{1, 2, 3};
  CHECK(elements<double>(t) == std::vector<double>{1, 2, 3, 1, 2, 3});
  xgrad::view<double>(t) = xgrad::view<const double>(row);
  CHECK(elements<double>(t) == std::vector<double>{0, 1, 2, 0, 1, 2});

  // An assignment that does not fit is refused, and nothing is written or reshaped.
  auto v = xgrad::view<double>(t);
  CHECK_THROWS(v = xt::xarray<double>::from_shape({4, 3}));
  CHECK_THROWS(v = xt::xarray<double>::from_shape({3, 2, 3}));
  CHECK(elements<double>(t) == std::vector<double>{0, 1, 2, 0, 1, 2});
  CHECK(v.shape() == std::vector<size_t>{2, 3});

  // A repeated dimension can be read.
  const Tensor expanded = counting<double>({3}).expand({2, 3});
  check_same<double>(expanded.contiguous(), xgrad::view<const double>(expanded));
}

TEST_CASE("view of a number and of nothing", "[xtensor]") {
  const Tensor number = tensor(2.5, kDouble);
  auto v = xgrad::view<double>(number);
  CHECK(v.dimension() == 0);
  CHECK(v() == 2.5);
  v() = 4;
  CHECK(number.item<double>() == 4);

  auto nothing = xgrad::view<float>(zeros({0, 3}));
  CHECK(nothing.shape() == std::vector<size_t>{0, 3});
  CHECK(nothing.size() == 0);
  CHECK(xt::sum(nothing)() == 0);
  nothing += 1;
}

TEST_CASE("view keeps the memory alive", "[xtensor]") {
  bool freed = false;
  std::vector<float> memory{1, 2, 3};
  {
    std::optional<Tensor> t = from_blob(memory.data(), {3}, [&](void*) { freed = true; });
    auto v = xgrad::view<const float>(*t);
    const auto doubled = v * 2.f;
    t.reset();
    CHECK_FALSE(freed);
    CHECK(doubled(2) == 6);
    auto copy = v;
    CHECK(copy(0) == 1);
  }
  CHECK(freed);
  // Of a temporary.
  CHECK(xt::sum(xgrad::view<const float>(ones({100})))() == 100);
}

TEST_CASE("view of a gradient in an update step", "[xtensor]") {
  const Tensor x = from_xtensor(xt::xarray<float>{1, 2, 3}, requires_grad());
  (x * x).sum().backward();
  const xt::xarray<float> gradient = xgrad::view<float>(x.grad());
  CHECK(gradient == xt::xarray<float>{2, 4, 6});
  xgrad::view<float>(x) -= 0.5f * xgrad::view<const float>(x.grad());
  CHECK(elements<float>(x.detach()) == std::vector<float>{0, 0, 0});
  xgrad::view<float>(x.grad()) = xt::zeros<float>({3});
  CHECK(elements<float>(x.grad()) == std::vector<float>{0, 0, 0});
}

TEST_CASE("a view for writing raises the version, one for reading does not", "[xtensor]") {
  const Tensor x = ones({2}, requires_grad());
  const Tensor first = (x * x).sum();
  CHECK(xgrad::view<const float>(x)(0) == 1);
  CHECK_NOTHROW(first.backward());

  const Tensor second = (x * x).sum();
  xgrad::view<float>(x) *= 2.f;
  CHECK_THROWS_WITH(second.backward(), Contains("modified by an inplace operation"));
}

TEST_CASE("view refuses with an explanation", "[xtensor]") {
  const Tensor x = ones({2}, kDouble);
  CHECK_THROWS_WITH(xgrad::view<float>(x),
                    Contains("expected scalar type Float but found Double") && Contains("kFloat"));
  CHECK_THROWS_WITH(xgrad::view<const int64_t>(x), Contains("expected scalar type Long but found Double"));
  CHECK_THROWS_AS(xgrad::view<bool>(x), Error);
  CHECK(x._version() == 0);
  CHECK_THROWS_WITH(xgrad::view<float>(Tensor()), Contains("undefined"));
  CHECK_THROWS_WITH(xgrad::view<double>(ones({2}, dtype(kDouble).requires_grad(true)).grad()),
                    Contains("undefined"));
}

// xtensor before 0.26 compiled by g++ as C++20 takes its dynamic shapes for fixed ones in these functions and
// writes past their end: the option that the target xgrad::xtensor carries prevents it.
TEST_CASE("xtensor's immediate reductions are sound", "[xtensor]") {
  const xt::xarray<double> a = xt::reshape_view(xt::arange<double>(2 * 3 * 4 * 5), {2, 3, 4, 5});
  const xt::xarray<double> sums = xt::sum(a, {1, 3}, xt::evaluation_strategy::immediate);
  CHECK(sums.shape().size() == 2);
  CHECK(sums == xt::sum(a, {1, 3}));
  const xt::xarray<double> variance = xt::variance(a, {0, 2});
  REQUIRE(variance.shape().size() == 2);
  CHECK(variance(0, 0) == Approx(931.25));
  const xt::xarray<double> tiled = xt::tile(xt::xarray<double>{{1, 2}, {3, 4}}, {2, 2});
  CHECK(tiled.shape().size() == 2);
  CHECK(tiled(3, 3) == 4);
}
