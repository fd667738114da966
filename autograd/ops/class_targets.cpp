#include <xgrad/autograd/ops/class_targets.hpp>

#include <algorithm>

#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {
namespace {

// Sizes of x without the class dimension.
Dims target_sizes(const Tensor& x) {
  Dims sizes = x.impl().sizes();
  sizes.erase(sizes.begin() + class_dim(x));
  return sizes;
}

// What to do about targets that do not fit: the common mistakes have a common cure.
std::string advice(const Tensor& x, const Tensor& target) {
  const Dims expected = target_sizes(x);
  Dims squeezed;
  for (const int64_t size : target.sizes())
    if (size != 1) squeezed.push_back(size);
  if (target.dim() == x.dim() && target.dim() == 2 && target.size(1) == 1 && squeezed == expected)
    return detail::str(": target is ", target.sizes(), ", expected ", expected, ": use target.squeeze(1)");
  // Logits with the classes last, as language models make them.
  if (x.dim() > 2 && target.sizes() == x.sizes().slice(0, x.sizes().size() - 1))
    return detail::str(": target is ", target.sizes(),
                       ", which fits an input whose classes come last: use logits.transpose(1, ", x.dim() - 1,
                       ")");
  return detail::str(": the input is ", x.sizes(), " with the classes in dimension ", class_dim(x),
                     ", so the target must be ", expected, ", it is ", target.sizes());
}

void check_shapes(const Tensor& x, const Tensor& target) {
  const auto batch = [](const Tensor& t) { return t.dim() > 0 ? t.size(0) : 0; };
  if (x.dim() > 1 && (target.dim() == 0 || x.size(0) != target.size(0)))
    fail("Expected input batch_size (", batch(x), ") to match target batch_size (", batch(target), ").",
         advice(x, target).substr(1));
  if (x.dim() <= 2) {
    if (target.dim() > 1)
      fail("0D or 1D target tensor expected, multi-target not supported", advice(x, target));
    if (x.dim() == 1 && target.dim() == 1)
      fail("size mismatch (got input: ", x.sizes(), ", target: ", target.sizes(), ")", advice(x, target));
    return;
  }
  if (x.dim() == 4 && target.dim() != 3)
    fail("only batches of spatial targets supported (3D tensors) but got targets of dimension: ",
         target.dim(), advice(x, target));
  const Dims expected = target_sizes(x);
  if (target.sizes() == IntArrayRef(expected)) return;
  if (x.dim() == 4)
    fail("size mismatch (got input: ", x.sizes(), ", target: ", target.sizes(), advice(x, target));
  fail("Expected target size ", expected, ", got ", target.sizes(), advice(x, target));
}

}  // namespace

ClassShape::ClassShape(IntArrayRef sizes) {
  const size_t c = sizes.size() == 1 ? 0 : 1;
  for (size_t d = 0; d < sizes.size(); ++d) (d < c ? outer : d > c ? inner : classes) *= sizes[d];
}

void check_class_weight(const Tensor& x, const Tensor& weight) {
  if (!weight.defined()) return;
  const int64_t classes = x.size(class_dim(x));
  check(weight.dim() == 1 && weight.numel() == classes, "weight tensor should be defined either for all ",
        classes, " classes or no classes but got weight tensor of shape: ", weight.sizes(), ". The input is ",
        x.sizes(), " with the classes in dimension ", class_dim(x));
}

Tensor checked_class_targets(const Tensor& x, const Tensor& target, const Tensor& weight) {
  check(x.dim() > 0, "Expected 1 or more dimensions (got 0): the input needs a dimension for the classes");
  check_shapes(x, target);
  check_class_weight(x, weight);
  check(!weight.defined() || weight.dtype() == x.dtype(), "expected scalar type ", x.dtype(), " but found ",
        weight.defined() ? weight.dtype() : x.dtype(),
        ": the weight must have the input's dtype, use weight.to(xgrad::k", x.dtype(), ")");
  if (!is_integral(target.dtype()))
    fail("expected scalar type Long but found ", target.dtype(),
         ": class indices are integers, use target.to(xgrad::kLong); class probabilities must have the "
         "input's shape ",
         x.sizes(), ", the target is ", target.sizes());
  return target.dtype() == kLong ? kernels::contiguous(target) : kernels::cast(target, kLong);
}

void check_constant_weight(const Tensor& x, const Tensor& weight) {
  if (weight.defined() && weight.requires_grad())
    fail("The function '", x.dim() <= 2 ? "nll_loss_forward" : "nll_loss2d_forward",
         "' is not differentiable with respect to argument 'weight'. ",
         "This input cannot have requires_grad True: with class indices the weight is a constant, pass "
         "weight.detach()");
}

void refuse_target(const Tensor& x, const Tensor& target, int64_t position, int64_t ignore_index) {
  const int64_t classes = x.size(class_dim(x));
  const auto* labels = target.data_ptr<int64_t>();
  std::string where = "the only target";
  if (target.dim() > 0) {
    Dims index(target.sizes().size(), 0);
    int64_t rest = position;
    for (size_t d = index.size(); d-- > 0; rest /= target.sizes()[d]) index[d] = rest % target.sizes()[d];
    where = detail::str("target", IntArrayRef(index));
  }
  int64_t lowest = labels[position], highest = lowest;
  for (int64_t i = 0; i < target.numel(); ++i) {
    if (labels[i] == ignore_index) continue;
    lowest = std::min(lowest, labels[i]);
    highest = std::max(highest, labels[i]);
  }
  const bool one_based = lowest == 1 && highest == classes;
  fail("Target ", labels[position], " is out of bounds. It is ", where, "; with ", classes,
       " classes (dimension ", class_dim(x), " of the input ", x.sizes(), ") the valid range is 0 to ",
       classes - 1, ", and ", ignore_index, " is ignored",
       one_based ? detail::str(". The labels span 1 to ", classes, ": are they 1-based? Use target - 1")
                 : std::string());
}

const char* nll_name(const Tensor& x) { return x.dim() <= 2 ? "NllLossBackward0" : "NllLoss2DBackward0"; }

}  // namespace xgrad
