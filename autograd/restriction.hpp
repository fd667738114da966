// Which part of the graph a backward pass for given inputs runs. Not for programs.
#pragma once

#include <unordered_set>
#include <utility>
#include <vector>

#include <xgrad/autograd/record.hpp>

namespace xgrad::autograd {

/// A pass for given inputs goes through the nodes that lead to them, and ends at them.
class Restriction {
 public:
  explicit Restriction(TensorList ends) {
    for (const Tensor& t : ends) ends_.insert(t.impl().node.get());
  }
  /// Finds the nodes to go through, among all that can be reached from `starts`.
  void find(const std::vector<const Node*>& starts);

  bool is_end(const Node& node) const { return ends_.contains(&node); }
  bool goes_through(const Node& node) const { return through_.contains(&node); }
  bool wants(const Node& node) const { return goes_through(node) || is_end(node); }

  /// What Needs asks, in this scope; null: everything is wanted.
  class Scope {
   public:
    explicit Scope(const Restriction* restriction) : before_(std::exchange(Needs::current, restriction)) {}
    ~Scope() { Needs::current = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    const Restriction* before_;
  };

 private:
  std::unordered_set<const Node*> ends_, through_;
};

}  // namespace xgrad::autograd
