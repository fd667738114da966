// Cross-entropy of logits [outer, classes, inner] (classes contiguous when inner is 1) with index or
// probability targets: loss and gradient in one pass over the logits; or of rows whose logits are there a
// block of classes at a time.
#pragma once

#include <cstdint>
#include <limits>

#include <xgrad/core/kernels/simd.hpp>
#include <xgrad/core/kernels/softmax.hpp>

namespace xgrad::kernels {

/// What cross_entropy() reads and writes; arrays are contiguous. With m = logp the log-softmax over the
/// classes, a the smoothing, w the weight and y the target of a position:
///   index targets:        loss = -(1 - a) w[y] logp[y] - (a / C) sum_c w[c] logp[c], or 0 where y ==
///   ignore_index probability targets:  loss = -sum_c w[c] ((1 - a) t[c] + a / C) logp[c]
template <class T>
struct CrossEntropy {
  const T* logits;
  Slices shape;  // {outer, classes, inner}
  /// One of the two: class indices [outer, inner], each in [0, C) or ignore_index; or probabilities like
  /// logits.
  const std::int64_t* target = nullptr;
  const T* probabilities = nullptr;
  const T* weight = nullptr;  // [classes], or null for ones
  std::int64_t ignore_index = -100;
  T smoothing = 0;
  T* loss = nullptr;  // [outer, inner], or null when only the sum is wanted
  /// Like logits; null when it is not wanted. May be the logits' memory for index targets without smoothing.
  T* grad = nullptr;
  T grad_scale = 1;  // grad = d(grad_scale * sum of losses) / d(logits)
};

/// What the targets say before any logit is read.
struct TargetSummary {
  std::int64_t bad = -1;  // the first position whose target is out of bounds, or -1
  std::int64_t kept = 0;  // positions that are not ignored
  double weight = 0;      // sum of w[y] over them: the denominator of the mean. Not set when bad >= 0
};

/// The logits of some classes of some rows. Of CrossEntropy, which comes with it, logits and grad are not
/// used, and inner is 1.
template <class T>
struct LogitBlock {
  T* values;  // [rows, classes]
  std::int64_t first_row, first_class, classes;
};

/// What the classes seen so far make of a row's loss, with the letters of CrossEntropy and
/// q[c] = w[c] ((1 - a) t[c] + a / C), t being 0 for an index target.
template <class T>
struct RowTotals {
  T max = std::numeric_limits<T>::lowest(), sum = 0;  // sum_c exp(x[c] - max)
  T picked = 0, hard = 0;                             // x[y] and (1 - a) w[y]
  T soft = 0, soft_gap = 0;                           // sum_c q[c] and sum_c q[c] (max - x[c])
};

namespace simd {
template <class Arch, class T>
void gather_block(const CrossEntropy<T>& args, const LogitBlock<T>& block, RowTotals<T>* totals,
                  std::int64_t begin, std::int64_t end);
template <class Arch, class T>
void block_gradient(const CrossEntropy<T>& args, const LogitBlock<T>& block, const RowTotals<T>* totals,
                    const T* per_row, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
double cross_entropy(const CrossEntropy<T>& args, std::int64_t begin, std::int64_t end);
template <class Arch, class T>
TargetSummary summarize_targets(const CrossEntropy<T>& args, std::int64_t begin, std::int64_t end);
}  // namespace simd

/// Computes positions [begin, end) of outer * inner; returns the sum of their losses (float losses are summed
/// in short runs, the runs in double). Infinities and NaN follow PyTorch. Index targets must be in bounds.
template <class T>
double cross_entropy(const CrossEntropy<T>& args, std::int64_t begin, std::int64_t end) {
  return dispatch([&](auto arch) { return simd::cross_entropy<decltype(arch), T>(args, begin, end); });
}

/// Checks and weighs the index targets of positions [begin, end).
template <class T>
TargetSummary summarize_targets(const CrossEntropy<T>& args, std::int64_t begin, std::int64_t end) {
  return dispatch([&](auto arch) { return simd::summarize_targets<decltype(arch), T>(args, begin, end); });
}

/// A block has at least so many classes.
constexpr std::int64_t fewest_classes_in_block = 32;

/// Adds a block's classes to the totals of its rows [begin, end).
template <class T>
void gather_block(const CrossEntropy<T>& args, const LogitBlock<T>& block, RowTotals<T>* totals,
                  std::int64_t begin, std::int64_t end) {
  dispatch([&](auto arch) { simd::gather_block<decltype(arch), T>(args, block, totals, begin, end); });
}

/// Turns a block's logits, rows [begin, end), into the gradient of grad_scale times the sum of the losses,
/// each times per_row[its row in the block] unless that is null, given the totals over all classes.
template <class T>
void block_gradient(const CrossEntropy<T>& args, const LogitBlock<T>& block, const RowTotals<T>* totals,
                    const T* per_row, std::int64_t begin, std::int64_t end) {
  dispatch(
      [&](auto arch) { simd::block_gradient<decltype(arch), T>(args, block, totals, per_row, begin, end); });
}

/// The gradient of grad_scale * sum of losses with respect to the probabilities: -(1 - a) w[c] logp[c], times
/// per_position[position] unless that is null. Allocates nothing; out is like logits.
template <class T>
void cross_entropy_target_grad(const CrossEntropy<T>& args, const T* per_position, T* out, std::int64_t begin,
                               std::int64_t end) {
  log_softmax(args.logits, out, args.shape, begin, end);
  scale_slices<T>(out, out, args.shape, -(1 - args.smoothing) * args.grad_scale, per_position, args.weight,
                  begin, end);
}

}  // namespace xgrad::kernels
