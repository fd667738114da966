// Programs in libtorch's words, compiled against both libraries, print the same.
#include <cmath>
#include <limits>
#include <sstream>

#include "differences.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

void check_lines(const std::string& ours, const std::string& theirs, int at_least) {
  std::istringstream our_lines(ours), their_lines(theirs);
  std::string mine, other;
  int lines = 0;
  while (std::getline(their_lines, other)) {
    REQUIRE(std::getline(our_lines, mine));
    if (!is_known_text(mine, other)) CHECK(mine == other);
    ++lines;
  }
  CHECK(!std::getline(our_lines, mine));
  CHECK(lines > at_least);
}

// The numbers of one line may lie a few roundings of the largest one apart.
void check_numbers(const Printed& ours, const Printed& theirs, size_t at_least) {
  constexpr double roundings = 32;
  REQUIRE(ours.numbers.size() == theirs.numbers.size());
  CHECK(theirs.numbers.size() > at_least);
  for (size_t i = 0; i < theirs.numbers.size(); ++i) {
    const Numbers &mine = ours.numbers[i], &other = theirs.numbers[i];
    REQUIRE(mine.what == other.what);
    REQUIRE(mine.type == other.type);
    REQUIRE(mine.values.size() == other.values.size());
    double largest = 0;
    for (const double v : other.values) largest = std::max(largest, std::abs(v));
    const double epsilon = other.type == Type::f64 ? std::numeric_limits<double>::epsilon()
                                                   : std::numeric_limits<float>::epsilon();
    for (size_t k = 0; k < other.values.size(); ++k) {
      INFO(other.what << ", number " << k);
      CHECK_THAT(mine.values[k], xgrad::tests::WithinAbs(other.values[k], roundings * epsilon * largest));
    }
  }
}

}  // namespace

TEST_CASE("a program of core types prints what it prints with libtorch", "[programs]") {
  const std::string theirs = libtorch_library().core_types();
  CHECK(theirs.size() > 100);
  CHECK(xgrad_library().core_types() == theirs);
}

TEST_CASE("every name of tensors and autograd gives what it gives with libtorch", "[programs]") {
  check_lines(xgrad_library().surface(), libtorch_library().surface(), 150);
}

TEST_CASE("programs of the tutorials print what they print with libtorch", "[programs]") {
  const Printed ours = xgrad_library().tutorials(), theirs = libtorch_library().tutorials();
  check_lines(ours.text, theirs.text, 60);
  check_numbers(ours, theirs, 40);
}

TEST_CASE("every name of nn, optim and data does what it does in libtorch", "[programs]") {
  const Printed ours = xgrad_library().nn_surface(), theirs = libtorch_library().nn_surface();
  check_lines(ours.text, theirs.text, 150);
  check_numbers(ours, theirs, 50);
}
