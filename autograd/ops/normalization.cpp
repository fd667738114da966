// Normalisation: layer_norm by kernels, groups and batches by the other ops.
#include <xgrad/autograd/ops/picked.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/layer_norm.hpp>
#include <xgrad/core/kernels/reduce.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad {

namespace {

// The gradients of (x - mean) / sqrt(variance + eps) * weight + bias over `dims`, written in public ops;
// weight and bias broadcast with x.
Grads normalization_gradients(const Tensor& g, const Tensor& x, const Tensor& weight, const Dims& dims,
                              double eps, Needs needs) {
  const IntArrayRef over(dims);
  const Tensor center = x - mean(x, over, true);
  const Tensor scale = rsqrt(mean(center * center, over, true) + eps), normal = center * scale;
  Tensor dx;
  if (needs[0]) {
    const Tensor share = weight.defined() ? g * weight : g;
    dx = scale * (share - mean(share, over, true) - normal * mean(share * normal, over, true));
  }
  return grads(std::move(dx), needs[1] ? g * normal : none, needs[2] ? g : none);
}

Tensor normalized(const char* name, const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const Dims& dims, double eps) {
  Tensor y;
  {
    const AutoGradMode off(false);
    const auto [variance, center] = var_mean(x, IntArrayRef(dims), false, true);
    y = (x - center) * rsqrt(variance + eps);
    if (weight.defined()) y = y * weight;
    if (bias.defined()) y = y + bias;
  }
  return record(name, std::move(y), {x, weight, bias},
                [x = save(x), weight = save(weight), dims, eps](const Tensor& g, Needs needs) {
                  return normalization_gradients(g, x(), weight.defined() ? weight() : Tensor(), dims, eps,
                                                 needs);
                });
}

template <class T>
T* data_of(const Tensor& t) {
  return t.defined() ? t.data_ptr<T>() : nullptr;
}

// Calls f(begin, end) on ranges of rows of n elements.
template <class F>
void for_rows(int64_t rows, int64_t n, const F& f) {
  constexpr double cost = 0.15;  // of an element, in nanoseconds
  detail::parallel_for(rows, cost * static_cast<double>(n), f);
}

// The gradients of layer_norm by kernels; x, g and weight are contiguous.
Grads fused_gradients(const Tensor& g, const Tensor& x, const Tensor& weight, const Tensor& mean,
                      const Tensor& scale, int64_t n, Needs needs) {
  Tensor dx, dweight, dbias;
  visit_floating(x.dtype(), "LayerNormBackwardKernelImpl", [&](auto zero) {
    using T = decltype(zero);
    const kernels::NormalizedRows<T> r{data_of<T>(x), data_of<T>(weight), data_of<T>(mean), data_of<T>(scale),
                                       n};
    if (needs[0]) {
      dx = detail::make_tensor(x.sizes(), x.dtype());
      for_rows(mean.numel(), n, [&](int64_t begin, int64_t end) {
        kernels::layer_norm_backward(r, data_of<T>(g), data_of<T>(dx), begin, end);
      });
    }
    if (!needs[1] && !needs[2]) return;
    if (needs[1]) dweight = detail::make_tensor(n, x.dtype());
    if (needs[2]) dbias = detail::make_tensor(n, x.dtype());
    kernels::layer_norm_parameters(r, data_of<T>(g), data_of<T>(dweight), data_of<T>(dbias), mean.numel());
  });
  return grads(std::move(dx), std::move(dweight), std::move(dbias));
}

void check_parameter(const char* what, const Tensor& t, IntArrayRef shape, ScalarType type) {
  if (!t.defined()) return;
  check(t.sizes() == shape, "Expected ", what, " to be of same shape as normalized_shape, but got ", what,
        " of shape ", t.sizes(), " and normalized_shape = ", shape);
  check(t.dtype() == type, "expected scalar type ", type, " but found ", t.dtype(), " for the ", what,
        " of layer_norm: convert it with to()");
}

}  // namespace

Tensor layer_norm(const Tensor& x, IntArrayRef normalized_shape, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps, bool) {
  const Tensor w = weight.value_or(Tensor()), b = bias.value_or(Tensor());
  const size_t count = normalized_shape.size();
  check(count >= 1,
        "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one "
        "element, but got normalized_shape = ",
        normalized_shape);
  check_parameter("weight", w, normalized_shape, x.dtype());
  check_parameter("bias", b, normalized_shape, x.dtype());
  check(x.sizes().size() >= count && x.sizes().slice(x.sizes().size() - count) == normalized_shape,
        "Given normalized_shape=", normalized_shape, ", expected input with shape [*, ", normalized_shape,
        "], but got input of size", x.sizes());
  int64_t n = 1;
  Dims dims;
  for (size_t i = 0; i < count; ++i) {
    n *= normalized_shape[i];
    dims.push_back(x.dim() - static_cast<int64_t>(count - i));
  }
  const int64_t rows = n > 0 ? x.numel() / n : 0;
  const Tensor in = kernels::contiguous(x), scaling = w.defined() ? kernels::contiguous(w) : w,
               offset = b.defined() ? kernels::contiguous(b) : b;
  const Tensor mean = detail::make_tensor(rows, x.dtype()), scale = detail::make_tensor(rows, x.dtype());
  Tensor y = detail::make_tensor(x.sizes(), x.dtype());
  visit_floating(x.dtype(), "LayerNormKernelImpl", [&](auto zero) {
    using T = decltype(zero);
    const kernels::NormalizedRows<T> r{data_of<T>(in), data_of<T>(scaling), data_of<T>(mean),
                                       data_of<T>(scale), n};
    for_rows(rows, n, [&](int64_t begin, int64_t end) {
      kernels::layer_norm(r, data_of<T>(offset), data_of<T>(y), eps, begin, end);
    });
  });
  return record("NativeLayerNormBackward0", std::move(y), {x, w, b},
                [x = save(x), w = save(w), mean = save(mean), scale = save(scale), dims, n, eps](
                    const Tensor& g, Needs needs) {
                  if (GradMode::is_enabled())
                    return normalization_gradients(g, x(), w.defined() ? w() : Tensor(), dims, eps, needs);
                  Grads result = fused_gradients(kernels::contiguous(g), kernels::contiguous(x.data()),
                                                 w.defined() ? kernels::contiguous(w.data()) : Tensor(),
                                                 mean.data(), scale.data(), n, needs);
                  Dims shape;
                  for (const int64_t d : dims) shape.push_back(x.data().size(d));
                  for (size_t i = 1; i < 3; ++i)
                    if (result[i].defined()) result[i] = result[i].view(shape);
                  return result;
                });
}

Tensor group_norm(const Tensor& x, int64_t num_groups, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps, bool) {
  check(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", x.dim());
  const int64_t batch = x.size(0), channels = x.size(1);
  check(num_groups > 0, "Expected num groups to be greater than 0, got ", num_groups);
  check(channels % num_groups == 0,
        "Expected number of channels in input to be divisible by num_groups, but got input of shape ",
        x.sizes(), " and num_groups=", num_groups);
  const int64_t inside = channels / num_groups;
  const auto per_channel = [&](const std::optional<Tensor>& t, const char* what) {
    if (!t || !t->defined()) return Tensor();
    check(t->dim() == 1 && t->numel() == channels, "Expected ", what,
          " to be a vector of size equal to the number of channels in input, but got ", what, " of shape ",
          t->sizes(), " and input of shape ", x.sizes());
    return t->view({1, num_groups, inside, 1});
  };
  const int64_t rest = batch * channels > 0 ? x.numel() / (batch * channels) : 0;
  const Tensor w = per_channel(weight, "weight"), b = per_channel(bias, "bias");
  const Tensor y =
      normalized("NativeGroupNormBackward0", x.reshape({batch, num_groups, inside, rest}), w, b, {2, 3}, eps);
  return y.view(x.sizes());
}

Tensor batch_norm(const Tensor& x, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                  const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var,
                  bool training, double momentum, double eps, bool) {
  check(x.dim() >= 2, "batch_norm: expected at least 2 dimensions [N, C, …], got ", x.sizes());
  const int64_t channels = x.size(1);
  const auto per_channel = [&](const std::optional<Tensor>& t, const char* what) {
    if (!t || !t->defined()) return Tensor();
    check(t->numel() == channels, what, " should contain ", channels, " elements not ", t->numel());
    Dims sizes(static_cast<size_t>(x.dim()), 1);
    sizes[1] = channels;
    return t->view(sizes);
  };
  const Tensor w = per_channel(weight, "weight"), b = per_channel(bias, "bias"),
               old_mean = per_channel(running_mean, "running_mean"),
               old_var = per_channel(running_var, "running_var");
  Dims dims{0};
  for (int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  if (!training) {
    check(old_mean.defined() && old_var.defined(),
          "Expected running_mean and running_var to be defined when training=false");
    Tensor y = (x - old_mean) * rsqrt(old_var + eps);
    if (w.defined()) y = y * w;
    return b.defined() ? y + b : y;
  }
  if (old_mean.defined() || old_var.defined()) {
    const NoGradGuard off;
    const auto [variance, center] = var_mean(x, IntArrayRef(dims), true, true);
    if (old_mean.defined()) old_mean.mul_(1 - momentum).add_(center, momentum);
    if (old_var.defined()) old_var.mul_(1 - momentum).add_(variance, momentum);
  }
  return normalized("NativeBatchNormBackward0", x, w, b, dims, eps);
}

// Rows of a table
// -----------------------------------------------------------------------------------------------------------

namespace {

// For each index, 1 / how often it occurs.
Tensor rarity(const Tensor& indices, int64_t rows, ScalarType type) {
  const Tensor counts = scatter_add(zeros(rows, type), 0, indices, ones(indices.sizes(), type));
  return reciprocal(gather(counts, 0, indices));
}

// The rows of g added up where they were picked. Its own gradient leaves the frequencies out, as PyTorch's
// does.
Tensor embedding_gradient(const Tensor& g, const Tensor& indices, const Dims& table, int64_t padding_idx,
                          bool scale_grad_by_freq) {
  const auto kept = [padding_idx](const Tensor& rows, const Tensor& at) {
    return padding_idx >= 0 ? masked_fill(rows, (at == padding_idx).unsqueeze(1), 0) : rows;
  };
  Tensor sum;
  {
    const AutoGradMode off(false);
    Tensor rows = kept(g.reshape({indices.numel(), table[1]}), indices);
    if (scale_grad_by_freq) rows = rows * rarity(indices, table[0], g.dtype()).unsqueeze(1);
    sum = zeros(table, g.dtype());
    kernels::put(sum, picks_along(0, indices), rows, true);
  }
  return record("EmbeddingDenseBackwardBackward0", std::move(sum), {g},
                [at = save(indices), sizes = g.impl().sizes(), kept](const Tensor& gg, Needs) {
                  return grads(kept(index_select(gg, 0, at.data()), at.data()).view(sizes));
                });
}

}  // namespace

Tensor embedding(const Tensor& weight, const Tensor& indices, int64_t padding_idx, bool scale_grad_by_freq,
                 bool) {
  check(weight.dim() == 2, "'weight' must be 2-D, got ", weight.sizes());
  check(indices.dtype() == kLong || indices.dtype() == kInt,
        "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but "
        "got ",
        indices.dtype(), ": convert with to(xgrad::kLong)");
  const Tensor flat = kernels::contiguous(indices.detach().to(kLong)).view({indices.numel()});
  const int64_t rows = weight.size(0);
  if (!kernels::all_within(flat, 0, rows))
    fail("embedding: index out of range in self: the indices must be from 0 to ", rows - 1, ", but go from ",
         flat.min().item<int64_t>(), " to ", flat.max().item<int64_t>());
  const kernels::Picks picks{flat, {0}, indices.impl().sizes(), 0};
  return record("EmbeddingBackward0", kernels::pick(weight, picks), {weight},
                [flat = save(flat), from = weight.impl().sizes(), padding_idx, scale_grad_by_freq](
                    const Tensor& g, Needs) {
                  return grads(embedding_gradient(g, flat.data(), from, padding_idx, scale_grad_by_freq));
                });
}

Tensor one_hot(const Tensor& indices, int64_t num_classes) {
  if (indices.dtype() != kLong)
    fail("one_hot is only applicable to index tensor. Got ", indices.dtype(),
         ": convert the labels with to(xgrad::kLong)");
  check(num_classes == -1 || num_classes > 0,
        "one_hot: num_classes must be positive, or -1 to infer it, but got ", num_classes);
  if (indices.numel() == 0) {
    check(num_classes > 0,
          "Can not infer total number of classes from empty tensor. Pass num_classes to one_hot");
  } else {
    const int64_t smallest = indices.min().item<int64_t>(), largest = indices.max().item<int64_t>();
    check(smallest >= 0, "Class values must be non-negative. one_hot was given ", smallest);
    if (num_classes == -1) num_classes = largest + 1;
    check(largest < num_classes, "Class values must be smaller than num_classes. one_hot was given ", largest,
          " with num_classes = ", num_classes);
  }
  return indices.unsqueeze(-1).eq(arange(num_classes)).to(kLong);
}

}  // namespace xgrad
