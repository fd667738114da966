// Archives: what a class of one's own, such as a sampler, is saved to and loaded from.
#pragma once

#include <string>
#include <vector>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/ordered_dict.hpp>
#include <xgrad/nn/serialize/files.hpp>

namespace xgrad::serialize {

/// Collects named tensors and writes them as a safetensors file. PyTorch: torch::serialize::OutputArchive.
class OutputArchive {
 public:
  /// Adds a tensor; the key must be new. `is_buffer` is there for libtorch's sake and changes nothing.
  void write(const std::string& key, const Tensor& tensor, bool is_buffer = false);
  /// Adds everything in `nested`, the keys prefixed with `key` and a dot.
  void write(const std::string& key, const OutputArchive& nested);
  /// Writes what was added.
  void save_to(const Sink& sink) const;

 private:
  OrderedDict<std::string, Tensor> content_{"Entry"};
};

/// The named tensors of a safetensors file. PyTorch: torch::serialize::InputArchive.
class InputArchive {
 public:
  /// Reads a file whole; what was here is replaced.
  void load_from(const Source& source);
  /// Makes `tensor` what was written under that key; an error when there is nothing.
  void read(const std::string& key, Tensor& tensor, bool is_buffer = false) const;
  /// Makes `nested` what was written with that prefix; an error when there is nothing.
  void read(const std::string& key, InputArchive& nested) const;
  /// The same, but says whether there was something.
  bool try_read(const std::string& key, Tensor& tensor, bool is_buffer = false) const;
  bool try_read(const std::string& key, InputArchive& nested) const;
  /// All keys, in the order of the file.
  std::vector<std::string> keys() const;

 private:
  [[noreturn]] void missing(const std::string& key) const;

  OrderedDict<std::string, Tensor> content_{"Entry"};
};

}  // namespace xgrad::serialize
