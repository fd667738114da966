// Samplers: in which order a loader asks for examples.
#pragma once

#include <concepts>
#include <optional>
#include <vector>

#include <xgrad/core/tensor.hpp>

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
  explicit SequentialSampler(size_t size) : size_(size) {}

  void reset(optional<size_t> new_size = nullopt) override;
  optional<std::vector<size_t>> next(size_t batch_size) override;
  /// How many of this epoch's examples have been handed out.
  size_t index() const noexcept { return index_; }

 private:
  size_t size_;
  size_t index_ = 0;
};

}  // namespace xgrad::data::samplers
