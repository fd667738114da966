// Backward as text.
#pragma once

#include <string>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// What backward() from `loss`, which has one element, would do, step by step: for each operation the
/// gradient that comes in, and for each of its inputs `name: upstream × local → contribution` and, where
/// paths meet, the sum so far. The local factor is written where there is one: for elementwise operations and
/// those whose result is one number; otherwise the rule's vector-Jacobian product stands alone. Tensors of up
/// to 16 elements are written out, larger ones as statistics. No `.grad` changes, no hook runs and the graph
/// stays; rules of custom functions are called more than once.
std::string explain(const Tensor& loss);

}  // namespace xgrad::autograd
