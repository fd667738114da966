// The safetensors format: named arrays in one file, for weights.
//
// A file is the length of a header as a 64-bit little-endian number, the header, a JSON object, and the
// elements of all arrays, one array after the other. The header says for each name its "dtype" ("F32", "I64",
// …), "shape" and "data_offsets" [begin, end) into the elements; "__metadata__" holds texts. Unlike a pickle,
// such a file can do nothing when it is read, and is checked completely before it is used.
#pragma once

#include <map>
#include <string>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/ordered_dict.hpp>
#include <xgrad/nn/serialize/files.hpp>

namespace xgrad::serialize {

class Input;

/// What a safetensors file holds.
struct NamedTensors {
  OrderedDict<std::string, Tensor> tensors{"Entry"};  ///< in the order of the file
  std::map<std::string, std::string> metadata;        ///< texts beside them
};

/// Writes the tensors, in Python read by `safetensors.torch.load_file(path)`. Undefined tensors are refused.
void save_safetensors(const NamedTensors& content, const Sink& sink);

/// Reads a file written by save_safetensors(), or in Python by `safetensors.torch.save_file(dict, path)`; the
/// tensors come in the order in which the file has them. An error that names the file, the entry and the
/// mending step when it is truncated, when offsets overlap, leave holes, are out of range or do not fit the
/// shape, when a name comes twice, when the header is no valid one or longer than 100 MB, and for element
/// types that xgrad does not have.
NamedTensors load_safetensors(const Source& source);

/// The same from bytes that are being read.
NamedTensors load_safetensors(Input& input);

}  // namespace xgrad::serialize
