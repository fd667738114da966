#include <xgrad/core/kernels/reduce.hpp>

#include <algorithm>

#include <xgrad/core/kernels/elementwise.hpp>
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
  constexpr int64_t grain = 1 << 16;
  detail::parallel_for(folded.outer, grain / std::max<int64_t>(1, folded.length * folded.inner) + 1,
                       [&](int64_t begin, int64_t end) {
                         kernel(in + begin * step * folded.length, to + begin * step, end - begin,
                                folded.length, folded.inner);
                       });
  return out;
}

}  // namespace

template <class Op>
Tensor reduce(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return run_reduce(x, dims, keepdim, reduce_kernel<Op>(x.dtype()));
}

Tensor arg_extreme(const Tensor& x, int64_t dim, bool keepdim, bool largest) {
  const Folded folded(x, dim);
  Tensor out = detail::make_tensor(reduced_shape(x.sizes(), dim, keepdim), kLong);
  auto* to = static_cast<int64_t*>(out.data_ptr());
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* in = static_cast<const T*>(folded.x.data_ptr());
    for (int64_t o = 0; o < folded.outer; ++o) {
      for (int64_t i = 0; i < folded.inner; ++i) {
        const T* column = in + o * folded.length * folded.inner + i;
        int64_t best = 0;
        T value = column[0];
        for (int64_t k = 1; k < folded.length && value == value; ++k) {
          const T candidate = column[k * folded.inner];
          if (candidate != candidate || (largest ? candidate > value : candidate < value)) {
            best = k;
            value = candidate;
          }
        }
        to[o * folded.inner + i] = best;
      }
    }
  });
  return out;
}

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
    constexpr int64_t grain = 1 << 16;
    const int64_t inner = folded.inner, step = folded.length * inner;
    detail::parallel_for(folded.outer, grain / std::max<int64_t>(1, step) + 1,
                         [&](int64_t begin, int64_t end) {
                           kernel(in + begin * step, to_mean + begin * inner, to_squares + begin * inner,
                                  end - begin, folded.length, inner);
                         });
  });
  return {std::move(mean), std::move(squares)};
}

namespace {

[[gnu::used]] void emit_all() {
  for_each_op(Reductions{}, []<class Op>(List<Op>) { keep(&reduce<Op>); });
}

}  // namespace
}  // namespace xgrad::kernels
