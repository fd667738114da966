// The threads behind a loader with workers; apart from the loader, so that no program pays for <thread> and
// its kin.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace xgrad::data {

/// What a loader throws when a worker thread met an exception. PyTorch: torch::data::WorkerException.
struct WorkerException : std::exception {
  explicit WorkerException(std::exception_ptr original);
  const char* what() const noexcept override { return message.c_str(); }

  std::exception_ptr original_exception;
  std::string message;
};

namespace detail {

/// What became of a job: its value or the exception that it threw; neither when there was no job.
struct WorkerResult {
  std::shared_ptr<void> value;
  std::exception_ptr error;
};

/// Threads that run jobs and hand back their results. Its methods are for one thread, the owner's.
class Workers {
 public:
  /// A job gets the number of the thread that runs it, from 0.
  using Job = std::function<std::shared_ptr<void>(size_t worker)>;

  /// `ordered`: results come in the order in which jobs were pushed.
  Workers(size_t threads, bool ordered);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void push(Job job);
  /// Waits for the next result; returns an empty one if no job is in flight. An error after the timeout.
  WorkerResult pop(std::optional<std::chrono::milliseconds> timeout);
  /// How many jobs were pushed whose results have not been popped.
  size_t in_flight() const noexcept;
  /// Forgets the jobs that have not begun, waits for the others and drops their results.
  void drain();
  /// Drains and ends the threads.
  void join();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace detail
}  // namespace xgrad::data
