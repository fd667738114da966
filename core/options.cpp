#include <xgrad/core/options.hpp>

#include <xgrad/core/error.hpp>

namespace xgrad {

TensorOptions TensorOptions::device(Device d) const {
  check(d.is_cpu(), "device ", d.str(),
        " is not available: xgrad computes on the CPU. Use xgrad::kCPU, or choose the device with "
        "`cuda::is_available() ? kCUDA : kCPU`; to train on a GPU build the same program with libtorch");
  return *this;
}

}  // namespace xgrad
