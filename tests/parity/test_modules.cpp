// Every row of modules.inl in both libraries: printed alike, and with equal values and gradients.
#include "cases.hpp"
#include "compare.hpp"
#include "differences.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

Array draw(Random& random, std::vector<int64_t> sizes, double low, double high, bool requires_grad = true) {
  int64_t n = 1;
  for (const int64_t size : sizes) n *= size;
  std::vector<double> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(random.uniform(low, high));
  return contiguous(Type::f64, std::move(sizes), values, requires_grad);
}

Array draw_signs(Random& random, std::vector<int64_t> sizes) {
  Array signs = draw(random, std::move(sizes), -1, 1, false);
  for (double& v : signs.buffer) v = v < 0 ? -1 : 1;
  return signs;
}

std::vector<Array> draw_inputs(Random& random, Inputs inputs) {
  const int64_t rows = random.between(1, 6);
  const std::vector<int64_t> sizes{rows, 3};
  const auto any = [&] { return draw(random, sizes, -3, 3); };
  switch (inputs) {
    case Inputs::one:
      return {any()};
    case Inputs::even:
      return {draw(random, {2 * rows, 4}, -3, 3)};
    case Inputs::pair:
      return {any(), any()};
    case Inputs::probabilities:
      return {draw(random, sizes, 0.05, 0.95), draw(random, sizes, 0, 1, false)};
    case Inputs::signs:
      return {any(), draw_signs(random, sizes)};
    case Inputs::labels: {
      std::vector<double> labels;
      for (int64_t i = 0; i < rows; ++i) labels.push_back(static_cast<double>(random.between(0, 2)));
      labels[0] = 2;  // one at least that is not ignored
      return {any(), contiguous(Type::i64, {rows}, labels)};
    }
    case Inputs::three:
      return {any(), any(), any()};
    case Inputs::pair_and_signs:
      return {any(), any(), draw_signs(random, sizes)};
    default:
      return {any(), any(), draw_signs(random, {rows})};
  }
}

void check_same(const Case& c, const std::string& difference) {
  if (!is_known(c, difference)) CHECK(difference == "");
}

void check_equal(const std::string& what, const Case& c, const Result& ours, const Result& theirs) {
  INFO(what);
  CHECK(ours.error == "");
  REQUIRE(theirs.error == "");
  REQUIRE(ours.outputs.size() == theirs.outputs.size());
  check_same(c, difference("value", ours.outputs[0], theirs.outputs[0], 1e-12, magnitude(theirs.outputs)));
  REQUIRE(ours.grads.size() == theirs.grads.size());
  for (size_t i = 0; i < ours.grads.size(); ++i) {
    REQUIRE(ours.grads[i].defined == theirs.grads[i].defined);
    if (theirs.grads[i].defined)
      check_same(c, difference("gradient", ours.grads[i], theirs.grads[i], 1e-11, magnitude(theirs.grads)));
  }
}

}  // namespace

TEST_CASE("modules print what libtorch's print", "[modules]") {
  const Library &ours = xgrad_library(), &theirs = libtorch_library();
  REQUIRE(ours.modules.size() == theirs.modules.size());
  for (size_t row = 0; row < ours.modules.size(); ++row)
    CHECK(ours.print_module(row) == theirs.print_module(row));
}

TEST_CASE("modules and their functions compute what libtorch's compute", "[modules]") {
  const Library &ours = xgrad_library(), &theirs = libtorch_library();
  constexpr int cases_per_row = 20;
  for (size_t row = 0; row < ours.modules.size(); ++row) {
    const ModuleOp& op = ours.modules[row];
    for (int i = 0; i < cases_per_row; ++i) {
      Random random(seed(), op.name + std::to_string(row), i);
      const std::vector<Array> inputs = draw_inputs(random, op.inputs);
      for (const bool as_module : {true, false})
        check_equal(where(ours.print_module(row) + (as_module ? " module" : " function"), i),
                    {op.name + (as_module ? " module" : " function"), inputs, {}, {}},
                    ours.run_module(row, inputs, as_module), theirs.run_module(row, inputs, as_module));
    }
  }
}
