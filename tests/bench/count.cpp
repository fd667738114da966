// The small cases under callgrind, which writes what each counted into a part of its own; count.sh adds them
// up.
#include <valgrind/callgrind.h>

#include <random>

#include "work.hpp"

namespace bench {

float* random_values() {
  static std::vector<float> values = [] {
    std::mt19937 engine(1);
    std::uniform_real_distribution<float> uniform(0.1f, 1.1f);
    std::vector<float> drawn(4096);
    for (float& value : drawn) value = uniform(engine);
    return drawn;
  }();
  return values.data();
}

namespace {

constexpr int turns = 10;

void count(const std::string& name, const Work& work) {
  for (int i = 0; i < 5; ++i) work();  // what is made once, and the pool
  CALLGRIND_ZERO_STATS;
  for (int i = 0; i < turns; ++i) work();
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

}  // namespace
}  // namespace bench

int main() {
  using namespace bench;
  const Library& xgrad = xgrad_library();
  xgrad.set_threads(1);
  count("chain/1", xgrad.chain(1, 100, false));
  count("chain/64", xgrad.chain(64, 100, false));
  count("chain_of_leaves/1", xgrad.chain(1, 100, true));
  const std::vector<int64_t> labels(32);
  count("cross_entropy/3x5", xgrad.cross_entropy(3, 5, random_values(), labels.data()));
  count("cross_entropy/32x10", xgrad.cross_entropy(32, 10, random_values(), labels.data()));
  for (const NamedWork& op : xgrad.ops())
    if (op.name.starts_with("small/")) count(op.name, op.make());
}
