// The loader: batches of a data set in the order of a sampler, made by the calling thread or by worker
// threads.
#pragma once

#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <xgrad/core/intrusive_ptr.hpp>
#include <xgrad/nn/data/datasets.hpp>
#include <xgrad/nn/data/samplers.hpp>

namespace xgrad::data {

/// How long to wait, or for ever: made from a std::chrono duration of whole milliseconds, or an optional one,
/// and converted to such an optional again. (The header chrono itself is not for every program to compile.)
class Timeout {
 public:
  /// For ever, or a duration.
  Timeout() = default;
  Timeout(nullopt_t) {}
  template <class Duration>
  requires(std::is_integral_v<typename Duration::rep>&& Duration::period::num * 1000 %
               Duration::period::den ==
           0) Timeout(const Duration& duration)
      : milliseconds_(static_cast<int64_t>(duration.count()) *
                      (Duration::period::num * 1000 / Duration::period::den)) {}
  template <class Duration>
  Timeout(const optional<Duration>& duration) {
    if (duration) *this = *duration;
  }

  /// Whether there is a limit; and the limit.
  bool has_value() const { return milliseconds_.has_value(); }
  explicit operator bool() const { return has_value(); }
  int64_t milliseconds() const { return milliseconds_.value(); }
  template <class Duration>
  operator optional<Duration>() const {
    if (!milliseconds_) return nullopt;
    return Duration(*milliseconds_ * Duration::period::den / (Duration::period::num * 1000));
  }

 private:
  optional<int64_t> milliseconds_;
};

/// How a loader works; made implicitly from a batch size. Each setter returns the options again:
/// `DataLoaderOptions(64).workers(2).drop_last(true)`. PyTorch: torch::data::DataLoaderOptions.
class DataLoaderOptions {
 public:
  DataLoaderOptions() = default;
  DataLoaderOptions(size_t batch_size) : batch_size_(batch_size) {}

  /// How many examples a batch has; the last one of an epoch may have fewer.
  DataLoaderOptions& batch_size(size_t n) { return set(batch_size_, n); }
  size_t batch_size() const { return batch_size_; }
  /// How many threads make batches, each with its own copy of the data set; 0: the calling thread does.
  DataLoaderOptions& workers(size_t n) { return set(workers_, n); }
  size_t workers() const { return workers_; }
  /// How many batches may be under way or waiting at once; 2 × workers unless set.
  DataLoaderOptions& max_jobs(optional<size_t> n) { return set(max_jobs_, n); }
  optional<size_t> max_jobs() const { return max_jobs_; }
  /// How long to wait for a worker's batch before giving up with an error; for ever unless set.
  DataLoaderOptions& timeout(Timeout t) { return set(timeout_, t); }
  Timeout timeout() const { return timeout_; }
  /// Whether batches come in the sampler's order; otherwise in that of their completion.
  DataLoaderOptions& enforce_ordering(bool on) { return set(enforce_ordering_, on); }
  bool enforce_ordering() const { return enforce_ordering_; }
  /// Whether to leave out a last batch that is not full.
  DataLoaderOptions& drop_last(bool on) { return set(drop_last_, on); }
  bool drop_last() const { return drop_last_; }

 private:
  template <class T>
  DataLoaderOptions& set(T& member, T value) {
    member = value;
    return *this;
  }

  size_t batch_size_ = 1;
  size_t workers_ = 0;
  optional<size_t> max_jobs_;
  Timeout timeout_;
  bool enforce_ordering_ = true;
  bool drop_last_ = false;
};

/// The options with every default filled in. PyTorch: torch::data::FullDataLoaderOptions.
struct FullDataLoaderOptions {
  /// Refuses a batch size or a max_jobs of 0.
  explicit FullDataLoaderOptions(const DataLoaderOptions& options);

  size_t batch_size;      ///< examples in a batch
  size_t workers;         ///< threads that make batches; 0: the caller does
  size_t max_jobs;        ///< batches that are made ahead
  Timeout timeout;        ///< how long to wait for one
  bool enforce_ordering;  ///< whether batches come in the sampler's order
  bool drop_last;         ///< whether a last, smaller batch is left out
};

/// What a loader throws when a worker thread met an exception. PyTorch: torch::data::WorkerException.
struct WorkerException : std::exception {
  /// Of what a worker met.
  explicit WorkerException(std::exception_ptr original);
  /// The message, with that of the original.
  const char* what() const noexcept override { return message.c_str(); }

  std::exception_ptr original_exception;  ///< what the worker met
  std::string message;                    ///< what() says it
};

namespace detail {

class Workers;
class Loader;

/// Throws an Error.
[[noreturn]] void refuse(const char* message);

/// One batch to be made, by the calling thread or a worker.
struct Job {
  virtual ~Job() = default;
  virtual void run(size_t worker) = 0;
  /// Whether it ran and found no more examples.
  virtual bool at_end() const = 0;
  std::exception_ptr error;
};
template <class Batch>
struct BatchJob : Job {
  bool at_end() const override { return !error && !batch; }
  optional<Batch> batch;
};

/// Where an iterator and its copies are; the first batch is made when it is first asked for.
struct Epoch {
  explicit Epoch(Loader* l) : loader(l) {}

  RefCount refs;
  Loader* loader;  // null when it is gone
  std::unique_ptr<Job> current;
  bool started = false;

  bool done();
  void advance();
  friend void retain(Epoch* e) noexcept { e->refs.retain(); }
  friend void release(Epoch* e) noexcept {
    if (e->refs.release()) delete e;
  }
};

// What an iterator does whatever its batches are; null is the end.
void advance(Epoch* epoch);
Job& current(Epoch* epoch);
bool same(Epoch* a, Epoch* b);

/// All of a loader that does not depend on types, so that a program compiles little of it.
class Loader {
 public:
  /// Ends the worker threads, after the batches that they are making; the destructor does so too.
  void join();
  /// With every default filled in.
  const FullDataLoaderOptions& options() const noexcept { return options_; }

 protected:
  explicit Loader(const DataLoaderOptions& options);
  virtual ~Loader();
  Ref<Epoch> start();
  /// Starts an epoch of the sampler.
  virtual void reset() = 0;
  /// The next batch to be made; null at the end of the epoch.
  virtual std::unique_ptr<Job> next_job() = 0;

  const FullDataLoaderOptions options_;

 private:
  friend struct Epoch;
  void prefetch();
  std::unique_ptr<Job> next();

  Ref<Epoch> epoch_;
  bool at_end_ = false;         // a stateful data set has said so
  Workers* workers_ = nullptr;  // owned
};

}  // namespace detail

/// An input iterator over the batches of one epoch; copies advance together. PyTorch: torch::data::Iterator.
template <class Batch>
class Iterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = Batch;
  using pointer = Batch*;
  using reference = Batch&;
  using iterator_category = std::input_iterator_tag;

  /// The end.
  Iterator() = default;
  explicit Iterator(Ref<detail::Epoch> epoch) : epoch_(std::move(epoch)) {}

  /// The next batch: it may be waited for.
  Iterator& operator++() {
    detail::advance(epoch_.get());
    return *this;
  }
  void operator++(int) { ++*this; }
  /// The batch, which may be moved from.
  Batch& operator*() const {
    return *static_cast<detail::BatchJob<Batch>&>(detail::current(epoch_.get())).batch;
  }
  Batch* operator->() const { return &**this; }

  /// Whether both are at the end, or belong to the same epoch.
  friend bool operator==(const Iterator& a, const Iterator& b) {
    return detail::same(a.epoch_.get(), b.epoch_.get());
  }

 private:
  Ref<detail::Epoch> epoch_;
};

/// Iterates over a data set batch by batch; made by make_data_loader(). PyTorch:
/// torch::data::StatelessDataLoader.
template <class Dataset, class Sampler>
class StatelessDataLoader : public detail::Loader {
 public:
  using BatchType = typename Dataset::BatchType;
  using BatchRequestType = typename Sampler::BatchRequestType;

  /// Every worker gets a copy of the data set.
  StatelessDataLoader(Dataset dataset, Sampler sampler, const DataLoaderOptions& options)
      : Loader(options), sampler_(std::move(sampler)), datasets_(options_.workers + (options_.workers == 0)) {
    if (dataset.size() == size_t{0})
      detail::refuse("make_data_loader: the data set is empty: its size() is 0");
    for (size_t i = 1; i < datasets_.size(); ++i) datasets_[i] = std::make_unique<Dataset>(dataset);
    datasets_[0] = std::make_unique<Dataset>(std::move(dataset));
  }
  ~StatelessDataLoader() override { join(); }

  /// Starts an epoch: resets the sampler. With workers, an error while an iterator of an unfinished epoch is
  /// alive.
  Iterator<BatchType> begin() { return Iterator<BatchType>(start()); }
  Iterator<BatchType> end() { return {}; }

 private:
  struct MakeBatch final : detail::BatchJob<BatchType> {
    MakeBatch(StatelessDataLoader& l, BatchRequestType r) : loader(l), request(std::move(r)) {}
    void run(size_t worker) override {
      this->batch.emplace(loader.datasets_[worker]->get_batch(std::move(request)));
    }
    StatelessDataLoader& loader;
    BatchRequestType request;
  };

  void reset() override { sampler_.reset(nullopt); }
  std::unique_ptr<detail::Job> next_job() override {
    auto request = sampler_.next(options_.batch_size);
    if (!request || (options_.drop_last && request->size() < options_.batch_size)) return nullptr;
    return std::make_unique<MakeBatch>(*this, std::move(*request));
  }

  Sampler sampler_;
  std::vector<std::unique_ptr<Dataset>> datasets_;  // one for each worker
};

/// Iterates over a data set that decides itself what comes next; made by make_data_loader(). PyTorch:
/// torch::data::StatefulDataLoader.
template <class Dataset>
class StatefulDataLoader : public detail::Loader {
 public:
  using BatchType = typename Dataset::BatchType::value_type;

  /// All workers share the data set.
  StatefulDataLoader(Dataset dataset, const DataLoaderOptions& options)
      : Loader(options), dataset_(std::move(dataset)) {}
  ~StatefulDataLoader() override { join(); }

  /// Starts an epoch: resets the data set. With workers, an error while an iterator of an unfinished epoch is
  /// alive.
  Iterator<BatchType> begin() { return Iterator<BatchType>(start()); }
  Iterator<BatchType> end() { return {}; }

 private:
  struct MakeBatch final : detail::BatchJob<BatchType> {
    explicit MakeBatch(StatefulDataLoader& l) : loader(l) {}
    void run(size_t) override { this->batch = loader.dataset_.get_batch(loader.options_.batch_size); }
    StatefulDataLoader& loader;
  };

  void reset() override { dataset_.reset(); }
  std::unique_ptr<detail::Job> next_job() override { return std::make_unique<MakeBatch>(*this); }

  Dataset dataset_;
};

/// A loader of a StatefulDataset. PyTorch: torch::data::make_data_loader.
template <class Dataset>
requires(Dataset::is_stateful) std::unique_ptr<StatefulDataLoader<Dataset>> make_data_loader(
    Dataset dataset, const DataLoaderOptions& options = {}) {
  return std::make_unique<StatefulDataLoader<Dataset>>(std::move(dataset), options);
}

/// A loader of `dataset` in the order of `sampler`. An error when the data set is empty or the batch size 0.
/// PyTorch: torch::data::make_data_loader.
template <class Dataset, class Sampler>
std::unique_ptr<StatelessDataLoader<Dataset, Sampler>> make_data_loader(Dataset dataset, Sampler sampler,
                                                                        const DataLoaderOptions& options) {
  return std::make_unique<StatelessDataLoader<Dataset, Sampler>>(std::move(dataset), std::move(sampler),
                                                                 options);
}

/// A loader of `dataset` in random order or, as in `make_data_loader<samplers::SequentialSampler>(…)`, that
/// of another sampler, which is made from the data set's size. The options may be just a batch size, which is
/// 1 by default.
template <class Sampler = samplers::RandomSampler, class Dataset>
requires(std::is_constructible_v<Sampler, size_t> && !Dataset::is_stateful)
    std::unique_ptr<StatelessDataLoader<Dataset, Sampler>> make_data_loader(
        Dataset dataset, const DataLoaderOptions& options = {}) {
  const optional<size_t> size = dataset.size();
  if (!size)
    detail::refuse(
        "Expected the dataset to be sized in order to construct the Sampler: let its size() return the "
        "number of examples, or pass a sampler of your own: make_data_loader(dataset, sampler, options)");
  return make_data_loader(std::move(dataset), Sampler(*size), options);
}

}  // namespace xgrad::data
