#include <xgrad/core/allocator.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace xgrad {
namespace {

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
constexpr size_t small_limit = size_t{64} << 10;
constexpr size_t fine_limit = 1024;  // classes of 64 bytes up to here, powers of two above
constexpr size_t fine_classes = fine_limit / alignment;
constexpr size_t small_classes = fine_classes + 6;  // 2, 4, 8, 16, 32, 64 KB
constexpr size_t bytes_kept_per_class = size_t{256} << 10;

size_t class_of(size_t bytes) {
  if (bytes <= fine_limit) return bytes ? (bytes - 1) / alignment : 0;
  return fine_classes + static_cast<size_t>(std::bit_width(bytes - 1)) - 11;
}
size_t class_bytes(size_t c) {
  return c < fine_classes ? (c + 1) * alignment : size_t{2048} << (c - fine_classes);
}

void* system_allocate(size_t bytes) {
  const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* block = std::aligned_alloc(alignment, std::max(rounded, alignment));
  if (!block) throw std::bad_alloc();
  return block;
}

struct FreeBlock {
  FreeBlock* next;
};

// Trivially destructible, so that tensors in other static or thread-local objects may be freed after it ended.
struct ThreadPool {
  std::array<FreeBlock*, small_classes> free;
  std::array<uint32_t, small_classes> count;
  bool guarded;  // drain_at_exit is armed
  bool ended;
};
thread_local constinit ThreadPool pool{};

void drain(ThreadPool& p) noexcept {
  for (size_t c = 0; c < small_classes; ++c) {
    while (FreeBlock* block = p.free[c]) {
      p.free[c] = block->next;
      std::free(block);
    }
    p.count[c] = 0;
  }
}

struct DrainAtThreadExit {
  bool armed = false;
  ~DrainAtThreadExit() {
    drain(pool);
    pool.ended = true;
  }
};
thread_local DrainAtThreadExit drain_at_exit;

// Large blocks by size class: eight classes per power of two, so that at most an eighth is wasted.
class LargeCache {
 public:
  static size_t rounded(size_t bytes) {
    const size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
  }

  void* take(size_t bytes) {
    const size_t size = rounded(bytes);
    {
      std::lock_guard lock(mutex_);
      stats_.bytes_in_use += size;
      stats_.peak_bytes_in_use = std::max(stats_.peak_bytes_in_use, stats_.bytes_in_use);
      // Newest first: its pages are the likeliest to be in the processor's caches.
      for (size_t i = blocks_.size(); i-- > 0;) {
        if (blocks_[i].size != size) continue;
        void* block = blocks_[i].data;
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
        stats_.bytes_cached -= size;
        return block;
      }
    }
    return fresh(size);
  }

  void give(void* block, size_t bytes) noexcept {
    const size_t size = rounded(bytes);
    std::lock_guard lock(mutex_);
    stats_.bytes_in_use -= size;
    if (!pooled || size > limit_) {
      std::free(block);
      return;
    }
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

  static void* fresh(size_t size) {
    void* block = system_allocate(size);
#ifdef __linux__
    // Fewer page faults and TLB misses on what is streamed through.
    constexpr size_t huge_page = size_t{2} << 20;
    if (size >= 2 * huge_page) {
      const auto address = (reinterpret_cast<uintptr_t>(block) + huge_page - 1) / huge_page * huge_page;
      const auto end = reinterpret_cast<uintptr_t>(block) + size;
      madvise(reinterpret_cast<void*>(address), (end - address) / huge_page * huge_page, MADV_HUGEPAGE);
    }
#endif
    return block;
  }
  // Frees the oldest blocks until at most `most` bytes are kept.
  void trim(uint64_t most) noexcept {
    size_t n = 0;
    for (; n < blocks_.size() && stats_.bytes_cached > most; ++n) {
      std::free(blocks_[n].data);
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

void* allocate(size_t bytes) {
  if (bytes > small_limit) return large_cache().take(bytes);
  const size_t c = class_of(bytes);
  if (FreeBlock* block = pool.free[c]) {
    pool.free[c] = block->next;
    --pool.count[c];
    return block;
  }
  return system_allocate(class_bytes(c));
}

void deallocate(void* block, size_t bytes) noexcept {
  if (bytes > small_limit) return large_cache().give(block, bytes);
  const size_t c = class_of(bytes);
  if (!pooled || pool.ended || pool.count[c] * class_bytes(c) >= bytes_kept_per_class) return std::free(block);
  if (!pool.guarded) pool.guarded = drain_at_exit.armed = true;  // the first access constructs the guard
  auto* freed = static_cast<FreeBlock*>(block);
  freed->next = pool.free[c];
  pool.free[c] = freed;
  ++pool.count[c];
}

}  // namespace detail

MemoryStats memory_stats() { return large_cache().stats(); }
void reset_peak_memory() { large_cache().reset_peak(); }
void set_cache_limit(uint64_t bytes) { large_cache().set_limit(bytes); }
void empty_cache() {
  drain(pool);
  large_cache().empty();
}

}  // namespace xgrad
