// The measured programs against libtorch. The only file here that includes torch.h, which takes 20 s and 1.3
// GB.
#include <torch/torch.h>

namespace ml = torch;

#include <c10/core/CPUAllocator.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include "limits.hpp"
#include "work.inl"

namespace {

// Where libtorch's tensors get memory as good as xgrad's: large blocks lie in huge pages, and are kept for
// the next that are as large. From malloc it gets them page by page, until what it has freed happens to fit.
class KeptBlocks final : public c10::Allocator {
 public:
#if TORCH_VERSION_MAJOR < 2
  c10::DataPtr allocate(size_t bytes) const override { return block(bytes); }
#else
  c10::DataPtr allocate(size_t bytes) override { return block(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return &give; }

 private:
  static constexpr size_t header = 64, large = 1 << 16, most_kept = size_t{1} << 30;

  static c10::DataPtr block(size_t bytes) {
    void* data = take(bytes);
    return {data, data, &give, c10::Device(c10::DeviceType::CPU)};
  }
  static void* take(size_t bytes) {
    char* block = nullptr;
    if (bytes >= large) {
      const std::lock_guard lock(mutex_);
      if (const auto at = kept_.find(bytes); at != kept_.end()) {
        block = at->second;
        kept_.erase(at);
        kept_bytes_ -= bytes;
      }
    }
    if (!block) block = static_cast<char*>(bench::allocate_block(bytes + header));
    *reinterpret_cast<size_t*>(block) = bytes;
    return block + header;
  }
  static void give(void* data) {
    if (!data) return;
    char* block = static_cast<char*>(data) - header;
    const size_t bytes = *reinterpret_cast<size_t*>(block);
    if (bytes < large) return std::free(block);
    const std::lock_guard lock(mutex_);
    if (kept_bytes_ + bytes > most_kept) {  // of an earlier test
      for (const auto& [size, other] : kept_) std::free(other);
      kept_.clear();
      kept_bytes_ = 0;
    }
    kept_.emplace(bytes, block);
    kept_bytes_ += bytes;
  }

  static inline std::mutex mutex_;
  static inline auto& kept_ = *new std::multimap<size_t, char*>;  // outlives every tensor
  static inline size_t kept_bytes_ = 0;
};

}  // namespace

void bench::keep_libtorch_blocks() {
  static KeptBlocks blocks;
  c10::SetCPUAllocator(&blocks, 1);
}

const bench::Library& bench::libtorch_library() {
  static const Library libtorch = library("libtorch", TORCH_VERSION);
  return libtorch;
}
