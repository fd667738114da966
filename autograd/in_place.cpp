#include <xgrad/autograd/in_place.hpp>

#include <xgrad/autograd/grad_mode.hpp>

namespace xgrad::autograd {

BeforeWrite::BeforeWrite(const Tensor& self, const char* op, const Tensor& value) : before_(self) {
  if (!GradMode::is_enabled()) return;
  const TensorImpl& impl = self.impl();
  if (impl.requires_grad && self.is_leaf())
    fail("a leaf Variable that requires grad is being used in an in-place operation: ", op, " on a ",
         self.dtype(), " tensor of shape ", self.sizes(),
         ". Write under xgrad::NoGradGuard (as an optimizer does), or use the out-of-place form");
  if (impl.base) {
    if (impl.base->requires_grad && Tensor(impl.base).is_leaf())
      fail("a view of a leaf Variable that requires grad is being used in an in-place operation: ", op,
           " on a view of shape ", self.sizes(), " of a tensor of shape ", impl.base->sizes(),
           ". Write under xgrad::NoGradGuard, or clone() the leaf first");
    if (impl.base->requires_grad || (value.defined() && value.requires_grad()))
      fail(op,
           ": recording a write in place through a view is not supported: clone() the view, or build the "
           "result with xgrad::where, cat or stack");
  }
  if (!impl.requires_grad) return;
  before_ = detail::alias(self);
  before_.impl().node = impl.node;
  before_.impl().output_nr = impl.output_nr;
  before_.impl().requires_grad = true;
}

}  // namespace xgrad::autograd
