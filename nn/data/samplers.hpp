// Samplers: in which order a loader asks for examples.
#pragma once

#include <concepts>
#include <optional>
#include <vector>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/serialize/archive.hpp>

namespace xgrad::data::samplers {

/// Hands out the requests of one epoch after the other. PyTorch: torch::data::samplers::Sampler.
template <class BatchRequest = std::vector<size_t>>
class Sampler {
 public:
  using BatchRequestType = BatchRequest;

  virtual ~Sampler() = default;
  /// Starts an epoch, with a new number of examples if one is given. The loader's begin() calls it.
  virtual void reset(optional<size_t> new_size) = 0;
  /// The next request for at most `batch_size` examples; nullopt at the end of the epoch.
  virtual optional<BatchRequest> next(size_t batch_size) = 0;
  /// Where in its epoch it is, for save() and load(), which refuse samplers that do not override these.
  virtual void save(serialize::OutputArchive&) const { fail(cannot_be_saved); }
  virtual void load(serialize::InputArchive&) { fail(cannot_be_saved); }

 private:
  static constexpr const char* cannot_be_saved =
      "this sampler cannot be saved or loaded: override save(serialize::OutputArchive&) and "
      "load(serialize::InputArchive&) in it";
};

/// 0 … size-1 in random order, another in each epoch: the order that libtorch's sampler has after the same
/// manual_seed (as there, one permutation is drawn on construction and a new one by every reset). PyTorch:
/// torch::data::samplers::RandomSampler.
class RandomSampler : public Sampler<> {
 public:
  /// `index_dtype` is that of the permutation drawn.
  template <std::integral Size>
  explicit RandomSampler(Size size, Dtype index_dtype = kLong) : dtype_(index_dtype) {
    start(static_cast<int64_t>(size));
  }

  void reset(optional<size_t> new_size = nullopt) override;
  optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;
  /// How many of this epoch's examples have been handed out.
  size_t index() const noexcept { return index_; }

 private:
  void start(int64_t size);

  Dtype dtype_;
  Tensor order_;
  size_t index_ = 0;
};

/// 0 … size-1 in order. PyTorch: torch::data::samplers::SequentialSampler.
class SequentialSampler : public Sampler<> {
 public:
  /// Of a data set of that size.
  explicit SequentialSampler(size_t size) : size_(size) {}

  void reset(optional<size_t> new_size = nullopt) override;
  optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;
  /// How many of this epoch's examples have been handed out.
  size_t index() const noexcept { return index_; }

 private:
  size_t size_;
  size_t index_ = 0;
};

/// How many examples a StreamDataset shall give. PyTorch: torch::data::samplers::BatchSize.
class BatchSize {
 public:
  /// So many examples.
  explicit BatchSize(size_t n) : size_(n) {}
  /// How many.
  size_t size() const noexcept { return size_; }
  operator size_t() const noexcept { return size_; }

 private:
  size_t size_;
};

/// Asks a StreamDataset for `epoch_size` examples in an epoch. PyTorch: torch::data::samplers::StreamSampler.
class StreamSampler : public Sampler<BatchSize> {
 public:
  /// Of so many examples in an epoch.
  explicit StreamSampler(size_t epoch_size) : size_(epoch_size) {}

  void reset(optional<size_t> new_size = nullopt) override;
  optional<BatchSize> next(size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;

 private:
  size_t size_;
  size_t index_ = 0;
};

}  // namespace xgrad::data::samplers
