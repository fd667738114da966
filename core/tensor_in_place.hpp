// The methods of a Tensor that write into it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include <xgrad/core/options.hpp>
#include <xgrad/core/scalar.hpp>

namespace xgrad {

class Tensor;
namespace indexing {
class TensorIndex;
}

/// The part of Tensor that writes: each method does in place what the method without the underscore computes,
/// is recorded on the tape, and returns this tensor.
class InPlaceMethods {
 public:
  // Writing values.
  /// The elements of `source`, broadcast and converted to this dtype.
  Tensor& copy_(const Tensor& source, bool non_blocking = false) const;
  /// The same number everywhere; a tensor must be of no dimensions.
  Tensor& fill_(const Scalar& value) const;
  Tensor& fill_(const Tensor& value) const;
  Tensor& zero_() const;  ///< fill_(0)

  // Arithmetic.
  Tensor& add_(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor& add_(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor& sub_(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor& sub_(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor& mul_(const Tensor& other) const;
  Tensor& mul_(const Scalar& other) const;
  Tensor& div_(const Tensor& other) const;
  Tensor& div_(const Scalar& other) const;
  Tensor& div_(const Tensor& other, std::optional<std::string_view> rounding_mode) const;
  Tensor& div_(const Scalar& other, std::optional<std::string_view> rounding_mode) const;
  /// add_, sub_, mul_ and div_.
  Tensor& operator+=(const Tensor& other) const { return add_(other); }
  Tensor& operator+=(const Scalar& other) const { return add_(other); }
  Tensor& operator-=(const Tensor& other) const { return sub_(other); }
  Tensor& operator-=(const Scalar& other) const { return sub_(other); }
  Tensor& operator*=(const Tensor& other) const { return mul_(other); }
  Tensor& operator*=(const Scalar& other) const { return mul_(other); }
  Tensor& operator/=(const Tensor& other) const { return div_(other); }
  Tensor& operator/=(const Scalar& other) const { return div_(other); }
  Tensor& floor_divide_(const Tensor& other) const;
  Tensor& floor_divide_(const Scalar& other) const;
  Tensor& fmod_(const Tensor& other) const;
  Tensor& fmod_(const Scalar& other) const;
  Tensor& remainder_(const Tensor& other) const;
  Tensor& remainder_(const Scalar& other) const;
  Tensor& pow_(const Tensor& exponent) const;
  Tensor& pow_(const Scalar& exponent) const;
  Tensor& atan2_(const Tensor& other) const;
  Tensor& xlogy_(const Tensor& other) const;
  Tensor& xlogy_(const Scalar& other) const;
  Tensor& lerp_(const Tensor& end, const Scalar& weight) const;
  Tensor& lerp_(const Tensor& end, const Tensor& weight) const;
  Tensor& addcmul_(const Tensor& a, const Tensor& b, const Scalar& value = 1) const;
  Tensor& addcdiv_(const Tensor& a, const Tensor& b, const Scalar& value = 1) const;
  Tensor& addmm_(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor& addmv_(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor& baddbmm_(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor& cumsum_(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;
  Tensor& cumprod_(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;

  // Functions of this tensor alone.
  Tensor& neg_() const;
  Tensor& abs_() const;
  Tensor& sign_() const;
  Tensor& exp_() const;
  Tensor& exp2_() const;
  Tensor& expm1_() const;
  Tensor& log_() const;
  Tensor& log1p_() const;
  Tensor& log2_() const;
  Tensor& log10_() const;
  Tensor& sqrt_() const;
  Tensor& rsqrt_() const;
  Tensor& reciprocal_() const;
  Tensor& square_() const;
  Tensor& sin_() const;
  Tensor& cos_() const;
  Tensor& tan_() const;
  Tensor& asin_() const;
  Tensor& acos_() const;
  Tensor& atan_() const;
  Tensor& sinh_() const;
  Tensor& cosh_() const;
  Tensor& tanh_() const;
  Tensor& asinh_() const;
  Tensor& acosh_() const;
  Tensor& atanh_() const;
  Tensor& erf_() const;
  Tensor& erfc_() const;
  Tensor& sigmoid_() const;
  Tensor& logit_(std::optional<double> eps = nullopt) const;
  Tensor& relu_() const;
  Tensor& floor_() const;
  Tensor& ceil_() const;
  Tensor& round_() const;
  Tensor& round_(int64_t decimals) const;
  Tensor& trunc_() const;
  Tensor& frac_() const;
  Tensor& nan_to_num_(std::optional<double> nan = nullopt, std::optional<double> posinf = nullopt,
                      std::optional<double> neginf = nullopt) const;
  Tensor& clamp_(const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt) const;
  Tensor& clamp_(const std::optional<Tensor>& min) const;
  Tensor& clamp_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const;
  Tensor& clamp_min_(const Scalar& min) const;
  Tensor& clamp_min_(const Tensor& min) const;
  Tensor& clamp_max_(const Scalar& max) const;
  Tensor& clamp_max_(const Tensor& max) const;
  Tensor& tril_(int64_t diagonal = 0) const;
  Tensor& triu_(int64_t diagonal = 0) const;

  // Second names.
  Tensor& negative_() const { return neg_(); }
  Tensor& absolute_() const { return abs_(); }
  Tensor& fix_() const { return trunc_(); }
  Tensor& subtract_(const Tensor& other, const Scalar& alpha = 1) const { return sub_(other, alpha); }
  Tensor& subtract_(const Scalar& other, const Scalar& alpha = 1) const { return sub_(other, alpha); }
  Tensor& multiply_(const Tensor& other) const { return mul_(other); }
  Tensor& multiply_(const Scalar& other) const { return mul_(other); }
  Tensor& divide_(const Tensor& other) const { return div_(other); }
  Tensor& divide_(const Scalar& other) const { return div_(other); }
  Tensor& divide_(const Tensor& other, std::optional<std::string_view> mode) const {
    return div_(other, mode);
  }
  Tensor& divide_(const Scalar& other, std::optional<std::string_view> mode) const {
    return div_(other, mode);
  }
  Tensor& true_divide_(const Tensor& other) const { return div_(other); }
  Tensor& true_divide_(const Scalar& other) const { return div_(other); }
  Tensor& arctan2_(const Tensor& other) const { return atan2_(other); }
  Tensor& clip_(const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt) const;
  Tensor& clip_(const std::optional<Tensor>& min) const;
  Tensor& clip_(const std::optional<Tensor>& min, const std::optional<Tensor>& max) const;

  // Comparisons, truth and bits. What a comparison writes is a constant: no gradient goes through it.
  Tensor& eq_(const Tensor& other) const;
  Tensor& eq_(const Scalar& other) const;
  Tensor& ne_(const Tensor& other) const;
  Tensor& ne_(const Scalar& other) const;
  Tensor& lt_(const Tensor& other) const;
  Tensor& lt_(const Scalar& other) const;
  Tensor& le_(const Tensor& other) const;
  Tensor& le_(const Scalar& other) const;
  Tensor& gt_(const Tensor& other) const;
  Tensor& gt_(const Scalar& other) const;
  Tensor& ge_(const Tensor& other) const;
  Tensor& ge_(const Scalar& other) const;
  Tensor& logical_and_(const Tensor& other) const;
  Tensor& logical_or_(const Tensor& other) const;
  Tensor& logical_xor_(const Tensor& other) const;
  Tensor& logical_not_() const;
  Tensor& bitwise_and_(const Tensor& other) const;
  Tensor& bitwise_and_(const Scalar& other) const;
  Tensor& bitwise_or_(const Tensor& other) const;
  Tensor& bitwise_or_(const Scalar& other) const;
  Tensor& bitwise_xor_(const Tensor& other) const;
  Tensor& bitwise_xor_(const Scalar& other) const;
  Tensor& bitwise_not_() const;
  /// bitwise_and_, bitwise_or_ and bitwise_xor_.
  Tensor& operator&=(const Tensor& other) const { return bitwise_and_(other); }
  Tensor& operator|=(const Tensor& other) const { return bitwise_or_(other); }
  Tensor& operator^=(const Tensor& other) const { return bitwise_xor_(other); }

  // Writing parts.
  Tensor& masked_fill_(const Tensor& mask, const Scalar& value) const;
  Tensor& masked_fill_(const Tensor& mask, const Tensor& value) const;
  Tensor& masked_scatter_(const Tensor& mask, const Tensor& source) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, const Tensor& values) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, const Scalar& value) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex> indices, const Tensor& values) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex> indices, const Scalar& value) const;
  Tensor& index_put_(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                     bool accumulate = false) const;
  Tensor& index_add_(int64_t dim, const Tensor& index, const Tensor& source, const Scalar& alpha = 1) const;
  Tensor& index_copy_(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& index_fill_(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor& index_fill_(int64_t dim, const Tensor& index, const Tensor& value) const;
  Tensor& scatter_(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor& scatter_add_(int64_t dim, const Tensor& index, const Tensor& source) const;

  // Other shapes on the same elements.
  Tensor& t_() const;
  Tensor& transpose_(int64_t dim0, int64_t dim1) const;
  Tensor& swapaxes_(int64_t dim0, int64_t dim1) const { return transpose_(dim0, dim1); }
  Tensor& swapdims_(int64_t dim0, int64_t dim1) const { return transpose_(dim0, dim1); }
  Tensor& squeeze_() const;
  Tensor& squeeze_(int64_t dim) const;
  Tensor& unsqueeze_(int64_t dim) const;

  // From the random stream: the same numbers as PyTorch for the same seed.
  /// Uniform on [from, to). Floating-point only.
  Tensor& uniform_(double from = 0, double to = 1) const;
  /// Normal with that mean and standard deviation. Floating-point only.
  Tensor& normal_(double mean = 0, double std = 1) const;
  /// 1 with probability p, else 0.
  Tensor& bernoulli_(double p = 0.5) const;
  /// Integers in [from, to); by default all that the dtype can hold exactly.
  Tensor& random_() const;
  Tensor& random_(int64_t to) const;
  Tensor& random_(int64_t from, int64_t to) const;

 protected:
  InPlaceMethods() = default;
  /// The tensor that this is a part of.
  const Tensor& self() const;
};

}  // namespace xgrad
