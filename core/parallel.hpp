// Threads for kernels with enough work.
#pragma once

#include <cstdint>
#include <functional>

namespace xgrad {

/// How many threads a kernel, or a product, may use; 1 keeps everything on the calling thread. PyTorch:
/// set_num_threads.
void set_num_threads(int count);
int get_num_threads();

namespace detail {
/// Calls f(begin, end) on ranges that together are [0, count), from several threads when count exceeds
/// `grain` (the number of items worth about 50 µs). f must not throw.
void parallel_for(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& f);
}  // namespace detail

}  // namespace xgrad
