// A borrowed, read-only sequence: how shapes and lists are passed. PyTorch: c10::ArrayRef.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <vector>

#include <xgrad/core/error.hpp>
#include <xgrad/core/small_vector.hpp>

namespace xgrad {

using std::make_optional;
using std::nullopt;
using std::nullopt_t;
using std::optional;

/// Does not own its elements: use it for parameters, not for members. Made from an initializer list, one
/// element, a vector, an array, or a pointer and a length.
template <class T>
class ArrayRef {
 public:
  /// Of a standard container.
  using value_type = T;
  using const_iterator = const T*;

  /// From one element, an address and a length, a vector, an array or braces: what it is made from must
  /// outlive it.
  constexpr ArrayRef() = default;
  constexpr ArrayRef(const T& one) : data_(&one), size_(1) {}
  constexpr ArrayRef(const T* data, size_t size) : data_(data), size_(size) {}
  constexpr ArrayRef(const T* first, const T* last)
      : data_(first), size_(static_cast<size_t>(last - first)) {}
  ArrayRef(const std::vector<T>& v) : data_(v.data()), size_(v.size()) {}
  template <size_t N>
  ArrayRef(const SmallVector<T, N>& v) : data_(v.data()), size_(v.size()) {}
  template <size_t N>
  constexpr ArrayRef(const std::array<T, N>& a) : data_(a.data()), size_(N) {}
  template <size_t N>
  constexpr ArrayRef(const T (&array)[N]) : data_(array), size_(N) {}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime"
#endif
  constexpr ArrayRef(const std::initializer_list<T>& l) : data_(l.begin()), size_(l.size()) {}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  /// As those of a constant vector; `at`, `front` and `back` refuse what is not there.
  constexpr const T* begin() const { return data_; }
  constexpr const T* end() const { return data_ + size_; }
  constexpr const T* cbegin() const { return data_; }
  constexpr const T* cend() const { return data_ + size_; }
  constexpr const T* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const T& operator[](size_t i) const { return data_[i]; }
  const T& at(size_t i) const {
    if (i >= size_) fail("ArrayRef: index ", i, " is out of range for a sequence of ", size_, " elements");
    return data_[i];
  }
  const T& front() const { return at(0); }
  const T& back() const { return at(size_ - 1); }
  /// The `count` elements from `start` on, or all from there; an error when there are not so many.
  ArrayRef slice(size_t start, size_t count) const {
    if (start + count > size_)
      fail("ArrayRef: slice(", start, ", ", count, ") is out of range for a sequence of ", size_,
           " elements");
    return {data_ + start, count};
  }
  ArrayRef slice(size_t start) const { return slice(start, size_ - start); }
  /// A copy.
  std::vector<T> vec() const { return {begin(), end()}; }
  /// Whether both have the same elements.
  bool equals(ArrayRef other) const { return *this == other; }

  /// Whether both have the same elements.
  friend bool operator==(ArrayRef a, ArrayRef b) {
    if (a.size_ != b.size_) return false;
    for (size_t i = 0; i < a.size_; ++i)
      if (!(a.data_[i] == b.data_[i])) return false;
    return true;
  }
  friend bool operator==(ArrayRef a, const std::vector<T>& b) { return a == ArrayRef(b); }

 private:
  const T* data_ = nullptr;
  size_t size_ = 0;
};

/// Sizes, strides or dimensions: `{2, 3}`, `5` or a vector. PyTorch: at::IntArrayRef.
using IntArrayRef = ArrayRef<int64_t>;

/// A shape or a list of strides; up to five dimensions without an allocation.
using Dims = SmallVector<int64_t, 5>;

/// Streams as PyTorch does: `[2, 3]`.
template <class T>
std::ostream& operator<<(std::ostream& out, ArrayRef<T> values) {
  out << '[';
  for (size_t i = 0; i < values.size(); ++i) out << (i ? ", " : "") << values[i];
  return out << ']';
}
template <class T, size_t N>
std::ostream& operator<<(std::ostream& out, const SmallVector<T, N>& values) {
  return out << ArrayRef<T>(values);
}

/// A list of dimensions that may be absent, which means all of them. PyTorch: OptionalIntArrayRef.
class OptionalIntArrayRef {
 public:
  /// Absent unless made from one dimension or a list of them.
  constexpr OptionalIntArrayRef() = default;
  constexpr OptionalIntArrayRef(std::nullopt_t) {}
  OptionalIntArrayRef(IntArrayRef dims) : dims_(dims), given_(true) {}
  OptionalIntArrayRef(const int64_t& dim) : dims_(dim), given_(true) {}
  OptionalIntArrayRef(const std::vector<int64_t>& dims) : dims_(dims), given_(true) {}
  OptionalIntArrayRef(const std::initializer_list<int64_t>& dims) : dims_(dims), given_(true) {}
  OptionalIntArrayRef(const optional<IntArrayRef>& dims)
      : dims_(dims.value_or(IntArrayRef())), given_(dims.has_value()) {}

  /// As those of std::optional.
  bool has_value() const { return given_; }
  explicit operator bool() const { return given_; }
  const IntArrayRef& value() const { return dims_; }
  const IntArrayRef& operator*() const { return dims_; }
  const IntArrayRef* operator->() const { return &dims_; }

 private:
  IntArrayRef dims_;
  bool given_ = false;
};

}  // namespace xgrad
