// Products along a dimension, and running sums and products.
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/autograd/ops/reduced_dims.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

namespace {

// Integers are added and multiplied as kLong.
Tensor as_sum(const Tensor& x, std::optional<ScalarType> dtype) {
  if (!dtype && !x.is_floating_point()) return x.to(kLong);
  return in_type(x, dtype);
}

enum class Scan { forwards, backwards };

// out[k] = op(out[k - 1], x[k]) along a dimension, or from its end, carried in double.
template <class Op>
Tensor scan(const Tensor& x, int64_t dim, Scan direction, Op op) {
  const Tensor in = kernels::contiguous(x);
  Tensor out = detail::make_tensor(x.sizes(), x.dtype());
  const int64_t length = x.dim() > 0 ? x.size(dim) : 1;
  int64_t inner = 1;
  for (int64_t d = dim + 1; d < x.dim(); ++d) inner *= x.size(d);
  const int64_t block = length * inner;
  const bool back = direction == Scan::backwards;
  const int64_t first = back ? block - inner : 0, step = back ? -inner : inner;
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    using Carry = std::conditional_t<std::is_floating_point_v<T>, double, T>;
    const auto* from = static_cast<const T*>(in.data_ptr());
    auto* to = static_cast<T*>(out.data_ptr());
    for (int64_t start = 0; start < x.numel(); start += block)
      for (int64_t i = start; i < start + inner; ++i) {
        int64_t at = i + first;
        auto carry = static_cast<Carry>(from[at]);
        to[at] = static_cast<T>(carry);
        for (int64_t k = 1; k < length; ++k) {
          at += step;
          carry = static_cast<Carry>(op(carry, static_cast<Carry>(from[at])));
          to[at] = static_cast<T>(carry);
        }
      }
  });
  return out;
}

bool has_zero(const Tensor& x) {
  const Tensor in = kernels::contiguous(x);
  return visit(x.dtype(), [&](auto zero) {
    const auto* from = static_cast<const decltype(zero)*>(in.data_ptr());
    bool found = false;  // without a way out of the loop, which would not be vectorised
    for (int64_t i = 0; i < in.numel(); ++i) found |= from[i] == zero;
    return found;
  });
}

// The sums from each element to the end.
Tensor sum_onwards(const Tensor& x, int64_t dim) {
  return record("CumsumBackwardBackward0",
                scan(x, dim, Scan::backwards, [](auto a, auto b) { return a + b; }), {x},
                [dim](const Tensor& g, Needs) { return grads(cumsum(g, dim)); });
}

// Where an element may be 0 the products without it are formed one by one.
Tensor cumprod_gradient(const Tensor& g, const Tensor& x, const Tensor& y, int64_t dim) {
  if (x.dim() == 0 || x.numel() == 0) return g;
  if (!has_zero(x)) return sum_onwards(g * y, dim) / x;
  std::vector<Tensor> parts;
  const int64_t n = x.size(dim);
  Tensor before = ones_like(x.narrow(dim, 0, 1));
  for (int64_t k = 0; k < n; ++k) {
    const Tensor after = cat({before, before * cumprod(x.narrow(dim, k + 1, n - k - 1), dim)}, dim);
    parts.push_back(sum(g.narrow(dim, k, n - k) * after, dim, true));
    before = before * x.narrow(dim, k, 1);
  }
  return cat(parts, dim);
}

// The products of all elements but each one.
Tensor products_of_others(const Tensor& x, int64_t dim) {
  const int64_t n = x.size(dim);
  if (n == 0) return x;
  const auto before = [&](const Tensor& t) {
    return cat({ones_like(t.narrow(dim, 0, 1)), cumprod(t.narrow(dim, 0, n - 1), dim)}, dim);
  };
  return before(x) * flip(before(flip(x, dim)), dim);
}

}  // namespace

Tensor prod(const Tensor& x, std::optional<ScalarType> dtype) {
  const Tensor in = as_sum(x, dtype);
  const Tensor y = in.numel() == 0 ? ones({}, in.dtype()) : kernels::reduce<kernels::Mul>(in, {}, false);
  return record("ProdBackward0", y, {in}, [x = save(in), y = save_output(y)](const Tensor& g, Needs) {
    const Tensor factors = x();
    if (factors.dim() == 0) return grads(g);
    if (!has_zero(factors)) return grads(g * y() / factors);
    return grads(g * products_of_others(factors.reshape(-1), 0).view(factors.sizes()));
  });
}

Tensor prod(const Tensor& x, int64_t dim, bool keepdim, std::optional<ScalarType> dtype) {
  const Tensor in = as_sum(x, dtype);
  const Dims over = wrap_dims(dim, in, "prod");
  const Dims shape = kernels::reduced_shape(in.sizes(), over, keepdim);
  const Tensor y = reduced_count(in, over) == 0 ? ones(shape, in.dtype())
                   : in.dim() == 0              ? kernels::cast(in, in.dtype())
                                                : kernels::reduce<kernels::Mul>(in, over, keepdim);
  return record("ProdBackward1", y, {in},
                [x = save(in), y = save_output(y), over, keepdim](const Tensor& g, Needs) {
                  const Tensor factors = x();
                  if (factors.dim() == 0) return grads(g);
                  const Dims& sizes = factors.impl().sizes();
                  const Tensor wide = restore(g, sizes, over, keepdim);
                  if (has_zero(factors)) return grads(wide * products_of_others(factors, over[0]));
                  return grads(wide * restore(y(), sizes, over, keepdim) / factors);
                });
}

Tensor cumsum(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  const Tensor in = as_sum(x, dtype);
  const int64_t d = detail::wrap_dim(dim, in.dim(), "cumsum");
  return record("CumsumBackward0", scan(in, d, Scan::forwards, [](auto a, auto b) { return a + b; }), {in},
                [d](const Tensor& g, Needs) { return grads(g.dim() > 0 ? sum_onwards(g, d) : g); });
}

Tensor cumprod(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  const Tensor in = as_sum(x, dtype);
  const int64_t d = detail::wrap_dim(dim, in.dim(), "cumprod");
  const Tensor y = scan(in, d, Scan::forwards, [](auto a, auto b) { return a * b; });
  return record("CumprodBackward0", y, {in}, [x = save(in), y = save_output(y), d](const Tensor& g, Needs) {
    return grads(cumprod_gradient(g, x(), y(), d));
  });
}

}  // namespace xgrad
