// A backward pass that only looks. Not for programs.
#pragma once

#include <functional>

#include <xgrad/autograd/statistics.hpp>
#include <xgrad/autograd/view/tape.hpp>

namespace xgrad::autograd {

/// What a step does for one input of its node.
struct StepInput {
  size_t input;         ///< which
  Tensor contribution;  ///< of the input's shape; undefined if the rule gives none
  /// What the gradient is multiplied with, element by element, where the rule is such a product.
  Tensor local;
  Tensor sum;      ///< of what has reached that tensor by now
  size_t to_come;  ///< how many uses of that tensor have not been walked yet
  bool broadcast;  ///< whether the contribution was summed over dimensions that were broadcast
};

/// A node's turn in a backward pass: all of its gradient has come in.
struct Step {
  size_t node;     ///< its place on the tape
  Grads incoming;  ///< one per output; undefined where no gradient came
  std::vector<StepInput> inputs;
};

/// Walks backward from the loss of `tape` and calls `look` for every step, in the order of backward(). No
/// leaf accumulates, no hook runs, nothing is freed. Local factors are looked for where the result of a node
/// has at most `small` elements.
void walk(const Tensor& loss, const Tape& tape, int64_t small, const std::function<void(const Step&)>& look);

}  // namespace xgrad::autograd
