// Where random choices come from, and how the elements of an array lie in memory.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "cases.hpp"

namespace parity {

using Sizes = std::vector<int64_t>;

Random::Random(uint64_t seed, const std::string& subject, int index) {
  std::vector<uint32_t> words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                              static_cast<uint32_t>(index)};
  words.insert(words.end(), subject.begin(), subject.end());
  std::seed_seq sequence(words.begin(), words.end());
  engine_.seed(sequence);
}

namespace {

// Where the elements lie, in row-major order.
std::vector<size_t> offsets(const Array& a) {
  std::vector<size_t> result;
  Sizes index(a.sizes.size(), 0);
  for (int64_t count = a.numel(); count > 0; --count) {
    int64_t at = a.offset;
    for (size_t d = 0; d < index.size(); ++d) at += index[d] * a.strides[d];
    result.push_back(static_cast<size_t>(at));
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < a.sizes[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

}  // namespace

std::vector<double> logical_values(const Array& a) {
  std::vector<double> result;
  for (const size_t at : offsets(a)) result.push_back(a.buffer[at]);
  return result;
}

Array contiguous(Type type, Sizes sizes, const std::vector<double>& values, bool requires_grad) {
  Array a{true, type, std::move(sizes), {}, 0, values, requires_grad};
  a.strides.assign(a.sizes.size(), 1);
  for (size_t d = a.sizes.size(); d-- > 1;)
    a.strides[d - 1] = a.strides[d] * std::max<int64_t>(a.sizes[d], 1);
  return a;
}

Array lay_out(Random& random, Type type, Sizes sizes, const std::vector<double>& values) {
  Array a;
  a.defined = true;
  a.type = type;
  a.sizes = std::move(sizes);
  const size_t dims = a.sizes.size();
  std::vector<size_t> order(dims);
  std::iota(order.rbegin(), order.rend(), size_t{0});  // the innermost dimension first
  const bool plain = random.chance(0.55);
  if (!plain && random.chance(0.6)) random.shuffle(order);
  a.strides.assign(dims, 1);
  int64_t stride = !plain && random.chance(0.3) ? random.between(2, 3) : 1;
  for (const size_t d : order) {
    a.strides[d] = stride;
    stride *= std::max<int64_t>(a.sizes[d], 1);
    if (!plain && random.chance(0.2)) stride += random.between(1, 3);
  }
  a.offset = plain ? 0 : random.between(0, 5);
  if (!plain && dims && random.chance(0.12))
    a.strides[static_cast<size_t>(random.between(0, static_cast<int64_t>(dims) - 1))] = 0;

  // What lies between the elements must never be read: NaN would show.
  a.buffer.assign(static_cast<size_t>(a.offset + stride), is_floating(type) ? std::nan("") : 99.0);
  const std::vector<size_t> at = offsets(a);
  for (size_t i = 0; i < at.size(); ++i) a.buffer[at[i]] = values[i];
  return a;
}

}  // namespace parity
