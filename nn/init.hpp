// Filling tensors with initial values. Nothing here is recorded on the tape; all return their argument.
#pragma once

#include <cstdint>
#include <utility>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/enums.hpp>

/// PyTorch: torch::nn::init. The numbers are those of PyTorch for the same seed.
namespace xgrad::nn::init {

/// What follows the layer: kLinear, kSigmoid, kTanh, kReLU, kLeakyReLU or a convolution.
using NonlinearityType =
    enumtype::OneOf<enumtype::kLinear, enumtype::kConv1D, enumtype::kConv2D, enumtype::kConv3D,
                    enumtype::kConvTranspose1D, enumtype::kConvTranspose2D, enumtype::kConvTranspose3D,
                    enumtype::kSigmoid, enumtype::kTanh, enumtype::kReLU, enumtype::kLeakyReLU>;
/// Whether the variance is kept in the forward (kFanIn) or the backward pass (kFanOut).
using FanModeType = enumtype::OneOf<enumtype::kFanIn, enumtype::kFanOut>;

/// The factor by which a nonlinearity shrinks the standard deviation; `param` is kLeakyReLU's slope.
double calculate_gain(NonlinearityType nonlinearity, double param = 0.01);

/// Every element the same: `value`, 1 or 0. Returns the tensor; not recorded.
Tensor constant_(Tensor tensor, const Scalar& value);
Tensor ones_(Tensor tensor);
Tensor zeros_(Tensor tensor);
/// Uniform on [low, high).
Tensor uniform_(Tensor tensor, double low = 0, double high = 1);
/// Normal with that mean and standard deviation.
Tensor normal_(Tensor tensor, double mean = 0, double std = 1);

/// Uniform on ±gain · √(6 / (fan_in + fan_out)), for weights [out, in, …]. Glorot & Bengio 2010.
Tensor xavier_uniform_(Tensor tensor, double gain = 1.0);
/// Normal with standard deviation gain · √(2 / (fan_in + fan_out)). Glorot & Bengio 2010.
Tensor xavier_normal_(Tensor tensor, double gain = 1.0);
/// Uniform on ±gain · √(3 / fan); `a` is the slope of kLeakyReLU. He et al. 2015.
Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanModeType mode = kFanIn,
                        NonlinearityType nonlinearity = kLeakyReLU);
/// Normal with standard deviation gain / √fan. He et al. 2015.
Tensor kaiming_normal_(Tensor tensor, double a = 0, FanModeType mode = kFanIn,
                       NonlinearityType nonlinearity = kLeakyReLU);

/// The identity matrix. Needs 2 dimensions.
Tensor eye_(Tensor matrix);
/// Convolutions that pass on as many channels as they can. Needs 3, 4 or 5 dimensions.
Tensor dirac_(Tensor tensor);
/// gain times a matrix with orthonormal rows or columns, whichever are fewer; dimensions after the first are
/// taken together. Saxe et al. 2013.
Tensor orthogonal_(Tensor tensor, double gain = 1.0);
/// Normal with the share `sparsity` of each column zero. Needs 2 dimensions.
Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01);

/// The number of inputs and of outputs of one unit of a weight [out, in, receptive field…].
std::pair<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor);

}  // namespace xgrad::nn::init
