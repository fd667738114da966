// The cross-entropy of logits x Wᵀ + b that never exist as a whole.
//
// The logits are made in blocks of some rows and at most about a thousand classes, which a large vocabulary
// makes small enough for the second-level cache, in memory for as many of them as fit 35 MiB. The first time
// each block adds to what its rows' losses need of all classes; then, the last one first, it is turned in
// place into its gradient, which the gradients of x, W and b take up at once. Blocks that are still there by
// then are not made again: while whole rows fit, the three products of linear and its gradient are all there
// is to compute, as in Liger Kernel (arXiv 2410.10989). With more classes the others pay a fourth product, as
// in Cut Cross Entropy (arXiv 2411.09009), for memory that does not grow with the vocabulary.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <xgrad/autograd/ops/cross_entropy.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/matmul.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad {
namespace {

// What the loss depends on: all contiguous, of one dtype, bias and class_weight maybe undefined.
struct Problem {
  Tensor x, weight, bias, target, class_weight;
  CrossEntropySettings settings;
};

// Where to put the gradients that are wanted; the others are undefined.
struct Destination {
  Tensor x, weight, bias;
  bool wanted() const { return x.defined() || weight.defined() || bias.defined(); }
};

Destination destination_for(const Problem& p, bool x, bool weight, bool bias) {
  const auto like = [](const Tensor& t, bool wanted) {
    return wanted ? detail::make_tensor(t.sizes(), t.dtype()) : Tensor();
  };
  return {like(p.x, x), like(p.weight, weight), like(p.bias, bias)};
}

// Logits of which only shape and dtype exist.
Tensor shape_of_logits(const Tensor& x, const Tensor& weight) {
  Dims sizes = x.impl().sizes();
  sizes.back() = weight.size(0);
  return zeros({}, x.dtype()).expand(sizes);
}

Tensor rows_of(const Tensor& t, int64_t begin, int64_t count) {
  Dims sizes = t.impl().sizes();
  sizes[0] = count;
  return detail::make_view(t, std::move(sizes), t.impl().strides(), t.storage_offset() + begin * t.stride(0));
}

Tensor transposed(const Tensor& t) {
  return detail::make_view(t, {t.size(1), t.size(0)}, {t.stride(1), t.stride(0)}, t.storage_offset());
}

// How the logits are cut: into blocks of enough rows for the products, which read W once per block of rows,
// to run at full speed.
struct Cut {
  int64_t rows, parts, kept;  // of a block; that the classes are cut into; parts that stay in memory

  Cut(int64_t n, int64_t classes, int64_t bytes_per_logit, bool read_again) {
    constexpr int64_t kept_bytes = 35 << 20, width = 1024, step = 16, fewest_whole = 64, most = 512;
    parts = (classes + width - 1) / width;
    const int64_t logits = kept_bytes / bytes_per_logit,
                  whole = logits / (parts * widest(classes)) / step * step;
    const int64_t largest = whole >= fewest_whole ? whole : most, blocks = (n + largest - 1) / largest;
    rows = std::min(n, ((n + blocks - 1) / blocks + 15) / 16 * 16);
    kept = read_again ? std::clamp<int64_t>(logits / (rows * widest(classes)), 1, parts) : 1;
  }
  int64_t widest(int64_t classes) const { return (classes + parts - 1) / parts; }
};

// Of the classes, for a block of rows: the logits, then their gradient.
template <class T>
struct Part {
  Tensor logits;
  kernels::LogitBlock<T> block;
};

template <class T>
T loss_of(const kernels::CrossEntropy<T>& args, int64_t row, const kernels::RowTotals<T>& totals) {
  if (args.target && args.target[row] == args.ignore_index) return 0;
  const T log_sum = std::log(totals.sum);
  const T hard = args.target ? totals.hard * (totals.max - totals.picked + log_sum) : 0;
  return args.target && args.smoothing == 0 ? hard : hard + totals.soft * log_sum + totals.soft_gap;
}

// Writes the loss of each row, if `losses` is not null, and the gradients of grad_scale times the sum of the
// losses, each times its upstream gradient unless that is null.
template <class T>
void solve(const Problem& p, T* losses, const Destination& grads, T grad_scale, const T* upstream) {
  const int64_t n = p.x.size(0), classes = p.weight.size(0);
  const Cut cut(n, classes, sizeof(T), grads.wanted());
  // One allocation, for huge pages.
  const int64_t part_size = cut.rows * cut.widest(classes);
  const Tensor memory = detail::make_tensor({cut.kept * part_size}, p.x.dtype());
  const Tensor row_of_ones = grads.bias.defined() ? ones({1, cut.rows}, p.x.dtype()) : Tensor();
  auto args =
      cross_entropy_arguments<T>(shape_of_logits(p.x, p.weight), p.target, p.class_weight, p.settings);
  args.grad_scale = grad_scale;
  std::vector<kernels::RowTotals<T>> totals;

  for (int64_t begin = 0; begin < n; begin += cut.rows) {
    const int64_t count = std::min(cut.rows, n - begin);
    const Tensor x = rows_of(p.x, begin, count);
    const auto part_of = [&](int64_t k) {
      const int64_t first = classes * k / cut.parts, width = classes * (k + 1) / cut.parts - first;
      Tensor logits = detail::make_view(memory, {count, width}, {width, 1}, k % cut.kept * part_size);
      return Part<T>{logits, {logits.data_ptr<T>(), begin, first, width}};
    };
    const auto fill = [&](const Part<T>& part) {
      const int64_t first = part.block.first_class, width = part.block.classes;
      kernels::gemm(part.logits, x, transposed(rows_of(p.weight, first, width)), 0, 1,
                    p.bias.defined() ? rows_of(p.bias, first, width) : Tensor());
    };
    const auto share = [&](const Part<T>& part, const auto& rows) {
      constexpr double cost = 0.15;  // of a logit, in nanoseconds
      detail::parallel_for(count, cost * static_cast<double>(part.block.classes), rows);
    };

    totals.assign(static_cast<size_t>(count), {});
    for (int64_t k = 0; k < cut.parts; ++k) {
      const Part<T> part = part_of(k);
      fill(part);
      share(part, [&](int64_t low, int64_t high) {
        kernels::gather_block(args, part.block, totals.data(), low, high);
      });
    }
    for (int64_t r = 0; losses && r < count; ++r)
      losses[begin + r] = loss_of(args, begin + r, totals[static_cast<size_t>(r)]);
    if (!grads.wanted()) continue;

    for (int64_t k = cut.parts - 1; k >= 0; --k) {
      const Part<T> part = part_of(k);
      if (k < cut.parts - cut.kept) fill(part);
      share(part, [&](int64_t low, int64_t high) {
        kernels::block_gradient(args, part.block, totals.data(), upstream ? upstream + begin : nullptr, low,
                                high);
      });
      const Tensor& g = part.logits;
      const int64_t first = part.block.first_class, width = part.block.classes;
      const double added = begin > 0 ? 1 : 0;  // what earlier rows have left stays
      if (grads.x.defined())
        kernels::gemm(rows_of(grads.x, begin, count), g, rows_of(p.weight, first, width),
                      k == cut.parts - 1 ? 0 : 1);
      if (grads.weight.defined()) kernels::gemm(rows_of(grads.weight, first, width), transposed(g), x, added);
      if (grads.bias.defined())
        kernels::gemm(rows_of(grads.bias, first, width).view({1, width}), row_of_ones.narrow(1, 0, count), g,
                      added);
    }
  }
}

void check_operands(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check(x.dim() == 1 || x.dim() == 2, "linear_cross_entropy: the input must be [D] or [N, D], got ",
        x.sizes(), x.dim() > 2 ? ": flatten the positions, input.flatten(0, -2) with target.flatten()" : "");
  check(weight.dim() == 2 && x.size(-1) == weight.size(1),
        "linear_cross_entropy: the linear weight must be [C, D], a row per class as long as the input's last "
        "dimension; the input is ",
        x.sizes(), ", the weight ", weight.sizes(),
        weight.dim() == 2 && x.size(-1) == weight.size(0) ? ": pass weight.t()" : "");
  check(x.is_floating_point(), "\"linear_cross_entropy\" not implemented for '", x.dtype(),
        "': convert the input first, e.g. x.to(xgrad::kFloat)");
  for (const Tensor* t : {&weight, &bias})
    check(!t->defined() || t->dtype() == x.dtype(), "linear_cross_entropy: the input is ", x.dtype(),
          ", the linear weight or bias ", t->defined() ? t->dtype() : x.dtype(),
          ": convert one with to(), e.g. input.to(weight.dtype())");
  if (!bias.defined()) return;
  check(bias.dim() == 1 && bias.size(0) == weight.size(0), "linear_cross_entropy: the linear bias is ",
        bias.sizes(), ", expected [", weight.size(0), "], one per class");
}

// Whether the blocks can do it: probabilities must be constants of the input's dtype. What is no legal target
// at all is left to cross_entropy_loss to refuse.
bool takes_probabilities(const Tensor& x, const Tensor& target, const Tensor& class_weight,
                         int64_t ignore_index) {
  const auto constant = [&](const Tensor& t) { return t.dtype() == x.dtype() && !t.requires_grad(); };
  return constant(target) && (!class_weight.defined() || constant(class_weight)) && ignore_index < 0;
}

// The number that the sum of the losses is divided by, as cross_entropy_loss has it, and whether any row
// takes part.
struct Weighing {
  double denominator;
  bool any_kept;
};

Weighing weigh(const Problem& p, const Tensor& logits) {
  const int64_t n = p.x.size(0);
  Weighing result{static_cast<double>(n), true};
  if (p.target.dtype() != kLong) return result;
  visit_floating(p.x.dtype(), "linear_cross_entropy", [&](auto zero) {
    const auto args = cross_entropy_arguments<decltype(zero)>(logits, p.target, p.class_weight, p.settings);
    const kernels::TargetSummary summary = kernels::summarize_targets(args, 0, n);
    if (summary.bad >= 0) refuse_target(logits, p.target, summary.bad, p.settings.ignore_index);
    result = {summary.weight == 0 ? std::numeric_limits<double>::quiet_NaN() : summary.weight,
              summary.kept > 0};
  });
  return result;
}

Tensor in_blocks(const Tensor& x, const Tensor& weight, const Tensor& bias, Problem p,
                 const Weighing& weighing) {
  const bool each = p.settings.reduction == Reduction::None,
             recorded = autograd::NodeBuilder::needed({x, weight, bias});
  const double divisor = p.settings.reduction == Reduction::Mean ? weighing.denominator : 1;
  // Nothing kept: 0 / 0 is the mean, but all derivatives are zero.
  p.settings.denominator = weighing.any_kept ? divisor : 1;
  // Each loss has an upstream gradient of its own, and that of W mixes all rows: backward has to start anew.
  const bool now = recorded && !each;
  const Destination left = destination_for(p, now && x.requires_grad(), now && weight.requires_grad(),
                                           now && bias.defined() && bias.requires_grad());
  Tensor loss = detail::make_tensor({x.size(0)}, x.dtype());
  visit_floating(x.dtype(), "linear_cross_entropy", [&](auto zero) {
    using T = decltype(zero);
    auto* losses = loss.data_ptr<T>();
    solve<T>(p, losses, left, static_cast<T>(1 / p.settings.denominator), nullptr);
    if (each) return;
    double sum = 0;
    for (int64_t i = 0; i < x.size(0); ++i) sum += static_cast<double>(losses[i]);
    loss = detail::make_tensor(Dims{}, x.dtype());
    *loss.data_ptr<T>() = static_cast<T>(sum / divisor);
  });
  return record("LinearCrossEntropyBackward0", std::move(loss), {x, weight, bias},
                [x = save(x), weight = save(weight), bias = save(bias), target = save(p.target),
                 class_weight = save(p.class_weight), dx = save(left.x), dw = save(left.weight),
                 db = save(left.bias), settings = p.settings](const Tensor& g, Needs needs) {
                  if (GradMode::is_enabled()) {
                    const Tensor d = cross_entropy_gradient(linear(x(), weight(), bias()), target.data(),
                                                            class_weight.data(), g, settings);
                    return grads(needs[0] ? d.mm(weight()) : none, needs[1] ? d.t().mm(x()) : none,
                                 needs[2] ? d.sum(0) : none);
                  }
                  if (settings.reduction != Reduction::None) {
                    const auto scaled = [&](bool needed, const autograd::Saved& grad) {
                      if (!needed) return none;
                      return g.item().toDouble() == 1
                                 ? grad.data()
                                 : kernels::binary<kernels::Mul>(grad.data(), g, "linear_cross_entropy");
                    };
                    return grads(scaled(needs[0], dx), scaled(needs[1], dw), scaled(needs[2], db));
                  }
                  const auto flat = [](const Tensor& t) { return t.defined() ? kernels::contiguous(t) : t; };
                  const Problem again{flat(x.data()), flat(weight.data()), flat(bias.data()),
                                      target.data(),  class_weight.data(), settings};
                  const Destination anew = destination_for(again, needs[0], needs[1], needs[2]);
                  const Tensor upstream = kernels::contiguous(g);
                  visit_floating(g.dtype(), "linear_cross_entropy", [&](auto zero) {
                    using T = decltype(zero);
                    solve<T>(again, nullptr, anew, 1, upstream.data_ptr<T>());
                  });
                  return grads(anew.x, anew.weight, anew.bias);
                });
}

}  // namespace

Tensor linear_cross_entropy(const Tensor& x, const Tensor& weight, const Tensor& target, const Tensor& bias,
                            const Tensor& class_weight, int64_t reduction, int64_t ignore_index,
                            double label_smoothing) {
  check_cross_entropy_options(reduction, label_smoothing);
  check_operands(x, weight, bias);
  const Tensor logits = shape_of_logits(x, weight);
  const bool indices = target.sizes() != logits.sizes();
  if ((!indices && !takes_probabilities(x, target, class_weight, ignore_index)) || x.size(0) == 0 ||
      weight.size(0) < kernels::fewest_classes_in_block)
    return cross_entropy_loss(linear(x, weight, bias), target, class_weight, reduction, ignore_index,
                              label_smoothing);

  check_class_weight(logits, class_weight);
  if (indices) check_constant_weight(logits, class_weight);
  const Tensor checked = indices ? checked_class_targets(logits, target, class_weight) : target;
  if (x.dim() == 1) {
    const Tensor loss = linear_cross_entropy(x.unsqueeze(0), weight, checked.unsqueeze(0), bias, class_weight,
                                             reduction, ignore_index, label_smoothing);
    return reduction == Reduction::None ? loss.squeeze(0) : loss;
  }
  const auto flat = [](const Tensor& t) { return t.defined() ? kernels::contiguous(t) : t; };
  Problem p{flat(x),       flat(weight),       flat(bias),
            flat(checked), flat(class_weight), {reduction, ignore_index, label_smoothing}};
  const Weighing weighing = weigh(p, logits);
  return in_blocks(x, weight, bias, std::move(p), weighing);
}

}  // namespace xgrad
