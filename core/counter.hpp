// Counts that several threads may change.
#pragma once

#include <atomic>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace xgrad::detail {

/// Whether this is the program's only thread. False once there has been another, or where that is unknown.
inline bool single_threaded() noexcept {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

/// Adds to a count, and returns what it was. In a program of one thread without a locked instruction: each
/// takes up to 6 ns, and an operation with its gradient needs ten.
template <class T>
inline T fetch_add(std::atomic<T>& count, T by, std::memory_order order) noexcept {
  if (!single_threaded()) return count.fetch_add(by, order);
  const T before = count.load(std::memory_order_relaxed);
  count.store(before + by, std::memory_order_relaxed);
  return before;
}

}  // namespace xgrad::detail
