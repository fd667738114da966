// The order of a number's bytes: a file's may be another than this machine's.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

namespace xgrad::serialize {

/// Turns `count` elements of `size` bytes each from the order of a file to that of this machine, or back.
inline void reorder(void* elements, size_t count, size_t size, std::endian file) {
  if (file == std::endian::native || size == 1) return;
  auto* bytes = static_cast<std::byte*>(elements);
  for (size_t i = 0; i < count; ++i) std::reverse(bytes + i * size, bytes + (i + 1) * size);
}

/// The number that these bytes are in a file of that order.
template <class T>
T number_from(const void* bytes, std::endian file) {
  T number;
  std::memcpy(&number, bytes, sizeof number);
  reorder(&number, 1, sizeof number, file);
  return number;
}

}  // namespace xgrad::serialize
