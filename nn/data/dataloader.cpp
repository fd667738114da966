#include <xgrad/nn/data/dataloader.hpp>
#include <xgrad/nn/data/workers.hpp>

namespace xgrad::data {

FullDataLoaderOptions::FullDataLoaderOptions(const DataLoaderOptions& options)
    : batch_size(options.batch_size()),
      workers(options.workers()),
      max_jobs(options.max_jobs().value_or(2 * workers)),
      timeout(options.timeout()),
      enforce_ordering(options.enforce_ordering()),
      drop_last(options.drop_last()) {
  check(batch_size > 0,
        "DataLoaderOptions: batch_size is 0; give the number of examples that a batch shall have, 1 or more");
  check(workers <= 1024, "DataLoaderOptions: workers is ", workers,
        "; give the number of threads, 1024 at most, or 0 for none");
  check(workers == 0 || max_jobs > 0,
        "DataLoaderOptions: max_jobs is 0, so that the workers would never make a batch; ",
        "give 1 or more, or leave it out");
}

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

void refuse(const char* message) { fail(message); }

bool Epoch::done() {
  if (!started) advance();
  return !current;
}

void Epoch::advance() {
  check(loader != nullptr, "the data loader of this iterator is gone: keep the loader alive while iterating");
  current = loader->next();
  started = true;
}

void advance(Epoch* epoch) {
  check(epoch != nullptr, "Incrementing the DataLoader's past-the-end iterator is not allowed");
  check(!epoch->done(),
        "Attempted to increment iterator past the end: call the loader's begin() for another epoch");
  epoch->advance();
}

Job& current(Epoch* epoch) {
  check(epoch != nullptr, "Dereferencing the DataLoader's past-the-end iterator is not allowed");
  check(!epoch->done(),
        "Attempted to dereference iterator that was past the end: compare it with the loader's end() first");
  return *epoch->current;
}

bool same(Epoch* a, Epoch* b) { return a == b || (!a && b->done()) || (!b && a->done()); }

Loader::Loader(const DataLoaderOptions& options) : options_(options) {
  if (options_.workers > 0) workers_ = new Workers(options_.workers, options_.enforce_ordering);
}

Loader::~Loader() {
  if (epoch_) epoch_->loader = nullptr;
  delete workers_;
}

void Loader::join() {
  if (workers_) workers_->join();
}

Ref<Epoch> Loader::start() {
  if (workers_) {
    check(!epoch_ || epoch_->refs.unique() || workers_->in_flight() == 0,
          "Attempted to get a new DataLoader iterator while another iterator is not yet exhausted: let the "
          "earlier one go out of "
          "scope, or run it to its end");
    workers_->drain();
  }
  reset();
  at_end_ = false;
  epoch_ = Ref<Epoch>::adopt(new Epoch(this));
  prefetch();
  return epoch_;
}

void Loader::prefetch() {
  while (workers_ && !at_end_ && workers_->in_flight() < options_.max_jobs) {
    auto job = next_job();
    if (!job) return;
    workers_->push(std::move(job));
  }
}

std::unique_ptr<Job> Loader::next() {
  while (true) {
    std::unique_ptr<Job> job;
    if (workers_)
      job = workers_->pop(options_.timeout);
    else if (!at_end_)
      job = next_job();
    if (!job) return nullptr;
    if (!workers_) job->run(0);
    at_end_ = at_end_ || job->at_end();
    prefetch();
    if (job->error) throw WorkerException(job->error);
    if (!job->at_end()) return job;
    // Another worker may still bring a batch.
  }
}

}  // namespace detail
}  // namespace xgrad::data
