// What the file formats share: how many bytes an array has, reading and writing them. The numbers in the
// files are little-endian, on any machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <xgrad/core/factories.hpp>
#include <xgrad/nn/serialize/byte_order.hpp>
#include <xgrad/nn/serialize/input.hpp>

namespace xgrad::serialize {

/// The bytes that an array takes; nullopt when a shape is beyond all that can exist.
inline std::optional<uint64_t> bytes_of(const std::vector<uint64_t>& shape, ScalarType dtype) {
  constexpr uint64_t limit = INT64_MAX;
  constexpr size_t most_dims = 64;
  if (shape.size() > most_dims) return std::nullopt;
  uint64_t bytes = element_size(dtype);
  // Sizes beside a 0 must be reasonable too: strides are made of them.
  for (const uint64_t size : shape) {
    if (size > limit / bytes) return std::nullopt;
    bytes *= std::max<uint64_t>(size, 1);
  }
  return std::find(shape.begin(), shape.end(), 0) == shape.end() ? bytes : 0;
}

/// A new tensor with the next elements of the input; `what` names it in errors.
inline Tensor read_elements(Input& input, const Dims& shape, ScalarType dtype, const std::string& what) {
  const Tensor t = empty(shape, dtype);
  input.read(t.data_ptr(), t.nbytes(), what.c_str());
  reorder(t.data_ptr(), static_cast<size_t>(t.numel()), t.element_size(), std::endian::little);
  if (dtype == kBool) {
    const auto* bytes = static_cast<const uint8_t*>(t.data_ptr());
    const auto* bad = std::find_if(bytes, bytes + t.numel(), [](uint8_t b) { return b > 1; });
    if (bad != bytes + t.numel())
      input.refuse(what, ": element ", bad - bytes, " is the byte ", int{*bad},
                   ", but a bool is 0 or 1: the file is damaged. Save or copy it again");
  }
  return t;
}

/// The elements of a contiguous tensor, appended to a file.
inline void write_elements(const Sink::Write& write, const Tensor& t) {
  if constexpr (std::endian::native == std::endian::little) return write(t.data_ptr(), t.nbytes());
  const auto* elements = static_cast<const std::byte*>(t.data_ptr());
  const size_t size = t.element_size(), piece = size << 14;
  for (size_t at = 0; at < t.nbytes(); at += piece) {
    std::vector<std::byte> bytes(elements + at, elements + std::min(at + piece, t.nbytes()));
    reorder(bytes.data(), bytes.size() / size, size, std::endian::little);
    write(bytes.data(), bytes.size());
  }
}

/// The next number of the input, which takes `bytes` bytes there; `what` names it in errors.
inline uint64_t read_number(Input& input, size_t bytes, const char* what) {
  unsigned char number[sizeof(uint64_t)] = {};
  input.read(number, bytes, what);
  return number_from<uint64_t>(number, std::endian::little);
}

}  // namespace xgrad::serialize
