// The cross-entropy between logits and class indices or class probabilities.
//
// The loss of a position with logits x is -Σ_c q_c log softmax(x)_c, where q_c = w_c ((1 - a) t_c + a / C): t
// is the target (one-hot for an index), w the weight and a the label smoothing. Its gradient is softmax(x) Σq
// - q. When the input requires grad, the forward pass leaves that gradient behind, so that backward is a
// scale or a move.
#include <limits>
#include <numeric>

#include <xgrad/autograd/lints.hpp>
#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/autograd/ops/cross_entropy.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad {

namespace {

using Settings = CrossEntropySettings;

// The sum of what kernel(begin, end) returns for ranges of positions.
template <class Kernel>
double sum_over_positions(const kernels::Slices& shape, const Kernel& kernel) {
  const int64_t positions = shape.positions();
  const double cost = 0.25 * static_cast<double>(shape.dim);  // of a position, in nanoseconds
  if (static_cast<double>(positions) * cost < 2 * detail::worth_a_thread) return kernel(0, positions);
  // Fixed blocks, so that the sum does not depend on the number of threads: of whole registers of positions.
  constexpr int64_t most = 64;
  const int64_t block = ((positions + most - 1) / most + 15) / 16 * 16,
                blocks = (positions + block - 1) / block;
  double sums[most] = {};
  detail::parallel_for(blocks, cost * static_cast<double>(block), [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) sums[b] = kernel(b * block, std::min(positions, (b + 1) * block));
  });
  return std::accumulate(sums, sums + blocks, 0.0);
}

// The loss; `grad`, if defined, receives the gradient of the (reduced) loss with respect to the logits.
template <class T>
Tensor forward(kernels::CrossEntropy<T> args, const Tensor& logits, const Settings& settings,
               const Tensor& grad) {
  const bool reduced = settings.reduction != Reduction::None;
  Dims sizes;
  if (!reduced) {
    sizes = logits.impl().sizes();
    sizes.erase(sizes.begin() + class_dim(logits));
  }
  Tensor loss = detail::make_tensor(sizes, logits.dtype());
  if (!reduced) args.loss = loss.data_ptr<T>();
  if (grad.defined()) args.grad = grad.data_ptr<T>();
  args.grad_scale = static_cast<T>(1 / settings.denominator);
  const double sum = sum_over_positions(
      args.shape, [&](int64_t begin, int64_t end) { return kernels::cross_entropy(args, begin, end); });
  if (reduced) *loss.data_ptr<T>() = static_cast<T>(sum / settings.denominator);
  return loss;
}

// q for class indices: constant, so off the tape.
template <class T>
Tensor index_distribution(const kernels::CrossEntropy<T>& args, IntArrayRef sizes) {
  Tensor q = zeros(sizes, dtype_of<T>);
  auto* out = q.data_ptr<T>();
  const kernels::Slices& s = args.shape;
  const T spread = args.smoothing / static_cast<T>(s.dim);
  for (int64_t p = 0; p < s.positions(); ++p) {
    const int64_t y = args.target[p];
    if (y == args.ignore_index) continue;
    T* column = out + p / s.inner * s.dim * s.inner + p % s.inner;
    for (int64_t c = 0; c < s.dim; ++c)
      column[c * s.inner] =
          (args.weight ? args.weight[c] : T{1}) * (spread + (c == y ? 1 - args.smoothing : T{}));
  }
  return q;
}

// The upstream gradient with a class dimension to broadcast along, times what the reduction does.
Tensor upstream(const Tensor& g, const Tensor& x, const Settings& settings) {
  const Tensor wide = settings.reduction == Reduction::None ? g.unsqueeze(class_dim(x)) : g;
  return settings.denominator == 1 ? wide : wide / settings.denominator;
}

// The weight as it multiplies an array like x.
Tensor along_classes(const Tensor& weight, const Tensor& x) {
  Dims sizes(static_cast<size_t>(x.dim()), 1);
  sizes[static_cast<size_t>(class_dim(x))] = weight.numel();
  return weight.view(sizes);
}

// The gradient with respect to the logits from operations that are recorded: for derivatives of higher order.
Tensor composed_gradient(const Tensor& x, const Tensor& q, const Tensor& g, const Settings& settings) {
  const int64_t dim = class_dim(x);
  const Tensor total = q.sum(dim, true);
  return (softmax(x, dim) * total - q) * upstream(g, x, settings);
}

// Σ_c of what multiplies logp: differentiable in the target.
Tensor probability_distribution(const Tensor& x, const Tensor& target, const Tensor& weight,
                                double smoothing) {
  Tensor q = target;
  if (smoothing != 0) q = q * (1 - smoothing) + smoothing / static_cast<double>(x.size(class_dim(x)));
  return weight.defined() ? q * along_classes(weight, x) : q;
}

}  // namespace

Tensor cross_entropy_gradient(const Tensor& x, const Tensor& target, const Tensor& weight, const Tensor& g,
                              const CrossEntropySettings& settings) {
  if (target.dtype() != kLong)
    return composed_gradient(x, probability_distribution(x, target, weight, settings.smoothing), g, settings);
  Tensor q;
  visit_floating(x.dtype(), "cross_entropy", [&](auto zero) {
    q = index_distribution(
        cross_entropy_arguments<decltype(zero)>(kernels::contiguous(x), target, weight, settings), x.sizes());
  });
  // An ignored position has no derivatives, whatever its logits are: not even 0 times infinity.
  const Tensor ignored = eq(target, settings.ignore_index).unsqueeze(class_dim(x));
  return masked_fill(composed_gradient(masked_fill(x, ignored, 0), q, g, settings), ignored, 0);
}

namespace {

// The gradient that the forward pass left, times the upstream one.
Tensor scaled_gradient(const Tensor& grad, const Tensor& g, const Settings& settings) {
  if (settings.reduction == Reduction::None) {
    const Tensor per_position = kernels::contiguous(g);
    Tensor out = detail::make_tensor(grad.sizes(), grad.dtype());
    visit_floating(grad.dtype(), "cross_entropy", [&](auto zero) {
      using T = decltype(zero);
      const ClassShape s(grad.sizes());
      kernels::scale_slices<T>(grad.data_ptr<T>(), out.data_ptr<T>(), {s.outer, s.classes, s.inner}, 1,
                               per_position.data_ptr<T>(), nullptr, 0, s.positions());
    });
    return out;
  }
  return g.item().toDouble() == 1 ? grad : kernels::binary<kernels::Mul>(grad, g, "cross_entropy");
}

Tensor with_indices(const Tensor& x, const Tensor& target, const Tensor& weight, Settings settings) {
  const Tensor indices = checked_class_targets(x, target, weight);
  check_constant_weight(x, weight);
  const Tensor logits = kernels::contiguous(x),
               weights = weight.defined() ? kernels::contiguous(weight) : weight;
  const bool recorded = autograd::NodeBuilder::needed({x});
  Tensor grad = recorded ? detail::make_tensor(x.sizes(), x.dtype()) : Tensor();
  Tensor loss;
  visit_floating(x.dtype(), "log_softmax_lastdim_kernel_impl", [&](auto zero) {
    using T = decltype(zero);
    const auto args = cross_entropy_arguments<T>(logits, indices, weights, settings);
    const kernels::TargetSummary summary = kernels::summarize_targets(args, 0, args.shape.positions());
    if (summary.bad >= 0) refuse_target(x, indices, summary.bad, settings.ignore_index);
    // No weight at all: the mean is NaN even where smoothing leaves something above the zero.
    if (settings.reduction == Reduction::Mean)
      settings.denominator = summary.weight == 0 ? std::numeric_limits<double>::quiet_NaN() : summary.weight;
    loss = forward(args, logits, settings, grad);
    // Nothing kept: 0 / 0 is the mean, but all derivatives are zero.
    if (summary.kept == 0) {
      settings.denominator = 1;
      if (recorded) kernels::fill(grad, 0);
    }
  });
  if (!recorded) return loss;
  return record(settings.smoothing == 0 ? nll_name(x) : "CrossEntropyLossBackward0", std::move(loss), {x},
                [x = save(x), indices = save(indices), weights = save(weights), grad = save(grad), settings](
                    const Tensor& g, Needs) {
                  if (!GradMode::is_enabled()) return grads(scaled_gradient(grad.data(), g, settings));
                  return grads(cross_entropy_gradient(x(), indices.data(), weights.data(), g, settings));
                });
}

Tensor with_probabilities(const Tensor& input, const Tensor& probabilities, const Tensor& weight,
                          Settings settings) {
  check(probabilities.is_floating_point(),
        "Expected floating point type for target with class probabilities, got ", probabilities.dtype(),
        ": the target ", probabilities.sizes(),
        " has the input's shape. If it is one-hot, pass target.argmax(", class_dim(input),
        "), or convert it with to(xgrad::k", input.dtype(), ")");
  check(settings.ignore_index < 0,
        "ignore_index is not supported for floating point target: got ignore_index ", settings.ignore_index,
        ". Set the probabilities of the rows to ignore to 0");
  check(input.dim() > 0,
        "log_softmax: Dimension out of range (expected to be in range of [-1, 0], but got 1): the input "
        "needs a dimension for the classes");
  check_class_weight(input, weight);
  visit_floating(input.dtype(), "log_softmax_lastdim_kernel_impl", [](auto) {});
  ScalarType type = promote_types(input.dtype(), probabilities.dtype());
  if (weight.defined()) type = promote_types(type, weight.dtype());
  const Tensor x = input.to(type), target = probabilities.to(type),
               weights = weight.defined() ? weight.to(type) : weight;
  const ClassShape shape(x.sizes());
  const int64_t dim = class_dim(x);
  if (settings.reduction == Reduction::Mean)
    settings.denominator =
        shape.classes > 0 ? static_cast<double>(shape.positions()) : std::numeric_limits<double>::quiet_NaN();
  if (weight.defined() && weight.requires_grad()) {
    const Tensor losses =
        -sum(probability_distribution(x, target, weights, settings.smoothing) * log_softmax(x, dim), dim);
    return settings.reduction == Reduction::None ? losses : losses.sum() / settings.denominator;
  }
  const Tensor logits = kernels::contiguous(x), t = kernels::contiguous(target),
               w = weights.defined() ? kernels::contiguous(weights) : weights;
  const bool recorded = autograd::NodeBuilder::needed({x, target});
  Tensor grad = recorded && x.requires_grad() ? detail::make_tensor(x.sizes(), x.dtype()) : Tensor();
  Tensor loss;
  visit_floating(type, "cross_entropy", [&](auto zero) {
    loss = forward(cross_entropy_arguments<decltype(zero)>(logits, t, w, settings), logits, settings, grad);
  });
  if (!recorded) return loss;
  if (x.numel() == 0)
    settings.denominator = 1;  // the mean of nothing is NaN, but it has no derivatives that could be
  return record("CrossEntropyLossBackward0", std::move(loss), {x, target},
                [x = save(x), t = save(target), w = save(w), grad = save(grad), settings, dim](
                    const Tensor& g, Needs needs) {
                  Tensor dx, dt;
                  if (needs[0])
                    dx = GradMode::is_enabled() ? cross_entropy_gradient(x(), t(), w(), g, settings)
                                                : scaled_gradient(grad.data(), g, settings);
                  if (needs[1]) {
                    dt = log_softmax(x(), dim) * upstream(g, x.data(), settings) * (settings.smoothing - 1);
                    if (w.defined()) dt = dt * along_classes(w(), x.data());
                  }
                  return grads(std::move(dx), std::move(dt));
                });
}

}  // namespace

void check_cross_entropy_options(int64_t reduction, double label_smoothing) {
  check(reduction >= Reduction::None && reduction <= Reduction::Sum, "cross_entropy: invalid reduction ",
        reduction, ": use Reduction::None, Mean or Sum");
  check(label_smoothing >= 0 && label_smoothing <= 1,
        "label_smoothing must be between 0.0 and 1.0. Got: ", label_smoothing,
        ": it is the share of the target that is spread evenly over all classes");
}

Tensor cross_entropy_loss(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                          int64_t ignore_index, double label_smoothing) {
  check_cross_entropy_options(reduction, label_smoothing);
  if (autograd::Watch::has(autograd::Watch::kLints)) [[unlikely]]
    autograd::lint_cross_entropy(x, target, weight, reduction, ignore_index);
  const Settings settings{reduction, ignore_index, label_smoothing};
  return x.sizes() == target.sizes() ? with_probabilities(x, target, weight, settings)
                                     : with_indices(x, target, weight, settings);
}

}  // namespace xgrad
