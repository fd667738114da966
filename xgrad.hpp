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
