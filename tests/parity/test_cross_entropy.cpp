// CrossEntropyLoss against libtorch's: values, gradients, second derivatives and refusals of random calls.
#include <cmath>
#include <limits>
#include <map>

#include "cases.hpp"
#include "compare.hpp"
#include "differences.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

constexpr int cases = 6000;
constexpr int shown = 10;

}  // namespace

TEST_CASE("cross-entropy does what libtorch's does", "[cross_entropy]") {
  int different = 0, computed = 0, with_gradient = 0, with_second = 0;
  std::map<std::string, int> refused;
  for (int i = 0; i < cases; ++i) {
    Random random(seed(), "cross_entropy", i);
    const Case c = draw_cross_entropy(random);
    const Result theirs = expected(c).value();
    computed += theirs.error.empty();
    with_gradient += !theirs.grads.empty();
    with_second += !theirs.second.empty();
    for (const char* words : known_refusals())
      refused[words] += theirs.error.find(words) != std::string::npos;
    const std::string d = difference(c, xgrad_library().run(c), theirs, Words::same);
    if (!d.empty() && ++different <= shown) FAIL_CHECK(where("case", i) << ": " << d << "\n" << describe(c));
  }
  INFO(different << " of " << cases << " cases differ");
  CHECK(different == 0);
  // The cases must keep covering what they are meant to cover.
  CHECK(computed > cases / 2);
  CHECK(with_gradient > cases / 2);
  CHECK(with_second > cases / 2);
  for (const char* words : known_refusals()) {
    INFO(words);
    CHECK(refused[words] > 0);
  }
}

TEST_CASE("linear_cross_entropy does what libtorch's linear and cross-entropy do", "[cross_entropy]") {
  constexpr int linear_cases = 2000;
  int different = 0, computed = 0, with_gradient = 0, with_second = 0, refused = 0;
  for (int i = 0; i < linear_cases; ++i) {
    Random random(seed(), "linear_cross_entropy", i);
    const Case c = draw_linear_cross_entropy(random);
    const Result theirs = expected(c).value();
    computed += theirs.error.empty();
    refused += !theirs.error.empty();
    with_gradient += !theirs.grads.empty();
    with_second += !theirs.second.empty();
    const std::string d = difference(c, xgrad_library().run(c), theirs, Words::same);
    if (!d.empty() && ++different <= shown) FAIL_CHECK(where("case", i) << ": " << d << "\n" << describe(c));
  }
  INFO(different << " of " << linear_cases << " cases differ");
  CHECK(different == 0);
  CHECK(computed > linear_cases / 2);
  CHECK(with_gradient > linear_cases / 2);
  CHECK(with_second > linear_cases / 2);
  CHECK(refused > linear_cases / 50);
}

TEST_CASE("one infinite or invalid logit does what libtorch makes of it", "[cross_entropy]") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> rows = {
      {inf, 0, 0},        {0, inf, 0},          {-inf, 0, 0},         {0, -inf, 0},     {0, 0, -inf},
      {-inf, -inf, -inf}, {std::nan(""), 0, 0}, {0, 0, std::nan("")}, {1e30, 0, -1e30}, {1000, 1001, 1002},
      {-200, 0, 100},     {inf, -inf, 0},       {3e38, -3e38, 0}};
  for (const Type type : {Type::f32, Type::f64})
    for (const auto& row : rows)
      for (int label = -100; label < 3; label = label < 0 ? 0 : label + 1)
        for (const double smoothing : {0.0, 0.1})
          for (const bool weighted : {false, true})
            for (const bool probabilities : {false, true}) {
              Case c;
              c.op = "cross_entropy";
              const Array x = contiguous(type, {1, 3}, row, true);
              Array y = contiguous(Type::i64, {1}, {static_cast<double>(label)});
              if (probabilities) {
                y = contiguous(type, {1, 3}, {0, 0, 0}, true);
                if (label >= 0) y.buffer[static_cast<size_t>(label)] = 1;
              }
              c.inputs = {x, y, weighted ? contiguous(type, {3}, {0, 1, 2}) : Array()};
              c.ints = {1, -100, 0};
              c.reals = {smoothing};
              const std::string d = difference(c, xgrad_library().run(c), expected(c).value(), Words::same);
              INFO(describe(c));
              CHECK(d == "");
            }
}
