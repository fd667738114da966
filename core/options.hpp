// What a factory makes: dtype, device, layout, requires_grad.
#pragma once

#include <optional>

#include <xgrad/core/dtype.hpp>

namespace xgrad {

/// Options of a new tensor; each setter returns a changed copy:
/// `xgrad::dtype(xgrad::kDouble).requires_grad(true)`. Made implicitly from a dtype or a device. PyTorch:
/// c10::TensorOptions.
class TensorOptions {
 public:
  /// The defaults: get_default_dtype(), no gradient; or those with one thing changed.
  TensorOptions() = default;
  TensorOptions(ScalarType t) : dtype_(t) {}
  TensorOptions(Device d) { *this = device(d); }
  TensorOptions(DeviceType d) : TensorOptions(Device(d)) {}
  TensorOptions(Layout) {}

  /// A copy with that changed. PyTorch: the same methods.
  [[nodiscard]] TensorOptions dtype(std::optional<ScalarType> t) const {
    return with(&TensorOptions::dtype_, t);
  }
  [[nodiscard]] TensorOptions requires_grad(bool on) const {
    return with(&TensorOptions::requires_grad_, on);
  }
  [[nodiscard]] TensorOptions layout(Layout) const { return *this; }
  /// Any device but the CPU is an error.
  [[nodiscard]] TensorOptions device(Device d) const;

  /// What was chosen, or its default.
  ScalarType dtype() const { return dtype_.value_or(get_default_dtype()); }
  Device device() const { return Device(kCPU); }
  Layout layout() const { return kStrided; }
  bool requires_grad() const { return requires_grad_; }
  bool has_dtype() const { return dtype_.has_value(); }

 private:
  template <class Member, class Value>
  TensorOptions with(Member member, Value value) const {
    TensorOptions copy = *this;
    copy.*member = value;
    return copy;
  }

  std::optional<ScalarType> dtype_;
  bool requires_grad_ = false;
};

/// Options with one thing changed, where a function wants TensorOptions. PyTorch: torch::dtype and so on.
inline TensorOptions dtype(ScalarType t) { return TensorOptions(t); }
inline TensorOptions requires_grad(bool on = true) { return TensorOptions().requires_grad(on); }
inline TensorOptions device(Device d) { return TensorOptions(d); }
inline TensorOptions layout(Layout l) { return TensorOptions(l); }

}  // namespace xgrad
