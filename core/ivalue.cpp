#include <xgrad/core/ivalue.hpp>

#include <xgrad/core/error.hpp>

namespace xgrad {
namespace {

// In the order of Kind.
constexpr const char* kind_names[] = {"None",     "Tensor",     "Bool",      "Int",
                                      "Double",   "String",     "IntList",   "DoubleList",
                                      "BoolList", "StringList", "TensorList"};

}  // namespace

template <class T>
IValue::IValue(Kind kind, T value) : kind_(kind), value_(std::make_shared<const T>(std::move(value))) {}

IValue::IValue(Tensor value) : IValue(Kind::tensor, std::move(value)) {}
IValue::IValue(const char* value) : IValue(std::string(value)) {}
IValue::IValue(std::string value) : IValue(Kind::string, std::move(value)) {}
IValue::IValue(std::vector<int64_t> value) : IValue(Kind::integers, std::move(value)) {}
IValue::IValue(std::vector<double> value) : IValue(Kind::reals, std::move(value)) {}
IValue::IValue(std::vector<bool> value) : IValue(Kind::booleans, std::move(value)) {}
IValue::IValue(std::vector<std::string> value) : IValue(Kind::strings, std::move(value)) {}
IValue::IValue(std::vector<Tensor> value) : IValue(Kind::tensors, std::move(value)) {}
IValue::IValue(const Scalar& value)
    : IValue(value.isBoolean()         ? IValue(Kind::boolean, value.toBool())
             : value.isFloatingPoint() ? IValue(Kind::real, value.toDouble())
                                       : IValue(Kind::integer, value.toLong())) {}

template <class T>
const T& IValue::get(Kind wanted) const {
  if (kind() == wanted) return *static_cast<const T*>(value_.get());
  fail("Expected ", kind_names[static_cast<size_t>(wanted)], " but got ", tagKind(),
       ": take a value out as the kind that was put in",
       isNone() ? "; nothing was put in under this name" : "");
}

const Tensor& IValue::toTensor() const { return get<Tensor>(Kind::tensor); }
bool IValue::toBool() const { return get<bool>(Kind::boolean); }
int64_t IValue::toInt() const { return get<int64_t>(Kind::integer); }
double IValue::toDouble() const { return get<double>(Kind::real); }
Scalar IValue::toScalar() const {
  if (isBool()) return toBool();
  if (isInt()) return toInt();
  return toDouble();
}
const std::string& IValue::toStringRef() const { return get<std::string>(Kind::string); }
const std::vector<int64_t>& IValue::toIntVector() const { return get<std::vector<int64_t>>(Kind::integers); }
const std::vector<double>& IValue::toDoubleVector() const { return get<std::vector<double>>(Kind::reals); }
const std::vector<bool>& IValue::toBoolList() const { return get<std::vector<bool>>(Kind::booleans); }
const std::vector<std::string>& IValue::toStringVector() const {
  return get<std::vector<std::string>>(Kind::strings);
}
const std::vector<Tensor>& IValue::toTensorVector() const { return get<std::vector<Tensor>>(Kind::tensors); }

const char* IValue::tagKind() const { return kind_names[static_cast<size_t>(kind())]; }

}  // namespace xgrad
