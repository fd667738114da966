#include <xgrad/nn/data/workers.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <xgrad/core/error.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad::data {

WorkerException::WorkerException(std::exception_ptr original)
    : original_exception(std::move(original)), message("Caught exception in DataLoader worker thread.") {
  try {
    std::rethrow_exception(original_exception);
  } catch (const std::exception& e) {
    message += " Original message: ";
    message += e.what();
  } catch (...) {
    message += " It is no std::exception: rethrow original_exception to get hold of it.";
  }
}

namespace detail {

struct Workers::State {
  std::mutex mutex;  // of everything but `threads`
  std::condition_variable job_ready, result_ready;
  std::deque<std::pair<size_t, Job>> jobs;  // numbered as they were pushed
  std::map<size_t, WorkerResult> results;
  size_t pushed = 0;
  size_t in_flight = 0;
  size_t running = 0;
  size_t wanted = 0;  // the number of the next result when ordered
  bool ordered = true;
  bool quit = false;
  std::vector<std::thread> threads;

  void work(size_t worker) {
    set_num_threads(1);  // the workers are the parallelism: kernels must not start threads in each of them
    std::unique_lock lock(mutex);
    while (true) {
      job_ready.wait(lock, [&] { return quit || !jobs.empty(); });
      if (quit) return;
      auto [number, job] = std::move(jobs.front());
      jobs.pop_front();
      ++running;
      lock.unlock();
      WorkerResult result;
      try {
        result.value = job(worker);
      } catch (...) {
        result.error = std::current_exception();
      }
      job = nullptr;
      lock.lock();
      --running;
      results.emplace(number, std::move(result));
      result_ready.notify_one();
    }
  }
};

Workers::Workers(size_t threads, bool ordered) : state_(std::make_unique<State>()) {
  state_->ordered = ordered;
  try {
    for (size_t i = 0; i < threads; ++i)
      state_->threads.emplace_back([state = state_.get(), i] { state->work(i); });
  } catch (const std::system_error& e) {
    join();
    fail("make_data_loader: the system refused to start ", threads, " worker threads (", e.what(),
         "); ask for fewer");
  }
}

Workers::~Workers() { join(); }

void Workers::push(Job job) {
  std::lock_guard lock(state_->mutex);
  check(!state_->quit, "the data loader's workers have been joined: make a new loader for another epoch");
  state_->jobs.emplace_back(state_->pushed++, std::move(job));
  ++state_->in_flight;
  state_->job_ready.notify_one();
}

WorkerResult Workers::pop(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(state_->mutex);
  auto& results = state_->results;
  if (state_->in_flight == 0) return {};
  const auto ready = [&] {
    return !results.empty() && (!state_->ordered || results.begin()->first == state_->wanted);
  };
  if (!timeout)
    state_->result_ready.wait(lock, ready);
  else if (!state_->result_ready.wait_for(lock, *timeout, ready))
    fail("Timeout in DataLoader queue while waiting for next batch (timeout was ", timeout->count(),
         " ms): raise DataLoaderOptions::timeout, or find out why the data set's get_batch takes so long");
  WorkerResult result = std::move(results.begin()->second);
  state_->wanted = results.begin()->first + 1;
  results.erase(results.begin());
  --state_->in_flight;
  return result;
}

size_t Workers::in_flight() const noexcept { return state_->in_flight; }

void Workers::drain() {
  std::unique_lock lock(state_->mutex);
  state_->jobs.clear();
  state_->result_ready.wait(lock, [&] { return state_->running == 0; });
  state_->results.clear();
  state_->in_flight = 0;
  state_->wanted = state_->pushed;
}

void Workers::join() {
  drain();
  {
    std::lock_guard lock(state_->mutex);
    state_->quit = true;
  }
  state_->job_ready.notify_all();
  for (auto& thread : state_->threads)
    if (thread.joinable()) thread.join();
}

}  // namespace detail
}  // namespace xgrad::data
