// Where every tensor, storage and tape node gets its memory.
//
// Small blocks (up to 64 KB) come from free lists of the calling thread, by size; large ones from a cache
// that all threads share, because the first touch of fresh pages costs ten times a warm pass. Both are
// bounded: a thread keeps up to 512 MB, which is the tape of a million small operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

namespace xgrad {

/// What the allocator holds.
struct MemoryStats {
  uint64_t bytes_in_use = 0;       ///< what live tensors and nodes occupy
  uint64_t peak_bytes_in_use = 0;  ///< the most since reset_peak_memory()
  uint64_t bytes_cached = 0;       ///< what empty_cache() can give back to the system
};

/// Counts blocks above 64 KB: small ones are not worth counting on every allocation.
MemoryStats memory_stats();
/// From now on peak_bytes_in_use counts anew.
void reset_peak_memory();

/// Returns all cached memory of this thread and the shared cache to the system. PyTorch: cuda.empty_cache,
/// for the CPU.
void empty_cache();

/// The most that the shared cache may keep (1 GiB unless set); freed blocks beyond it go back to the system.
void set_cache_limit(uint64_t bytes);

namespace detail {

struct FreeBlock {
  FreeBlock* next;
};

/// The free lists of a thread for blocks of up to 1 KB, a list for every 64 bytes. Trivially destructible, so
/// that tensors in other static or thread-local objects may be freed after the thread's pool has been closed.
struct SmallPool {
  static constexpr size_t step = 64, limit = 1024;
  static size_t list_of(size_t bytes) { return (bytes - 1) / step; }
  static size_t bytes_of(size_t list) { return (list + 1) * step; }

  FreeBlock* free[limit / step];
  size_t bytes;    // in the lists
  size_t allowed;  // the most they may hold: 0 before the first block is freed and after the thread's end
};
extern thread_local constinit SmallPool small_pool;

void* allocate_slowly(size_t bytes);
void deallocate_slowly(void* block, size_t bytes) noexcept;

/// 64-byte aligned; never null: throws an Error, or std::bad_alloc when not even a small block is left.
/// `deallocate` wants the same size back.
inline void* allocate(size_t bytes) {
  if (bytes - 1 < SmallPool::limit) [[likely]] {
    const size_t list = SmallPool::list_of(bytes);
    if (FreeBlock* block = small_pool.free[list]) [[likely]] {
      small_pool.free[list] = block->next;
      small_pool.bytes -= SmallPool::bytes_of(list);
      return block;
    }
  }
  return allocate_slowly(bytes);
}
inline void deallocate(void* block, size_t bytes) noexcept {
  if (bytes - 1 < SmallPool::limit && small_pool.bytes < small_pool.allowed) [[likely]] {
    const size_t list = SmallPool::list_of(bytes);
    small_pool.free[list] = new (block) FreeBlock{small_pool.free[list]};
    small_pool.bytes += SmallPool::bytes_of(list);
    return;
  }
  deallocate_slowly(block, bytes);
}

/// Gives a class its memory from the pool.
struct Pooled {
  static void* operator new(size_t bytes) { return allocate(bytes); }
  static void* operator new(size_t, void* at) noexcept { return at; }
  static void operator delete(void* block, size_t bytes) noexcept { deallocate(block, bytes); }
};

/// The pool as a standard allocator, for containers on the hot path.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}
  T* allocate(size_t count) { return static_cast<T*>(detail::allocate(count * sizeof(T))); }
  void deallocate(T* block, size_t count) noexcept { detail::deallocate(block, count * sizeof(T)); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

}  // namespace detail
}  // namespace xgrad
