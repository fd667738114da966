// What memory the libraries hold: figures of the system's from a process each, or of xgrad's own count.
#pragma once

#include <string>
#include <vector>

#include "table.hpp"

namespace bench {

/// Starts this program once for each of the system's figures.
std::vector<Line> memory_lines();

/// What such a process does: prints its figures, in bytes. `what` is LIBRARY/CASE.
int measure_memory(const std::string& what);

/// What linear_cross_entropy holds at its peak beyond its inputs and their gradients, by xgrad's count; and
/// what its logits would take. linear_cross_entropy.cpp.
double fused_loss_bytes();
double fused_loss_logit_bytes();

}  // namespace bench
