// What the tape costs: chains of small operations, and how that grows with the length of the graph.
#include "rows.hpp"

namespace bench {
namespace {

constexpr int64_t chain_links = 1000;  // two operations each
constexpr int64_t deep_nodes = 1000000;

void add_chains() {
  for (const bool leaves : {false, true}) {
    const std::string name = leaves ? "chain_of_leaves/" : "chain/";
    for (const auto& [elements, bar] : {std::pair<int64_t, double>{1, 40}, {64, 30}}) {
      const Both row{"Tape", name + std::to_string(elements), bar, 2 * chain_links, true};
      add_both(row, [elements = elements, leaves](const Library& l) {
        return l.chain(elements, chain_links, leaves);
      });
      if (elements == 1) add_row(row, "", "", Bar::at_most, 150);
    }
  }
  for (const Library* library : {&xgrad_library(), &libtorch_library()})
    add_timed(std::string("deep_chain/") + library->name,
              [library] { return 1e9 * library->deep_chain(deep_nodes); });
  add_row({"Tape", "deep_chain", 0}, "deep_chain/libtorch", "libtorch", Bar::faster, 1);
  add_row({"Tape", "deep_chain", 0}, "", "", Bar::at_most, 0.3e9);
}

// From 10^2 nodes on; a million of them are some 300 MB, which no cache holds.
void add_growth() {
  const std::string first = "growth/chain/100/xgrad";
  for (int64_t nodes = 100; nodes <= 1000000; nodes *= 10) {
    const std::string work = "growth/chain/" + std::to_string(nodes);
    add(
        work + "/xgrad", [nodes] { return xgrad_library().chain(1, nodes / 2, false); }, "growth/chain");
    if (nodes > 100)
      add_row({"Growth", work, 0, static_cast<double>(nodes)}, first, "100 nodes", Bar::multiple, 1.5, 100);
  }
  // Rows of Operations once more, by the element.
  for (const char* op : {"op/gelu/", "op/tanh/"})
    for (const auto& [size, elements] : {std::pair<const char*, double>{"1M", 1 << 20}, {"16M", 1 << 24}})
      add_row({"Growth", std::string(op) + size, 0, elements}, std::string(op) + "64K/xgrad", "64K",
              Bar::multiple, 1.5, 1 << 16);
}

}  // namespace

void add_tape() {
  add_chains();
  add_growth();
}

}  // namespace bench
