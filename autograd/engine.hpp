// Running the tape backward.
#pragma once

#include <optional>
#include <vector>

#include <xgrad/autograd/node.hpp>

namespace xgrad::autograd {

/// Names from PyTorch's history.
using Variable = Tensor;
using variable_list = std::vector<Tensor>;
using tensor_list = std::vector<Tensor>;

/// Adds to every leaf's `.grad` the gradient of the outputs, each weighted by its entry of `grad_tensors`
/// (which may be empty or undefined for one-element outputs). The graph is freed unless `retain_graph`
/// (default: create_graph); `create_graph` records the backward pass itself, for higher derivatives.
/// `inputs`, if any, are the only tensors whose `.grad` is filled; those that are no leaves retain theirs
/// from then on. PyTorch: torch::autograd::backward.
void backward(TensorList tensors, TensorList grad_tensors = {}, std::optional<bool> retain_graph = nullopt,
              bool create_graph = false, TensorList inputs = {});

/// What a rule returned for its input `i`, brought to the shape and dtype of that input: summed over the
/// dimensions that were broadcast. The engine's own; for those who walk the tape themselves.
Tensor fit(Tensor grad, const OutputMeta& meta, const Node* from, size_t i);

/// The gradients of the outputs with respect to `inputs`, returned instead of accumulated. An input that no
/// output depends on is an error, or an undefined gradient with `allow_unused`. PyTorch:
/// torch::autograd::grad.
variable_list grad(TensorList outputs, TensorList inputs, TensorList grad_outputs = {},
                   std::optional<bool> retain_graph = nullopt, bool create_graph = false,
                   bool allow_unused = false);

}  // namespace xgrad::autograd
