// One value of any kind, for the few places that keep such values under a name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// A number, bool, string, Tensor, a list of one of these, or nothing. What was put in as one kind is taken
/// out as that kind: `value = 3; value.toInt()`; asking for another kind is an error. PyTorch: c10::IValue.
class IValue {
 public:
  /// Nothing, or a copy of the value. Integers of any width are one kind, so are floating-point numbers.
  IValue() = default;
  IValue(std::nullopt_t) : IValue() {}
  IValue(Tensor value);
  template <class T>
  requires std::is_arithmetic_v<T> IValue(T value) : IValue(Scalar(value)) {}
  IValue(const Scalar& value);
  IValue(const char* value);
  IValue(std::string value);
  IValue(std::vector<int64_t> value);
  IValue(std::vector<double> value);
  IValue(std::vector<bool> value);
  IValue(std::vector<std::string> value);
  IValue(std::vector<Tensor> value);
  IValue(IntArrayRef value) : IValue(value.vec()) {}
  template <class T>
  IValue(const std::optional<T>& value) : IValue(value ? IValue(*value) : IValue()) {}

  /// Whether the value is of that kind.
  bool isNone() const { return kind() == Kind::none; }
  bool isTensor() const { return kind() == Kind::tensor; }
  bool isBool() const { return kind() == Kind::boolean; }
  bool isInt() const { return kind() == Kind::integer; }
  bool isDouble() const { return kind() == Kind::real; }
  bool isScalar() const { return isBool() || isInt() || isDouble(); }
  bool isString() const { return kind() == Kind::string; }
  bool isIntList() const { return kind() == Kind::integers; }
  bool isDoubleList() const { return kind() == Kind::reals; }
  bool isBoolList() const { return kind() == Kind::booleans; }
  bool isTensorList() const { return kind() == Kind::tensors; }

  /// The value; an error that names both kinds unless it is of this one.
  const Tensor& toTensor() const;
  bool toBool() const;
  int64_t toInt() const;
  double toDouble() const;
  Scalar toScalar() const;  ///< of a bool, an integer or a double
  const std::string& toStringRef() const;
  const std::vector<int64_t>& toIntVector() const;
  const std::vector<int64_t>& toIntList() const { return toIntVector(); }
  const std::vector<double>& toDoubleVector() const;
  const std::vector<double>& toDoubleList() const { return toDoubleVector(); }
  const std::vector<bool>& toBoolList() const;
  const std::vector<std::string>& toStringVector() const;
  const std::vector<Tensor>& toTensorVector() const;
  const std::vector<Tensor>& toTensorList() const { return toTensorVector(); }

  /// The kind of the value as PyTorch calls it: "Int", "Tensor", "DoubleList".
  const char* tagKind() const;

 private:
  enum class Kind : uint8_t {
    none,
    tensor,
    boolean,
    integer,
    real,
    string,
    integers,
    reals,
    booleans,
    strings,
    tensors
  };
  template <class T>
  IValue(Kind kind, T value);
  Kind kind() const { return value_ ? kind_ : Kind::none; }  // none also when moved from
  template <class T>
  const T& get(Kind wanted) const;

  Kind kind_ = Kind::none;
  // Copies share it, for it is never changed. A std::variant of these types would cost every program that
  // includes this a twentieth of its compile time.
  std::shared_ptr<const void> value_;
};

}  // namespace xgrad
