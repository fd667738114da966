#include <xgrad/core/storage.hpp>

#include <cstring>
#include <memory>
#include <new>

#include <xgrad/core/error.hpp>

namespace xgrad {
Ref<Storage> Storage::wrap(void* data, size_t bytes, std::function<void(void*)> deleter) {
  auto owned = std::make_unique<std::function<void(void*)>>(std::move(deleter));
  static_assert(sizeof(Storage) <= header_bytes);
  constexpr size_t block_bytes = front_bytes + header_bytes;
  std::byte* header = static_cast<std::byte*>(detail::allocate(block_bytes)) + front_bytes;
  auto* storage = new (header) Storage(bytes, block_bytes, data);
  storage->deleter_ = owned.release();
  return Ref<Storage>::adopt(storage);
}

void Storage::grow(size_t bytes) {
  if (bytes <= bytes_) return;
  check(!deleter_ || *deleter_, "resize_: this tensor's memory belongs to the program (from_blob) and holds ",
        bytes_, " bytes, ", bytes, " are needed: clone() it first");
  auto fresh = std::make_unique<std::function<void(void*)>>(
      [bytes](void* block) { detail::deallocate(block, bytes); });
  void* block = detail::allocate(bytes);
  std::memcpy(block, data_, bytes_);
  if (deleter_) {
    (*deleter_)(data_);
    delete deleter_;
  }
  data_ = block;
  bytes_ = bytes;
  deleter_ = fresh.release();
}

void Storage::give_back() noexcept {
  if (*deleter_) (*deleter_)(data_);
  delete deleter_;
}

}  // namespace xgrad
