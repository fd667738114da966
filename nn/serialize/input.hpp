// The bytes that the readers read.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>

#include <xgrad/core/error.hpp>
#include <xgrad/nn/serialize/files.hpp>

namespace xgrad::serialize {

/// The bytes of a source: knows how many are left, so that a damaged header is refused before memory is asked
/// for.
class Input {
 public:
  /// An error that names the file when it cannot be read.
  explicit Input(const Source& source);
  ~Input();

  /// How many bytes are left.
  uint64_t left() const { return left_; }
  /// The first byte that is not read yet, or -1.
  int peek();
  /// Reads exactly `count` bytes; an error when fewer are left: "<file>: the file is truncated: <what> …".
  void read(void* to, uint64_t count, const char* what);
  /// Refuses bytes that are left in a file; a stream may go on.
  void finish();

  /// Throws an Error that begins with the file's name.
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail("load: ", name_, ": ", parts...);
  }

 private:
  std::string name_;
  std::unique_ptr<std::istream> owned_;
  std::istream* stream_;
  uint64_t left_ = 0;
  bool is_file_;
};

}  // namespace xgrad::serialize
