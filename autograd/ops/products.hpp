// Products of matrices and vectors, and distances.
#pragma once

#include <optional>
#include <string_view>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// The matrix product [n, k] × [k, m].
Tensor mm(const Tensor& a, const Tensor& b);
/// The batched matrix product [b, n, k] × [b, k, m].
Tensor bmm(const Tensor& a, const Tensor& b);
/// Vectors, matrices and batches of them, as torch.matmul.
Tensor matmul(const Tensor& a, const Tensor& b);
/// beta * c + alpha * (a × b); c is broadcast.
Tensor addmm(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta = 1,
             const Scalar& alpha = 1);
/// x × weightᵀ + bias for x [..., in], weight [out, in], bias [out] or undefined. PyTorch:
/// nn.functional.linear.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

/// Σ a * b for vectors.
Tensor dot(const Tensor& a, const Tensor& b);
/// The matrix [n, m] times the vector [m].
Tensor mv(const Tensor& a, const Tensor& b);
/// a[i] * b[j] for vectors.
Tensor outer(const Tensor& a, const Tensor& b);
inline Tensor ger(const Tensor& a, const Tensor& b) { return outer(a, b); }
/// The sum over the last dimension of both.
Tensor inner(const Tensor& a, const Tensor& b);
/// beta * c + alpha * (a × b) for a matrix a and a vector b.
Tensor addmv(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta = 1,
             const Scalar& alpha = 1);
/// beta * c + alpha * bmm(a, b).
Tensor baddbmm(const Tensor& c, const Tensor& a, const Tensor& b, const Scalar& beta = 1,
               const Scalar& alpha = 1);
/// The sum of the diagonal of a matrix.
Tensor trace(const Tensor& x);
/// Sums of products named by letters: "ij,jk->ik" is a matrix product, "..." stands for further dimensions.
Tensor einsum(std::string_view equation, TensorList tensors, OptionalIntArrayRef path = nullopt);
/// The sum of products over the listed dimensions, which are paired in order.
Tensor tensordot(const Tensor& a, const Tensor& b, IntArrayRef dims_a, IntArrayRef dims_b);
/// a weight b for every output: a [..., in1], b [..., in2], weight [out, in1, in2], bias [out].
Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight,
                const std::optional<Tensor>& bias = nullopt);
/// The cosine of the angle between the vectors along dim; no length counts as less than eps.
Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim = 1, double eps = 1e-8);
/// norm(a - b + eps, p) along the last dimension.
Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p = 2, double eps = 1e-6,
                         bool keepdim = false);
/// The p-distances between every row of a [..., n, d] and every row of b [..., m, d].
Tensor cdist(const Tensor& a, const Tensor& b, double p = 2, std::optional<int64_t> compute_mode = nullopt);

}  // namespace xgrad
