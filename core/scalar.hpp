// One number of any type.
#pragma once

#include <iosfwd>
#include <type_traits>

#include <xgrad/core/dtype.hpp>

namespace xgrad {

/// A number that remembers whether it is a bool, an integer or a floating-point one. PyTorch: c10::Scalar.
class Scalar {
 public:
  /// Zero, or a number of any arithmetic type.
  Scalar() : Scalar(int64_t{0}) {}
  template <class T>
  requires std::is_arithmetic_v<T> Scalar(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = kBool;
      integer_ = value;
    } else if constexpr (std::is_integral_v<T>) {
      kind_ = kLong;
      integer_ = static_cast<int64_t>(value);
    } else {
      kind_ = kDouble;
      real_ = static_cast<double>(value);
    }
  }

  /// The number converted as a C++ cast does.
  template <class T>
  T to() const {
    return kind_ == kDouble ? static_cast<T>(real_) : static_cast<T>(integer_);
  }
  float toFloat() const { return to<float>(); }
  double toDouble() const { return to<double>(); }
  int64_t toLong() const { return to<int64_t>(); }
  int toInt() const { return to<int>(); }
  bool toBool() const { return to<bool>(); }

  /// What kind of number it is.
  bool isFloatingPoint() const { return kind_ == kDouble; }
  bool isIntegral(bool include_bool) const { return kind_ == kLong || (include_bool && kind_ == kBool); }
  bool isBoolean() const { return kind_ == kBool; }
  bool isComplex() const { return false; }
  /// Whether this is the same number as `value`, whatever their types.
  template <class T>
  requires std::is_arithmetic_v<T>
  bool equal(T value) const {
    return kind_ == kDouble ? real_ == static_cast<double>(value) : integer_ == static_cast<int64_t>(value);
  }
  /// kBool, kLong or kDouble.
  ScalarType type() const { return kind_; }
  /// The negative.
  Scalar operator-() const { return kind_ == kDouble ? Scalar(-real_) : Scalar(-integer_); }

 private:
  ScalarType kind_;
  union {
    int64_t integer_;
    double real_;
  };
};
/// Writes the number.
std::ostream& operator<<(std::ostream& out, const Scalar& s);

namespace detail {
/// Refuses to make elements of type `t` of a number that they cannot hold. Negative integers wrap in kByte.
void check_fits(const Scalar& value, ScalarType t);
}  // namespace detail

}  // namespace xgrad
