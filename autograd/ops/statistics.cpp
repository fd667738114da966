// Variances, norms, and sums of some of the elements.
#include <cmath>
#include <limits>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/autograd/ops/reduced_dims.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// The variance, or its root, and the mean; `correction` is subtracted from the count.
struct Spread {
  Tensor x, value, mean;
  Dims over;
  double freedom = 0;  // what the squares are divided by

  Spread(const char* op, const Tensor& t, OptionalIntArrayRef dims, int64_t correction, bool keepdim,
         bool root)
      : x(t), over(wrap_dims(dims, t, op)) {
    check(x.is_floating_point(), "std and var only support floating point and complex dtypes, but got ",
          x.dtype(), ": convert first, e.g. x.to(xgrad::kFloat).", op, "()");
    auto [center, squares] = kernels::moments(x, over, keepdim);
    const auto count = static_cast<double>(reduced_count(x, over));
    freedom = count - static_cast<double>(correction);
    Tensor spread = kernels::binary<kernels::Div>(squares, Scalar(std::max(freedom, 0.0)), op);
    if (root) spread = kernels::unary<kernels::Sqrt>(spread);
    value = x.dtype() == kDouble ? spread : kernels::cast(spread, x.dtype());
    if (count == 0)
      mean = full(squares.sizes(), std::numeric_limits<double>::quiet_NaN(), x.dtype());
    else
      mean = x.dtype() == kDouble ? center : kernels::cast(center, x.dtype());
  }
};

// From the gradient of the variance to that of x.
Tensor var_gradient(const Tensor& g, const Tensor& x, const Dims& over, bool keepdim, double freedom) {
  const Tensor center = mean(x, IntArrayRef(over), true);
  return restore(g, x.impl().sizes(), over, keepdim) * (2 / freedom) * (x - center);
}

Tensor std_gradient(const Tensor& g, const Tensor& y, const Tensor& x, const Dims& over, bool keepdim,
                    double freedom) {
  return var_gradient(masked_fill(g / (y * 2), y == 0, 0), x, over, keepdim, freedom);
}

Tensor var_of(const Tensor& x, OptionalIntArrayRef dims, int64_t correction, bool keepdim) {
  const Spread s("var", x, dims, correction, keepdim, false);
  return record("VarBackward0", s.value, {x},
                [x = save(x), over = s.over, keepdim, freedom = s.freedom](const Tensor& g, Needs) {
                  return grads(var_gradient(g, x(), over, keepdim, freedom));
                });
}

Tensor std_of(const Tensor& x, OptionalIntArrayRef dims, int64_t correction, bool keepdim) {
  const Spread s("std", x, dims, correction, keepdim, true);
  return record(
      "StdBackward0", s.value, {x},
      [x = save(x), y = save_output(s.value), over = s.over, keepdim, freedom = s.freedom](
          const Tensor& g, Needs) { return grads(std_gradient(g, y(), x(), over, keepdim, freedom)); });
}

// Both results come from one pass; each is recorded on its own.
Tensor mean_of(const char* name, const Spread& s, bool keepdim) {
  return record(name, s.mean, {s.x},
                [sizes = s.x.impl().sizes(), over = s.over, keepdim,
                 count = static_cast<double>(std::max<int64_t>(1, reduced_count(s.x, s.over)))](
                    const Tensor& g, Needs) {
                  return grads((restore(g, sizes, over, keepdim) / count).expand(sizes));
                });
}

std::tuple<Tensor, Tensor> var_mean_of(const Tensor& x, OptionalIntArrayRef dims, int64_t correction,
                                       bool keepdim) {
  const Spread s("var_mean", x, dims, correction, keepdim, false);
  Tensor var = record("VarMeanBackward0", s.value, {x},
                      [x = save(x), over = s.over, keepdim, freedom = s.freedom](const Tensor& g, Needs) {
                        return grads(var_gradient(g, x(), over, keepdim, freedom));
                      });
  return {std::move(var), mean_of("VarMeanBackward0", s, keepdim)};
}

std::tuple<Tensor, Tensor> std_mean_of(const Tensor& x, OptionalIntArrayRef dims, int64_t correction,
                                       bool keepdim) {
  const Spread s("std_mean", x, dims, correction, keepdim, true);
  Tensor std = record(
      "StdMeanBackward0", s.value, {x},
      [x = save(x), y = save_output(s.value), over = s.over, keepdim, freedom = s.freedom](
          const Tensor& g, Needs) { return grads(std_gradient(g, y(), x(), over, keepdim, freedom)); });
  return {std::move(std), mean_of("StdMeanBackward0", s, keepdim)};
}

}  // namespace

Tensor var(const Tensor& x, bool unbiased) { return var_of(x, {}, unbiased, false); }
Tensor var(const Tensor& x, OptionalIntArrayRef dims, bool unbiased, bool keepdim) {
  return var_of(x, dims, unbiased, keepdim);
}
Tensor var(const Tensor& x, OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) {
  return var_of(x, dims, correction.value_or(1), keepdim);
}
Tensor std(const Tensor& x, bool unbiased) { return std_of(x, {}, unbiased, false); }
Tensor std(const Tensor& x, OptionalIntArrayRef dims, bool unbiased, bool keepdim) {
  return std_of(x, dims, unbiased, keepdim);
}
Tensor std(const Tensor& x, OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim) {
  return std_of(x, dims, correction.value_or(1), keepdim);
}
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, bool unbiased) {
  return var_mean_of(x, {}, unbiased, false);
}
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, OptionalIntArrayRef dims, bool unbiased, bool keepdim) {
  return var_mean_of(x, dims, unbiased, keepdim);
}
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, OptionalIntArrayRef dims,
                                    std::optional<int64_t> correction, bool keepdim) {
  return var_mean_of(x, dims, correction.value_or(1), keepdim);
}
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, bool unbiased) {
  return std_mean_of(x, {}, unbiased, false);
}
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, OptionalIntArrayRef dims, bool unbiased, bool keepdim) {
  return std_mean_of(x, dims, unbiased, keepdim);
}
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, OptionalIntArrayRef dims,
                                    std::optional<int64_t> correction, bool keepdim) {
  return std_mean_of(x, dims, correction.value_or(1), keepdim);
}

// Norms
// -----------------------------------------------------------------------------------------------------------

namespace {

Tensor norm_value(const Tensor& x, double p, const Dims& over, bool keepdim) {
  const AutoGradMode off(false);
  const IntArrayRef dims(over);
  if (p == 2) return sqrt(sum(x * x, dims, keepdim));
  if (p == 0) return sum(ne(x, 0).to(x.dtype()), dims, keepdim);
  const Tensor size = abs(x);
  if (p == 1) return sum(size, dims, keepdim);
  if (p == infinity) return amax(size, dims, keepdim);
  if (p == -infinity) return amin(size, dims, keepdim);
  return pow(sum(pow(size, p), dims, keepdim), 1 / p);
}

// y is the norm with its dimensions kept, as is g.
Tensor norm_gradient(const Tensor& g, const Tensor& x, const Tensor& y, double p, const Dims& over) {
  if (p == 0) return zeros_like(x);
  if (p == 1) return g * sign(x);
  if (p == 2) return g * masked_fill(x / y, y == 0, 0);
  if (std::isinf(p)) {
    // The gradient is shared by the elements of largest (or smallest) size.
    const Tensor size = abs(x), at = logical_or(size == y, isnan(size)).to(x.dtype());
    return sign(x) * at * (g / sum(at, IntArrayRef(over), true));
  }
  if (p < 1) return sign(x) * masked_fill(pow(abs(x), p - 1), x == 0, 0) * g * pow(y, 1 - p);
  const Tensor scaled = p < 2 ? sign(x) * pow(abs(x), p - 1) : x * pow(abs(x), p - 2);
  return scaled * masked_fill(g / pow(y, p - 1), y == 0, 0);
}

Tensor norm_of(const char* name, const Tensor& t, const std::optional<Scalar>& power, IntArrayRef dims,
               bool keepdim, std::optional<ScalarType> dtype) {
  check(!dtype || t.is_floating_point(),
        "norm: linalg.vector_norm: Expected a floating point or complex tensor as input. Got ", t.dtype(),
        ": convert first, e.g. x.to(xgrad::kDouble).norm()");
  const Tensor x = in_type(t, dtype);
  check(x.is_floating_point(),
        "norm(): the desired output dtype should be either floating point or complex. ", "Got ", x.dtype(),
        " instead: convert first, e.g. x.to(xgrad::kFloat).norm()");
  const double p = power ? power->toDouble() : 2;
  const Dims over = wrap_dims(dims, x, "norm");
  const Tensor y = norm_value(x, p, over, keepdim);
  return record(name, y, {x}, [x = save(x), y = save_output(y), p, over, keepdim](const Tensor& g, Needs) {
    const Tensor in = x();
    const Dims& sizes = in.impl().sizes();
    return grads(
        norm_gradient(restore(g, sizes, over, keepdim), in, restore(y(), sizes, over, keepdim), p, over));
  });
}

}  // namespace

Tensor norm(const Tensor& x, const Scalar& p) { return norm_of("NormBackward0", x, p, {}, false, nullopt); }
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, ScalarType dtype) {
  return norm_of("NormBackward2", x, p, {}, false, dtype);
}
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim) {
  return norm_of("NormBackward1", x, p, dims, keepdim, nullopt);
}
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim,
            ScalarType dtype) {
  return norm_of("NormBackward3", x, p, dims, keepdim, dtype);
}
Tensor dist(const Tensor& a, const Tensor& b, const Scalar& p) { return norm(a - b, p); }

// Sums of some
// -----------------------------------------------------------------------------------------------------------

Tensor nansum(const Tensor& x, OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  return sum(x.is_floating_point() ? masked_fill(x, isnan(x), 0) : x, dims, keepdim, dtype);
}
Tensor nanmean(const Tensor& x, OptionalIntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  check(x.is_floating_point(), "nanmean(): expected input to have floating point or complex dtype but got ",
        x.dtype());
  return nansum(x, dims, keepdim, dtype) / sum(logical_not(isnan(x)), dims, keepdim);
}
Tensor count_nonzero(const Tensor& x, IntArrayRef dims) { return sum(ne(x, 0), dims); }
Tensor count_nonzero(const Tensor& x, std::optional<int64_t> dim) {
  return dim ? sum(ne(x, 0), *dim) : sum(ne(x, 0));
}

}  // namespace xgrad
