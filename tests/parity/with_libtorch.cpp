// The shared programs against libtorch. The only file here that includes torch.h, which takes 20 s and 1.3
// GB.
#include <torch/torch.h>

namespace ml = torch;

namespace {
// A function in xgrad, a method in libtorch.
ml::Tensor sum_to_size(const ml::Tensor& x, ml::IntArrayRef sizes) { return x.sum_to_size(sizes); }
}  // namespace

#include "library.inl"

const parity::Library& parity::libtorch_library() {
  static const Library libtorch = make_library("libtorch");
  return libtorch;
}
