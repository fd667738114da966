#include <xgrad/core/kernels/cross_entropy.hpp>
#include <xgrad/core/kernels/simd/row.hpp>
#include <xgrad/core/kernels/simd/tile.hpp>

namespace xgrad::kernels::simd {
namespace {

using std::int64_t;

// A few positions on their way to a loss. `hard` is (1 - a) w[y], `soft` is sum_c s[c] and `soft_gap` is
// sum_c s[c] (max - x[c]), where s[c] = w[c] ((1 - a) t[c] + a / C).
template <class T>
struct alignas(64) Positions {
  T target[widest_tile];  // -1 when ignored, or when the target is a distribution
  T live[widest_tile];    // 0 when ignored
  T max[widest_tile], sum[widest_tile], picked[widest_tile], hard[widest_tile];
  T soft[widest_tile], soft_gap[widest_tile];
};

template <class Arch, class T>
class Kernel {
 public:
  using Batch = xsimd::batch<T, Arch>;
  static constexpr int64_t lanes = int64_t(Batch::size);

  explicit Kernel(const CrossEntropy<T>& args)
      : a_(args), keep_(1 - args.smoothing), share_(args.smoothing / T(args.shape.dim)) {}

  template <bool Soft>
  double rows(int64_t begin, int64_t end) {
    constexpr int64_t group = 64;
    double total = 0;
    for (int64_t r = begin; r < end; r += group) {
      const int64_t n = end - r < group ? end - r : group;
      for (int64_t t = 0; t < n; ++t) row<Soft>(r + t, t);
      for (int64_t t = n; t % lanes; ++t) blank(t);
      total += finish<Soft>(r, n);
    }
    return total;
  }

  template <bool Soft>
  double tiles(int64_t begin, int64_t end) {
    const Tiling<Arch, T> tiling(a_.shape, end - begin);
    alignas(64) T x[tile_elements<T>];
    alignas(64) T probabilities[Soft ? tile_elements<T> : 1];
    double total = 0;
    for (int64_t p = begin; p < end; p += tiling.width) {
      const int64_t n = end - p < tiling.width ? end - p : tiling.width;
      total += tile<Soft>(tiling, x, probabilities, p, n);
    }
    return total;
  }

 private:
  // s[c] for a register of one class (weight: that class's) or of neighbouring classes (theirs).
  Batch soft_target(Batch probability, Batch weight) const {
    return xsimd::fma(probability, Batch(keep_), Batch(share_)) * weight;
  }

  void blank(int64_t t) {
    p_.target[t] = -1;
    p_.live[t] = p_.max[t] = p_.picked[t] = p_.hard[t] = p_.soft[t] = p_.soft_gap[t] = 0;
    p_.sum[t] = 1;
  }

  template <bool Soft>
  void row(int64_t r, int64_t t) {
    const int64_t classes = a_.shape.dim;
    const T* x = a_.logits + r * classes;
    T* grad = a_.grad ? a_.grad + r * classes : nullptr;
    const int64_t y = a_.target ? a_.target[r] : -1;
    blank(t);
    if (a_.target && y == a_.ignore_index) {
      if (grad) map_row<T, Arch>(grad, classes, [](int64_t) { return Batch(T(0)); });
      return;
    }
    p_.live[t] = 1;
    if (a_.target) {
      p_.picked[t] = x[y];
      p_.hard[t] = a_.weight ? keep_ * a_.weight[y] : keep_;
    }
    [[maybe_unused]] const auto soft_at = [&](int64_t i) __attribute__((always_inline)) {
      return soft_target(
          a_.probabilities ? Batch::load_unaligned(a_.probabilities + r * classes + i) : Batch(T(0)),
          a_.weight ? Batch::load_unaligned(a_.weight + i) : Batch(T(1)));
    };
    row_.read(x, grad, classes);
    p_.max[t] = row_.max;
    p_.sum[t] = row_.sum;
    if constexpr (Soft) {
      const Batch m(row_.max);
      p_.soft[t] = sum_row<T, Arch>(classes, soft_at);
      p_.soft_gap[t] = sum_row<T, Arch>(
          classes, [&](int64_t i) __attribute__((always_inline)) {
            return soft_at(i) * (m - Batch::load_unaligned(x + i));
          });
    }
    if (!grad) return;
    const T factor = (p_.hard[t] + p_.soft[t]) * a_.grad_scale / row_.sum;
    row_.rescale(
        grad, factor, [&](int64_t i, Batch v) __attribute__((always_inline)) {
          if constexpr (Soft)
            return v - soft_at(i) * Batch(a_.grad_scale);
          else
            return v;
        });
    if (a_.target) grad[y] -= p_.hard[t] * a_.grad_scale;
  }

  template <bool Soft>
  double tile(const Tiling<Arch, T>& tiling, T* x, [[maybe_unused]] T* probabilities, int64_t p, int64_t n) {
    const bool whole = tiling.parts == 1;
    const bool ignored = read_targets(p, n);
    const Batch zero(T(0)), one(T(1));

    const auto load = [&](int64_t part) {
      tiling.load(x, a_.logits, p, n, part);
      if (ignored) {  // whatever an ignored position holds, it must not reach the others' sums or its
                      // gradient
        for (int64_t t = 0; t < n; t += lanes) {
          const auto live = Batch::load_aligned(p_.live + t) != zero;
          tiling.down(x, t, part, [&](int64_t, T* v) {
            xsimd::select(live, Batch::load_aligned(v), zero).store_aligned(v);
          });
        }
      }
      if constexpr (Soft) {
        if (a_.probabilities) tiling.load(probabilities, a_.probabilities, p, n, part);
      }
    };
    [[maybe_unused]] const auto soft_at = [&](int64_t c, const T* v) __attribute__((always_inline)) {
      return soft_target(a_.probabilities ? Batch::load_aligned(probabilities + (v - x)) : zero,
                         a_.weight ? Batch(a_.weight[c]) : one);
    };

    for (int64_t part = 0; part < tiling.parts; ++part) {
      load(part);
      for (int64_t t = 0; t < n; t += lanes) {
        Batch m = part ? Batch::load_aligned(p_.max + t) : Batch(lowest_finite<T>);
        tiling.down(x, t, part, [&](int64_t, T* v) { m = xsimd::max(m, Batch::load_aligned(v)); });
        m.store_aligned(p_.max + t);
      }
    }
    for (int64_t part = 0; part < tiling.parts; ++part) {
      if (!whole) load(part);
      for (int64_t t = 0; t < n; t += lanes) {
        const Batch m = Batch::load_aligned(p_.max + t), target = Batch::load_aligned(p_.target + t);
        Batch sum = part ? Batch::load_aligned(p_.sum + t) : zero;
        Batch picked = part ? Batch::load_aligned(p_.picked + t) : zero;
        [[maybe_unused]] Batch soft = part ? Batch::load_aligned(p_.soft + t) : zero;
        [[maybe_unused]] Batch soft_gap = part ? Batch::load_aligned(p_.soft_gap + t) : zero;
        tiling.down(
            x, t, part, [&](int64_t c, T * v) __attribute__((always_inline)) {
              const Batch value = Batch::load_aligned(v), e = exp_nonpositive(value - m);
              picked = xsimd::select(target == Batch(T(c)), value, picked);
              sum += e;
              if constexpr (Soft) {
                const Batch s = soft_at(c, v);
                soft += s;
                soft_gap += s * (m - value);
              }
              if (whole) e.store_aligned(v);
            });
        sum.store_aligned(p_.sum + t);
        picked.store_aligned(p_.picked + t);
        if constexpr (Soft) {
          soft.store_aligned(p_.soft + t);
          soft_gap.store_aligned(p_.soft_gap + t);
        }
      }
    }
    if (a_.grad) {
      const Batch scale(a_.grad_scale);
      for (int64_t part = 0; part < tiling.parts; ++part) {
        if (!whole) load(part);
        for (int64_t t = 0; t < n; t += lanes) {
          const Batch m = Batch::load_aligned(p_.max + t), target = Batch::load_aligned(p_.target + t);
          const Batch hard = Batch::load_aligned(p_.hard + t) * scale;
          const auto live = Batch::load_aligned(p_.live + t) != zero;
          Batch k = hard;
          if constexpr (Soft) k += Batch::load_aligned(p_.soft + t) * scale;
          k = xsimd::select(live, divide(k, Batch::load_aligned(p_.sum + t)), zero);
          tiling.down(
              x, t, part, [&](int64_t c, T * v) __attribute__((always_inline)) {
                const Batch value = Batch::load_aligned(v), e = whole ? value : exp_nonpositive(value - m);
                Batch taken = xsimd::select(target == Batch(T(c)), hard, zero);
                if constexpr (Soft) taken += xsimd::select(live, soft_at(c, v) * scale, zero);
                xsimd::fms(e, k, taken).store_aligned(v);
              });
        }
        tiling.store(x, a_.grad, p, n, part);
      }
    }
    return finish<Soft>(p, n);
  }

  // Fills target, live and hard for n positions from p on and the lanes up to a whole register; tells whether
  // any is ignored.
  bool read_targets(int64_t p, int64_t n) {
    if (!a_.target) {
      for (int64_t t = 0; t < n; ++t) {
        p_.target[t] = -1;
        p_.hard[t] = 0;
        p_.live[t] = 1;
      }
      for (int64_t t = n; t % lanes; ++t) blank(t);
      return false;
    }
    // As T the targets are exact: classes are few, and an index that is to be ignored rounds to no class.
    const int64_t* y = a_.target + p;
    T* target = p_.target;
    for (int64_t t = 0; t < n; ++t) target[t] = T(y[t]);
    for (int64_t t = n; t % lanes; ++t) target[t] = T(a_.ignore_index);
    const Batch ignore(T(a_.ignore_index)), zero(T(0)), one(T(1));
    auto none_ignored = ignore == ignore;
    for (int64_t t = 0; t < n; t += lanes) {
      const Batch value = Batch::load_aligned(target + t);
      const auto live = value != ignore;
      none_ignored = none_ignored & live;
      xsimd::select(live, value, Batch(T(-1))).store_aligned(target + t);
      xsimd::select(live, one, zero).store_aligned(p_.live + t);
      xsimd::select(live, Batch(keep_), zero).store_aligned(p_.hard + t);
    }
    if (a_.weight) {
      for (int64_t t = 0; t < n; ++t) {
        if (y[t] != a_.ignore_index) p_.hard[t] = keep_ * a_.weight[y[t]];
      }
    }
    return !xsimd::all(none_ignored);
  }

  // The losses of n positions from p on, and their sum.
  template <bool Soft>
  double finish(int64_t p, int64_t n) {
    Batch total(T(0));
    for (int64_t t = 0; t < n; t += lanes) {
      const Batch log_sum = xsimd::log(Batch::load_aligned(p_.sum + t));
      const Batch gap = Batch::load_aligned(p_.max + t) - Batch::load_aligned(p_.picked + t);
      Batch loss = Batch::load_aligned(p_.hard + t) * (gap + log_sum);
      if constexpr (Soft) {
        const Batch rest =
            xsimd::fma(Batch::load_aligned(p_.soft + t), log_sum, Batch::load_aligned(p_.soft_gap + t));
        // A target that is a distribution has no class of its own to add.
        loss = a_.target ? loss + rest : rest;
      }
      loss = xsimd::select(Batch::load_aligned(p_.live + t) != Batch(T(0)), loss, Batch(T(0)));
      loss.store_aligned(p_.picked + t);
      total += loss;
    }
    if (a_.loss) {
      for (int64_t t = 0; t < n; ++t) a_.loss[p + t] = p_.picked[t];
    }
    return double(reduce_sum(total));
  }

  const CrossEntropy<T>& a_;
  const T keep_, share_;
  ExpRow<Arch, T> row_;
  Positions<T> p_;
};

}  // namespace

template <class Arch, class T>
double cross_entropy(const CrossEntropy<T>& args, int64_t begin, int64_t end) {
  if (args.shape.dim == 0) {
    if (args.loss) {
      for (int64_t p = begin; p < end; ++p) args.loss[p] = 0;
    }
    return 0;
  }
  Kernel<Arch, T> kernel(args);
  const bool soft = args.probabilities || args.smoothing != 0;
  if (args.shape.inner == 1 && args.shape.dim >= shortest_row) {
    return soft ? kernel.template rows<true>(begin, end) : kernel.template rows<false>(begin, end);
  }
  return soft ? kernel.template tiles<true>(begin, end) : kernel.template tiles<false>(begin, end);
}

template <class Arch, class T>
TargetSummary summarize_targets(const CrossEntropy<T>& args, int64_t begin, int64_t end) {
  const int64_t ignore = args.ignore_index;
  const std::uint64_t classes = std::uint64_t(args.shape.dim);
  TargetSummary result;
  constexpr int64_t chunk = 4096;
  for (int64_t p = begin; p < end; p += chunk) {
    const int64_t* y = args.target + p;
    const int64_t n = end - p < chunk ? end - p : chunk;
    int64_t bad = 0, ignored = 0;
    for (int64_t i = 0; i < n; ++i) {
      ignored += y[i] == ignore;
      bad += (y[i] != ignore) & (std::uint64_t(y[i]) >= classes);
    }
    if (bad) {
      for (int64_t i = 0; result.bad < 0; ++i) {
        if (y[i] != ignore && std::uint64_t(y[i]) >= classes) result.bad = p + i;
      }
      return result;
    }
    result.kept += n - ignored;
    double sum[4] = {0, 0, 0, 0};
    if (args.weight) {
      for (int64_t i = 0; i < n; ++i) sum[i % 4] += y[i] == ignore ? 0.0 : double(args.weight[y[i]]);
    }
    result.weight += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
  if (!args.weight) result.weight = double(result.kept);
  return result;
}

template double cross_entropy<XGRAD_ARCH>(const CrossEntropy<float>&, int64_t, int64_t);
template double cross_entropy<XGRAD_ARCH>(const CrossEntropy<double>&, int64_t, int64_t);
template TargetSummary summarize_targets<XGRAD_ARCH>(const CrossEntropy<float>&, int64_t, int64_t);
template TargetSummary summarize_targets<XGRAD_ARCH>(const CrossEntropy<double>&, int64_t, int64_t);

}  // namespace xgrad::kernels::simd
