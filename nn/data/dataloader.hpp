// The loader: batches of a data set in the order of a sampler, made by the calling thread or by worker
// threads.
#pragma once

#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <xgrad/nn/data/datasets.hpp>
#include <xgrad/nn/data/samplers.hpp>
#include <xgrad/nn/data/workers.hpp>

namespace xgrad::data {

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
  DataLoaderOptions& timeout(optional<std::chrono::milliseconds> t) { return set(timeout_, t); }
  optional<std::chrono::milliseconds> timeout() const { return timeout_; }
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
  optional<std::chrono::milliseconds> timeout_;
  bool enforce_ordering_ = true;
  bool drop_last_ = false;
};

/// The options with every default filled in. PyTorch: torch::data::FullDataLoaderOptions.
struct FullDataLoaderOptions {
  /// Refuses a batch size or a max_jobs of 0.
  explicit FullDataLoaderOptions(const DataLoaderOptions& options);

  size_t batch_size;
  size_t workers;
  size_t max_jobs;
  optional<std::chrono::milliseconds> timeout;
  bool enforce_ordering;
  bool drop_last;
};

namespace detail {

/// The batches of one epoch; the first is fetched when it is first asked for.
template <class Batch>
class Epoch {
 public:
  explicit Epoch(std::function<optional<Batch>()> next) : next_(std::move(next)) {}

  bool done() { return !batch(); }
  optional<Batch>& batch() {
    if (!started_) advance();
    return batch_;
  }
  void advance() {
    batch_ = next_();
    started_ = true;
  }

 private:
  std::function<optional<Batch>()> next_;
  optional<Batch> batch_;
  bool started_ = false;
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
  explicit Iterator(std::shared_ptr<detail::Epoch<Batch>> epoch) : epoch_(std::move(epoch)) {}

  Iterator& operator++() {
    check(epoch_ != nullptr, "Incrementing the DataLoader's past-the-end iterator is not allowed");
    check(!epoch_->done(),
          "Attempted to increment iterator past the end: call the loader's begin() for another epoch");
    epoch_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  Batch& operator*() const {
    check(epoch_ != nullptr, "Dereferencing the DataLoader's past-the-end iterator is not allowed");
    check(
        !epoch_->done(),
        "Attempted to dereference iterator that was past the end: compare it with the loader's end() first");
    return *epoch_->batch();
  }
  Batch* operator->() const { return &**this; }

  friend bool operator==(const Iterator& a, const Iterator& b) {
    return a.epoch_ == b.epoch_ || (!a.epoch_ && b.epoch_->done()) || (!b.epoch_ && a.epoch_->done());
  }

 private:
  std::shared_ptr<detail::Epoch<Batch>> epoch_;
};

/// Iterates over a data set batch by batch; made by make_data_loader(). Its iterators must not outlive it.
/// PyTorch: torch::data::StatelessDataLoader.
template <class Dataset, class Sampler>
class StatelessDataLoader {
 public:
  using BatchType = typename Dataset::BatchType;
  using BatchRequestType = typename Sampler::BatchRequestType;

  StatelessDataLoader(Dataset dataset, Sampler sampler, const DataLoaderOptions& options)
      : options_(options), sampler_(std::move(sampler)) {
    check(dataset.size() != size_t{0}, "make_data_loader: the data set is empty: its size() is 0");
    for (size_t i = 1; i < options_.workers; ++i) datasets_.push_back(dataset);
    datasets_.push_back(std::move(dataset));
    if (options_.workers > 0)
      workers_ = std::make_unique<detail::Workers>(options_.workers, options_.enforce_ordering);
  }

  /// Starts an epoch: resets the sampler. With workers, an error while an iterator of an unfinished epoch is
  /// alive.
  Iterator<BatchType> begin() {
    if (workers_) {
      check(epoch_.expired() || workers_->in_flight() == 0,
            "Attempted to get a new DataLoader iterator while another iterator is not yet exhausted: let the "
            "earlier one "
            "go out of scope, or run it to its end");
      workers_->drain();
    }
    sampler_.reset(nullopt);
    if (workers_) prefetch();
    const auto epoch = std::make_shared<detail::Epoch<BatchType>>([this] { return next(); });
    epoch_ = epoch;
    return Iterator<BatchType>(epoch);
  }
  Iterator<BatchType> end() { return {}; }

  /// Ends the worker threads, after the batches that they are making; the destructor does so too.
  void join() {
    if (workers_) workers_->join();
  }

  const FullDataLoaderOptions& options() const noexcept { return options_; }

 private:
  optional<BatchRequestType> next_request() {
    auto request = sampler_.next(options_.batch_size);
    if (request && request->size() < options_.batch_size && options_.drop_last) return nullopt;
    return request;
  }

  void prefetch() {
    while (workers_->in_flight() < options_.max_jobs) {
      auto request = next_request();
      if (!request) return;
      workers_->push([this, request = std::move(*request)](size_t worker) -> std::shared_ptr<void> {
        return std::make_shared<BatchType>(datasets_[worker].get_batch(request));
      });
    }
  }

  optional<BatchType> next() {
    if (!workers_) {
      auto request = next_request();
      return request ? optional<BatchType>(datasets_.front().get_batch(std::move(*request))) : nullopt;
    }
    const detail::WorkerResult result = workers_->pop(options_.timeout);
    prefetch();
    if (result.error) throw WorkerException(result.error);
    return result.value ? optional<BatchType>(std::move(*static_cast<BatchType*>(result.value.get())))
                        : nullopt;
  }

  FullDataLoaderOptions options_;
  Sampler sampler_;
  std::vector<Dataset> datasets_;  // one for each worker
  std::weak_ptr<detail::Epoch<BatchType>> epoch_;
  std::unique_ptr<detail::Workers> workers_;  // last, so that its threads end before what they use is gone
};

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
requires std::is_constructible_v<Sampler, size_t> std::unique_ptr<StatelessDataLoader<Dataset, Sampler>>
make_data_loader(Dataset dataset, const DataLoaderOptions& options = {}) {
  const optional<size_t> size = dataset.size();
  check(size.has_value(),
        "Expected the dataset to be sized in order to construct the Sampler: let its size() return the ",
        "number of examples, or pass a sampler of your own: make_data_loader(dataset, sampler, options)");
  return make_data_loader(std::move(dataset), Sampler(*size), options);
}

}  // namespace xgrad::data
