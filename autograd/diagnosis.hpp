// What the tape says when something is wrong, apart from the tape so that this stays short. Not for programs.
#pragma once

#include <string>

#include <xgrad/autograd/node.hpp>

namespace xgrad::autograd {

/// "a Float tensor of shape [2, 3] made by MulBackward0", "a Float leaf of shape [3]".
std::string describe(const Tensor& t);

/// backward() from output number `i`, which is not on the tape.
[[noreturn]] void refuse_off_tape(const Tensor& t, size_t i);
/// backward() without a gradient from output number `i`, which has several elements.
[[noreturn]] void refuse_implicit_gradient(const Tensor& t, size_t i);
/// backward() through `node` when `by` has freed its saved tensors.
[[noreturn]] void refuse_freed(const Node& node, const Pass& by);
/// A saved tensor that was written since. `maker` made it, null for a leaf off the tape.
[[noreturn]] void refuse_overwritten(const Tensor& saved, uint32_t expected, const Node* owner,
                                     const Node* maker, bool is_output);
/// A rule's gradient whose shape cannot be brought to that of its input; null: the caller's own gradient.
[[noreturn]] void refuse_gradient_shape(const Tensor& grad, const OutputMeta& meta, const Node* from,
                                        size_t i);
/// backward(create_graph): once in a program.
void warn_cycle();
/// The .grad of a tensor that backward() gives none.
void warn_grad_of_non_leaf(const Tensor& t);

// Anomaly mode (anomaly.cpp).

/// Remembers where the operation of `node` was called, and may check its output.
void note_for_anomaly_mode(Node& node, const Tensor& output);
/// node.apply(), refusing gradients that are not finite.
Grads apply_checked(Node& node, Grads&& grads);

}  // namespace xgrad::autograd
