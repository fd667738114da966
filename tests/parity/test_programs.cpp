// Programs in libtorch's words, compiled against both libraries, print the same.
#include "library.hpp"
#include "tests.hpp"

using namespace parity;

TEST_CASE("a program of core types prints what it prints with libtorch", "[programs]") {
  const std::string theirs = libtorch_library().core_types();
  CHECK(theirs.size() > 100);
  CHECK(xgrad_library().core_types() == theirs);
}
