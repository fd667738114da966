// One value of any kind, for the few places that keep such values under a name.
#pragma once

#include <concepts>
#include <string>
#include <variant>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// A number, bool, string, Tensor, a list of one of these, or nothing. What was put in as one kind is taken
/// out as that kind: `value = 3; value.toInt()`; asking for another kind is an error. PyTorch: c10::IValue.
class IValue {
 public:
  IValue() = default;
  IValue(std::nullopt_t) {}
  IValue(Tensor value) : value_(std::move(value)) {}
  template <class T>
  requires std::is_arithmetic_v<T> IValue(T value) : IValue(Scalar(value)) {}
  IValue(const Scalar& value);
  IValue(const char* value) : value_(std::string(value)) {}
  IValue(std::string value) : value_(std::move(value)) {}
  IValue(std::vector<int64_t> value) : value_(std::move(value)) {}
  IValue(std::vector<double> value) : value_(std::move(value)) {}
  IValue(std::vector<bool> value) : value_(std::move(value)) {}
  IValue(std::vector<std::string> value) : value_(std::move(value)) {}
  IValue(std::vector<Tensor> value) : value_(std::move(value)) {}
  IValue(IntArrayRef value) : value_(value.vec()) {}
  template <class T>
  IValue(const std::optional<T>& value) {
    if (value) *this = IValue(*value);
  }

  bool isNone() const { return is<std::monostate>(); }
  bool isTensor() const { return is<Tensor>(); }
  bool isBool() const { return is<bool>(); }
  bool isInt() const { return is<int64_t>(); }
  bool isDouble() const { return is<double>(); }
  bool isScalar() const { return isBool() || isInt() || isDouble(); }
  bool isString() const { return is<std::string>(); }
  bool isIntList() const { return is<std::vector<int64_t>>(); }
  bool isDoubleList() const { return is<std::vector<double>>(); }
  bool isBoolList() const { return is<std::vector<bool>>(); }
  bool isTensorList() const { return is<std::vector<Tensor>>(); }

  const Tensor& toTensor() const { return get<Tensor>(); }
  bool toBool() const { return get<bool>(); }
  int64_t toInt() const { return get<int64_t>(); }
  double toDouble() const { return get<double>(); }
  /// Of a bool, an integer or a double.
  Scalar toScalar() const;
  const std::string& toStringRef() const { return get<std::string>(); }
  const std::vector<int64_t>& toIntVector() const { return get<std::vector<int64_t>>(); }
  const std::vector<int64_t>& toIntList() const { return toIntVector(); }
  const std::vector<double>& toDoubleVector() const { return get<std::vector<double>>(); }
  const std::vector<double>& toDoubleList() const { return toDoubleVector(); }
  const std::vector<bool>& toBoolList() const { return get<std::vector<bool>>(); }
  const std::vector<std::string>& toStringVector() const { return get<std::vector<std::string>>(); }
  const std::vector<Tensor>& toTensorVector() const { return get<std::vector<Tensor>>(); }
  const std::vector<Tensor>& toTensorList() const { return toTensorVector(); }

  /// The value as T, which must be the kind that it is; nothing becomes an empty optional.
  template <class T>
  T to() const {
    if constexpr (std::same_as<T, Scalar>)
      return toScalar();
    else if constexpr (!std::same_as<T, bool> && std::integral<T>)
      return static_cast<T>(toInt());
    else if constexpr (std::floating_point<T>)
      return static_cast<T>(toDouble());
    else
      return get<T>();
  }
  template <class T>
  std::optional<T> toOptional() const {
    return isNone() ? std::nullopt : std::optional<T>(to<T>());
  }

  /// The kind of the value as PyTorch calls it: "Int", "Tensor", "DoubleList".
  const char* tagKind() const;

 private:
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(value_);
  }
  template <class T>
  const T& get() const {
    const T* value = std::get_if<T>(&value_);
    if (!value) mismatch(IValue(T()).tagKind());
    return *value;
  }
  [[noreturn]] void mismatch(const char* wanted) const;

  std::variant<std::monostate, Tensor, bool, int64_t, double, std::string, std::vector<int64_t>,
               std::vector<double>, std::vector<bool>, std::vector<std::string>, std::vector<Tensor>>
      value_;
};

}  // namespace xgrad
