// What recording and backward may do beyond their work.
#pragma once

#include <atomic>
#include <cstdint>

namespace xgrad::autograd {

/// The switches of anomaly mode, of the tape viewer's details and of the lints, in one byte of the whole
/// program: where all are off, they cost one test. Set by AnomalyMode, TapeDetailGuard and LintGuard.
class Watch {
 public:
  enum : uint8_t {
    kAnomaly = 1,           // remember where operations are called, check their rules
    kAnomalyGradients = 2,  // stop at the first NaN or Inf gradient
    kAnomalyValues = 4,     // and at the first such value
    kDetails = 8,           // keep values and module paths for the tape viewer
    kLints = 16,            // warn of what looks wrong
  };
  static uint8_t get() noexcept { return bits_.load(std::memory_order_relaxed); }
  static bool any() noexcept { return get() != 0; }
  static bool has(uint8_t bit) noexcept { return get() & bit; }
  /// Gives the bits in `mask` the values that they have in `bits`.
  static void set(uint8_t mask, uint8_t bits) noexcept {
    uint8_t before = get();
    while (!bits_.compare_exchange_weak(before, static_cast<uint8_t>((before & ~mask) | (bits & mask)),
                                        std::memory_order_relaxed)) {
    }
  }

 private:
  [[gnu::visibility("default")]] static inline constinit std::atomic<uint8_t> bits_{0};
};

}  // namespace xgrad::autograd
