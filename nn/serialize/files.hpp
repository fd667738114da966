// Where things are saved to and loaded from: a path or a stream.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <utility>

namespace xgrad::serialize {

/// Where something is saved: a path or a stream. A path's file is written under another name in the same
/// folder and renamed when it is complete, so that whatever happens the path holds the old file or the new
/// one, whole.
class Sink {
 public:
  using Write = std::function<void(const void* bytes, size_t count)>;

  /// To a file, or to a stream.
  Sink(std::string path) : path_(std::move(path)) {}
  Sink(const char* path) : path_(path) {}
  Sink(std::ostream& stream) : stream_(&stream) {}

  /// Calls `body` with a function that appends bytes. An error that names the file when it cannot be written.
  void write(const std::function<void(const Write&)>& body) const;
  /// Whether it is a path that ends like this: ".npy".
  bool has_extension(const std::string& extension) const { return path_.ends_with(extension); }

 private:
  std::string path_;
  std::ostream* stream_ = nullptr;
};

/// Where something is loaded from: a path, whose file must hold nothing else, or a stream, which is read just
/// to the end of what is loaded (to its own end if it cannot seek).
class Source {
 public:
  /// From a file, or from a stream.
  Source(std::string path) : path_(std::move(path)) {}
  Source(const char* path) : path_(path) {}
  Source(std::istream& stream) : stream_(&stream) {}

 private:
  friend class Input;
  std::string path_;
  std::istream* stream_ = nullptr;
};

}  // namespace xgrad::serialize
