// xgrad: everything a program needs. `namespace torch = xgrad;` makes it the libtorch C++ frontend.
#pragma once

#include <xgrad/autograd/anomaly.hpp>
#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/function.hpp>
#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/gradcheck.hpp>
#include <xgrad/autograd/lints.hpp>
#include <xgrad/autograd/node.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/view/details.hpp>
#include <xgrad/autograd/view/explain.hpp>
#include <xgrad/autograd/view/tape.hpp>
#include <xgrad/autograd/view/viewer.hpp>
#include <xgrad/core/expanding_array.hpp>
#include <xgrad/core/factories.hpp>
#include <xgrad/core/indexing.hpp>
#include <xgrad/core/ivalue.hpp>
#include <xgrad/core/parallel.hpp>
#include <xgrad/core/print.hpp>
#include <xgrad/core/random.hpp>
#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/data.hpp>
#include <xgrad/nn/nn.hpp>

/// Tensors, the functions that make them and compute with them, and what concerns them all.
namespace xgrad {
/// The tape: backward, gradients of one's own, checks of them, and what shows the tape.
namespace autograd {}
/// What may stand between the brackets of `x.index({…})`.
namespace indexing {}
/// Modules and losses.
namespace nn {
/// Layers, activations and losses as functions.
namespace functional {}
/// First values of parameters.
namespace init {}
/// Limits on gradients, and parameters as one vector.
namespace utils {}
}  // namespace nn
/// Optimizers and schedules of their learning rates.
namespace optim {}
/// Data sets, and loaders of their batches.
namespace data {
/// What can be loaded.
namespace datasets {}
/// The order in which samples are loaded.
namespace samplers {}
/// What is done to samples and batches.
namespace transforms {}
}  // namespace data
/// Names without a device behind them.
namespace cuda {}
}  // namespace xgrad
