// Programs about the tape in both libraries: what they note agrees.
#include "compare.hpp"
#include "differences.hpp"
#include "tests.hpp"

using namespace parity;

TEST_CASE("programs about the tape note the same in both libraries", "[autograd]") {
  const auto &ours = xgrad_library().programs, &theirs = libtorch_library().programs;
  REQUIRE(ours.size() == theirs.size());
  for (size_t p = 0; p < ours.size(); ++p) {
    const std::vector<Note> mine = ours[p].run(), other = theirs[p].run();
    REQUIRE(mine.size() == other.size());
    for (size_t i = 0; i < mine.size(); ++i) {
      const Note &a = mine[i], &b = other[i];
      INFO(ours[p].name << ", note " << i << ": " << b.name << "\nxgrad: " << a.refusal
                        << "\nlibtorch: " << b.refusal);
      REQUIRE(a.name == b.name);
      CHECK(a.refusal.empty() == b.words.empty());
      CHECK(b.refusal.empty() == b.words.empty());
      CHECK(a.refusal.find(a.words) != std::string::npos);
      CHECK((b.refusal.find(b.words) != std::string::npos || is_known_text(b.words, b.refusal)));
      CHECK(a.value.defined == b.value.defined);
      if (a.value.defined && b.value.defined)
        CHECK(difference("value", a.value, b.value, 1e-12, magnitude(b.value)) == "");
    }
  }
}
