// The options of modules and of functions in nn::functional. Each setter returns the struct, each getter has
// the setter's name: `LinearOptions(2, 3).bias(false)`, `options.bias()`.
#pragma once

#include <xgrad/nn/options/activation.hpp>
#include <xgrad/nn/options/layers.hpp>
#include <xgrad/nn/options/loss.hpp>
