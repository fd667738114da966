// Whether operations are recorded on the tape: a switch of each thread.
#pragma once

namespace xgrad {

/// PyTorch: torch::GradMode.
class GradMode {
 public:
  static bool is_enabled() noexcept { return enabled_; }
  static void set_enabled(bool on) noexcept { enabled_ = on; }

 private:
  static inline thread_local constinit bool enabled_ = true;
};

/// Sets the mode until the end of the scope. PyTorch: torch::AutoGradMode.
class AutoGradMode {
 public:
  explicit AutoGradMode(bool on) noexcept : before_(GradMode::is_enabled()) { GradMode::set_enabled(on); }
  ~AutoGradMode() { GradMode::set_enabled(before_); }
  AutoGradMode(const AutoGradMode&) = delete;
  AutoGradMode& operator=(const AutoGradMode&) = delete;

 private:
  bool before_;
};

/// Nothing is recorded until the end of the scope. PyTorch: torch::NoGradGuard.
class NoGradGuard : public AutoGradMode {
 public:
  NoGradGuard() noexcept : AutoGradMode(false) {}
};

}  // namespace xgrad
