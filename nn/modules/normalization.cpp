#include <xgrad/nn/modules/normalization.hpp>

#include <xgrad/nn/init.hpp>

namespace xgrad::nn {

template class Cloneable<LayerNormImpl>;
template class Cloneable<GroupNormImpl>;

namespace {

// Registers weight and bias of these sizes, or only their names.
void register_affine(Module& module, bool affine, IntArrayRef sizes, Tensor& weight, Tensor& bias) {
  weight = module.register_parameter("weight", affine ? ones(sizes) : Tensor(), affine);
  bias = module.register_parameter("bias", affine ? zeros(sizes) : Tensor(), affine);
}

void reset_affine(const Tensor& weight, const Tensor& bias) {
  if (!weight.defined()) return;
  init::ones_(weight);
  init::zeros_(bias);
}

}  // namespace

LayerNormImpl::LayerNormImpl(const LayerNormOptions& norm_options) : WithOptions(norm_options) {
  LayerNormImpl::reset();
}
void LayerNormImpl::reset() {
  register_affine(*this, options.elementwise_affine(), options.normalized_shape(), weight, bias);
}
void LayerNormImpl::reset_parameters() { reset_affine(weight, bias); }
Tensor LayerNormImpl::forward(const Tensor& input) {
  return observed(xgrad::layer_norm(input, options.normalized_shape(), weight, bias, options.eps()));
}

GroupNormImpl::GroupNormImpl(const GroupNormOptions& norm_options) : WithOptions(norm_options) {
  GroupNormImpl::reset();
}
void GroupNormImpl::reset() {
  register_affine(*this, options.affine(), {options.num_channels()}, weight, bias);
}
void GroupNormImpl::reset_parameters() { reset_affine(weight, bias); }
Tensor GroupNormImpl::forward(const Tensor& input) {
  return observed(xgrad::group_norm(input, options.num_groups(), weight, bias, options.eps()));
}

namespace internal {

template <class Derived, int64_t low, int64_t high>
BatchNorm<Derived, low, high>::BatchNorm(const BatchNormOptions& norm_options)
    : WithOptions<Derived, BatchNormOptions>(norm_options) {
  BatchNorm::reset();
}

template <class Derived, int64_t low, int64_t high>
void BatchNorm<Derived, low, high>::reset() {
  const int64_t n = this->options.num_features();
  register_affine(*this, this->options.affine(), {n}, weight, bias);
  const bool track = this->options.track_running_stats();
  running_mean = this->register_buffer("running_mean", track ? zeros({n}) : Tensor());
  running_var = this->register_buffer("running_var", track ? ones({n}) : Tensor());
  num_batches_tracked = this->register_buffer("num_batches_tracked", track ? zeros({}, kLong) : Tensor());
}

template <class Derived, int64_t low, int64_t high>
void BatchNorm<Derived, low, high>::reset_parameters() {
  reset_running_stats();
  reset_affine(weight, bias);
}

template <class Derived, int64_t low, int64_t high>
void BatchNorm<Derived, low, high>::reset_running_stats() {
  if (!this->options.track_running_stats()) return;
  running_mean.zero_();
  running_var.fill_(1);
  num_batches_tracked.zero_();
}

template <class Derived, int64_t low, int64_t high>
Tensor BatchNorm<Derived, low, high>::forward(const Tensor& input) {
  if (input.dim() < low || input.dim() > high)
    fail("expected ", low, "D", low == high ? "" : detail::str(" or ", high, "D"), " input (got ",
         input.dim(), "D input) of shape [N, C, d…]");
  // Without a momentum, the running statistics are the means over all batches.
  double momentum = this->options.momentum().value_or(0.0);
  if (this->is_training() && num_batches_tracked.defined()) {
    num_batches_tracked += 1;
    if (!this->options.momentum()) momentum = 1 / num_batches_tracked.template item<double>();
  }
  return this->observed(functional::batch_norm(input, running_mean, running_var,
                                               functional::BatchNormFuncOptions()
                                                   .weight(weight)
                                                   .bias(bias)
                                                   .training(this->is_training() || !running_mean.defined())
                                                   .momentum(momentum)
                                                   .eps(this->options.eps())));
}

template class BatchNorm<BatchNorm1dImpl, 2, 3>;
template class BatchNorm<BatchNorm2dImpl, 4, 4>;
template class BatchNorm<BatchNorm3dImpl, 5, 5>;

}  // namespace internal
}  // namespace xgrad::nn
