// IDX files, the format of MNIST.
#pragma once

#include <string>

#include <xgrad/core/tensor.hpp>

namespace xgrad::data {

/// The array in an IDX file, plain or gzip-compressed whatever its name. An IDX file is two zero bytes, a
/// byte for the element type, one for the number of dimensions, their sizes as big-endian 32-bit numbers,
/// then the elements, big-endian and row by row. The dtype is kByte for unsigned bytes, kInt for signed
/// integers of 8, 16 or 32 bits, kFloat and kDouble.
///
/// An error that names the file and says how to mend it when it is missing, no IDX file, truncated, longer
/// than its header says, or a corrupt gzip file. A header's sizes are held against the file's length before
/// anything is allocated.
Tensor read_idx(const std::string& path);

}  // namespace xgrad::data
