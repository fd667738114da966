// Programs in libtorch's words, compiled against both libraries, print the same.
#include <sstream>

#include "library.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

void check_lines(const std::string& ours, const std::string& theirs, int at_least) {
  std::istringstream our_lines(ours), their_lines(theirs);
  std::string mine, other;
  int lines = 0;
  while (std::getline(their_lines, other)) {
    REQUIRE(std::getline(our_lines, mine));
    CHECK(mine == other);
    ++lines;
  }
  CHECK(!std::getline(our_lines, mine));
  CHECK(lines > at_least);
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
  check_lines(xgrad_library().tutorials(), libtorch_library().tutorials(), 80);
}

TEST_CASE("every name of nn, optim and data does what it does in libtorch", "[programs]") {
  check_lines(xgrad_library().nn_surface(), libtorch_library().nn_surface(), 200);
}
