// Products of matrices.
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/matmul.hpp>

namespace xgrad {

namespace {

void check_same_dtype(const Tensor& a, const Tensor& b, const char* op) {
  check(a.dtype() == b.dtype(), op, ": expected m1 and m2 to have the same dtype, but got: ", a.dtype(),
        " != ", b.dtype(), ": convert one with to(), e.g. x.to(w.dtype())");
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check(a.dim() == 2, "mm: self must be a matrix, got shape ", a.sizes());
  check(b.dim() == 2, "mm: mat2 must be a matrix, got shape ", b.sizes());
  check(a.sizes()[1] == b.sizes()[0], "mat1 and mat2 shapes cannot be multiplied (", a.sizes()[0], "x",
        a.sizes()[1], " and ", b.sizes()[0], "x", b.sizes()[1],
        "): the columns of the first must be the rows of the second; is one of them to be transposed with "
        "t()?");
  check_same_dtype(a, b, "mm");
  Tensor out = detail::make_tensor({a.sizes()[0], b.sizes()[1]}, a.dtype());
  kernels::gemm(out, a, b);
  return record("MmBackward0", std::move(out), {a, b},
                [a = save_for(b, a), b = save_for(a, b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g.mm(b().t()) : none, needs[1] ? a().t().mm(g) : none);
                });
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check(a.dim() == 3 && b.dim() == 3, "bmm: batch1 and batch2 must be 3D tensors, got ", a.sizes(), " and ",
        b.sizes());
  check(a.size(0) == b.size(0) && a.size(2) == b.size(1),
        "bmm: Expected size for first two dimensions of batch2 tensor to be: [", a.size(0), ", ", a.size(2),
        "] but got: [", b.size(0), ", ", b.size(1), "].");
  check_same_dtype(a, b, "bmm");
  Tensor out = detail::make_tensor({a.size(0), a.size(1), b.size(2)}, a.dtype());
  kernels::batched_gemm(out, a, b);
  return record("BmmBackward0", std::move(out), {a, b},
                [a = save_for(b, a), b = save_for(a, b)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? bmm(g, b().transpose(1, 2)) : none,
                               needs[1] ? bmm(a().transpose(1, 2), g) : none);
                });
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  check(a.dim() > 0 && b.dim() > 0, "matmul: both arguments to matmul need to be at least 1D, but they are ",
        a.dim(), "D and ", b.dim(), "D");
  if (a.dim() == 2 && b.dim() == 2) return mm(a, b);
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  // A vector counts as a row on the left and as a column on the right; its dimension goes away again.
  if (a.dim() == 1) return matmul(a.unsqueeze(0), b).squeeze(-2);
  if (b.dim() == 1) return matmul(a, b.unsqueeze(1)).squeeze(-1);
  const int64_t n = a.size(-2), k = a.size(-1), m = b.size(-1);
  check(k == b.size(-2), "matmul: mat1 and mat2 shapes cannot be multiplied (", n, "x", k, " and ",
        b.size(-2), "x", m, "). Given ", a.sizes(), " and ", b.sizes());
  if (b.dim() == 2) {
    // One product of all rows.
    Dims sizes = a.impl().sizes();
    sizes.back() = m;
    int64_t rows = 1;
    for (const int64_t size : a.sizes().slice(0, a.sizes().size() - 1)) rows *= size;
    return mm(a.reshape({rows, k}), b).view(sizes);
  }
  const IntArrayRef batch_a = a.sizes().slice(0, a.sizes().size() - 2),
                    batch_b = b.sizes().slice(0, b.sizes().size() - 2);
  Dims batch = detail::broadcast_shapes(batch_a, batch_b, "matmul");
  int64_t count = 1;
  for (const int64_t size : batch) count *= size;
  const auto spread = [&](const Tensor& x, int64_t rows, int64_t columns) {
    Dims sizes = batch;
    sizes.push_back(rows);
    sizes.push_back(columns);
    return x.expand(sizes).reshape({count, rows, columns});
  };
  Dims sizes = batch;
  sizes.push_back(n);
  sizes.push_back(m);
  return bmm(spread(a, n, k), spread(b, k, m)).view(sizes);
}

Tensor addmm(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  check(a.dim() == 2 && b.dim() == 2, "addmm: mat1 and mat2 must be matrices, got ", a.sizes(), " and ",
        b.sizes());
  check(a.sizes()[1] == b.sizes()[0], "mat1 and mat2 shapes cannot be multiplied (", a.sizes()[0], "x",
        a.sizes()[1], " and ", b.sizes()[0], "x", b.sizes()[1], ")");
  check_same_dtype(a, b, "addmm");
  check_same_dtype(c, a, "addmm");
  Tensor out = detail::make_tensor({a.sizes()[0], b.sizes()[1]}, a.dtype());
  check(is_expandable_to(c.sizes(), out.sizes()),
        "addmm: The expanded size of the tensor must match the existing size: input is ", c.sizes(),
        ", the product is ", out.sizes());
  if (beta.toDouble() != 0) kernels::copy(out, c);
  kernels::gemm(out, a, b, beta.toDouble(), alpha.toDouble());
  return record("AddmmBackward0", std::move(out), {c, a, b},
                [a = save_for(b, a), b = save_for(a, b), beta, alpha](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? scaled(g, beta) : none,
                               needs[1] ? scaled(g.mm(b().t()), alpha) : none,
                               needs[2] ? scaled(a().t().mm(g), alpha) : none);
                });
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check(weight.dim() == 2 && x.dim() >= 1 && x.size(-1) == weight.size(1),
        "linear: mat1 and mat2 shapes cannot be multiplied (",
        x.dim() ? x.numel() / std::max<int64_t>(1, x.size(-1)) : 1, "x", x.dim() ? x.size(-1) : 1, " and ",
        weight.dim() == 2 ? weight.size(1) : 0, "x", weight.dim() == 2 ? weight.size(0) : 0,
        "). The input is ", x.sizes(), " and the weight [out_features, in_features] is ", weight.sizes(),
        ": the input's last dimension must be in_features; flatten(1) an image first");
  if (x.dim() == 2) {
    check_same_dtype(x, weight, "linear");
    Tensor out = detail::make_tensor({x.sizes()[0], weight.sizes()[0]}, x.dtype());
    const Tensor columns = detail::make_view(weight, {weight.size(1), weight.size(0)},
                                             {weight.stride(1), weight.stride(0)}, weight.storage_offset());
    if (!bias.defined()) {
      kernels::gemm(out, x, columns);
      return record("MmBackward0", std::move(out), {x, weight},
                    [x = save_for(weight, x), weight = save_for(x, weight)](const Tensor& g, Needs needs) {
                      return grads(needs[0] ? g.mm(weight()) : none, needs[1] ? g.t().mm(x()) : none);
                    });
    }
    check(bias.dim() == 1 && bias.size(0) == weight.size(0), "linear: the bias is ", bias.sizes(),
          ", expected [", weight.size(0), "], one per output feature");
    check_same_dtype(bias, x, "linear");
    kernels::gemm(out, x, columns, 0, 1, bias);
    return record("AddmmBackward0", std::move(out), {bias, x, weight},
                  [x = save(x), weight = save(weight)](const Tensor& g, Needs needs) {
                    return grads(needs[0] ? g.sum(0) : none, needs[1] ? g.mm(weight()) : none,
                                 needs[2] ? g.t().mm(x()) : none);
                  });
  }
  const Tensor y = matmul(x, weight.t());
  return bias.defined() ? y + bias : y;
}

}  // namespace xgrad
