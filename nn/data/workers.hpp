// The threads behind a loader with workers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <xgrad/nn/data/dataloader.hpp>

namespace xgrad::data::detail {

/// Threads that run jobs and hand them back. Its methods are for one thread, the owner's.
class Workers {
 public:
  /// `ordered`: jobs come back in the order in which they were pushed.
  Workers(size_t threads, bool ordered);
  ~Workers() { join(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void push(std::unique_ptr<Job> job);
  /// Waits for the next finished job; null if none is in flight. An error after the timeout.
  std::unique_ptr<Job> pop(Timeout timeout);
  /// How many jobs were pushed and not popped.
  size_t in_flight() const noexcept { return in_flight_; }
  /// Forgets the jobs that have not begun, waits for the others and forgets them too.
  void drain();
  /// Drains and ends the threads.
  void join();

 private:
  void work(size_t worker);

  const bool ordered_;
  size_t pushed_ = 0, wanted_ = 0;  // the numbers of the next job to be pushed and, if ordered, to be popped
  size_t in_flight_ = 0;
  std::mutex mutex_;  // of what follows
  std::condition_variable job_ready_, job_done_;
  std::deque<std::pair<size_t, std::unique_ptr<Job>>> waiting_;
  std::map<size_t, std::unique_ptr<Job>> done_;
  size_t running_ = 0;
  bool quit_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace xgrad::data::detail
