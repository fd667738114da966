// A block of memory that tensors share.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include <xgrad/core/allocator.hpp>
#include <xgrad/core/intrusive_ptr.hpp>

namespace xgrad {

/// Reference-counted memory, 64-byte aligned when xgrad allocated it for more than a few numbers (then header
/// and data are one block), with a version that every in-place write raises: the tape refuses saved tensors
/// whose storage has changed.
class Storage {
 public:
  /// Uninitialised memory from the pool.
  static Ref<Storage> make(size_t bytes);
  /// Memory of the caller's; `deleter` (may be empty) runs when the last tensor on it is gone.
  static Ref<Storage> wrap(void* data, size_t bytes, std::function<void(void*)> deleter);

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
    if (s->refs_.release()) s->destroy();
  }

 private:
  explicit Storage(size_t bytes) : bytes_(bytes) {}
  void destroy() noexcept;

  RefCount refs_;
  std::atomic<uint32_t> version_{0};
  size_t bytes_;
  size_t block_bytes_ = 0;  // of the pool's block that starts with this header
  void* data_ = nullptr;
  std::function<void(void*)>* deleter_ = nullptr;  // set when the data is outside the block
};

}  // namespace xgrad
