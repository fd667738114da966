// Every row of the table in ops.inl on random arguments: values, gradients, second derivatives, and whether
// it refuses.
#include "cases.hpp"
#include "compare.hpp"
#include "differences.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

void compare_every_op(int cases_per_op) {
  constexpr int shown_per_op = 3;
  for (const Op& op : xgrad_library().ops) {
    if (op.draw == Draw::cross_entropy || op.draw == Draw::linear_cross_entropy)
      continue;  // test_cross_entropy.cpp
    int different = 0, computed = 0;
    for (int i = 0; i < cases_per_op; ++i) {
      Random random(seed(), op.name, i);
      const Case c = draw_case(op, random);
      const std::optional<Result> theirs = expected(c);
      if (!theirs) continue;
      computed += theirs->error.empty();
      const std::string d = difference(c, xgrad_library().run(c), *theirs, Words::any);
      if (!d.empty() && !is_known(c, d) && ++different <= shown_per_op)
        FAIL_CHECK(where(op.name, i) << ": " << d << "\n" << describe(c));
    }
    INFO(op.name << ": " << different << " of " << cases_per_op << " cases differ");
    CHECK(different == 0);
    CHECK(computed > cases_per_op / 10);
  }
}

}  // namespace

TEST_CASE("every op does what libtorch's does", "[ops]") { compare_every_op(150); }

// Only when asked for: xgrad_parity "[full]".
TEST_CASE("every op does what libtorch's does, on many cases", "[.][full]") {
  constexpr int cases_per_op = 500;
  CHECK(cases_per_op * xgrad_library().ops.size() > 100'000);
  compare_every_op(cases_per_op);
}
