#include <xgrad/core/storage.hpp>

#include <cstring>
#include <memory>
#include <new>

#include <xgrad/core/error.hpp>

namespace xgrad {
namespace {
constexpr size_t header_bytes = 64;
static_assert(sizeof(Storage) <= header_bytes);
}  // namespace

Ref<Storage> Storage::make(size_t bytes) {
  // A few numbers fit behind the fields of the header itself: half the memory of a small tensor.
  const bool inside = bytes <= header_bytes - sizeof(Storage);
  const size_t block_bytes = inside ? header_bytes : header_bytes + bytes;
  void* block = detail::allocate(block_bytes);
  auto* storage = new (block) Storage(bytes);
  storage->block_bytes_ = block_bytes;
  storage->data_ = static_cast<std::byte*>(block) + (inside ? sizeof(Storage) : header_bytes);
  return Ref<Storage>::adopt(storage);
}

Ref<Storage> Storage::wrap(void* data, size_t bytes, std::function<void(void*)> deleter) {
  auto owned = std::make_unique<std::function<void(void*)>>(std::move(deleter));
  auto* storage = new (detail::allocate(header_bytes)) Storage(bytes);
  storage->block_bytes_ = header_bytes;
  storage->data_ = data;
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

void Storage::destroy() noexcept {
  if (deleter_) {
    if (*deleter_) (*deleter_)(data_);
    delete deleter_;
  }
  const size_t bytes = block_bytes_;
  this->~Storage();
  detail::deallocate(this, bytes);
}

}  // namespace xgrad
