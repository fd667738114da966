#include <xgrad/core/kernels/product/product.hpp>

#include <algorithm>

#include <xgrad/core/kernels/product/plan.hpp>
#include <xgrad/core/kernels/simd.hpp>
#include <xgrad/core/parallel.hpp>
#include <xgrad/core/storage.hpp>

namespace xgrad::kernels::product {
namespace {

template <class T>
Plan<T> plan(const Product<T>& p) {
  return dispatch([&](auto arch) { return simd::plan<decltype(arch), T>(p); });
}
template <class T>
void run(const Plan<T>& plan, T* scratch) {
  dispatch([&](auto arch) { simd::run<decltype(arch), T>(plan, scratch); });
}

template <class T>
Size bytes_of(Size elements) {
  return elements * static_cast<Size>(sizeof(T));
}

// Memory for the copies of one thread or, `count` times as much, of several.
template <class T>
class Scratch {
 public:
  explicit Scratch(Size elements, Size count = 1) : elements_(elements) {
    const Size bytes = bytes_of<T>(elements * count);
    if (bytes > static_cast<Size>(sizeof few_)) memory_ = Storage::make(static_cast<size_t>(bytes));
  }
  T* of(Size thread) { return (memory_ ? static_cast<T*>(memory_->data()) : few_) + thread * elements_; }

 private:
  alignas(64) T few_[8192 / sizeof(T)];
  Ref<Storage> memory_;
  Size elements_;
};

// Of a plan, in whole cache lines.
template <class T>
Size scratch_of(const Plan<T>& plan) {
  constexpr Size line = 64 / sizeof(T);
  return (plan.panel + plan.block + line - 1) / line * line;
}

template <class T>
void run_alone(const Product<T>& p) {
  const Plan<T> whole = plan(p);
  Scratch<T> scratch(scratch_of(whole));
  run(whole, scratch.of(0));
}

// What the product of a pair costs, in nanoseconds: less than it takes alone. In a training loop threads that
// share a product have the operands in the caches of both, and the next one who writes them has to wait:
// below 150 us a training step is no faster with them. Where there are few pairs for each element, memory
// decides.
template <class T>
double cost(const Product<T>& p) {
  constexpr double of_pair = sizeof(T) == 4 ? 0.0035 : 0.007, of_element = sizeof(T) == 4 ? 0.05 : 0.1;
  const double m = static_cast<double>(p.m), n = static_cast<double>(p.n), k = static_cast<double>(p.k);
  return std::max(of_pair * m * n * k, of_element * (m * k + k * n + m * n));
}

// What several threads share. To write a cache line that the other core has read, too, takes four times as
// long as to write one's own, so each should keep to some rows of a layer's weight: to their columns of its
// value, to their part of the sums of its input's gradient, to their rows of its own gradient, and the
// optimizer cuts by rows as well.
enum class Share { rows, columns, terms };

template <class T>
Share share_of(const Product<T>& p) {
  const bool turned = p.a.column != 1 && p.a.row == 1;
  if (!turned && p.b.column == 1 && p.k >= 4 * p.m) return Share::terms;
  return p.m >= p.n || (turned && p.m >= 64) ? Share::rows : Share::columns;
}

template <class T>
Product<T> part_of(Product<T> p, Share share, Size first, Size last) {
  const Size length = last - first;
  switch (share) {
    case Share::rows:
      p.a.data += first * p.a.row;
      p.c += first * p.c_row;
      if (p.start) p.start += first * p.start_row;
      p.m = length;
      return p;
    case Share::columns:
      p.b.data += first * p.b.column;
      p.c += first;
      if (p.start) p.start += first;
      p.n = length;
      return p;
    default:
      p.a.data += first * p.a.column;
      p.b.data += first * p.b.row;
      p.k = length;
      return p;
  }
}

template <class T>
void run_shared(const Product<T>& p, Share share, Size size, Size threads) {
  const Size elements = p.m * p.n;
  const bool terms = share == Share::terms;
  // The first thread adds to c itself.
  const Ref<Storage> others =
      terms ? Storage::make(static_cast<size_t>(bytes_of<T>(elements * (threads - 1)))) : Ref<Storage>();
  T* const sums = terms ? static_cast<T*>(others->data()) : nullptr;
  const auto part = [&](Size thread) {
    // Whole cache lines of c.
    const auto begin_of = [&](Size t) { return t == threads ? size : (size * t / threads + 15) / 16 * 16; };
    Product<T> mine = part_of(p, share, begin_of(thread), begin_of(thread + 1));
    if (terms && thread > 0) {
      mine.c = sums + (thread - 1) * elements;
      mine.c_row = p.n;
      mine.start = nullptr;
    }
    return mine;
  };
  Size most = 0;
  for (Size t = 0; t < threads; ++t) most = std::max(most, scratch_of(plan(part(t))));
  Scratch<T> scratch(most, threads);
  detail::parallel_for(threads, detail::worth_a_thread, [&](Size begin, Size end) {
    for (Size t = begin; t < end; ++t) run(plan(part(t)), scratch.of(t));
  });
  if (!terms) return;
  constexpr double cost_of_sum = sizeof(T) == 4 ? 0.15 : 0.3;  // of an element, in nanoseconds
  detail::parallel_for(p.m, cost_of_sum * static_cast<double>(p.n * (threads - 1)),
                       [&](Size begin, Size end) {
                         for (Size thread = 1; thread < threads; ++thread)
                           for (Size i = begin; i < end; ++i) {
                             T* to = p.c + i * p.c_row;
                             const T* more = sums + (thread - 1) * elements + i * p.n;
                             for (Size j = 0; j < p.n; ++j) to[j] += more[j];
                           }
                       });
}

// Without terms: c = beta * start.
template <class T>
void run_empty(const Product<T>& p) {
  for (Size i = 0; i < p.m; ++i)
    for (Size j = 0; j < p.n; ++j)
      p.c[i * p.c_row + j] = p.start ? p.beta * p.start[i * p.start_row + j] : T{};
}

}  // namespace

template <class T>
void multiply(const Product<T>& p) {
  if (p.m == 0 || p.n == 0) return;
  if (p.k == 0) return run_empty(p);
  const double nanoseconds = cost(p);
  if (nanoseconds < 2 * detail::worth_a_thread) return run_alone(p);
  const Share share = share_of(p);
  const Size size = share == Share::rows ? p.m : share == Share::columns ? p.n : p.k;
  const Size threads = std::clamp<Size>(detail::threads_for(nanoseconds), 1, (size + 31) / 32);
  if (threads == 1) return run_alone(p);
  run_shared(p, share, size, threads);
}

template <class T>
void multiply(const Product<T>& first, Size count, Size a_step, Size b_step, Size c_step) {
  const auto at = [&](Size i) {
    Product<T> p = first;
    p.a.data += i * a_step;
    p.b.data += i * b_step;
    p.c += i * c_step;
    if (p.start) p.start += i * c_step;
    return p;
  };
  if (first.m == 0 || first.n == 0 || count == 0) return;
  const double nanoseconds = cost(first);
  const Size threads = std::min(count, detail::threads_for(nanoseconds * static_cast<double>(count)));
  // Few large products are shared one by one.
  if (first.k == 0 || (count < 4 * threads && detail::threads_for(nanoseconds) > 1)) {
    for (Size i = 0; i < count; ++i) multiply(at(i));
    return;
  }
  const Size elements = scratch_of(plan(first));
  Scratch<T> scratch(elements, threads);
  detail::parallel_for(threads, threads > 1 ? detail::worth_a_thread : 0, [&](Size begin, Size end) {
    for (Size t = begin; t < end; ++t)
      for (Size i = count * t / threads; i < count * (t + 1) / threads; ++i) run(plan(at(i)), scratch.of(t));
  });
}

template void multiply(const Product<float>&);
template void multiply(const Product<double>&);
template void multiply(const Product<float>&, Size, Size, Size, Size);
template void multiply(const Product<double>&, Size, Size, Size, Size);

}  // namespace xgrad::kernels::product
