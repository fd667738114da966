#include <xgrad/nn/utils.hpp>

#include <cmath>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/ops.hpp>

namespace xgrad::nn::utils {
namespace {

std::vector<Tensor> gradients(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> result;
  for (const Tensor& parameter : parameters)
    if (parameter.grad().defined()) result.push_back(parameter.grad().detach());
  return result;
}

Tensor total_norm(const std::vector<Tensor>& grads, double norm_type) {
  if (norm_type == 0) return full({}, static_cast<double>(grads.size()));
  const bool infinite = std::isinf(norm_type) && norm_type > 0;
  std::vector<Tensor> norms;
  for (const Tensor& grad : grads) norms.push_back(infinite ? grad.abs().max() : grad.norm(norm_type));
  if (norms.size() == 1) return norms[0];
  return infinite ? stack(norms).max() : stack(norms).norm(norm_type);
}

}  // namespace

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  const NoGradGuard no_grad;
  const std::vector<Tensor> grads = gradients(parameters);
  if (grads.empty()) return 0;
  const Tensor norm = total_norm(grads, norm_type);
  const auto value = norm.item<double>();
  if (error_if_nonfinite && !std::isfinite(value))
    fail("The total norm of order ", norm_type, " for gradients from `parameters` is non-finite (", value,
         "), so it cannot be clipped. To disable this error and scale the gradients with the non-finite norm "
         "anyway, set `error_if_nonfinite=false`");
  // A factor of 1 would rewrite every gradient by itself; NaN is passed on.
  const Tensor factor = (max_norm / (norm + 1e-6)).clamp_max(1.0);
  if (factor.item<double>() == 1) return value;
  for (const Tensor& grad : grads) grad.mul_(factor);
  return value;
}

double clip_grad_norm_(std::initializer_list<Tensor> parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  return clip_grad_norm_(std::vector<Tensor>(parameters), max_norm, norm_type, error_if_nonfinite);
}

double clip_grad_norm_(const Tensor& parameter, double max_norm, double norm_type, bool error_if_nonfinite) {
  return clip_grad_norm_(std::vector<Tensor>{parameter}, max_norm, norm_type, error_if_nonfinite);
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value) {
  const NoGradGuard no_grad;
  for (const Tensor& grad : gradients(parameters)) grad.clamp_(-clip_value, clip_value);
}

void clip_grad_value_(std::initializer_list<Tensor> parameters, double clip_value) {
  clip_grad_value_(std::vector<Tensor>(parameters), clip_value);
}

void clip_grad_value_(const Tensor& parameter, double clip_value) {
  clip_grad_value_(std::vector<Tensor>{parameter}, clip_value);
}

Tensor parameters_to_vector(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> parts;
  for (const Tensor& parameter : parameters) parts.push_back(parameter.view({-1}));
  return cat(parts);
}

void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters) {
  int64_t needed = 0, at = 0;
  for (const Tensor& parameter : parameters) needed += parameter.numel();
  check(vector.dim() == 1 && vector.numel() >= needed, "vector_to_parameters: the parameters have ", needed,
        " elements together, but the vector has shape ", vector.sizes());
  for (const Tensor& parameter : parameters) {
    const Tensor part = vector.detach().slice(0, at, at + parameter.numel());
    parameter.set_data(part.view_as(parameter));
    at += parameter.numel();
  }
}

}  // namespace xgrad::nn::utils
