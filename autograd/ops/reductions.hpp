// Many elements to one. `keepdim` leaves a 1 where a dimension was reduced; an empty list of dims
// means all of them.
#pragma once

#include <optional>
#include <tuple>

#include <xgrad/autograd/ops/arithmetic.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// Integers and bools are summed as kLong.
Tensor sum(const Tensor& x, std::optional<ScalarType> dtype = nullopt);
Tensor sum(const Tensor& x, OptionalIntArrayRef dims, bool keepdim = false,
           std::optional<ScalarType> dtype = nullopt);
/// Floating-point only. NaN over nothing.
Tensor mean(const Tensor& x, std::optional<ScalarType> dtype = nullopt);
Tensor mean(const Tensor& x, OptionalIntArrayRef dims, bool keepdim = false,
            std::optional<ScalarType> dtype = nullopt);
/// The largest element; NaN if there is one. The gradient is shared by equal elements.
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);
/// Values and indices (kLong) along a dimension; the gradient goes to the element at the index.
std::tuple<Tensor, Tensor> max(const Tensor& x, int64_t dim, bool keepdim = false);
std::tuple<Tensor, Tensor> min(const Tensor& x, int64_t dim, bool keepdim = false);
inline Tensor max(const Tensor& a, const Tensor& b) { return maximum(a, b); }
inline Tensor min(const Tensor& a, const Tensor& b) { return minimum(a, b); }
/// The index (kLong) of the first largest element, of all or along a dimension; never recorded.
Tensor argmax(const Tensor& x, std::optional<int64_t> dim = nullopt, bool keepdim = false);
Tensor argmin(const Tensor& x, std::optional<int64_t> dim = nullopt, bool keepdim = false);
/// Whether any, or all, elements are not zero: a bool tensor (uint8 for uint8).
Tensor any(const Tensor& x);
Tensor any(const Tensor& x, int64_t dim, bool keepdim = false);
Tensor all(const Tensor& x);
Tensor all(const Tensor& x, int64_t dim, bool keepdim = false);
/// The largest, or smallest, elements over the dims; the gradient is shared by equal elements.
Tensor amax(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false);
Tensor amin(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false);
std::tuple<Tensor, Tensor> aminmax(const Tensor& x, std::optional<int64_t> dim = nullopt,
                                   bool keepdim = false);
/// The product; integers and bools give kLong.
Tensor prod(const Tensor& x, std::optional<ScalarType> dtype = nullopt);
Tensor prod(const Tensor& x, int64_t dim, bool keepdim = false, std::optional<ScalarType> dtype = nullopt);
/// sum and mean of what is not NaN.
Tensor nansum(const Tensor& x, OptionalIntArrayRef dims = nullopt, bool keepdim = false,
              std::optional<ScalarType> dtype = nullopt);
Tensor nanmean(const Tensor& x, OptionalIntArrayRef dims = nullopt, bool keepdim = false,
               std::optional<ScalarType> dtype = nullopt);
/// How many elements are not zero (kLong).
Tensor count_nonzero(const Tensor& x, IntArrayRef dims);
Tensor count_nonzero(const Tensor& x, std::optional<int64_t> dim = nullopt);
/// The mean squared distance from the mean, divided by n - 1 if `unbiased`, else by n; or by n - correction
/// (1 if absent). The overloads with an int keep var(x, 0) from being var(x, false).
Tensor var(const Tensor& x, bool unbiased = true);
Tensor var(const Tensor& x, OptionalIntArrayRef dims, bool unbiased = true, bool keepdim = false);
Tensor var(const Tensor& x, OptionalIntArrayRef dims, std::optional<int64_t> correction,
           bool keepdim = false);
/// The square root of var.
Tensor std(const Tensor& x, bool unbiased = true);
Tensor std(const Tensor& x, OptionalIntArrayRef dims, bool unbiased = true, bool keepdim = false);
Tensor std(const Tensor& x, OptionalIntArrayRef dims, std::optional<int64_t> correction,
           bool keepdim = false);
/// var and mean, or std and mean, in one pass.
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, bool unbiased = true);
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, OptionalIntArrayRef dims, bool unbiased = true,
                                    bool keepdim = false);
std::tuple<Tensor, Tensor> var_mean(const Tensor& x, OptionalIntArrayRef dims,
                                    std::optional<int64_t> correction, bool keepdim = false);
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, bool unbiased = true);
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, OptionalIntArrayRef dims, bool unbiased = true,
                                    bool keepdim = false);
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, OptionalIntArrayRef dims,
                                    std::optional<int64_t> correction, bool keepdim = false);
inline Tensor var(const Tensor& x, int dim) { return var(x, IntArrayRef({dim}), true); }
inline Tensor std(const Tensor& x, int dim) { return std(x, IntArrayRef({dim}), true); }
inline std::tuple<Tensor, Tensor> var_mean(const Tensor& x, int dim) {
  return var_mean(x, IntArrayRef({dim}), true);
}
inline std::tuple<Tensor, Tensor> std_mean(const Tensor& x, int dim) {
  return std_mean(x, IntArrayRef({dim}), true);
}
/// (Σ |x|^p)^(1/p) over the dims; p may be 0 (how many are not zero) or ±infinity (the largest or smallest
/// |x|).
Tensor norm(const Tensor& x, const Scalar& p = 2);
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, ScalarType dtype);
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim = false);
Tensor norm(const Tensor& x, const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim,
            ScalarType dtype);
/// norm(a - b, p).
Tensor dist(const Tensor& a, const Tensor& b, const Scalar& p = 2);
/// log Σ exp(x) over the dims, safe from overflow.
Tensor logsumexp(const Tensor& x, IntArrayRef dims, bool keepdim = false);

}  // namespace xgrad
