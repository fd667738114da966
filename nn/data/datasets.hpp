// Data sets: what can be asked for the examples at given indices.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <xgrad/nn/data/example.hpp>
#include <xgrad/nn/data/transforms.hpp>
#include <xgrad/nn/serialize/archive.hpp>

namespace xgrad::data::datasets {

template <class Source, class Applied>
class MapDataset;

/// What the loader asks for batches. Derive from it as `struct Mine : BatchDataset<Mine, Example<>>` to make
/// a whole batch at once, and from Dataset to make one example at a time. PyTorch:
/// torch::data::datasets::BatchDataset.
template <class Self, class Batch = std::vector<Example<>>, class BatchRequest = ArrayRef<size_t>>
class BatchDataset {
 public:
  using SelfType = Self;
  using BatchType = Batch;
  using BatchRequestType = BatchRequest;
  /// Whether the data set itself decides where an epoch ends: see StatefulDataset.
  static constexpr bool is_stateful = false;

  virtual ~BatchDataset() = default;
  /// The examples at the requested indices, or what else the request asks for.
  virtual Batch get_batch(BatchRequest request) = 0;
  /// How many examples there are; nullopt if unknown.
  virtual optional<size_t> size() const = 0;

  /// This data set with a transform applied to every batch. It holds a copy of both, or what they were moved
  /// from.
  template <class Applied>
  MapDataset<Self, Applied> map(Applied transform) & {
    return {static_cast<Self&>(*this), std::move(transform)};
  }
  template <class Applied>
  MapDataset<Self, Applied> map(Applied transform) && {
    return {std::move(static_cast<Self&>(*this)), std::move(transform)};
  }
};

/// A data set that is asked for one example at a time: override get() and size().
/// PyTorch: torch::data::datasets::Dataset.
template <class Self, class SingleExample = Example<>>
class Dataset : public BatchDataset<Self, std::vector<SingleExample>> {
 public:
  using ExampleType = SingleExample;

  /// The example at an index below size().
  virtual ExampleType get(size_t index) = 0;

  /// get() for every index.
  std::vector<ExampleType> get_batch(ArrayRef<size_t> indices) override;
};

template <class Self, class SingleExample>
std::vector<SingleExample> Dataset<Self, SingleExample>::get_batch(ArrayRef<size_t> indices) {
  std::vector<ExampleType> batch;
  batch.reserve(indices.size());
  for (const size_t i : indices) batch.push_back(get(i));
  return batch;
}

/// A data set that is asked for a number of examples, of its own choice. PyTorch:
/// torch::data::datasets::StreamDataset.
template <class Self, class Batch = std::vector<Example<>>>
using StreamDataset = BatchDataset<Self, Batch, size_t>;

/// A data set that goes through its examples by itself, such as a stream or a generator: get_batch() returns
/// nullopt at the end of an epoch, and reset() begins another. It has no sampler, and a loader's workers
/// share it: with more than one, get_batch() must be safe to call from several threads. PyTorch:
/// torch::data::datasets::StatefulDataset.
template <class Self, class Batch = std::vector<Example<>>, class BatchRequest = size_t>
class StatefulDataset : public BatchDataset<Self, optional<Batch>, BatchRequest> {
 public:
  /// It decides where an epoch ends.
  static constexpr bool is_stateful = true;

  /// Begins another epoch.
  virtual void reset() = 0;
  /// Where in its epoch it is, for save() and load(), which refuse data sets that do not override these.
  virtual void save(serialize::OutputArchive&) const { fail(cannot_be_saved); }
  virtual void load(serialize::InputArchive&) { fail(cannot_be_saved); }

 private:
  static constexpr const char* cannot_be_saved =
      "this data set cannot be saved or loaded: override save(serialize::OutputArchive&) and "
      "load(serialize::InputArchive&) in it";
};

/// A data set with a method `gather(indices)` that returns what Stack makes of get_batch(indices), but in one
/// copy: faster than copying example by example. (A class derived from such a data set is none: its get() may
/// differ.)
template <class D>
concept Gathers = std::same_as<typename D::SelfType, D> && requires(D d, ArrayRef<size_t> indices) {
  { d.gather(indices) } -> std::same_as<typename D::BatchType::value_type>;
};

namespace detail {
template <bool stateful, class Batch>
using BatchOf = std::conditional_t<stateful, optional<Batch>, Batch>;
}

/// A data set whose batches went through a transform: what .map() returns. PyTorch:
/// torch::data::datasets::MapDataset.
template <class Source, class Applied>
class MapDataset
    : public BatchDataset<MapDataset<Source, Applied>,
                          detail::BatchOf<Source::is_stateful, typename Applied::OutputBatchType>,
                          typename Source::BatchRequestType> {
 public:
  using DatasetType = Source;
  using TransformType = Applied;
  using BatchRequestType = typename Source::BatchRequestType;
  static constexpr bool is_stateful = Source::is_stateful;  ///< as the source
  using OutputBatchType = detail::BatchOf<is_stateful, typename Applied::OutputBatchType>;
  static_assert(std::is_same_v<typename Source::BatchType,
                               detail::BatchOf<is_stateful, typename Applied::InputBatchType>>,
                "BatchType type of dataset does not match input type of transform");

  /// Holds both.
  MapDataset(Source dataset, Applied transform)
      : dataset_(std::move(dataset)), transform_(std::move(transform)) {}

  /// The source's batch, transformed.
  OutputBatchType get_batch(BatchRequestType request) override {
    if constexpr (is_stateful) {
      auto batch = dataset_.get_batch(std::move(request));
      if (!batch) return nullopt;
      return transform_.apply_batch(std::move(*batch));
    } else if constexpr (Gathers<Source> && transforms::detail::is_stack<Applied>) {
      return dataset_.gather(request);
    } else {
      return transform_.apply_batch(dataset_.get_batch(std::move(request)));
    }
  }
  /// Begins another epoch of the source.
  void reset() requires(Source::is_stateful) { dataset_.reset(); }
  /// Many examples in one copy: see Gathers.
  auto gather(ArrayRef<size_t> indices) requires Gathers<Source> &&
      transforms::detail::is_normalize<Applied> {
    auto batch = dataset_.gather(indices);
    batch.data = transform_.stacked(batch.data);
    return batch;
  }
  optional<size_t> size() const override { return dataset_.size(); }  ///< as the source

  /// What it was made from.
  const Source& dataset() const noexcept { return dataset_; }
  const Applied& transform() const noexcept { return transform_; }

 private:
  Source dataset_;
  Applied transform_;
};

/// The data set with the transform applied to every batch. PyTorch: torch::data::datasets::map.
template <class Source, class Applied>
MapDataset<Source, Applied> map(Source dataset, Applied transform) {
  return {std::move(dataset), std::move(transform)};
}

/// The rows of a tensor, without targets. PyTorch: torch::data::datasets::TensorDataset.
struct TensorDataset : Dataset<TensorDataset, TensorExample> {
  /// The tensors, of one shape, become the rows.
  explicit TensorDataset(const std::vector<Tensor>& tensors);
  /// The rows of a tensor of at least one dimension.
  explicit TensorDataset(Tensor t);

  /// Row `index`.
  TensorExample get(size_t index) override;
  optional<size_t> size() const override;  ///< how many rows there are
  /// Many rows in one copy: see Gathers.
  TensorExample gather(ArrayRef<size_t> indices);

  /// The rows.
  Tensor tensor;
};

/// Images with labels from IDX files: MNIST, Fashion-MNIST, KMNIST and whatever else is kept in files of the
/// same names. PyTorch: torch::data::datasets::MNIST, which wants exactly 60000 or 10000 images of 28×28;
/// this one takes what the files hold.
class MNIST : public Dataset<MNIST> {
 public:
  /// Which of the two parts: the files train-… or t10k-….
  enum class Mode { kTrain, kTest };

  /// Reads the images (train-images-idx3-ubyte) and labels (train-labels-idx1-ubyte), or t10k-…, in the
  /// folder `root`, each plain or as .gz. An error that names the file when one is missing or malformed, when
  /// the counts differ, or when a label is not 0 … 9.
  explicit MNIST(const std::string& root, Mode mode = Mode::kTrain);

  /// One image [1, 28, 28] and its label.
  Example<> get(size_t index) override;
  optional<size_t> size() const override;  ///< how many images there are
  /// Many images and labels in one copy: see Gathers.
  Example<> gather(ArrayRef<size_t> indices);

  /// Whether this is the part to train on.
  bool is_train() const noexcept { return mode_ == Mode::kTrain; }
  /// All images: kFloat [N, 1, 28, 28], from 0 (background) to 1.
  const Tensor& images() const { return images_; }
  /// All labels: kLong [N].
  const Tensor& targets() const { return targets_; }

 private:
  Mode mode_;
  Tensor images_, targets_;
};

extern template class Dataset<TensorDataset, TensorExample>;
extern template class Dataset<MNIST>;

}  // namespace xgrad::data::datasets
