// A size per dimension, or one for all of them: the argument of convolutions and pooling.
#pragma once

#include <array>
#include <ostream>
#include <vector>

#include <xgrad/core/array_ref.hpp>

namespace xgrad {

/// D values, made from D values or from one that counts D times. PyTorch: torch::ExpandingArray.
template <size_t D, class T = int64_t>
class ExpandingArray {
 public:
  /// From D values, or one that counts D times; an error for any other number of them.
  ExpandingArray(std::initializer_list<T> values) : ExpandingArray(ArrayRef<T>(values)) {}
  ExpandingArray(const std::vector<T>& values) : ExpandingArray(ArrayRef<T>(values)) {}
  ExpandingArray(ArrayRef<T> values) {
    check(values.size() == D, "Expected ", D, " values, but instead got ", values.size(),
          ": give one value per dimension, or a single number for all of them");
    for (size_t d = 0; d < D; ++d) values_[d] = values[d];
  }
  ExpandingArray(T value) { values_.fill(value); }
  ExpandingArray(const std::array<T, D>& values) : values_(values) {}

  /// The values.
  std::array<T, D>& operator*() { return values_; }
  const std::array<T, D>& operator*() const { return values_; }
  std::array<T, D>* operator->() { return &values_; }
  const std::array<T, D>* operator->() const { return &values_; }
  operator ArrayRef<T>() const { return values_; }
  /// D.
  static constexpr size_t size() { return D; }

 private:
  std::array<T, D> values_;
};

/// Streams as PyTorch does: `[2, 3]`, a single one without brackets.
template <size_t D, class T>
std::ostream& operator<<(std::ostream& out, const ExpandingArray<D, T>& values) {
  if (values.size() == 1) return out << values->at(0);
  return out << static_cast<ArrayRef<T>>(values);
}

}  // namespace xgrad
