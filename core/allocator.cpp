#include <xgrad/core/allocator.hpp>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

#include <xgrad/core/error.hpp>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace xgrad {

thread_local constinit detail::SmallPool detail::small_pool{};

namespace {

using detail::FreeBlock;
using detail::small_pool;
using detail::SmallPool;

#if defined(__SANITIZE_ADDRESS__)
#define XGRAD_POOLED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define XGRAD_POOLED 0
#endif
#endif
#ifndef XGRAD_POOLED
#define XGRAD_POOLED 1
#endif
// Under AddressSanitizer every block comes from and returns to the system, so that a use after free is seen.
constexpr bool pooled = XGRAD_POOLED;
#undef XGRAD_POOLED

constexpr size_t alignment = 64;
constexpr size_t bytes_kept_per_thread = size_t{512} << 20;

void* try_allocate(size_t bytes) noexcept {
  void* block = nullptr;
  const size_t whole = (std::max<size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
  return posix_memalign(&block, alignment, whole) == 0 ? block : nullptr;
}
void* system_allocate(size_t bytes) {
  void* block = try_allocate(bytes);
  if (!block) throw std::bad_alloc();
  return block;
}

// Blocks between the small pool's limit and 64 KB: powers of two, also of each thread.
struct MiddlePool {
  static constexpr size_t limit = size_t{64} << 10;
  static constexpr size_t lists = 6;  // 2, 4, 8, 16, 32, 64 KB
  static size_t list_of(size_t bytes) { return static_cast<size_t>(std::bit_width(bytes - 1)) - 11; }
  static size_t bytes_of(size_t list) { return size_t{2048} << list; }

  FreeBlock* free[lists];
  size_t bytes;
};
thread_local constinit MiddlePool middle_pool{};

void drain(FreeBlock*& list) noexcept {
  while (FreeBlock* block = list) {
    list = block->next;
    std::free(block);
  }
}
void drain_thread() noexcept {
  for (FreeBlock*& list : small_pool.free) drain(list);
  for (FreeBlock*& list : middle_pool.free) drain(list);
  small_pool.bytes = middle_pool.bytes = 0;
}

// Opens the pools of a thread when it frees its first block, and closes them when it ends.
struct ThreadGuard {
  bool open = pooled;
  ThreadGuard() { small_pool.allowed = open ? bytes_kept_per_thread : 0; }
  ~ThreadGuard() {
    small_pool.allowed = 0;
    drain_thread();
    open = false;
    ended = true;
  }
  static inline thread_local constinit bool ended = false;
};
thread_local ThreadGuard thread_guard;

bool thread_pools_open() noexcept { return !ThreadGuard::ended && thread_guard.open; }

// Blocks that hold whole huge pages are the kernel's own, apart from malloc's heap: fewer page faults and TLB
// misses on what is streamed through, and what is freed is free.
#ifdef __linux__
constexpr size_t huge_page = size_t{2} << 20;

void* map_huge_pages(size_t size) noexcept {
  // The kernel gives them to aligned stretches only.
  void* mapped = mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* start = static_cast<std::byte*>(mapped);
  const size_t before = -reinterpret_cast<uintptr_t>(start) % huge_page;
  if (before > 0) munmap(start, before);
  if (before < huge_page) munmap(start + before + size, huge_page - before);
  madvise(start + before, size / huge_page * huge_page, MADV_HUGEPAGE);
  return start + before;
}
bool is_mapped(size_t size) { return pooled && size >= huge_page; }
#endif

// Null when there is no memory.
void* new_block(size_t size) noexcept {
#ifdef __linux__
  if (is_mapped(size)) return map_huge_pages(size);
#endif
  return try_allocate(size);
}
void free_block(void* block, size_t size) noexcept {
#ifdef __linux__
  if (is_mapped(size)) {
    munmap(block, size);
    return;
  }
#endif
  std::free(block);
}

// Large blocks by size class: eight classes per power of two, so that at most an eighth is wasted.
class LargeCache {
 public:
  static size_t rounded(size_t bytes) {
    const size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
  }

  void* take(size_t bytes) {
    const size_t size = rounded(bytes);
    void* block = kept(size);
    if (!block) block = new_block(size);
    if (!block) {
      empty();
      block = new_block(size);
    }
    if (!block)
      fail("out of memory: the system has no ", bytes, " bytes for a tensor; those that live take ",
           stats().bytes_in_use,
           ": use a smaller batch, drop tensors and losses that are no longer needed, or ",
           "evaluate under NoGradGuard");
    std::lock_guard lock(mutex_);
    stats_.bytes_in_use += size;
    stats_.peak_bytes_in_use = std::max(stats_.peak_bytes_in_use, stats_.bytes_in_use);
    return block;
  }

  void give(void* block, size_t bytes) noexcept {
    const size_t size = rounded(bytes);
    std::lock_guard lock(mutex_);
    stats_.bytes_in_use -= size;
    if (!pooled || size > limit_) return free_block(block, size);
    blocks_.push_back({block, size});
    stats_.bytes_cached += size;
    trim(limit_);
  }

  void set_limit(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    limit_ = bytes;
    trim(limit_);
  }
  void empty() {
    std::lock_guard lock(mutex_);
    trim(0);
  }
  MemoryStats stats() {
    std::lock_guard lock(mutex_);
    return stats_;
  }
  void reset_peak() {
    std::lock_guard lock(mutex_);
    stats_.peak_bytes_in_use = stats_.bytes_in_use;
  }

 private:
  struct Block {
    void* data;
    size_t size;
  };

  // A block that was freed, or null. Newest first: its pages are the likeliest to be in the processor's
  // caches.
  void* kept(size_t size) {
    std::lock_guard lock(mutex_);
    for (size_t i = blocks_.size(); i-- > 0;) {
      if (blocks_[i].size != size) continue;
      void* block = blocks_[i].data;
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
      stats_.bytes_cached -= size;
      return block;
    }
    return nullptr;
  }
  // Frees the oldest blocks until at most `most` bytes are kept.
  void trim(uint64_t most) noexcept {
    size_t n = 0;
    for (; n < blocks_.size() && stats_.bytes_cached > most; ++n) {
      free_block(blocks_[n].data, blocks_[n].size);
      stats_.bytes_cached -= blocks_[n].size;
    }
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(n));
  }

  std::mutex mutex_;
  std::vector<Block> blocks_;
  MemoryStats stats_;
  uint64_t limit_ = uint64_t{1} << 30;
};

// Never destroyed: tensors in static objects outlive any order of destruction.
LargeCache& large_cache() {
  static auto* cache = new LargeCache;
  return *cache;
}

}  // namespace

namespace detail {

void* allocate_slowly(size_t bytes) {
  if (bytes > MiddlePool::limit) return large_cache().take(bytes);
  if (bytes <= SmallPool::limit)
    return system_allocate(SmallPool::bytes_of(bytes ? SmallPool::list_of(bytes) : 0));
  const size_t list = MiddlePool::list_of(bytes);
  FreeBlock* block = middle_pool.free[list];
  if (!block) return system_allocate(MiddlePool::bytes_of(list));
  middle_pool.free[list] = block->next;
  middle_pool.bytes -= MiddlePool::bytes_of(list);
  return block;
}

void deallocate_slowly(void* block, size_t bytes) noexcept {
  if (bytes > MiddlePool::limit) return large_cache().give(block, bytes);
  const bool open = thread_pools_open();
  if (bytes <= SmallPool::limit) {
    // The pool has just been opened, or is full or closed.
    if (open && bytes > 0 && small_pool.bytes < small_pool.allowed) return deallocate(block, bytes);
    return std::free(block);
  }
  if (!open || middle_pool.bytes >= bytes_kept_per_thread) return std::free(block);
  const size_t list = MiddlePool::list_of(bytes);
  middle_pool.free[list] = new (block) FreeBlock{middle_pool.free[list]};
  middle_pool.bytes += MiddlePool::bytes_of(list);
}

}  // namespace detail

MemoryStats memory_stats() { return large_cache().stats(); }
void reset_peak_memory() { large_cache().reset_peak(); }
void set_cache_limit(uint64_t bytes) { large_cache().set_limit(bytes); }
void empty_cache() {
  drain_thread();
  large_cache().empty();
}

}  // namespace xgrad
