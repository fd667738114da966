// What recording keeps beyond the tape, for those who look at it.
#pragma once

#include <string>

#include <xgrad/autograd/watch.hpp>

namespace xgrad::autograd {

/// Until the end of the scope every recorded operation also keeps its output's value and the path of the
/// module whose forward() ran ("Net.fc1"), which tape(), explain() and write_html() then show. Without it
/// they show the values that the tape has saved for backward. Of the whole program; keeps all values in
/// memory until the graph is freed.
class TapeDetailGuard : WatchGuard<Watch::kDetails> {};

/// The path that this thread's next operations are recorded with. Called by nn::ModuleScope.
void set_module_path(std::string path) noexcept;

}  // namespace xgrad::autograd
