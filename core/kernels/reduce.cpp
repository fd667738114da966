#include <xgrad/core/kernels/reduce.hpp>

#include <algorithm>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/extremes.hpp>
#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad::kernels {
namespace {

bool contains(IntArrayRef dims, size_t d) {
  return dims.empty() || std::find(dims.begin(), dims.end(), static_cast<int64_t>(d)) != dims.end();
}

// x as a contiguous [outer, length, inner] array whose middle is what gets reduced.
struct Folded {
  Tensor x;
  int64_t outer = 1, length = 1, inner = 1;
  int64_t parts = 1;  // of length, for threads to share where it is long and outer is 1

  // What an element costs, in nanoseconds.
  static constexpr double cost = 0.05;

  Folded(const Tensor& original, IntArrayRef dims) : x(original) {
    const size_t n = original.sizes().size();
    size_t first = n, last = 0;
    size_t count = 0;
    for (size_t d = 0; d < n; ++d) {
      if (!contains(dims, d)) continue;
      first = std::min(first, d);
      last = d;
      ++count;
    }
    if (count > 0 && last - first + 1 != count) {
      // The reduced dimensions are not neighbours: move them to the end.
      Dims sizes, strides;
      for (const bool reduced : {false, true}) {
        for (size_t d = 0; d < n; ++d) {
          if (contains(dims, d) != reduced) continue;
          sizes.push_back(original.sizes()[d]);
          strides.push_back(original.strides()[d]);
        }
      }
      first = n - count;
      last = n - 1;
      x = detail::make_view(original, std::move(sizes), std::move(strides), original.storage_offset());
    }
    x = contiguous(x);
    for (size_t d = 0; d < n; ++d)
      (count == 0 || d < first ? outer : d > last ? inner : length) *= x.sizes()[d];
    if (outer == 1 && length >= 128)
      parts = std::min(length / 64, detail::threads_for(cost * static_cast<double>(length * inner)));
  }

  // Calls f(begin, end) for ranges of outer, from several threads when there is much.
  template <class F>
  void share(const F& f) const {
    detail::parallel_for(outer, cost * static_cast<double>(length * inner), f);
  }

  // Where the parts of length begin, and f(part, begin, end) for each, from several threads.
  int64_t begin_of(int64_t part) const { return length * part / parts; }
  template <class F>
  void each_part(const F& f) const {
    detail::parallel_for(parts, detail::worth_a_thread, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p) f(p, begin_of(p), begin_of(p + 1));
    });
  }
};

}  // namespace

Dims reduced_shape(IntArrayRef sizes, IntArrayRef dims, bool keepdim) {
  Dims shape;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (!contains(dims, d))
      shape.push_back(sizes[d]);
    else if (keepdim)
      shape.push_back(1);
  }
  return shape;
}

namespace {

using ReduceRun = void (*)(const void* x, void* out, int64_t outer, int64_t length, int64_t inner);

template <class Op>
ReduceRun reduce_kernel(ScalarType type) {
  const auto kernel = [](auto zero) -> ReduceRun {
    return dispatch(
        [](auto arch) -> ReduceRun { return &ReduceLoop<decltype(arch), Op, decltype(zero)>::run; });
  };
  switch (type) {
    case kFloat:
      return kernel(float{});
    case kDouble:
      return kernel(double{});
    case kLong:
      return kernel(int64_t{});
    default:
      break;
  }
  // The other integers are summed as int64. A bool is a byte that is 0 or 1.
  if constexpr (!std::is_same_v<Op, Add>) return type == kInt ? kernel(int32_t{}) : kernel(uint8_t{});
  fail("sum: a ", type, " tensor is to be converted to Long first");
}

Tensor run_reduce(const Tensor& x, IntArrayRef dims, bool keepdim, ReduceRun kernel) {
  const Folded folded(x, dims);
  Tensor out = detail::make_tensor(reduced_shape(x.sizes(), dims, keepdim), x.dtype());
  const auto* in = static_cast<const char*>(folded.x.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  const int64_t step = x.itemsize() * folded.inner;
  if (folded.parts > 1) {
    const Tensor partial = detail::make_tensor({folded.parts, folded.inner}, x.dtype());
    auto* to_part = static_cast<char*>(partial.data_ptr());
    folded.each_part([&](int64_t p, int64_t begin, int64_t end) {
      kernel(in + begin * step, to_part + p * step, 1, end - begin, folded.inner);
    });
    kernel(to_part, to, 1, folded.parts, folded.inner);
    return out;
  }
  folded.share([&](int64_t begin, int64_t end) {
    kernel(in + begin * step * folded.length, to + begin * step, end - begin, folded.length, folded.inner);
  });
  return out;
}

}  // namespace

template <class Op>
Tensor reduce(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return run_reduce(x, dims, keepdim, reduce_kernel<Op>(x.dtype()));
}

std::pair<Tensor, Tensor> extremes(const Tensor& x, IntArrayRef dims, bool keepdim, bool largest) {
  const Folded folded(x, dims);
  const Dims shape = reduced_shape(x.sizes(), dims, keepdim);
  Tensor values = detail::make_tensor(shape, x.dtype()), index = detail::make_tensor(shape, kLong);
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    const auto kernel = dispatch([&](auto arch) -> ExtremesRun {
      return largest ? &ExtremesLoop<decltype(arch), Maximum, T>::run
                     : &ExtremesLoop<decltype(arch), Minimum, T>::run;
    });
    const auto* in = static_cast<const T*>(folded.x.data_ptr());
    auto* to = static_cast<T*>(values.data_ptr());
    auto* at = index.data_ptr<int64_t>();
    const int64_t inner = folded.inner, step = folded.length * inner;
    if (folded.parts > 1) {
      const Tensor extreme = detail::make_tensor({folded.parts, inner}, x.dtype());
      const Tensor place = detail::make_tensor({folded.parts, inner}, kLong);
      auto* to_part = static_cast<T*>(extreme.data_ptr());
      auto* at_part = place.data_ptr<int64_t>();
      folded.each_part([&](int64_t p, int64_t begin, int64_t end) {
        kernel(in + begin * inner, to_part + p * inner, at_part + p * inner, 1, end - begin, inner);
      });
      kernel(to_part, to, at, 1, folded.parts, inner);  // at: which part
      for (int64_t i = 0; i < inner; ++i) at[i] = folded.begin_of(at[i]) + at_part[at[i] * inner + i];
      return;
    }
    folded.share([&](int64_t begin, int64_t end) {
      kernel(in + begin * step, to + begin * inner, at + begin * inner, end - begin, folded.length, inner);
    });
  };
  // A bool is a byte that is 0 or 1.
  visit(x.dtype() == kBool ? kByte : x.dtype(), [&](auto zero) {
    if constexpr (!std::is_same_v<decltype(zero), bool>) run(zero);
  });
  return {std::move(values), std::move(index)};
}

namespace {

// The moments of all from those of the parts (Chan, Golub and LeVeque 1979).
void join_moments(const Folded& folded, const double* mean_of, const double* squares_of, double* mean,
                  double* squares) {
  for (int64_t i = 0; i < folded.inner; ++i) {
    double m = mean_of[i], s = squares_of[i];
    for (int64_t p = 1; p < folded.parts; ++p) {
      const auto before = static_cast<double>(folded.begin_of(p));
      const auto after = static_cast<double>(folded.begin_of(p + 1));
      const double distance = mean_of[p * folded.inner + i] - m, share = (after - before) / after;
      m += distance * share;
      s += squares_of[p * folded.inner + i] + distance * distance * share * before;
    }
    mean[i] = m;
    squares[i] = s;
  }
}

}  // namespace

std::pair<Tensor, Tensor> moments(const Tensor& x, IntArrayRef dims, bool keepdim) {
  const Folded folded(x, dims);
  const Dims shape = reduced_shape(x.sizes(), dims, keepdim);
  Tensor mean = detail::make_tensor(shape, kDouble), squares = detail::make_tensor(shape, kDouble);
  auto* to_mean = static_cast<double*>(mean.data_ptr());
  auto* to_squares = static_cast<double*>(squares.data_ptr());
  visit_floating(x.dtype(), "std_var", [&](auto zero) {
    using T = decltype(zero);
    const auto* in = static_cast<const T*>(folded.x.data_ptr());
    const auto kernel =
        dispatch([](auto arch) -> MomentsRun { return &MomentsLoop<decltype(arch), T>::run; });
    const int64_t inner = folded.inner, step = folded.length * inner;
    if (folded.parts > 1) {
      const Tensor means = detail::make_tensor({folded.parts, inner}, kDouble),
                   spreads = detail::make_tensor({folded.parts, inner}, kDouble);
      auto *mean_of = means.data_ptr<double>(), *squares_of = spreads.data_ptr<double>();
      folded.each_part([&](int64_t p, int64_t begin, int64_t end) {
        kernel(in + begin * inner, mean_of + p * inner, squares_of + p * inner, 1, end - begin, inner);
      });
      join_moments(folded, mean_of, squares_of, to_mean, to_squares);
      return;
    }
    folded.share([&](int64_t begin, int64_t end) {
      kernel(in + begin * step, to_mean + begin * inner, to_squares + begin * inner, end - begin,
             folded.length, inner);
    });
  });
  return {std::move(mean), std::move(squares)};
}

namespace {

[[gnu::used]] void emit_reductions() {
  for_each_op(Reductions{}, []<class Op>(List<Op>) { keep(&reduce<Op>); });
}

}  // namespace
}  // namespace xgrad::kernels
