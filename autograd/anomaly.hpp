// Anomaly mode: finding the operation that makes the first NaN or Inf.
#pragma once

#include <xgrad/autograd/watch.hpp>

namespace xgrad::autograd {

/// While it is enabled every recorded operation remembers where it was called, and the first rule of
/// backward() that returns a NaN or an Inf stops it with an error that says: which operation, which of its
/// inputs, what came in and went out, and where it was called. Of the whole program; slow. PyTorch:
/// torch::autograd::AnomalyMode.
class AnomalyMode {
 public:
  /// What set_enabled() has chosen.
  static bool is_enabled() noexcept { return Watch::has(Watch::kAnomaly); }
  static bool should_check_nan() noexcept { return Watch::has(Watch::kAnomalyGradients); }
  static bool should_check_values() noexcept { return Watch::has(Watch::kAnomalyValues); }
  /// `check_nan` looks at gradients; `check_values` at the results of recorded operations too, and stops the
  /// operation itself.
  static void set_enabled(bool enabled, bool check_nan = true, bool check_values = false) noexcept {
    const uint8_t wanted = Watch::kAnomaly | (check_nan ? Watch::kAnomalyGradients : 0) |
                           (check_values ? Watch::kAnomalyValues : 0);
    Watch::set(kAll, enabled ? wanted : uint8_t{0});
  }

 private:
  friend class DetectAnomalyGuard;
  static constexpr uint8_t kAll = Watch::kAnomaly | Watch::kAnomalyGradients | Watch::kAnomalyValues;
};

/// Anomaly mode until the end of the scope. PyTorch: torch::autograd::DetectAnomalyGuard.
class DetectAnomalyGuard {
 public:
  /// Enables it, as AnomalyMode::set_enabled(true, …).
  explicit DetectAnomalyGuard(bool check_nan = true, bool check_values = false) noexcept
      : before_(Watch::get()) {
    AnomalyMode::set_enabled(true, check_nan, check_values);
  }
  ~DetectAnomalyGuard() { Watch::set(AnomalyMode::kAll, before_); }
  DetectAnomalyGuard(const DetectAnomalyGuard&) = delete;
  DetectAnomalyGuard& operator=(const DetectAnomalyGuard&) = delete;

 private:
  uint8_t before_;
};

/// Switches anomaly mode. PyTorch: torch.autograd.set_detect_anomaly.
inline void set_detect_anomaly(bool mode, bool check_nan = true, bool check_values = false) noexcept {
  AnomalyMode::set_enabled(mode, check_nan, check_values);
}

}  // namespace xgrad::autograd
