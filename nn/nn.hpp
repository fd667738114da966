// Modules, containers, functions, initial values, optimizers, and saving and loading them.
#pragma once

#include <xgrad/nn/containers.hpp>
#include <xgrad/nn/functional.hpp>
#include <xgrad/nn/init.hpp>
#include <xgrad/nn/modules/activation.hpp>
#include <xgrad/nn/modules/dropout.hpp>
#include <xgrad/nn/modules/embedding.hpp>
#include <xgrad/nn/modules/functional.hpp>
#include <xgrad/nn/modules/linear.hpp>
#include <xgrad/nn/modules/loss.hpp>
#include <xgrad/nn/modules/normalization.hpp>
#include <xgrad/nn/optim/adagrad.hpp>
#include <xgrad/nn/optim/adam.hpp>
#include <xgrad/nn/optim/lbfgs.hpp>
#include <xgrad/nn/optim/rmsprop.hpp>
#include <xgrad/nn/optim/schedulers.hpp>
#include <xgrad/nn/optim/sgd.hpp>
#include <xgrad/nn/sequential.hpp>
#include <xgrad/nn/serialize/save.hpp>
#include <xgrad/nn/summary.hpp>
#include <xgrad/nn/utils.hpp>
