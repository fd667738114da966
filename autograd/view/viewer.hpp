// Backward as a page to step through.
#pragma once

#include <string>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Writes one HTML file, which needs no network, in which a person steps through the backward pass from
/// `loss`, which has one element: the graph, and at each step the gradient that comes in, the local
/// derivative, their product and the sum where paths meet, with values and gradients cell by cell for tensors
/// of up to 256 elements and as statistics for larger ones. The graph is laid out by Graphviz's `dot` where
/// that is installed. Like explain(), changes nothing; the file appears whole or not at all. Make the graph
/// under TapeDetailGuard to see all values and to fold modules. Up to 5,000 nodes.
void write_html(const Tensor& loss, const std::string& path);

}  // namespace xgrad::autograd
