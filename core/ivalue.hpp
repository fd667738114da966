// One value of any kind, for the few places that keep such values under a name.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

/// A number, bool, string, Tensor, a list of one of these, or nothing. What was put in as one kind is taken
/// out as that kind: `value = 3; value.toInt()`; asking for another kind is an error. PyTorch: c10::IValue.
class IValue {
 public:
  /// Nothing, or a copy of the value. Integers of any width are one kind, so are floating-point numbers.
  IValue();
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
  IValue(const IValue&);
  IValue(IValue&&) noexcept;
  IValue& operator=(const IValue&);
  IValue& operator=(IValue&&) noexcept;
  ~IValue();

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
  // In the order of the variant's alternatives.
  enum class Kind {
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
  Kind kind() const { return static_cast<Kind>(value_.index()); }
  template <class T>
  const T& get(Kind wanted) const;

  // What needs its members is in ivalue.cpp: compiling them costs every program a tenth of a second.
  std::variant<std::monostate, Tensor, bool, int64_t, double, std::string, std::vector<int64_t>,
               std::vector<double>, std::vector<bool>, std::vector<std::string>, std::vector<Tensor>>
      value_;
};

}  // namespace xgrad
