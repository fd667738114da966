// The .npy format of NumPy: one array in a file.
#pragma once

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/serialize/files.hpp>

namespace xgrad {

/// Writes a tensor's elements as `numpy.load` reads them.
void save_npy(const Tensor& tensor, const serialize::Sink& sink);

/// Reads an array that save_npy() or `numpy.save` wrote, in C or Fortran order. An error that names the file
/// and the mending step when it is no such file, truncated or damaged, and for element types that xgrad does
/// not have.
Tensor load_npy(const serialize::Source& source);

namespace serialize {
class Input;
/// The same from bytes that are being read.
Tensor load_npy(Input& input);
/// What every such file begins with.
inline constexpr int npy_first_byte = 0x93;
}  // namespace serialize

}  // namespace xgrad
