// A block of memory that tensors share.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include <xgrad/core/allocator.hpp>
#include <xgrad/core/intrusive_ptr.hpp>

namespace xgrad {

/// Reference-counted memory, 64-byte aligned when xgrad allocated it for more than a few numbers, with a
/// version that every in-place write raises: the tape refuses saved tensors whose storage has changed. One
/// block of the pool holds the TensorImpl that is made with it, this header, and the data.
class Storage {
 public:
  /// Uninitialised memory from the pool. A few numbers fit behind the fields of the header itself: half the
  /// memory of a small tensor.
  static Ref<Storage> make(size_t bytes) {
    const bool inside = bytes <= header_bytes - sizeof(Storage);
    const size_t block_bytes = front_bytes + header_bytes + (inside ? 0 : bytes);
    std::byte* header = static_cast<std::byte*>(detail::allocate(block_bytes)) + front_bytes;
    return Ref<Storage>::adopt(
        new (header) Storage(bytes, block_bytes, header + (inside ? sizeof(Storage) : header_bytes)));
  }
  /// Memory of the caller's; `deleter` (may be empty) runs when the last tensor on it is gone.
  static Ref<Storage> wrap(void* data, size_t bytes, std::function<void(void*)> deleter);

  /// Room for one TensorImpl, which must keep this storage alive.
  static constexpr size_t front_bytes = 64;
  void* front() noexcept { return reinterpret_cast<std::byte*>(this) - front_bytes; }

  void* data() const noexcept { return data_; }
  size_t bytes() const noexcept { return bytes_; }
  bool unique() const noexcept { return refs_.unique(); }
  uint32_t use_count() const noexcept { return refs_.get(); }
  uint32_t version() const noexcept { return version_.load(std::memory_order_relaxed); }
  // A plain increment: writers of one storage must be synchronised by the caller anyway.
  void bump_version() noexcept { version_.store(version() + 1, std::memory_order_relaxed); }
  /// Grows to at least `bytes`, keeping the contents. Refused for memory that xgrad did not allocate.
  void grow(size_t bytes);

  friend void retain(Storage* s) noexcept { s->refs_.retain(); }
  friend void release(Storage* s) noexcept {
    if (!s->refs_.release()) return;
    if (s->deleter_) s->give_back();
    detail::deallocate(s->front(), s->block_bytes_);
  }

 private:
  static constexpr size_t header_bytes = 64;

  Storage(size_t bytes, size_t block_bytes, void* data) noexcept
      : bytes_(bytes), block_bytes_(block_bytes), data_(data) {}
  void give_back() noexcept;  // what lies outside the block

  RefCount refs_;
  std::atomic<uint32_t> version_{0};
  size_t bytes_;
  size_t block_bytes_;
  void* data_;
  std::function<void(void*)>* deleter_ = nullptr;  // set when the data is outside the block
};

}  // namespace xgrad
