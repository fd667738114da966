#include <xgrad/nn/data/samplers.hpp>

#include <algorithm>
#include <numeric>

#include <xgrad/autograd/ops.hpp>

namespace xgrad::data::samplers {

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
