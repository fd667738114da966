// The words in which every file of this folder records its operations. Not for programs: see
// autograd/record.hpp.
#pragma once

#include <limits>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/record.hpp>

namespace xgrad {

using autograd::Grads;
using autograd::grads;
using autograd::Needs;
using autograd::none;
using autograd::record;
using autograd::record_view;
using autograd::record_views;
using autograd::save;
using autograd::save_for;
using autograd::save_output;

/// x · by, x itself where that is 1.
inline Tensor scaled(const Tensor& x, const Scalar& by) { return by.toDouble() == 1 ? x : x * by; }

inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace xgrad
