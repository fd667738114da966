// The words in which every file of this folder records its operations. Not for programs: see
// autograd/record.hpp.
#pragma once

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

}  // namespace xgrad
