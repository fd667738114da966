// Whether operations are recorded on the tape: a switch of each thread.
#pragma once

namespace xgrad {

/// Whether this thread records what it computes: true unless switched off.
/// PyTorch: torch::GradMode.
class GradMode {
 public:
  /// Whether it is on; and switching it.
  static bool is_enabled() noexcept { return enabled_; }
  static void set_enabled(bool on) noexcept { enabled_ = on; }

 private:
  // Visible: a program that hides its symbols shares this one with a shared library, as all such variables.
  [[gnu::visibility("default")]] static inline thread_local constinit bool enabled_ = true;
};

/// Sets the mode until the end of the scope. PyTorch: torch::AutoGradMode.
class AutoGradMode {
 public:
  /// Switches recording on or off until the end of the scope.
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
  /// Switches recording off until the end of the scope.
  NoGradGuard() noexcept : AutoGradMode(false) {}
};

}  // namespace xgrad
