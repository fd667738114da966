// The rules for writing into a tensor that may be on the tape.
#pragma once

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// To be made before an in-place write of `value` (if that is a tensor): refuses what would falsify
/// gradients, and keeps the place on the tape that the tensor had until then.
class BeforeWrite {
 public:
  BeforeWrite(const Tensor& self, const char* op, const Tensor& value = {});
  /// The tensor as an input of the operation.
  const Tensor& operator*() const { return before_; }

 private:
  Tensor before_;
};

}  // namespace xgrad::autograd
