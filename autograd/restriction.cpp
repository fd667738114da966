#include <xgrad/autograd/restriction.hpp>

#include <algorithm>
#include <map>

namespace xgrad::autograd {

bool Needs::within(const Restriction& restriction, const Edge& edge) {
  return restriction.wants(*edge.function);
}

void Restriction::find(const std::vector<const Node*>& starts) {
  std::map<uint64_t, const Node*> reachable;
  std::vector<const Node*> stack;
  const auto visit = [&](const Node* node) {
    if (reachable.emplace(node->sequence_nr(), node).second) stack.push_back(node);
  };
  for (const Node* node : starts) visit(node);
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    for (const Edge& edge : node->next_edges())
      if (edge) visit(edge.function.get());
  }
  // Oldest first, so that every node is judged after its inputs.
  for (const auto& [number, node] : reachable) {
    const auto& edges = node->next_edges();
    if (std::any_of(edges.begin(), edges.end(), [&](const Edge& e) { return e && wants(*e.function); }))
      through_.insert(node);
  }
}

}  // namespace xgrad::autograd
