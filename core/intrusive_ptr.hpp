// A reference-counting pointer whose count lives in the object. The object's type provides, found by
// argument-dependent lookup: retain(T*) and release(T*).
#pragma once

#include <cstdint>
#include <utility>

#include <xgrad/core/counter.hpp>
#include <xgrad/core/small_vector.hpp>

namespace xgrad {

/// The count inside an object. A sole owner is recognised without a locked instruction.
class RefCount {
 public:
  /// Adds a reference.
  void retain() noexcept { detail::fetch_add(count_, 1u, std::memory_order_relaxed); }
  /// True when the caller held the last reference and must destroy the object.
  bool release() noexcept {
    return unique() || detail::fetch_add(count_, ~0u, std::memory_order_acq_rel) == 1;
  }
  /// Whether there is only one reference; and how many there are.
  bool unique() const noexcept { return count_.load(std::memory_order_acquire) == 1; }
  uint32_t get() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint32_t> count_{1};
};

/// A shared pointer to an object that has its own count: retain(T*) and release(T*) must be found by
/// argument-dependent lookup.
template <class T>
class Ref {
 public:
  /// Null, or a further reference to the other's object.
  constexpr Ref() noexcept = default;
  constexpr Ref(std::nullptr_t) noexcept {}
  Ref(const Ref& other) noexcept : object_(other.object_) {
    if (object_) retain(object_);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  ~Ref() {
    if (object_) release(object_);
  }
  /// Gives up the object it had.
  Ref& operator=(const Ref& other) noexcept {
    Ref(other).swap(*this);
    return *this;
  }
  Ref& operator=(Ref&& other) noexcept {
    T* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    if (old) release(old);
    return *this;
  }

  /// Takes over the reference that a new object starts with.
  static Ref adopt(T* object) noexcept {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  /// Adds a reference to an object that somebody else keeps.
  static Ref share(T* object) noexcept {
    if (object) retain(object);
    return adopt(object);
  }

  /// As those of std::shared_ptr.
  void swap(Ref& other) noexcept { std::swap(object_, other.object_); }
  T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend bool operator==(const Ref& a, const Ref& b) noexcept { return a.object_ == b.object_; }

 private:
  T* object_ = nullptr;
};

/// Its bytes may be moved.
template <class T>
inline constexpr bool is_relocatable<Ref<T>> = true;

}  // namespace xgrad
