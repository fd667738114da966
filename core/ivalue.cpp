#include <xgrad/core/ivalue.hpp>

#include <iterator>

#include <xgrad/core/error.hpp>

namespace xgrad {

IValue::IValue(const Scalar& value) {
  if (value.isBoolean())
    value_ = value.toBool();
  else if (value.isFloatingPoint())
    value_ = value.toDouble();
  else
    value_ = value.toLong();
}

Scalar IValue::toScalar() const {
  if (isBool()) return toBool();
  if (isInt()) return toInt();
  return toDouble();
}

const char* IValue::tagKind() const {
  // In the order of the variant's alternatives.
  static constexpr const char* names[] = {"None",     "Tensor",     "Bool",      "Int",
                                          "Double",   "String",     "IntList",   "DoubleList",
                                          "BoolList", "StringList", "TensorList"};
  static_assert(std::size(names) == std::variant_size_v<decltype(value_)>);
  return names[value_.index()];
}

void IValue::mismatch(const char* wanted) const {
  fail("Expected ", wanted, " but got ", tagKind(), ": take a value out as the kind that was put in",
       isNone() ? "; nothing was put in under this name" : "");
}

}  // namespace xgrad
