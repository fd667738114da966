// What the viewer shows of tensors, and of a cross-entropy. Not for programs.
#pragma once

#include <xgrad/autograd/view/json.hpp>
#include <xgrad/autograd/view/tape.hpp>

namespace xgrad::autograd {

/// Statistics and, of up to `cells` elements, those; null for an undefined tensor.
void write_tensor(xgrad::detail::JsonWriter& json, const Tensor& t, int64_t cells);

/// If `node` is a cross-entropy of small logits whose saved tensors are there: the member "loss" with its
/// softmax, target, gradient (p - y) / N, N where it is one number, and the ignored rows.
void write_loss(xgrad::detail::JsonWriter& json, const TapeNode& node, int64_t cells);

}  // namespace xgrad::autograd
