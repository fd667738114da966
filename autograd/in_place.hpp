// The rules for writing into a tensor that may be on the tape.
#pragma once

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/record.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

inline bool requires_grad(const Tensor& t) { return t.defined() && t.requires_grad(); }

/// To be made before an in-place write of `value` (if that is a tensor): refuses what would falsify
/// gradients, and keeps the place on the tape that the tensor had until then.
class BeforeWrite {
 public:
  BeforeWrite(const Tensor& self, const char* op, const Tensor& value = {})
      : BeforeWrite(self, op, requires_grad(value)) {}
  BeforeWrite(const Tensor& self, const char* op, bool value_requires_grad);
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
/// Refuses an index that the write to `self` would change while it is read.
void refuse_own_index(const Tensor& self, const Tensor& index, const char* op);

/// Writes `result`, computed and recorded out of place, into `self`, which takes over its place on the tape.
Tensor& store(const Tensor& self, const char* op, Tensor result);

/// The tensor that an argument is; an undefined one for all else.
inline const Tensor& tensor_in(const Tensor& argument) { return argument; }
inline Tensor tensor_in(const std::optional<Tensor>& argument) { return argument.value_or(Tensor()); }
template <class Argument>
Tensor tensor_in(const Argument&) {
  return {};
}

/// The in-place form of an operation: self becomes function(self, args...).
template <class F, class... Args>
Tensor& apply_in_place(const Tensor& self, const char* op, const F& function, const Args&... args) {
  const BeforeWrite before(self, op, (requires_grad(tensor_in(args)) || ...));
  refuse_overlap(self);
  (refuse_overlap(self, tensor_in(args)), ...);
  return store(self, op, function(before.elements(), args...));
}

/// Gives `self` the shape and place on the tape of `shown`, a view of it.
void show_as(const Tensor& self, const Tensor& shown);

/// The in-place form of a view: self becomes function(self, args...), on the same elements.
template <class F, class... Args>
Tensor& view_in_place(const Tensor& self, const char* op, const F& function, const Args&... args) {
  const BeforeWrite before(self, op);
  // Recorded also under NoGradGuard: the place on the tape must get the new shape.
  const AutoGradMode mode(!self.is_leaf());
  show_as(self, function(at_its_place(self), args...));
  return const_cast<Tensor&>(self);
}

}  // namespace xgrad::autograd
