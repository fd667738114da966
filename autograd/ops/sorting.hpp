// Order along a dimension, and running sums.
#pragma once

#include <optional>
#include <tuple>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// Values in order, and the indices (kLong) at which they were. NaN counts as the largest. `stable` keeps
/// equal elements in their order, as xgrad always does.
std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim = -1, bool descending = false);
std::tuple<Tensor, Tensor> sort(const Tensor& x, std::optional<bool> stable, int64_t dim = -1,
                                bool descending = false);
/// The indices of sort.
Tensor argsort(const Tensor& x, int64_t dim = -1, bool descending = false);
Tensor argsort(const Tensor& x, bool stable, int64_t dim = -1, bool descending = false);
/// The k largest (or smallest) elements in order, and their indices.
std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim = -1, bool largest = true,
                                bool sorted = true);
/// The k-th smallest element, counted from 1, and its index.
std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim = -1, bool keepdim = false);
/// The middle element, the lower one of two; NaN if there is one.
Tensor median(const Tensor& x);
std::tuple<Tensor, Tensor> median(const Tensor& x, int64_t dim, bool keepdim = false);
/// The sums, or products, of all elements up to each one. Integers and bools give kLong.
Tensor cumsum(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);
Tensor cumprod(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = nullopt);

}  // namespace xgrad
