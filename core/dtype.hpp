// Element types, devices and layouts.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <type_traits>

#include <xgrad/core/error.hpp>

namespace xgrad {

/// The element type of a tensor. PyTorch: c10::ScalarType; the names after k are those of PyTorch too.
enum class ScalarType : int8_t { Byte, Int, Long, Float, Double, Bool };
/// Another name of ScalarType. PyTorch: at::ScalarType, c10::Dtype.
using Dtype = ScalarType;

/// Unsigned integers of 8 bits.
inline constexpr ScalarType kByte = ScalarType::Byte;
/// Signed integers of 32 bits.
inline constexpr ScalarType kInt = ScalarType::Int;
/// Signed integers of 64 bits: the type of indices and class labels.
inline constexpr ScalarType kLong = ScalarType::Long;
/// Floating-point numbers of 32 bits.
inline constexpr ScalarType kFloat = ScalarType::Float;
/// Floating-point numbers of 64 bits.
inline constexpr ScalarType kDouble = ScalarType::Double;
/// True or false, a byte each.
inline constexpr ScalarType kBool = ScalarType::Bool;

/// PyTorch's other names of the same types.
inline constexpr ScalarType kUInt8 = kByte;
inline constexpr ScalarType kInt32 = kInt;
inline constexpr ScalarType kInt64 = kLong;
inline constexpr ScalarType kFloat32 = kFloat;
inline constexpr ScalarType kFloat64 = kDouble;
inline constexpr ScalarType kU8 = kByte;
inline constexpr ScalarType kI32 = kInt;
inline constexpr ScalarType kI64 = kLong;
inline constexpr ScalarType kF32 = kFloat;
inline constexpr ScalarType kF64 = kDouble;

/// PyTorch has two classes for a dtype; here they are one, and these change nothing.
constexpr ScalarType typeMetaToScalarType(ScalarType t) { return t; }
constexpr ScalarType scalarTypeToTypeMeta(ScalarType t) { return t; }

/// Bytes per element, by the type's number.
inline constexpr uint8_t element_sizes[] = {1, 4, 8, 4, 8, 1};
/// Bytes per element.
constexpr size_t element_size(ScalarType t) { return element_sizes[static_cast<size_t>(t)]; }
/// Whether the type is kFloat or kDouble.
constexpr bool is_floating_point(ScalarType t) { return t == kFloat || t == kDouble; }
/// Whether the type is kByte, kInt or kLong, or perhaps kBool.
constexpr bool is_integral(ScalarType t, bool include_bool = false) {
  return t == kByte || t == kInt || t == kLong || (include_bool && t == kBool);
}

/// PyTorch's C++ name: "Float", "Long", …
const char* to_string(ScalarType t);
/// PyTorch's Python name: "float32", "int64", …
const char* python_name(ScalarType t);
/// Writes PyTorch's C++ name.
std::ostream& operator<<(std::ostream& out, ScalarType t);

/// The type that two tensors' elements meet in. PyTorch: promote_types.
ScalarType promote_types(ScalarType a, ScalarType b);

/// The type of floating-point values whose type nobody names: kFloat unless set. PyTorch: get_default_dtype.
ScalarType get_default_dtype();
/// Only kFloat or kDouble. PyTorch: set_default_dtype.
void set_default_dtype(ScalarType t);

/// The ScalarType of a C++ type: `dtype_of<float>` is kFloat.
template <class T>
inline constexpr ScalarType dtype_of = [] {
  using U = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<U, bool>)
    return kBool;
  else if constexpr (std::is_same_v<U, float>)
    return kFloat;
  else if constexpr (std::is_same_v<U, double>)
    return kDouble;
  else if constexpr (std::is_integral_v<U> && sizeof(U) == 8)
    return kLong;
  else if constexpr (std::is_integral_v<U> && std::is_signed_v<U> && sizeof(U) == 4)
    return kInt;
  else if constexpr (std::is_same_v<U, uint8_t>)
    return kByte;
  else
    static_assert(sizeof(U) == 0,
                  "xgrad has no tensors of this type: use float, double, int64_t, int32_t, uint8_t or bool");
}();

/// Calls f with a value of the C++ type of `t` (its value means nothing): `visit(t, [&](auto zero) { using T
/// = decltype(zero); … })`.
template <class F>
inline decltype(auto) visit(ScalarType t, F&& f) {
  switch (t) {
    case kByte:
      return f(uint8_t{});
    case kInt:
      return f(int32_t{});
    case kLong:
      return f(int64_t{});
    case kFloat:
      return f(float{});
    case kDouble:
      return f(double{});
    default:
      return f(bool{});
  }
}

/// Like visit, for kFloat and kDouble only; anything else is an error in PyTorch's words.
template <class F>
inline decltype(auto) visit_floating(ScalarType t, const char* op, F&& f) {
  if (t == kFloat) return f(float{});
  if (t != kDouble)
    fail("\"", op, "\" not implemented for '", to_string(t),
         "': convert the tensor first, e.g. x.to(xgrad::kFloat)");
  return f(double{});
}

/// The kinds of device that can be named; only the CPU can be used. PyTorch: c10::DeviceType.
enum class DeviceType : int8_t { CPU, CUDA };
/// The kinds by their short names.
inline constexpr DeviceType kCPU = DeviceType::CPU;
inline constexpr DeviceType kCUDA = DeviceType::CUDA;
/// Writes "cpu" or "cuda".
std::ostream& operator<<(std::ostream& out, DeviceType t);

/// Where a tensor lives. xgrad computes on the CPU only: another device can be named, and is refused when
/// used.
class Device {
 public:
  /// A kind of device, and which of them, or -1 for any.
  Device(DeviceType type, int8_t index = -1) : type_(type), index_(index) {}
  /// From "cpu", "cuda" or "cuda:1".
  Device(const std::string& name);
  Device(const char* name) : Device(std::string(name)) {}

  /// What was named. PyTorch: the same methods of c10::Device.
  DeviceType type() const { return type_; }
  int8_t index() const { return index_; }
  bool has_index() const { return index_ >= 0; }
  bool is_cpu() const { return type_ == kCPU; }
  bool is_cuda() const { return type_ == kCUDA; }
  /// As PyTorch writes it: "cpu", "cuda:1".
  std::string str() const;
  /// Whether kind and number are the same.
  friend bool operator==(const Device&, const Device&) = default;

 private:
  DeviceType type_;
  int8_t index_;
};
/// Writes str().
std::ostream& operator<<(std::ostream& out, const Device& d);

namespace cuda {
/// Always false: xgrad has no CUDA kernels.
inline bool is_available() { return false; }
inline bool cudnn_is_available() { return false; }
/// None.
inline size_t device_count() { return 0; }
}  // namespace cuda

/// How elements lie in memory: only one way is there. PyTorch: c10::Layout.
enum class Layout : int8_t { Strided };
/// The way that is there.
inline constexpr Layout kStrided = Layout::Strided;
/// Writes "Strided".
std::ostream& operator<<(std::ostream& out, Layout layout);

}  // namespace xgrad
