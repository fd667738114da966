// One operation shared by several threads: as many times as asked, and with the result of one thread.

#include <algorithm>
#include <atomic>
#include <functional>

#include <xgrad/core/parallel.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

#ifdef XGRAD_TEST_HAS_OPENMP
constexpr bool has_threads = true;
#else
constexpr bool has_threads = false;
#endif

// What f computes with `threads` threads.
template <class F>
auto with_threads(int threads, const F& f) {
  struct Restored {
    int before = get_num_threads();
    ~Restored() { set_num_threads(before); }
  } restored;
  set_num_threads(threads);
  return f();
}

}  // namespace

TEST_CASE("ranges of several threads cover every item once", "[threads]") {
  for (const int threads : {1, 2, 3, 7})
    for (const int64_t count : {0, 1, 2, 3, 5, 64, 1001}) {
      std::vector<std::atomic<int>> visits(static_cast<size_t>(count));
      std::atomic<int> calls = 0;
      with_threads(threads, [&] {
        detail::parallel_for(count, detail::worth_a_thread, [&](int64_t begin, int64_t end) {
          ++calls;
          for (int64_t i = begin; i < end; ++i) ++visits[static_cast<size_t>(i)];
        });
        return 0;
      });
      for (const auto& visit : visits) CHECK(visit == 1);
      CHECK(calls <= std::max<int64_t>(1, std::min<int64_t>(threads, count)));
      if (count >= 64) CHECK(calls == (has_threads ? threads : 1));
    }
}

TEST_CASE("work that is not worth a thread stays on its own", "[threads]") {
  const auto ranges = [](double worth) {
    return with_threads(4, [=] {
      std::atomic<int> calls = 0;
      detail::parallel_for(1000, worth * detail::worth_a_thread / 1000, [&](int64_t, int64_t) { ++calls; });
      return calls.load();
    });
  };
  CHECK(ranges(0.01) == 1);
  CHECK(ranges(1.99) == 1);
  CHECK(ranges(2.01) == (has_threads ? 2 : 1));
  CHECK(ranges(1000) == (has_threads ? 4 : 1));
}

TEST_CASE("several threads compute what one computes", "[threads]") {
  manual_seed(11);
  const int64_t rows = 1021, columns = 1531;
  const Tensor x = randn({rows, columns}), y = randn({rows, columns}), wide = x.t(),
               cube = x.view({1, rows, columns});
  const Tensor at = randint(0, columns, {rows, columns}, kLong), some = randint(0, rows, {4 * rows}, kLong);
  const Tensor classes = randint(0, columns, {rows}, kLong), few = randint(0, 3, {rows * columns / 7}, kLong);
  const std::vector<std::pair<const char*, std::function<Tensor()>>> exact = {
      {"add", [&] { return x + y; }},
      {"add row", [&] { return x + y[0]; }},
      {"add column", [&] { return x + y.slice(1, 0, 1); }},
      {"exp", [&] { return x.exp(); }},
      {"where", [&] { return where(x > 0, x, y); }},
      {"transposed", [&] { return wide.contiguous(); }},
      {"to double", [&] { return wide.to(kDouble); }},
      {"cat",
       [&] {
         return cat({x, y, x}, 1);
       }},
      {"cat of rows",
       [&] {
         return cat({x, y}, 0);
       }},
      {"stack",
       [&] {
         return stack({x, wide.t(), y}, 2);
       }},
      {"stack of one",
       [&] {
         return stack({cube, cube}, 1);
       }},
      {"gather", [&] { return x.gather(1, at); }},
      {"scatter_add", [&] { return x.scatter_add(1, at, y); }},
      {"index_select", [&] { return x.index_select(0, some); }},
      {"masked_fill", [&] { return x.masked_fill(y > 0, 3); }},
      {"softmax", [&] { return softmax(x, 1); }},
      {"softmax of columns", [&] { return softmax(x, 0); }},
      {"layer_norm", [&] { return layer_norm(x, {columns}); }},
      {"sum of rows", [&] { return x.sum(1); }},
      {"argmax", [&] { return x.argmax(1); }},
      {"max of all", [&] { return x.max(); }},
      {"argmax of all", [&] { return x.argmax(); }},
      {"cross_entropy", [&] { return cross_entropy_loss(x, classes); }},
      {"cross_entropy of few classes",
       [&] {
         return cross_entropy_loss(x.flatten().slice(0, 0, rows * columns / 7 * 3).view({-1, 3}), few);
       }},
  };
  for (const auto& [name, f] : exact) {
    INFO(name);
    const Tensor expected = with_threads(1, f);
    for (const int threads : {2, 3}) CHECK(equal(with_threads(threads, f), expected));
  }
  const auto block = [](const Tensor& t) { return t.slice(0, 0, 128).slice(1, 0, 512); };
  const Tensor square = y.slice(0, 128, 640).slice(1, 0, 512), bias = y[700].slice(0, 0, 512);
  // Sums of parts, and products, whose order of additions is the number of threads'.
  const std::vector<std::pair<const char*, std::function<Tensor()>>> close = {
      {"sum of all", [&] { return x.sum(); }},
      {"sum of columns", [&] { return x.sum(0); }},
      {"var of all", [&] { return x.var(); }},
      {"var of columns", [&] { return x.var(IntArrayRef(0)); }},
      {"product", [&] { return matmul(x, wide); }},
      {"layer", [&] { return linear(block(x), square, bias); }},
      {"gradient of its input", [&] { return block(y).mm(square); }},
      {"gradient of its weight", [&] { return block(y).t().mm(block(x)); }},
      {"thin product", [&] { return matmul(x.slice(0, 0, 96), wide.slice(1, 0, 200)); }},
      {"linear cross-entropy",
       [&] { return linear_cross_entropy(x.slice(1, 0, 64), y.slice(1, 0, 64), classes % rows); }},
  };
  for (const auto& [name, f] : close) {
    INFO(name);
    const Tensor expected = with_threads(1, f);
    for (const int threads : {2, 3}) CHECK(allclose(with_threads(threads, f), expected, 1e-4, 1e-2));
  }
}

TEST_CASE("a bad index among many leaves the target as it was", "[threads]") {
  const Tensor x = rand({700, 800}), y = rand({700, 800}), before = x.clone();
  for (const int64_t bad : {-1, 800}) {
    Tensor index = zeros({700, 800}, kLong);
    index[651][797] = bad;
    for (const int threads : {1, 3}) {
      with_threads(threads, [&] {
        const std::string words =
            "index " + std::to_string(bad) + " is out of bounds for dimension 1 with size 800";
        CHECK_THROWS_WITH(x.gather(1, index), Contains(words));
        CHECK_THROWS_WITH(x.gather(1, index.t().contiguous().t()), Contains(words));
        CHECK_THROWS_WITH(x.scatter_add(1, index, y), Contains("scatter_add(): " + words));
        CHECK_THROWS_WITH(x.scatter(1, index, 1), Contains("scatter(): " + words));
        CHECK_THROWS_WITH(Tensor(x).scatter_(1, index, y), Contains("scatter_(): " + words));
        CHECK_THROWS_WITH(Tensor(x).scatter_add_(1, index, y), Contains("scatter_add_(): " + words));
        return 0;
      });
      CHECK(equal(x, before));
    }
  }
}
