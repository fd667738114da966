// Losses that compare two tensors element by element.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

Tensor reduced(const Tensor& losses, int64_t reduction) {
  return reduction == Reduction::Mean ? losses.mean() : reduction == Reduction::Sum ? losses.sum() : losses;
}

// The gradient of each loss, of `count`, given that of the reduced one.
Tensor shared(const Tensor& g, int64_t reduction, int64_t count) {
  return reduction == Reduction::Mean ? g / static_cast<double>(std::max<int64_t>(count, 1)) : g;
}

// A loss of x - target by one kernel; `slope` maps the difference to the loss's derivative.
template <class Loss, class Slope>
Tensor difference_loss(const char* op, const char* name, const Tensor& x, const Tensor& target,
                       int64_t reduction, const Loss& loss, Slope slope) {
  check(is_floating_point(kernels::result_type(x, target)), "\"", op, "\" not implemented for '",
        kernels::result_type(x, target), "': convert the tensors first, e.g. x.to(xgrad::kFloat)");
  Tensor y;
  int64_t count = 0;
  {
    const AutoGradMode off(false);
    const Tensor losses = kernels::binary(x, target, op, loss);
    count = losses.numel();
    y = reduced(losses, reduction);
  }
  return record(name, std::move(y), {x, target},
                [x = save(x), t = save(target), reduction, count, slope](const Tensor& g, Needs needs) {
                  const Tensor dx = shared(g, reduction, count) * slope(x() - t());
                  return grads(needs[0] ? dx : none, needs[1] ? -dx : none);
                });
}

void refuse_target_gradient(const char* op, const Tensor& target) {
  check(!target.requires_grad() || !GradMode::is_enabled(), "The function '", op,
        "' is not differentiable with respect to argument 'target'. This input cannot have requires_grad "
        "True. Pass target.detach()");
}

}  // namespace

Tensor l1_loss(const Tensor& x, const Tensor& target, int64_t reduction) {
  return reduced(abs(x - target), reduction);
}

Tensor mse_loss(const Tensor& x, const Tensor& target, int64_t reduction) {
  return difference_loss("mse_cpu", "MseLossBackward0", x, target, reduction, kernels::SquaredDifference{},
                         [](const Tensor& d) { return d * 2; });
}

Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, int64_t reduction, double beta) {
  check(beta >= 0, "smooth_l1_loss does not support negative values for beta.");
  if (beta == 0) return l1_loss(x, target, reduction);
  return difference_loss("smooth_l1_cpu", "SmoothL1LossBackward0", x, target, reduction,
                         kernels::SmoothL1{beta},
                         [beta](const Tensor& d) { return where(abs(d) >= beta, sign(d), d / beta); });
}

Tensor huber_loss(const Tensor& x, const Tensor& target, int64_t reduction, double delta) {
  check(delta > 0, "huber_loss does not support non-positive values for delta.");
  return difference_loss("huber_cpu", "HuberLossBackward0", x, target, reduction, kernels::Huber{delta},
                         [delta](const Tensor& d) { return where(abs(d) > delta, sign(d) * delta, d); });
}

Tensor binary_cross_entropy(const Tensor& x, const Tensor& target, const std::optional<Tensor>& weight,
                            int64_t reduction) {
  check(x.sizes() == target.sizes(), "Using a target size (", target.sizes(),
        ") that is different to the input size (", x.sizes(),
        ") is deprecated. Please ensure they have the same size.");
  check(x.is_floating_point(), "\"binary_cross_entropy\" not implemented for '", x.dtype(),
        "': convert the tensor first, e.g. x.to(xgrad::kFloat)");
  check(x.dtype() == target.dtype(), "Found dtype ", target.dtype(), " but expected ", x.dtype(),
        ": convert the target with to()");
  const Tensor w = weight.value_or(Tensor());
  Tensor y;
  {
    const AutoGradMode off(false);
    check(all(logical_and(x >= 0, x <= 1)).item<bool>(),
          "all elements of input should be between 0 and 1: apply sigmoid first, or use "
          "binary_cross_entropy_with_logits");
    Tensor losses = kernels::binary<kernels::BinaryCrossEntropy>(x, target, "binary_cross_entropy");
    if (w.defined()) losses = losses * w;
    y = reduced(losses, reduction);
  }
  return record("BinaryCrossEntropyBackward0", std::move(y), {x, target},
                [x = save(x), t = save(target), w = save(w), reduction](const Tensor& g, Needs needs) {
                  const Tensor p = x();
                  Tensor share = shared(g, reduction, p.numel());
                  if (w.defined()) share = share * w();
                  Tensor dx, dt;
                  if (needs[0]) dx = share * ((p - t()) / clamp_min(p * (1 - p), 1e-12));
                  if (needs[1]) dt = share * (log1p(-p) - log(p));
                  return grads(std::move(dx), std::move(dt));
                });
}

Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target,
                                        const std::optional<Tensor>& weight,
                                        const std::optional<Tensor>& pos_weight, int64_t reduction) {
  const Tensor w = weight.value_or(Tensor()), p = pos_weight.value_or(Tensor());
  check(is_floating_point(kernels::result_type(x, target)), "\"log_sigmoid_cpu\" not implemented for '",
        x.dtype(), "': convert the tensor first, e.g. x.to(xgrad::kFloat)");
  Tensor y;
  int64_t count = 0;
  {
    const AutoGradMode off(false);
    // -log(sigmoid(x)), of which the target's part may have a weight.
    const Tensor surprise = -log_sigmoid(x.is_floating_point() ? x : x.to(get_default_dtype()));
    Tensor losses = (1 - target) * x + (p.defined() ? ((p - 1) * target + 1) * surprise : surprise);
    if (w.defined()) losses = losses * w;
    count = losses.numel();
    y = reduced(losses, reduction);
  }
  return record("BinaryCrossEntropyWithLogitsBackward0", std::move(y), {x, target},
                [x = save(x), t = save(target), w = save(w), p = save(p), reduction, count](const Tensor& g,
                                                                                            Needs needs) {
                  Tensor share = shared(g, reduction, count), dx, dt;
                  if (w.defined()) share = share * w();
                  if (needs[0]) {
                    const Tensor yes = p.defined() ? p() * t() : t();
                    dx = share * ((yes + 1 - t()) * sigmoid(x()) - yes);
                  }
                  if (needs[1])
                    dt = share * (p.defined() ? log_sigmoid(-x()) - p() * log_sigmoid(x()) : -x());
                  return grads(std::move(dx), std::move(dt));
                });
}

Tensor kl_div(const Tensor& x, const Tensor& target, int64_t reduction, bool log_target) {
  return reduced(log_target ? exp(target) * (target - x) : xlogy(target, target) - target * x, reduction);
}

Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, bool log_input, bool full, double eps,
                        int64_t reduction) {
  Tensor loss = log_input ? exp(x) - target * x : x - target * log(x + eps);
  if (full) {
    const Tensor stirling = target * log(target) - target + 0.5 * log(2 * std::numbers::pi * target);
    loss = loss + masked_fill(stirling, target <= 1, 0);
  }
  return reduced(loss, reduction);
}

Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target, double margin, int64_t reduction) {
  const Tensor zero = zeros_like(x);
  return reduced(where(target != 1, clamp_min(margin - x, 0), zero) + where(target != -1, x, zero),
                 reduction);
}

Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                             int64_t reduction) {
  const int64_t dim = target.dim();
  check(dim <= 1, "0D or 1D target tensor expected, multi-target not supported: got shape ", target.sizes());
  check(a.dim() == dim + 1 && b.dim() == dim + 1, dim + 1, "D target tensor expects ", dim + 1,
        "D input tensors, but found inputs with sizes ", a.sizes(), " and ", b.sizes(), ".");
  constexpr double least = 1e-12;
  const Tensor lengths = sqrt((sum(a * a, dim) + least) * (sum(b * b, dim) + least));
  const Tensor cosine = sum(a * b, dim) / lengths, zero = zeros_like(cosine);
  return reduced(
      where(target == 1, 1 - cosine, zero) + where(target == -1, clamp_min(cosine - margin, 0), zero),
      reduction);
}

Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                           int64_t reduction) {
  check(a.dim() == b.dim() && a.dim() == target.dim(),
        "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ",
        a.sizes(), ", input2: ", b.sizes(), ", target: ", target.sizes());
  return reduced(clamp_min(-target * (a - b) + margin, 0), reduction);
}

Tensor soft_margin_loss(const Tensor& x, const Tensor& target, int64_t reduction) {
  refuse_target_gradient("soft_margin_loss", target);
  Tensor y;
  int64_t count = 0;
  {
    const AutoGradMode off(false);
    const Tensor losses = log1p(exp(-target * x));
    count = losses.numel();
    y = reduced(losses, reduction);
  }
  return record("SoftMarginLossBackward0", std::move(y), {x},
                [x = save(x), t = save(target), reduction, count](const Tensor& g, Needs) {
                  return grads(shared(g, reduction, count) * -t() * sigmoid(-t() * x()));
                });
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           double margin, double p, double eps, bool swap, int64_t reduction) {
  check(anchor.dim() == positive.dim() && anchor.dim() == negative.dim(),
        "All inputs should have same dimension but got ", anchor.dim(), "D, ", positive.dim(), "D and ",
        negative.dim(), "D inputs.");
  const Tensor near = pairwise_distance(anchor, positive, p, eps);
  Tensor far = pairwise_distance(anchor, negative, p, eps);
  if (swap) far = min(far, pairwise_distance(positive, negative, p, eps));
  return reduced(clamp_min(margin + near - far, 0), reduction);
}

}  // namespace xgrad
