// Where the program is, in words that a person can follow.
#pragma once

#include <string>
#include <vector>

namespace xgrad::detail {

/// The return addresses of the calls in progress, the innermost first, without this one; none where the C
/// library has no <execinfo.h>. Takes microseconds.
std::vector<void*> capture_backtrace();

/// One line per call, "  xgrad::log(...) at ops/pointwise.cpp:40", innermost first, up to main. The calls
/// before the first one outside of the namespace `hidden` and of `hidden_file` are left out. File and line
/// need debug information (-g), and a library built where libbacktrace is installed.
std::string readable_backtrace(const std::vector<void*>& frames, const std::string& hidden,
                               const std::string& hidden_file);

}  // namespace xgrad::detail
