// The rules for writing into a tensor that may be on the tape.
#pragma once

#include <xgrad/autograd/node.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// To be made before an in-place write of `value` (if that is a tensor): refuses what would falsify
/// gradients, and keeps the place on the tape that the tensor had until then.
class BeforeWrite {
 public:
  BeforeWrite(const Tensor& self, const char* op, const Tensor& value = {});
  /// The tensor as an input of the operation.
  const Tensor& operator*() const { return before_; }
  /// The same with elements that the write leaves alone, for rules that may keep them.
  Tensor elements() const;

 private:
  Tensor before_;
  bool recorded_ = false;
};

/// Another handle's worth of the elements of `t`, at its present place on the tape: it stays there when `t`
/// itself moves on.
Tensor at_its_place(const Tensor& t);

/// Whether the elements fill one block of memory, each once, in whatever order of dimensions.
bool is_dense(const Tensor& t);

/// Refuses to write into a tensor some of whose elements are one and the same, or are elements of `value` at
/// another position.
void refuse_overlap(const Tensor& self, const Tensor& value = {});

/// Writes `result`, computed and recorded out of place, into `self`, which takes over its place on the tape.
Tensor& store(const Tensor& self, const char* op, Tensor result);

/// The in-place form of an operation: self becomes function(self). `value` is another tensor that function
/// uses, if any.
template <class F>
Tensor& apply_in_place(const Tensor& self, const char* op, const F& function, const Tensor& value = {}) {
  const BeforeWrite before(self, op, value);
  refuse_overlap(self, value);
  return store(self, op, function(before.elements()));
}

}  // namespace xgrad::autograd
