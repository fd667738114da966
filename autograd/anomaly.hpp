// Anomaly mode: finding the operation that makes the first NaN or Inf.
#pragma once

#include <atomic>
#include <cstdint>

namespace xgrad::autograd {

/// While it is enabled every recorded operation remembers where it was called, and the first rule of
/// backward() that returns a NaN or an Inf stops it with an error that says: which operation, which of its
/// inputs, what came in and went out, and where it was called. Of the whole program; slow. PyTorch:
/// torch::autograd::AnomalyMode.
class AnomalyMode {
 public:
  static bool is_enabled() noexcept { return flags_.load(std::memory_order_relaxed) != 0; }
  static bool should_check_nan() noexcept { return has(kGradients); }
  static bool should_check_values() noexcept { return has(kValues); }
  /// `check_nan` looks at gradients; `check_values` at the results of recorded operations too, and stops the
  /// operation itself.
  static void set_enabled(bool enabled, bool check_nan = true, bool check_values = false) noexcept {
    const uint8_t wanted = kOn | (check_nan ? kGradients : 0) | (check_values ? kValues : 0);
    flags_.store(enabled ? wanted : uint8_t{0}, std::memory_order_relaxed);
  }

 private:
  friend class DetectAnomalyGuard;
  enum : uint8_t { kOn = 1, kGradients = 2, kValues = 4 };
  static bool has(uint8_t flag) noexcept { return flags_.load(std::memory_order_relaxed) & flag; }
  static inline constinit std::atomic<uint8_t> flags_{0};
};

/// Anomaly mode until the end of the scope. PyTorch: torch::autograd::DetectAnomalyGuard.
class DetectAnomalyGuard {
 public:
  explicit DetectAnomalyGuard(bool check_nan = true, bool check_values = false) noexcept
      : before_(AnomalyMode::flags_.load(std::memory_order_relaxed)) {
    AnomalyMode::set_enabled(true, check_nan, check_values);
  }
  ~DetectAnomalyGuard() { AnomalyMode::flags_.store(before_, std::memory_order_relaxed); }
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
