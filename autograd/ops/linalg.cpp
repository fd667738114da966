// Products with vectors, sums of products over named dimensions, and distances.
#include <algorithm>
#include <numeric>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/matmul.hpp>

namespace xgrad {

namespace {

void check_one_type(const Tensor& a, const Tensor& b, const char* op) {
  check(a.dtype() == b.dtype(), op, " : expected both vectors to have same dtype, but found ", a.dtype(),
        " and ", b.dtype(), ": convert one with to()");
}

}  // namespace

Tensor dot(const Tensor& a, const Tensor& b) {
  check(a.dim() == 1 && b.dim() == 1, "1D tensors expected, but got ", a.dim(), "D and ", b.dim(),
        "D tensors");
  check_one_type(a, b, "dot");
  check(a.numel() == b.numel(), "inconsistent tensor size, expected tensor ", a.sizes(), " and src ",
        b.sizes(), " to have the same number of elements, but got ", a.numel(), " and ", b.numel(),
        " elements respectively");
  // A row times a column.
  const int64_t n = a.numel();
  Tensor y = detail::make_tensor(IntArrayRef(), a.dtype());
  kernels::gemm(detail::make_view(y, {1, 1}, {1, 1}, 0),
                detail::make_view(a, {1, n}, {n * a.stride(0), a.stride(0)}, a.storage_offset()),
                detail::make_view(b, {n, 1}, {b.stride(0), 1}, b.storage_offset()));
  return record("DotBackward0", std::move(y), {a, b},
                [a = save_for(b, a), b = save_for(a, b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g * b() : none, needs[1] ? g * a() : none);
                });
}

Tensor mv(const Tensor& a, const Tensor& b) {
  check(a.dim() == 2 && b.dim() == 1, "vector + matrix @ vector expected, got 1, ", a.dim(), ", ", b.dim());
  check(a.size(1) == b.size(0), "size mismatch, got input (", a.size(0), "), mat (", a.size(0), "x",
        a.size(1), "), vec (", b.size(0), ")");
  check(a.dtype() == b.dtype(), "mv: expected both operands to have one dtype, but got ", a.dtype(), " and ",
        b.dtype(), ": convert one with to()");
  Tensor y = detail::make_tensor({a.size(0)}, a.dtype());
  const auto as_column = [](const Tensor& x) {
    return detail::make_view(x, {x.size(0), 1}, {x.stride(0), 1}, x.storage_offset());
  };
  kernels::gemm(as_column(y), a, as_column(b));
  return record("MvBackward0", std::move(y), {a, b},
                [a = save(a), b = save(b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? outer(g, b()) : none, needs[1] ? mv(a().t(), g) : none);
                });
}

Tensor outer(const Tensor& a, const Tensor& b) {
  check(a.dim() == 1 && b.dim() == 1, "outer: Expected 1-D argument self, but got ", a.dim(), "-D and ",
        b.dim(), "-D");
  Tensor y;
  {
    const AutoGradMode off(false);
    y = a.unsqueeze(1) * b;
  }
  return record("MulBackward0", std::move(y), {a, b},
                [a = save_for(b, a), b = save_for(a, b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? mv(g, b().to(g.dtype())) : none,
                               needs[1] ? mv(g.t(), a().to(g.dtype())) : none);
                });
}

Tensor inner(const Tensor& a, const Tensor& b) {
  if (a.dim() == 0 || b.dim() == 0) return a * b;
  check(a.size(-1) == b.size(-1),
        "inner() the last dimension must match on both input tensors but got shapes ", a.sizes(), " and ",
        b.sizes());
  return tensordot(a, b, -1, -1);
}

Tensor addmv(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  check(a.dim() == 2 && b.dim() == 1, "vector + matrix @ vector expected, got ", c.dim(), ", ", a.dim(), ", ",
        b.dim());
  check(a.size(1) == b.size(0) && is_expandable_to(c.sizes(), a.size(0)), "size mismatch, got input ",
        c.sizes(), ", mat (", a.size(0), "x", a.size(1), "), vec (", b.size(0), ")");
  Tensor y;
  {
    const AutoGradMode off(false);
    const Tensor product = scaled(mv(a, b), alpha);
    y = beta.toDouble() == 0 ? product : product + scaled(c, beta);
  }
  return record("AddmvBackward0", std::move(y), {c, a, b},
                [a = save(a), b = save(b), beta, alpha](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? scaled(g, beta) : none,
                               needs[1] ? scaled(outer(g, b()), alpha) : none,
                               needs[2] ? scaled(mv(a().t(), g), alpha) : none);
                });
}

Tensor baddbmm(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  Tensor y;
  {
    const AutoGradMode off(false);
    const Tensor product = scaled(bmm(a, b), alpha);
    check(is_expandable_to(c.sizes(), product.sizes()),
          "baddbmm: The expanded size of the tensor must match the existing size: input is ", c.sizes(),
          ", the product is ", product.sizes());
    check(c.dtype() == a.dtype(), "baddbmm: Input dtypes must be the same, got: input ", c.dtype(),
          ", batch1: ", a.dtype(), ", batch2: ", b.dtype());
    y = beta.toDouble() == 0 ? product : product + scaled(c, beta);
  }
  return record("BaddbmmBackward0", std::move(y), {c, a, b},
                [a = save(a), b = save(b), beta, alpha](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? scaled(g, beta) : none,
                               needs[1] ? scaled(bmm(g, b().transpose(1, 2)), alpha) : none,
                               needs[2] ? scaled(bmm(a().transpose(1, 2), g), alpha) : none);
                });
}

Tensor trace(const Tensor& x) {
  check(x.dim() == 2, "trace: expected a matrix, but got tensor with dim ", x.dim());
  Tensor y;
  {
    const AutoGradMode off(false);
    y = x.diagonal().sum();
  }
  return record("TraceBackward0", std::move(y), {x}, [sizes = x.impl().sizes()](const Tensor& g, Needs) {
    return grads(g * eye(sizes[0], sizes[1], g.dtype()));
  });
}

Tensor tensordot(const Tensor& a, const Tensor& b, IntArrayRef dims_a, IntArrayRef dims_b) {
  check(dims_a.size() == dims_b.size(), "both dimension lists should have same length, got ", dims_a, " and ",
        dims_b);
  // The dims to keep, then those to sum over, as a matrix.
  const auto arranged = [](const Tensor& t, IntArrayRef dims, Dims& kept) {
    Dims keep, over;
    for (const int64_t d : dims) over.push_back(detail::wrap_dim(d, t.dim(), "tensordot"));
    for (int64_t d = 0; d < t.dim(); ++d)
      if (std::find(over.begin(), over.end(), d) == over.end()) {
        keep.push_back(d);
        kept.push_back(t.size(d));
      }
    int64_t length = 1;
    for (const int64_t d : over) length *= t.size(d);
    int64_t rows = 1;
    for (const int64_t d : keep) rows *= t.size(d);
    for (const int64_t d : over) keep.push_back(d);
    return t.permute(keep).reshape({rows, length});
  };
  // A dimension of size 1 is repeated, so the other one is summed alone.
  Tensor x = a, y = b;
  for (size_t i = 0; i < dims_a.size(); ++i) {
    const int64_t m = x.size(dims_a[i]), n = y.size(dims_b[i]);
    check(m == n || m == 1 || n == 1, "contracted dimensions need to match, but first has size ", m,
          " in dim ", dims_a[i], " and second has size ", n, " in dim ", dims_b[i]);
    if (m == 1 && n != 1) y = sum(y, dims_b[i], true);
    if (n == 1 && m != 1) x = sum(x, dims_a[i], true);
  }
  Dims shape;
  const Tensor left = arranged(x, dims_a, shape), right = arranged(y, dims_b, shape);
  return mm(left, right.t()).reshape(shape);
}

Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const std::optional<Tensor>& bias) {
  check(a.dim() == b.dim(), "bilinear(): input dimensions do not match: got ", a.dim(), " and ", b.dim());
  check(weight.dim() == 3 && a.size(-1) == weight.size(1) && b.size(-1) == weight.size(2),
        "bilinear(): input1 size does not match weight size: inputs ", a.sizes(), " and ", b.sizes(),
        ", weight ", weight.sizes());
  const Tensor y = einsum("...i,oij,...j->...o", {a, weight, b});
  return bias && bias->defined() ? y + *bias : y;
}

Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim, double eps) {
  const auto unit = [&](const Tensor& x) {
    const Tensor length = norm(x, 2, dim, true).clone();
    {
      const NoGradGuard off;  // the gradient does not see the limit
      length.clamp_(eps);
    }
    return x / length;
  };
  check(a.is_floating_point() || b.is_floating_point(),
        "expected common dtype to be floating point, yet common dtype is ", a.dtype());
  const ScalarType type = promote_types(a.dtype(), b.dtype());
  const std::vector<Tensor> pair = broadcast_tensors({a.to(type), b.to(type)});
  return sum(unit(pair[0]) * unit(pair[1]), dim);
}

Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p, double eps, bool keepdim) {
  const Tensor difference = a - b + eps;
  return norm(difference, p, difference.dim() - 1, keepdim);
}

Tensor cdist(const Tensor& a, const Tensor& b, double p, std::optional<int64_t>) {
  check(a.dim() >= 2 && b.dim() >= 2, "cdist only supports at least 2D tensors, X1 got: ", a.dim(),
        "D, X2 got: ", b.dim(), "D");
  check(a.size(-1) == b.size(-1), "X1 and X2 must have the same number of columns. X1: ", a.size(-1),
        " X2: ", b.size(-1));
  check(p >= 0, "cdist only supports non-negative p values");
  return norm(a.unsqueeze(-2) - b.unsqueeze(-3), p, -1);
}

}  // namespace xgrad
