#include <xgrad/autograd/lints.hpp>

#include <atomic>

#include <xgrad/autograd/accumulate_grad.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

enum Lint : uint32_t {
  kProbabilities = 1,
  kOneBased = 2,
  kClassesLast = 4,
  kOneHot = 8,
  kNothingKept = 16,
  kFixedParameters = 32,
  kNoGradient = 64,
  kNotZeroed = 128,
};
std::atomic<uint32_t> said{0};

template <class... Parts>
void say(Lint lint, const Parts&... parts) {
  if (!(said.fetch_or(lint, std::memory_order_relaxed) & lint)) warn(xgrad::detail::str(parts...));
}

bool everywhere(const Tensor& condition) { return condition.all().item<bool>(); }

bool are_probabilities(const Tensor& x, int64_t dim) {
  const Tensor total = x.sum(dim);
  return everywhere(x >= 0) && everywhere((total - 1).abs() < 1e-3);
}

void lint_logits(const Tensor& x) {
  const int64_t dim = class_dim(x);
  if (x.size(dim) > 1 && are_probabilities(x, dim))
    say(kProbabilities, "cross_entropy: the input ", x.sizes(),
        " already sums to 1 over the classes, dimension ", dim,
        ". The loss applies softmax itself: applied twice, the gradients are small and the loss stays high. "
        "Pass "
        "the logits, what was there before softmax");
}

void lint_labels(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                 int64_t ignore_index) {
  const int64_t classes = x.size(class_dim(x));
  const Tensor labels = target.to(kLong);
  const Tensor kept = labels.masked_select(labels.ne(ignore_index));
  if (kept.numel() == 0) {
    if (reduction == Reduction::Mean)
      say(kNothingKept, "cross_entropy: all ", target.numel(), " targets are ignore_index, ", ignore_index,
          ", so the mean is 0 / 0 = NaN. Skip such batches, or use the sum divided by a count of your own");
    return;
  }
  const int64_t lowest = kept.min().item<int64_t>(), highest = kept.max().item<int64_t>();
  if (lowest == 1 && (highest == classes || kept.numel() >= 8 * classes))
    say(kOneBased, "cross_entropy: none of the ", kept.numel(), " labels is 0, they span 1 to ", highest,
        " with ", classes, " classes: do they count from 1? Classes count from 0, use target - 1");
  const bool in_range = lowest >= 0 && highest < classes;
  if (reduction == Reduction::Mean && weight.defined() && weight.numel() == classes && in_range &&
      weight.index_select(0, kept).sum().item<double>() == 0)
    say(kNothingKept, "cross_entropy: the weights of all ", kept.numel(),
        " targets are 0, so the mean is 0 / 0 = NaN. Skip such batches, or give their classes a weight");
}

std::string title(const Tensor& parameter) {
  return parameter.name().empty() ? xgrad::detail::str("one of shape ", parameter.sizes()) : parameter.name();
}

}  // namespace

LintGuard::LintGuard() : outermost_(!Watch::has(Watch::kLints)) {
  if (outermost_) said.store(0, std::memory_order_relaxed);
  Watch::set(Watch::kLints, Watch::kLints);
}
LintGuard::~LintGuard() {
  if (outermost_) Watch::set(Watch::kLints, 0);
}

void lint_cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t reduction,
                        int64_t ignore_index) {
  const NoGradGuard off;
  if (x.dim() == 0 || x.numel() == 0 || !x.is_floating_point()) return;
  lint_logits(x);
  if (target.is_floating_point() || target.numel() == 0) return;
  if (x.sizes() == target.sizes()) {
    if (everywhere((target == 0).logical_or(target == 1)) && everywhere(target.sum(class_dim(x)) == 1))
      say(kOneHot, "cross_entropy: the target ", target.sizes(), " is one-hot but of dtype ", target.dtype(),
          ": pass the classes, target.argmax(", class_dim(x),
          "), or probabilities, target.to(xgrad::kFloat)");
    return;
  }
  if (x.dim() == 3 && x.size(1) == x.size(2) && target.dim() == 2)
    say(kClassesLast, "cross_entropy: dimensions 1 and 2 of the input ", x.sizes(),
        " are equally long; the classes are in dimension 1. If yours come last, as language models make "
        "them, "
        "use logits.transpose(1, 2)");
  lint_labels(x, target, weight, reduction, ignore_index);
}

void lint_optimizer(TensorList parameters) {
  for (const Tensor& parameter : parameters)
    if (parameter.requires_grad()) return;
  say(kFixedParameters, "optimizer: ", parameters.size(),
      " parameters, none of which requires grad: step() will change nothing. Pass model->parameters(), or "
      "call "
      "requires_grad_() on the tensors");
}

void lint_step(TensorList parameters) {
  size_t missing = 0;
  const Tensor* first = nullptr;
  for (const Tensor& parameter : parameters) {
    if (!parameter.requires_grad()) continue;
    if (parameter.grad().defined()) {
      if (parameter.is_leaf()) static_cast<AccumulateGrad&>(*parameter.impl().node).used_by_step = true;
      continue;
    }
    if (missing++ == 0) first = &parameter;
  }
  if (missing > 0)
    say(kNoGradient, "step: ", missing, " of ", parameters.size(),
        " parameters have no gradient and stay as they are, the first is ", title(*first),
        ". Was backward() called, and does the loss depend on them? Were they detached, or is the "
        "module not used in forward()?");
}

void lint_accumulation(const Tensor& grad) {
  const NoGradGuard off;
  if (!everywhere(grad == 0))
    say(kNotZeroed, "backward: adds to a gradient of shape ", grad.sizes(),
        " that step() has used already: the steps will follow old batches too. Call optimizer.zero_grad() "
        "before backward()");
}

}  // namespace xgrad::autograd
