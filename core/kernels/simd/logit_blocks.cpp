// Cross-entropy of rows whose logits are there a block of classes at a time.
#include <xgrad/core/kernels/cross_entropy.hpp>
#include <xgrad/core/kernels/simd/row.hpp>

namespace xgrad::kernels::simd {
namespace {

using std::int64_t;

template <class Arch, class T>
class BlockKernel {
 public:
  using Batch = xsimd::batch<T, Arch>;

  BlockKernel(const CrossEntropy<T>& args, const LogitBlock<T>& block)
      : a_(args),
        b_(block),
        keep_(1 - args.smoothing),
        share_(args.smoothing / T(args.shape.dim)),
        soft_(args.probabilities || args.smoothing != 0) {}

  void gather(int64_t r, RowTotals<T>& total) {
    if (ignored(r)) return;
    const T* x = row(r);
    if (const int64_t y = target(r); y >= 0) {
      total.picked = x[y];
      total.hard = a_.weight ? keep_ * a_.weight[b_.first_class + y] : keep_;
    }
    exp_row_.read(x, nullptr, b_.classes);
    const T here = exp_row_.max, max = total.max < here ? here : total.max;
    total.sum = total.sum * exp_nonpositive(Batch(total.max - max)).get(0) +
                exp_row_.sum * exp_nonpositive(Batch(here - max)).get(0);
    if (soft_) {
      const Batch m(here);
      const T soft = sum_row<T, Arch>(b_.classes, [&](int64_t i) { return soft_at(r, i); });
      const T gap = sum_row<T, Arch>(
          b_.classes, [&](int64_t i) { return soft_at(r, i) * (m - Batch::load_unaligned(x + i)); });
      total.soft_gap += raised(total.soft, max - total.max) + gap + raised(soft, max - here);
      total.soft += soft;
    }
    total.max = max;
  }

  void gradient(int64_t r, const RowTotals<T>& total, T scale) const {
    T* x = row(r);
    const int64_t n = b_.classes;
    if (ignored(r)) return map_row<T, Arch>(x, n, [](int64_t) { return Batch(T(0)); });
    const Batch m(total.max), factor((total.hard + total.soft) * scale / total.sum), by(scale);
    const auto softmax = [&](int64_t i) {
      return exp_nonpositive(Batch::load_unaligned(x + i) - m) * factor;
    };
    if (soft_)
      map_row<T, Arch>(x, n, [&](int64_t i) { return softmax(i) - soft_at(r, i) * by; });
    else
      map_row<T, Arch>(x, n, softmax);
    if (const int64_t y = target(r); y >= 0) x[y] -= total.hard * scale;
  }

 private:
  T* row(int64_t r) const { return b_.values + r * b_.classes; }
  bool ignored(int64_t r) const { return a_.target && a_.target[b_.first_row + r] == a_.ignore_index; }
  // Which of the block's classes a row's index target is; a negative number if none.
  int64_t target(int64_t r) const {
    const int64_t y = a_.target ? a_.target[b_.first_row + r] - b_.first_class : -1;
    return y < b_.classes ? y : -1;
  }
  // q of a register of classes.
  Batch soft_at(int64_t r, int64_t i) const {
    const int64_t c = b_.first_class + i;
    const Batch probability =
        a_.probabilities ? Batch::load_unaligned(a_.probabilities + (b_.first_row + r) * a_.shape.dim + c)
                         : Batch(T(0));
    return xsimd::fma(probability, Batch(keep_), Batch(share_)) *
           (a_.weight ? Batch::load_unaligned(a_.weight + c) : Batch(T(1)));
  }
  // What a gap grows by when the maximum does; from the lowest number of all, nothing has been counted yet.
  static T raised(T soft, T by) { return soft == 0 ? T(0) : soft * by; }

  const CrossEntropy<T>& a_;
  const LogitBlock<T>& b_;
  const T keep_, share_;
  const bool soft_;
  ExpRow<Arch, T> exp_row_;
};

}  // namespace

template <class Arch, class T>
void gather_block(const CrossEntropy<T>& args, const LogitBlock<T>& block, RowTotals<T>* totals,
                  int64_t begin, int64_t end) {
  BlockKernel<Arch, T> kernel(args, block);
  for (int64_t r = begin; r < end; ++r) kernel.gather(r, totals[r]);
}

template <class Arch, class T>
void block_gradient(const CrossEntropy<T>& args, const LogitBlock<T>& block, const RowTotals<T>* totals,
                    const T* per_row, int64_t begin, int64_t end) {
  const BlockKernel<Arch, T> kernel(args, block);
  for (int64_t r = begin; r < end; ++r)
    kernel.gradient(r, totals[r], per_row ? args.grad_scale * per_row[r] : args.grad_scale);
}

template void gather_block<XGRAD_ARCH>(const CrossEntropy<float>&, const LogitBlock<float>&,
                                       RowTotals<float>*, int64_t, int64_t);
template void gather_block<XGRAD_ARCH>(const CrossEntropy<double>&, const LogitBlock<double>&,
                                       RowTotals<double>*, int64_t, int64_t);
template void block_gradient<XGRAD_ARCH>(const CrossEntropy<float>&, const LogitBlock<float>&,
                                         const RowTotals<float>*, const float*, int64_t, int64_t);
template void block_gradient<XGRAD_ARCH>(const CrossEntropy<double>&, const LogitBlock<double>&,
                                         const RowTotals<double>*, const double*, int64_t, int64_t);

}  // namespace xgrad::kernels::simd
