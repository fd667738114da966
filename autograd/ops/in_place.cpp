// The in-place forms of functions: self becomes function(self).
#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/recording.hpp>

namespace xgrad {

using autograd::apply_in_place;

Tensor& Tensor::neg_() const { return apply_in_place(*this, "neg_", xgrad::neg); }
Tensor& Tensor::abs_() const { return apply_in_place(*this, "abs_", xgrad::abs); }
Tensor& Tensor::sign_() const { return apply_in_place(*this, "sign_", xgrad::sign); }
Tensor& Tensor::exp_() const { return apply_in_place(*this, "exp_", xgrad::exp); }
Tensor& Tensor::log_() const { return apply_in_place(*this, "log_", xgrad::log); }
Tensor& Tensor::log1p_() const { return apply_in_place(*this, "log1p_", xgrad::log1p); }
Tensor& Tensor::sqrt_() const { return apply_in_place(*this, "sqrt_", xgrad::sqrt); }
Tensor& Tensor::sin_() const { return apply_in_place(*this, "sin_", xgrad::sin); }
Tensor& Tensor::cos_() const { return apply_in_place(*this, "cos_", xgrad::cos); }
Tensor& Tensor::reciprocal_() const { return apply_in_place(*this, "reciprocal_", xgrad::reciprocal); }
Tensor& Tensor::square_() const { return apply_in_place(*this, "square_", xgrad::square); }
Tensor& Tensor::tanh_() const { return apply_in_place(*this, "tanh_", xgrad::tanh); }
Tensor& Tensor::sigmoid_() const { return apply_in_place(*this, "sigmoid_", xgrad::sigmoid); }
Tensor& Tensor::relu_() const { return apply_in_place(*this, "relu_", xgrad::relu); }
Tensor& Tensor::clamp_(const std::optional<Scalar>& min, const std::optional<Scalar>& max) const {
  check(dtype() != kBool,
        "clamp_: a bool tensor has no order to be limited in: result type Long can't be cast to the desired "
        "output type bool");
  return apply_in_place(*this, "clamp_", [&](const Tensor& x) { return x.clamp(min, max); });
}
Tensor& Tensor::clamp_min_(const Scalar& min) const { return clamp_(min); }
Tensor& Tensor::clamp_max_(const Scalar& max) const { return clamp_(nullopt, max); }
Tensor& Tensor::pow_(const Scalar& exponent) const {
  return apply_in_place(*this, "pow_", [&](const Tensor& x) { return x.pow(exponent); });
}
Tensor& Tensor::pow_(const Tensor& exponent) const {
  return apply_in_place(
      *this, "pow_", [&](const Tensor& x) { return x.pow(exponent); }, exponent);
}

// A comparison has no gradient: what it writes is a constant.
namespace {
template <class Other>
Tensor& compare_in_place(const Tensor& self, Tensor (*compare)(const Tensor&, const Other&),
                         const Other& other) {
  const Tensor result = compare(self, other);
  check(result.sizes() == self.sizes(), "output with shape ", self.sizes(),
        " doesn't match the broadcast shape ", result.sizes(),
        ": an in-place comparison cannot enlarge its tensor; use the out-of-place form");
  return self.copy_(result);
}
}  // namespace

Tensor& Tensor::eq_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::eq, other); }
Tensor& Tensor::eq_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::eq, other); }
Tensor& Tensor::ne_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::ne, other); }
Tensor& Tensor::ne_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::ne, other); }
Tensor& Tensor::lt_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::lt, other); }
Tensor& Tensor::lt_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::lt, other); }
Tensor& Tensor::le_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::le, other); }
Tensor& Tensor::le_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::le, other); }
Tensor& Tensor::gt_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::gt, other); }
Tensor& Tensor::gt_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::gt, other); }
Tensor& Tensor::ge_(const Tensor& other) const { return compare_in_place<Tensor>(*this, xgrad::ge, other); }
Tensor& Tensor::ge_(const Scalar& other) const { return compare_in_place<Scalar>(*this, xgrad::ge, other); }

}  // namespace xgrad
