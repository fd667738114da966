#include <xgrad/core/ivalue.hpp>

#include <iterator>

#include <xgrad/core/error.hpp>

namespace xgrad {
namespace {

constexpr const char* kind_names[] = {"None",     "Tensor",     "Bool",      "Int",
                                      "Double",   "String",     "IntList",   "DoubleList",
                                      "BoolList", "StringList", "TensorList"};

}  // namespace

IValue::IValue() = default;
IValue::IValue(Tensor value) : value_(std::move(value)) {}
IValue::IValue(const char* value) : value_(std::string(value)) {}
IValue::IValue(std::string value) : value_(std::move(value)) {}
IValue::IValue(std::vector<int64_t> value) : value_(std::move(value)) {}
IValue::IValue(std::vector<double> value) : value_(std::move(value)) {}
IValue::IValue(std::vector<bool> value) : value_(std::move(value)) {}
IValue::IValue(std::vector<std::string> value) : value_(std::move(value)) {}
IValue::IValue(std::vector<Tensor> value) : value_(std::move(value)) {}
IValue::IValue(const Scalar& value) {
  if (value.isBoolean())
    value_ = value.toBool();
  else if (value.isFloatingPoint())
    value_ = value.toDouble();
  else
    value_ = value.toLong();
}

IValue::IValue(const IValue&) = default;
IValue::IValue(IValue&&) noexcept = default;
IValue& IValue::operator=(const IValue&) = default;
IValue& IValue::operator=(IValue&&) noexcept = default;
IValue::~IValue() = default;

template <class T>
const T& IValue::get(Kind wanted) const {
  if (const T* value = std::get_if<T>(&value_)) return *value;
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

const char* IValue::tagKind() const {
  static_assert(std::size(kind_names) == std::variant_size_v<decltype(value_)>);
  return kind_names[value_.index()];
}

}  // namespace xgrad
