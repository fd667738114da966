#include <xgrad/nn/data/workers.hpp>

#include <system_error>

#include <xgrad/core/parallel.hpp>

namespace xgrad::data::detail {

Workers::Workers(size_t threads, bool ordered) : ordered_(ordered) {
  try {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
  } catch (const std::system_error& e) {
    join();
    fail("make_data_loader: the system refused to start ", threads, " worker threads (", e.what(),
         "); ask for fewer");
  }
}

void Workers::work(size_t worker) {
  set_num_threads(1);  // the workers are the parallelism: kernels must not start threads in each of them
  std::unique_lock lock(mutex_);
  while (true) {
    job_ready_.wait(lock, [&] { return quit_ || !waiting_.empty(); });
    if (quit_) return;
    auto [number, job] = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    try {
      job->run(worker);
    } catch (...) {
      job->error = std::current_exception();
    }
    lock.lock();
    --running_;
    done_.emplace(number, std::move(job));
    job_done_.notify_one();
  }
}

void Workers::push(std::unique_ptr<Job> job) {
  std::lock_guard lock(mutex_);
  check(!quit_, "the data loader's workers have been joined: make a new loader for another epoch");
  waiting_.emplace_back(pushed_++, std::move(job));
  ++in_flight_;
  job_ready_.notify_one();
}

std::unique_ptr<Job> Workers::pop(Timeout timeout) {
  if (in_flight_ == 0) return nullptr;
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !done_.empty() && (!ordered_ || done_.begin()->first == wanted_); };
  if (!timeout)
    job_done_.wait(lock, ready);
  else if (!job_done_.wait_for(lock, std::chrono::milliseconds(timeout.milliseconds()), ready))
    fail("Timeout in DataLoader queue while waiting for next batch (timeout was ", timeout.milliseconds(),
         " ms): raise DataLoaderOptions::timeout, or find out why the data set's get_batch takes so long");
  std::unique_ptr<Job> job = std::move(done_.begin()->second);
  done_.erase(done_.begin());
  ++wanted_;
  --in_flight_;
  return job;
}

void Workers::drain() {
  std::unique_lock lock(mutex_);
  waiting_.clear();
  job_done_.wait(lock, [&] { return running_ == 0; });
  done_.clear();
  in_flight_ = 0;
  wanted_ = pushed_;
}

void Workers::join() {
  drain();
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  job_ready_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

}  // namespace xgrad::data::detail
