// Programs in libtorch's words, compiled against both libraries, print the same.
#include <sstream>

#include "library.hpp"
#include "tests.hpp"

using namespace parity;

TEST_CASE("a program of core types prints what it prints with libtorch", "[programs]") {
  const std::string theirs = libtorch_library().core_types();
  CHECK(theirs.size() > 100);
  CHECK(xgrad_library().core_types() == theirs);
}

namespace {
void check_lines(const std::string& our_text, const std::string& their_text, int at_least) {
  std::istringstream ours(our_text), theirs(their_text);
  std::string mine, other;
  int lines = 0;
  while (std::getline(theirs, other)) {
    REQUIRE(std::getline(ours, mine));
    CHECK(mine == other);
    ++lines;
  }
  CHECK(!std::getline(ours, mine));
  CHECK(lines > at_least);
}
}  // namespace

TEST_CASE("programs of the tutorials print what they print with libtorch", "[programs]") {
  check_lines(xgrad_library().tutorials(), libtorch_library().tutorials(), 80);
}

TEST_CASE("every name of nn, optim and data does what it does in libtorch", "[programs]") {
  check_lines(xgrad_library().nn_surface(), libtorch_library().nn_surface(), 200);
}
