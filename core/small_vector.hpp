// A vector whose first N elements live inside the object: shapes, strides, edges and gradients are short, and
// an allocation for each would cost more than the work on small tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>

namespace xgrad {

/// Whether moving a T and destroying the source is a copy of its bytes: true for plain pointers' owners, and
/// then a vector moves without a loop.
template <class T>
inline constexpr bool is_relocatable = std::is_trivially_copyable_v<T>;

/// A vector whose first N elements lie inside of it, so that short lists allocate nothing. Its methods
/// are those of std::vector, without checks.
template <class T, size_t N>
class SmallVector {
 public:
  /// Of a standard container.
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  /// Empty, from copies of one value, from a list or from others.
  SmallVector() noexcept {}
  explicit SmallVector(size_t count, const T& value) : SmallVector() {
    reserve(count);
    while (size_ < count) std::construct_at(data() + size_++, value);
  }
  SmallVector(std::initializer_list<T> values) : SmallVector() { append(values.begin(), values.end()); }
  template <class It>
  SmallVector(It first, It last) : SmallVector() {
    append(first, last);
  }
  SmallVector(const SmallVector& other) : SmallVector() { append(other.begin(), other.end()); }
  SmallVector(SmallVector&& other) noexcept : SmallVector() { take(other); }
  ~SmallVector() {
    std::destroy_n(data(), size_);
    if (on_heap()) [[unlikely]]
      std::allocator<T>().deallocate(heap_, capacity_);
  }
  SmallVector& operator=(const SmallVector& other) {
    if (this != &other) {
      clear();
      append(other.begin(), other.end());
    }
    return *this;
  }
  SmallVector& operator=(SmallVector&& other) noexcept {
    if (this != &other) {
      clear();
      free_heap();
      take(other);
    }
    return *this;
  }

  /// As those of std::vector.
  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return on_heap() ? heap_ : reinterpret_cast<T*>(inline_); }
  const T* data() const noexcept { return on_heap() ? heap_ : reinterpret_cast<const T*>(inline_); }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  T& operator[](size_t i) noexcept { return data()[i]; }
  const T& operator[](size_t i) const noexcept { return data()[i]; }
  T& front() noexcept { return data()[0]; }
  const T& front() const noexcept { return data()[0]; }
  T& back() noexcept { return data()[size_ - 1]; }
  const T& back() const noexcept { return data()[size_ - 1]; }

  /// As those of std::vector.
  void reserve(size_t capacity) {
    if (capacity > capacity_) grow(capacity);
  }
  void resize(size_t count) {
    reserve(count);
    while (size_ < count) std::construct_at(data() + size_++);
    while (size_ > count) pop_back();
  }
  template <class... Args>
  [[gnu::always_inline]] T& emplace_back(Args&&... args) {
    if (size_ == capacity_) [[unlikely]]
      grow(size_t{2} * capacity_);
    return *std::construct_at(data() + size_++, std::forward<Args>(args)...);
  }
  /// emplace_back without the check for room.
  template <class... Args>
  void emplace_reserved(Args&&... args) {
    std::construct_at(data() + size_++, std::forward<Args>(args)...);
  }
  /// As those of std::vector.
  void push_back(T value) { emplace_back(std::move(value)); }
  void pop_back() noexcept { std::destroy_at(data() + --size_); }
  void clear() noexcept {
    std::destroy_n(data(), size_);
    size_ = 0;
  }
  template <class It>
  void append(It first, It last) {
    reserve(size_ + static_cast<size_t>(last - first));
    for (; first != last; ++first) std::construct_at(data() + size_++, *first);
  }
  T* insert(T* at, T value) {
    const size_t index = static_cast<size_t>(at - data());
    push_back(std::move(value));
    for (size_t i = size_ - 1; i > index; --i) std::swap(data()[i], data()[i - 1]);
    return data() + index;
  }
  T* erase(T* at) {
    for (T* p = at; p + 1 != end(); ++p) *p = std::move(p[1]);
    pop_back();
    return at;
  }

  /// Whether both have the same elements.
  friend bool operator==(const SmallVector& a, const SmallVector& b) noexcept {
    if (a.size_ != b.size_) return false;
    for (size_t i = 0; i < a.size_; ++i)
      if (!(a[i] == b[i])) return false;
    return true;
  }

 private:
  bool on_heap() const noexcept { return capacity_ > N; }
  void free_heap() noexcept {
    if (on_heap()) std::allocator<T>().deallocate(heap_, capacity_);
    capacity_ = N;
  }
  [[gnu::noinline]] void grow(size_t capacity) {
    T* fresh = std::allocator<T>().allocate(capacity);
    std::uninitialized_move_n(data(), size_, fresh);
    std::destroy_n(data(), size_);
    free_heap();
    heap_ = fresh;
    capacity_ = static_cast<uint32_t>(capacity);
  }
  // Moves the elements of `other` here; this vector is empty and inline.
  void take(SmallVector& other) noexcept {
    if (other.on_heap()) {
      heap_ = other.heap_;
      capacity_ = std::exchange(other.capacity_, uint32_t{N});
    } else if constexpr (is_relocatable<T>) {
      std::memcpy(inline_, other.inline_, sizeof inline_);
    } else {
      std::uninitialized_move_n(other.data(), other.size_, data());
      std::destroy_n(other.data(), other.size_);
    }
    size_ = std::exchange(other.size_, 0u);
  }

  uint32_t size_ = 0;
  uint32_t capacity_ = N;
  union {
    T* heap_;  // when capacity_ > N
    alignas(T) std::byte inline_[N * sizeof(T)];
  };
};

}  // namespace xgrad
