#include <xgrad/nn/functional/layers.hpp>

#include <cmath>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/in_place.hpp>
#include <xgrad/core/dense_like.hpp>

namespace xgrad::nn::functional {
namespace {

void check_probability(double p) {
  check(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
}

// The numbers are PyTorch's for the same seed: one draw per element, in the order of memory, or per channel.
Tensor kept(const Tensor& x, double p, bool channels) {
  if (!channels) return detail::make_dense_like(x).bernoulli_(1 - p);
  check(x.dim() >= 2, "Feature dropout requires at least 2 dimensions in the input, but got shape ",
        x.sizes());
  Dims sizes(x.sizes().begin(), x.sizes().end());
  for (size_t d = 2; d < sizes.size(); ++d) sizes[d] = 1;
  return empty(sizes, x.scalar_type()).bernoulli_(1 - p);
}

Tensor drop_channels(const Tensor& input, const DropoutFuncOptions& options) {
  check_probability(options.p());
  if (!options.training() || options.p() == 0 || input.numel() == 0) return input;
  const auto drop = [&](const Tensor& x) {
    return options.p() == 1 ? x * zeros({}, x.options())
                            : x * kept(x, options.p(), true).div_(1 - options.p());
  };
  return options.inplace() ? autograd::apply_in_place(input, "dropout_", drop) : drop(input);
}

// Dropped elements become the limit of selu(-∞), and then all are scaled back to mean 0 and variance 1.
Tensor drop_to_limit(const Tensor& input, const AlphaDropoutFuncOptions& options, bool channels) {
  const double p = options.p();
  check_probability(p);
  if (!options.training() || p == 0 || input.numel() == 0) return input;
  const auto drop = [&](const Tensor& x) {
    if (p == 1) return x * zeros({}, x.options());
    constexpr double limit = 1.7580993408473766;
    const double scale = 1 / std::sqrt((limit * limit * p + 1) * (1 - p));
    const Tensor keep = kept(x, p, channels);
    const Tensor shift = (keep - 1) * (limit * scale) + limit * scale * p;
    return x * (keep * scale) + shift;
  };
  return options.inplace() ? autograd::apply_in_place(input, "alpha_dropout_", drop) : drop(input);
}

// Shrinks, in place and off the tape, the rows that are picked and longer than max_norm.
void shrink_rows(const Tensor& weight, const Tensor& indices, double max_norm, double norm_type) {
  const NoGradGuard no_grad;
  const Tensor table = weight.detach();
  const Tensor norms = table.norm(norm_type, IntArrayRef{1});
  Tensor picked = zeros({table.size(0)}, kBool);
  picked.index_fill_(0, indices.flatten().to(kLong), 1);
  const Tensor shrunk = table * (max_norm / (norms + 1e-7)).unsqueeze(1);
  table.copy_(where((picked & (norms > max_norm)).unsqueeze(1), shrunk, table));
}

}  // namespace

Tensor dropout(const Tensor& input, const DropoutFuncOptions& options) {
  check_probability(options.p());
  if (!options.training() || !options.inplace())
    return xgrad::dropout(input, options.p(), options.training());
  return autograd::apply_in_place(input, "dropout_",
                                  [&](const Tensor& x) { return xgrad::dropout(x, options.p(), true); });
}

Tensor dropout2d(const Tensor& input, const Dropout2dFuncOptions& options) {
  return drop_channels(input, options);
}

Tensor dropout3d(const Tensor& input, const Dropout3dFuncOptions& options) {
  return drop_channels(input, options);
}

Tensor alpha_dropout(const Tensor& input, const AlphaDropoutFuncOptions& options) {
  return drop_to_limit(input, options, false);
}

Tensor feature_alpha_dropout(const Tensor& input, const FeatureAlphaDropoutFuncOptions& options) {
  return drop_to_limit(input, options, true);
}

Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, const CosineSimilarityFuncOptions& options) {
  return xgrad::cosine_similarity(x1, x2, options.dim(), options.eps());
}

Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, const PairwiseDistanceFuncOptions& options) {
  return xgrad::pairwise_distance(x1, x2, options.p(), options.eps(), options.keepdim());
}

Tensor normalize(const Tensor& input, const NormalizeFuncOptions& options) {
  const Tensor norm = input.norm(options.p(), IntArrayRef{options.dim()}, true);
  return input / norm.clamp_min(options.eps()).expand_as(input);
}

Tensor layer_norm(const Tensor& input, const LayerNormFuncOptions& options) {
  return xgrad::layer_norm(input, options.normalized_shape(), options.weight(), options.bias(),
                           options.eps());
}

Tensor group_norm(const Tensor& input, const GroupNormFuncOptions& options) {
  return xgrad::group_norm(input, options.num_groups(), options.weight(), options.bias(), options.eps());
}

Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const BatchNormFuncOptions& options) {
  check(input.dim() >= 2, "batch_norm: expected an input [N, C, d…], got shape ", input.sizes());
  check(!options.training() || input.size(1) == 0 || input.numel() / input.size(1) != 1,
        "Expected more than 1 value per channel when training, got input size ", input.sizes(),
        ": train with larger batches, or call eval()");
  check(options.momentum().has_value(), "batch_norm: momentum must be a number");
  return xgrad::batch_norm(input, options.weight(), options.bias(), running_mean, running_var,
                           options.training(), *options.momentum(), options.eps());
}

Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& options) {
  int64_t padding_idx = options.padding_idx().value_or(-1);
  if (options.padding_idx()) {
    check(padding_idx < weight.size(0) && padding_idx >= -weight.size(0),
          "Padding_idx must be within num_embeddings: got ", padding_idx, " for ", weight.size(0), " rows");
    if (padding_idx < 0) padding_idx += weight.size(0);
  }
  if (options.max_norm()) shrink_rows(weight, indices, *options.max_norm(), options.norm_type());
  return xgrad::embedding(weight, indices, padding_idx, options.scale_grad_by_freq(), options.sparse());
}

}  // namespace xgrad::nn::functional
