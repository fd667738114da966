// libFuzzer's search for bytes that crash the readers of safetensors and .npy, make them read out of bounds,
// ask for memory that the file does not pay for, or return something that does not survive being saved again.
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/nn/serialize/save.hpp>

namespace {

void must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::istringstream in(bytes);
  std::stringstream again;
  try {
    if (size > 0 && data[0] == xgrad::serialize::npy_first_byte) {
      const xgrad::Tensor t = xgrad::load_npy(in);
      must(t.nbytes() <= size, "more elements than bytes");
      xgrad::save_npy(t, again);
      must(xgrad::load_npy(again).sizes() == t.sizes(), "another shape when saved again");
    } else {
      const auto content = xgrad::serialize::load_safetensors(in);
      size_t total = 0;
      for (const auto& item : content.tensors) total += item->nbytes();
      must(total <= size, "more elements than bytes");
      xgrad::serialize::save_safetensors(content, again);
      must(xgrad::serialize::load_safetensors(again).tensors.size() == content.tensors.size(),
           "other entries when saved again");
    }
  } catch (const xgrad::Error&) {  // what damaged bytes should get
  }
  return 0;
}
