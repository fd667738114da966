// What is done to all parameters at once: clipping gradients, and moving between parameters and one vector.
#pragma once

#include <initializer_list>
#include <vector>

#include <xgrad/core/tensor.hpp>

/// PyTorch: torch::nn::utils.
namespace xgrad::nn::utils {

/// Scales all gradients by one factor, so that the norm of all of them together, of which the value before
/// is returned, is at most max_norm. norm_type may be infinity. Parameters without a gradient are passed
/// over. `error_if_nonfinite` refuses a NaN or infinite norm.
double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type = 2.0,
                       bool error_if_nonfinite = false);
double clip_grad_norm_(std::initializer_list<Tensor> parameters, double max_norm, double norm_type = 2.0,
                       bool error_if_nonfinite = false);
double clip_grad_norm_(const Tensor& parameter, double max_norm, double norm_type = 2.0,
                       bool error_if_nonfinite = false);

/// Limits each element of the gradients to ±clip_value.
void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value);
void clip_grad_value_(std::initializer_list<Tensor> parameters, double clip_value);
void clip_grad_value_(const Tensor& parameter, double clip_value);

/// All elements of all parameters, one after another, with their gradients' paths.
Tensor parameters_to_vector(const std::vector<Tensor>& parameters);
/// Makes the parameters views of the vector's parts.
void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters);

}  // namespace xgrad::nn::utils
