// What memory the libraries hold: each figure from a process of its own.
#pragma once

#include <string>
#include <vector>

#include "table.hpp"

namespace bench {

/// Starts this program once for each figure.
std::vector<Line> memory_lines();

/// What such a process does: prints its figures, in bytes. `what` is LIBRARY/CASE.
int measure_memory(const std::string& what);

}  // namespace bench
