// Threads for kernels with enough work.
#pragma once

#include <algorithm>
#include <cstdint>

namespace xgrad {

/// How many threads a kernel, or a product, may use; 1 keeps everything on the calling thread. A library
/// built without OpenMP has that one whatever is set. PyTorch: set_num_threads.
void set_num_threads(int count);
int get_num_threads();

namespace detail {

/// What a thread should have to do, in nanoseconds. To start one takes 4 microseconds while it still waits
/// for work, 25 once it sleeps, and what it needs has to come from the other core's caches.
constexpr double worth_a_thread = 25'000;

int64_t threads_for_long(double nanoseconds);
/// How many threads share work that takes one of them so many nanoseconds; 1 where threads share already.
inline int64_t threads_for(double nanoseconds) {
  return nanoseconds < 2 * worth_a_thread ? 1 : threads_for_long(nanoseconds);
}

/// Calls run(f, begin, end) on at most so many threads, on equal ranges that together are [0, count).
void run_on_threads(int64_t threads, int64_t count, const void* f,
                    void (*run)(const void* f, int64_t begin, int64_t end));

/// Calls f(begin, end) on ranges that together are [0, count), from several threads when `count` items of so
/// many nanoseconds each are worth them. f must not throw: there, even running out of memory ends the
/// program.
template <class F>
void parallel_for(int64_t count, double nanoseconds_each, const F& f) {
  const int64_t threads = std::min(count, threads_for(static_cast<double>(count) * nanoseconds_each));
  if (threads <= 1) return f(int64_t{0}, count);
  run_on_threads(threads, count, &f,
                 [](const void* g, int64_t begin, int64_t end) { (*static_cast<const F*>(g))(begin, end); });
}

}  // namespace detail
}  // namespace xgrad
