#include <xgrad/core/factories.hpp>

#include <cmath>
#include <limits>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/random.hpp>

namespace xgrad {
namespace {

Tensor finished(Tensor t, const TensorOptions& options) {
  if (options.requires_grad()) t.requires_grad_();
  return t;
}

// The options, with the dtype of `t` unless they name one.
TensorOptions like(const TensorOptions& options, ScalarType t) {
  return options.has_dtype() ? options : options.dtype(t);
}

Tensor filled(IntArrayRef sizes, const Scalar& value, const TensorOptions& options) {
  detail::check_fits(value, options.dtype());
  Tensor t = detail::make_tensor(sizes, options.dtype());
  kernels::fill(t, value);
  return finished(std::move(t), options);
}

}  // namespace

namespace detail {

void TensorData::nest(const TensorData* rows, size_t count) {
  sizes_.push_back(static_cast<int64_t>(count));
  if (count == 0) {
    dtype_ = get_default_dtype();
    return;
  }
  dtype_ = rows[0].dtype_;
  sizes_.append(rows[0].sizes_.begin(), rows[0].sizes_.end());
  for (size_t i = 0; i < count; ++i) {
    const TensorData& row = rows[i];
    check(row.sizes_ == rows[0].sizes_, "tensor(): Expected all sub-lists to have sizes: ", rows[0].sizes_,
          " (e.g. the first one), but got sub-list ", i, " with sizes: ", row.sizes_,
          ": every row of a nested list needs the same length");
    check(row.dtype_ == rows[0].dtype_,
          "tensor(): Expected all elements of the tensor to have the same scalar type: ", rows[0].dtype_,
          ", but got element of scalar type: ", row.dtype_, ": write all numbers alike, e.g. 1. and 2.5");
    if (row.list_)
      values_.insert(values_.end(), row.values_.begin(), row.values_.end());
    else
      values_.push_back(row.scalar_);
  }
}

Tensor TensorData::make(const TensorOptions& options) const {
  Tensor t = make_tensor(sizes_, options.has_dtype() ? options.dtype() : dtype_);
  visit(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto* out = static_cast<T*>(t.data_ptr());
    if (!list_)
      *out = scalar_.to<T>();
    else
      for (size_t i = 0; i < values_.size(); ++i) out[i] = values_[i].to<T>();
  });
  return finished(std::move(t), options);
}

}  // namespace detail

Tensor tensor(const detail::TensorData& data, const TensorOptions& options) { return data.make(options); }

Tensor empty(IntArrayRef sizes, const TensorOptions& options) {
  return finished(detail::make_tensor(sizes, options.dtype()), options);
}
Tensor zeros(IntArrayRef sizes, const TensorOptions& options) { return filled(sizes, 0, options); }
Tensor ones(IntArrayRef sizes, const TensorOptions& options) { return filled(sizes, 1, options); }
Tensor full(IntArrayRef sizes, const Scalar& value, const TensorOptions& options) {
  return filled(sizes, value, like(options, value.isFloatingPoint() ? get_default_dtype() : value.type()));
}
Tensor scalar_tensor(const Scalar& value, const TensorOptions& options) { return filled({}, value, options); }

Tensor arange(const Scalar& end, const TensorOptions& options) { return arange(0, end, 1, options); }
Tensor arange(const Scalar& start, const Scalar& end, const TensorOptions& options) {
  return arange(start, end, 1, options);
}
Tensor arange(const Scalar& start, const Scalar& end, const Scalar& step, const TensorOptions& options) {
  const bool integers = !start.isFloatingPoint() && !end.isFloatingPoint() && !step.isFloatingPoint();
  const double from = start.toDouble(), to = end.toDouble(), by = step.toDouble();
  check(by != 0, "arange: step must be nonzero");
  check(std::isfinite(from) && std::isfinite(to), "arange: unsupported range: ", from, " -> ", to);
  check((by > 0 && to >= from) || (by < 0 && to <= from),
        "arange: upper bound and larger bound inconsistent with step sign: from ", from, " to ", to, " by ",
        by);
  Tensor t = detail::make_tensor(static_cast<int64_t>(std::ceil((to - from) / by)),
                                 like(options, integers ? kLong : get_default_dtype()).dtype());
  visit(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto* out = static_cast<T*>(t.data_ptr());
    for (int64_t i = 0; i < t.numel(); ++i)
      out[i] = integers ? static_cast<T>(start.toLong() + i * step.toLong())
                        : static_cast<T>(from + static_cast<double>(i) * by);
  });
  return finished(std::move(t), options);
}

Tensor linspace(const Scalar& start, const Scalar& end, int64_t steps, const TensorOptions& options) {
  check(steps >= 0, "linspace: number of steps must be non-negative, got ", steps);
  Tensor t = detail::make_tensor(steps, options.dtype());
  visit(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    // Half from each end, so that both are met exactly.
    using Step = std::conditional_t<std::is_floating_point_v<T>, T, double>;
    const auto from = start.to<Step>(), to = end.to<Step>();
    const Step by = steps > 1 ? (to - from) / static_cast<Step>(steps - 1) : Step{};
    auto* out = static_cast<T*>(t.data_ptr());
    for (int64_t i = 0; i < steps; ++i)
      out[i] = static_cast<T>(i < steps / 2 || steps == 1 ? from + by * static_cast<Step>(i)
                                                          : to - by * static_cast<Step>(steps - i - 1));
  });
  return finished(std::move(t), options);
}

Tensor eye(int64_t n, const TensorOptions& options) { return eye(n, n, options); }
Tensor eye(int64_t n, int64_t m, const TensorOptions& options) {
  check(n >= 0 && m >= 0, "eye: n and m must be greater or equal to 0, got ", n, " and ", m);
  Tensor t = filled({n, m}, 0, TensorOptions(options.dtype()));
  visit(t.dtype(), [&](auto zero) {
    auto* out = static_cast<decltype(zero)*>(t.data_ptr());
    for (int64_t i = 0; i < std::min(n, m); ++i) out[i * m + i] = static_cast<decltype(zero)>(1);
  });
  return finished(std::move(t), options);
}

Tensor rand(IntArrayRef sizes, const TensorOptions& options) {
  Tensor t = detail::make_tensor(sizes, options.dtype());
  visit_floating(t.dtype(), "rand",
                 [&](auto zero) { random_fill::uniform(t.data_ptr<decltype(zero)>(), t.numel(), 0, 1); });
  return finished(std::move(t), options);
}
Tensor randn(IntArrayRef sizes, const TensorOptions& options) {
  Tensor t = detail::make_tensor(sizes, options.dtype());
  visit_floating(t.dtype(), "randn",
                 [&](auto zero) { random_fill::normal(t.data_ptr<decltype(zero)>(), t.numel(), 0, 1); });
  return finished(std::move(t), options);
}
Tensor randint(int64_t high, IntArrayRef sizes, const TensorOptions& options) {
  return randint(0, high, sizes, options);
}
Tensor randint(int64_t low, int64_t high, IntArrayRef sizes, const TensorOptions& options) {
  Tensor t = detail::make_tensor(sizes, like(options, kLong).dtype());
  visit(t.dtype(),
        [&](auto zero) { random_fill::integers(t.data_ptr<decltype(zero)>(), t.numel(), low, high); });
  return finished(std::move(t), options);
}
Tensor randperm(int64_t n, const TensorOptions& options) {
  check(n >= 0, "randperm: n must be non-negative, got ", n);
  Tensor t = detail::make_tensor(n, like(options, kLong).dtype());
  check(t.dtype() != kBool, "randperm: \"randperm\" not implemented for 'Bool'");
  visit(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (!std::is_same_v<T, bool>) random_fill::permutation(static_cast<T*>(t.data_ptr()), n);
  });
  return finished(std::move(t), options);
}

Tensor empty_like(const Tensor& t, const TensorOptions& options) {
  return empty(t.sizes(), like(options, t.dtype()));
}
Tensor zeros_like(const Tensor& t, const TensorOptions& options) {
  return zeros(t.sizes(), like(options, t.dtype()));
}
Tensor ones_like(const Tensor& t, const TensorOptions& options) {
  return ones(t.sizes(), like(options, t.dtype()));
}
Tensor full_like(const Tensor& t, const Scalar& value, const TensorOptions& options) {
  return full(t.sizes(), value, like(options, t.dtype()));
}
Tensor rand_like(const Tensor& t, const TensorOptions& options) {
  return rand(t.sizes(), like(options, t.dtype()));
}
Tensor randn_like(const Tensor& t, const TensorOptions& options) {
  return randn(t.sizes(), like(options, t.dtype()));
}
Tensor randint_like(const Tensor& t, int64_t high, const TensorOptions& options) {
  return randint(high, t.sizes(), like(options, t.dtype()));
}
Tensor randint_like(const Tensor& t, int64_t low, int64_t high, const TensorOptions& options) {
  return randint(low, high, t.sizes(), like(options, t.dtype()));
}

Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& options) {
  return from_blob(data, sizes, detail::contiguous_strides(sizes), options);
}
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, const TensorOptions& options) {
  return from_blob(data, sizes, strides, {}, options);
}
Tensor from_blob(void* data, IntArrayRef sizes, std::function<void(void*)> deleter,
                 const TensorOptions& options) {
  return from_blob(data, sizes, detail::contiguous_strides(sizes), std::move(deleter), options);
}
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, std::function<void(void*)> deleter,
                 const TensorOptions& options) {
  check(sizes.size() == strides.size(), "from_blob: got ", sizes.size(), " sizes and ", strides.size(),
        " strides");
  const int64_t numel = detail::count_elements(sizes, "from_blob");
  check(data || numel == 0, "from_blob: the address is null, but a tensor of shape ", sizes, " needs ", numel,
        " elements");
  int64_t span = numel > 0 ? 1 : 0;
  for (size_t d = 0; d < sizes.size() && span > 0; ++d) span += (sizes[d] - 1) * strides[d];
  Ref<Shape> shape = Shape::strided(Dims(sizes.begin(), sizes.end()), Dims(strides.begin(), strides.end()));
  Ref<Storage> storage =
      Storage::wrap(data, static_cast<size_t>(span) * element_size(options.dtype()), std::move(deleter));
  return finished(Tensor(TensorImpl::make(std::move(shape), std::move(storage), options.dtype())), options);
}

}  // namespace xgrad
