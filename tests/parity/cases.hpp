// Random computations, each from its own seed, so that any of them can be repeated alone.
#pragma once

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "library.hpp"

namespace parity {

/// Where random choices come from: the run's seed, the subject's name and the number of the case.
class Random {
 public:
  Random(uint64_t seed, const std::string& subject, int index);

  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(high - low + 1));
  }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  bool chance(double p) { return uniform(0, 1) < p; }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return *(values.begin() + between(0, static_cast<int64_t>(values.size()) - 1));
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[static_cast<size_t>(between(0, static_cast<int64_t>(i) - 1))]);
  }

 private:
  std::mt19937_64 engine_;
};

/// The values, given in logical order, laid out contiguously or with any other strides, gaps and offset.
Array lay_out(Random& random, Type type, std::vector<int64_t> sizes, const std::vector<double>& values);

/// The values laid out contiguously.
Array contiguous(Type type, std::vector<int64_t> sizes, const std::vector<double>& values,
                 bool requires_grad = false);

/// Arguments for an op of the table.
Case draw_case(const Op& op, Random& random);

/// Arguments for cross_entropy, legal or not.
Case draw_cross_entropy(Random& random);

/// The same for linear_cross_entropy, with nothing infinite.
Case draw_linear_cross_entropy(Random& random);

/// Arguments for the rows of ops_indexing.inl that index, index_list and program name.
Case draw_indexing(const Op& op, Random& random);

/// All of a case, for a person to read.
std::string describe(const Case& c);
std::string describe(const Array& a);

}  // namespace parity
