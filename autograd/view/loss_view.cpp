#include <xgrad/autograd/view/loss_view.hpp>

#include <cmath>
#include <optional>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/ops/class_targets.hpp>
#include <xgrad/autograd/view/walk.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

// The tensors that cross_entropy_loss saves: the logits, the target, the gradient, and maybe a weight.
struct CrossEntropy {
  Tensor logits, target, weight, gradient;
};

std::optional<CrossEntropy> cross_entropy_of(const TapeNode& node, int64_t cells) {
  if (node.op != "NllLossBackward0" && node.op != "NllLoss2DBackward0" &&
      node.op != "CrossEntropyLossBackward0")
    return {};
  if (node.saved.size() < 3 || node.saved.size() > 4) return {};  // nll_loss saves two
  CrossEntropy ce{node.saved[0].value, node.saved[1].value, {}, node.saved.back().value};
  if (node.saved.size() == 4) ce.weight = node.saved[2].value;
  if (!ce.logits.defined() || !ce.target.defined() || !ce.gradient.defined()) return {};
  if (ce.logits.sizes() != ce.gradient.sizes() || ce.logits.numel() == 0 || ce.logits.numel() > cells)
    return {};
  return ce;
}

// [positions, classes]
Tensor as_rows(const Tensor& t) {
  if (t.dim() == 1) return t.unsqueeze(0);
  const Tensor last = t.dim() == 2 ? t : t.movedim(1, -1);
  return last.reshape({-1, t.size(1)});
}

}  // namespace

void write_tensor(xgrad::detail::JsonWriter& json, const Tensor& t, int64_t cells) {
  if (!t.defined()) {
    json.null();
    return;
  }
  const Statistics s(t);
  json.open('{').key("sizes").list(t.sizes()).key("dtype").value(xgrad::detail::str(t.dtype()));
  json.key("min").value(s.min).key("max").value(s.max).key("mean").value(s.mean).key("norm").value(s.norm);
  json.key("nan").value(s.nans).key("inf").value(s.infs);
  // Seven digits say all that a float holds, and half as much as the double that it became.
  if (t.numel() <= cells) {
    json.key("cells").open('[');
    for (const double x : s.elements) t.dtype() == kFloat ? json.value(static_cast<float>(x)) : json.value(x);
    json.close(']');
  }
  json.close('}');
}

void write_loss(xgrad::detail::JsonWriter& json, const TapeNode& node, int64_t cells) {
  const auto ce = cross_entropy_of(node, cells);
  if (!ce) return;
  const NoGradGuard off;
  const Tensor x = as_rows(ce->logits), p = softmax(x, 1);
  const Tensor gradient = as_rows(ce->gradient);
  const bool indices = !ce->target.is_floating_point();
  const int64_t rows = x.size(0), classes = x.size(1);
  Tensor y = zeros({rows, classes}, x.dtype());
  std::vector<int64_t> labels, ignored;
  if (indices) {
    const Tensor flat = ce->target.to(kLong).reshape({-1});
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t label = flat[r].item<int64_t>();
      labels.push_back(label);
      const bool in_range = label >= 0 && label < classes;
      // A label that is no class was accepted, so it is ignored. A class may be the ignored one too: then its
      // row has no gradient, though its probability is below 1 and its weight not zero.
      const bool silent = gradient[r].abs().max().item<double>() == 0 && in_range &&
                          p[r][label].item<double>() < 1 &&
                          (!ce->weight.defined() || ce->weight[label].item<double>() != 0);
      if (!in_range || silent) ignored.push_back(r);
      if (in_range) y[r][label].fill_(1);
    }
  } else {
    y = as_rows(ce->target.to(x.dtype()));
  }
  // N, if the gradient is (p - y) over one number: not with weights, label smoothing or probabilities that do
  // not sum to 1.
  std::optional<double> divisor;
  bool plain = true;
  const Statistics difference(p - y), got(gradient);
  for (size_t i = 0; i < got.elements.size(); ++i) {
    const double d = difference.elements[i], g = got.elements[i];
    if (std::abs(d) < 1e-3 || g == 0) continue;
    if (!divisor) divisor = d / g;
    plain = plain && std::abs(d / g - *divisor) <= 1e-3 * std::abs(*divisor);
  }
  json.key("loss").open('{').key("softmax");
  write_tensor(json, p, cells);
  json.key("target");
  write_tensor(json, y, cells);
  json.key("gradient");
  write_tensor(json, gradient, cells);
  json.key("divisor");
  if (divisor && plain)
    json.value(std::round(*divisor * 1e4) / 1e4);
  else
    json.null();
  json.key("labels").list(labels).key("ignored").list(ignored).close('}');
}

}  // namespace xgrad::autograd
