#include <xgrad/nn/data/samplers.hpp>

#include <algorithm>
#include <numeric>

#include <xgrad/autograd/ops.hpp>

namespace xgrad::data::samplers {

namespace {

void write_index(serialize::OutputArchive& archive, size_t index) {
  archive.write("index", tensor(static_cast<int64_t>(index)), /*is_buffer=*/true);
}

size_t read_index(const serialize::InputArchive& archive, size_t size) {
  Tensor index;
  archive.read("index", index, /*is_buffer=*/true);
  const bool is_index = index.dtype() == kLong && index.numel() == 1;
  if (!is_index || index.item<int64_t>() < 0 || static_cast<size_t>(index.item<int64_t>()) > size)
    fail("load: a sampler's index must be an int64 number from 0 to ", size,
         ", the number of examples. Was it saved with another data set?");
  return static_cast<size_t>(index.item<int64_t>());
}

}  // namespace

void RandomSampler::save(serialize::OutputArchive& archive) const {
  write_index(archive, index_);
  archive.write("indices", order_, /*is_buffer=*/true);
}

void RandomSampler::load(serialize::InputArchive& archive) {
  Tensor order;
  archive.read("indices", order, /*is_buffer=*/true);
  const bool is_order = order.dtype() == kLong && order.dim() == 1;
  if (!is_order || !equal(std::get<0>(order.sort()), arange(order.numel(), kLong)))
    fail(
        "load: RandomSampler: 'indices' is not an order of 0 … n-1: the file is not that of a RandomSampler");
  const size_t index = read_index(archive, static_cast<size_t>(order.numel()));
  order_ = order;
  index_ = index;
}

void SequentialSampler::save(serialize::OutputArchive& archive) const { write_index(archive, index_); }
void SequentialSampler::load(serialize::InputArchive& archive) { index_ = read_index(archive, size_); }

void StreamSampler::reset(optional<size_t> new_size) {
  size_ = new_size.value_or(size_);
  index_ = 0;
}

optional<BatchSize> StreamSampler::next(size_t batch_size) {
  if (index_ == size_) return nullopt;
  const size_t count = std::min(batch_size, size_ - index_);
  index_ += count;
  return BatchSize(count);
}

void StreamSampler::save(serialize::OutputArchive& archive) const { write_index(archive, index_); }
void StreamSampler::load(serialize::InputArchive& archive) { index_ = read_index(archive, size_); }

void RandomSampler::start(int64_t size) {
  check(size >= 0, "RandomSampler: expected a non-negative number of examples, got ", size);
  order_ = randperm(size, dtype_).to(kLong);
  index_ = 0;
}

void RandomSampler::reset(optional<size_t> new_size) {
  start(new_size ? static_cast<int64_t>(*new_size) : order_.numel());
}

optional<std::vector<size_t>> RandomSampler::next(size_t batch_size) {
  const auto size = static_cast<size_t>(order_.numel());
  if (index_ == size) return nullopt;
  const int64_t* first = order_.data_ptr<int64_t>() + index_;
  const size_t count = std::min(batch_size, size - index_);
  index_ += count;
  return std::vector<size_t>(first, first + count);
}

void SequentialSampler::reset(optional<size_t> new_size) {
  size_ = new_size.value_or(size_);
  index_ = 0;
}

optional<std::vector<size_t>> SequentialSampler::next(size_t batch_size) {
  if (index_ == size_) return nullopt;
  std::vector<size_t> indices(std::min(batch_size, size_ - index_));
  std::iota(indices.begin(), indices.end(), index_);
  index_ += indices.size();
  return indices;
}

}  // namespace xgrad::data::samplers
