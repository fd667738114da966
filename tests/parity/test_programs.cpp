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

TEST_CASE("programs of the tutorials print what they print with libtorch", "[programs]") {
  std::istringstream ours(xgrad_library().tutorials()), theirs(libtorch_library().tutorials());
  std::string mine, other;
  int lines = 0;
  while (std::getline(theirs, other)) {
    REQUIRE(std::getline(ours, mine));
    CHECK(mine == other);
    ++lines;
  }
  CHECK(!std::getline(ours, mine));
  CHECK(lines > 80);
}
