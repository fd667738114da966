// What recording keeps beyond the tape, for those who look at it.
#pragma once

#include <string>

#include <xgrad/autograd/watch.hpp>

namespace xgrad::autograd {

/// Until the end of the scope every recorded operation also keeps its output's value and the path of the
/// module whose forward() ran ("Net.fc1"), which tape(), explain() and write_html() then show. Without it
/// they show the values that the tape has saved for backward. Of the whole program, so for one thread at a
/// time; all values stay in memory until the graph is freed.
class TapeDetailGuard {
 public:
  TapeDetailGuard() noexcept : before_(Watch::get()) { Watch::set(Watch::kDetails, Watch::kDetails); }
  ~TapeDetailGuard() { Watch::set(Watch::kDetails, before_); }
  TapeDetailGuard(const TapeDetailGuard&) = delete;
  TapeDetailGuard& operator=(const TapeDetailGuard&) = delete;

 private:
  uint8_t before_;
};

/// The path that this thread's next operations are recorded with. Called by nn::ModuleScope.
void set_module_path(std::string path) noexcept;

}  // namespace xgrad::autograd
