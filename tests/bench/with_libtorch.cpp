// The measured programs against libtorch. The only file here that includes torch.h, which takes 20 s and 1.3
// GB.
#include <torch/torch.h>

namespace ml = torch;

#include "work.inl"

const bench::Library& bench::libtorch_library() {
  static const Library libtorch = library("libtorch", TORCH_VERSION);
  return libtorch;
}
