// The modules' computations as functions: `namespace F = xgrad::nn::functional;`.
#pragma once

#include <xgrad/nn/functional/activation.hpp>
#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/functional/loss.hpp>
