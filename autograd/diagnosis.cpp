#include <xgrad/autograd/diagnosis.hpp>

#include <atomic>

#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

std::string shape_and_type(const Tensor& t, const char* noun) {
  return detail::str("a ", t.dtype(), " ", noun, " of shape ", t.sizes());
}

const char* why_off_tape(const Tensor& t) {
  if (!t.is_floating_point())
    return "tensors of integers and bools have no gradient: was it made by a comparison, argmax or "
           "to(kLong)?";
  if (t.impl().off_tape & kDetached)
    return "it was detached by detach() or data(), or computed from a tensor that was: differentiate the "
           "tensor itself";
  if (t.impl().off_tape & kGradsOff)
    return "it was made under NoGradGuard (or AutoGradMode(false), or by a backward() without create_graph), "
           "or computed from such a tensor: compute it outside of the guard";
  return "no input of what it was computed from required grad: call requires_grad_() on the inputs first";
}

}  // namespace

std::string describe(const Tensor& t) {
  if (!t.defined()) return "an undefined tensor";
  if (!t.is_leaf()) return shape_and_type(t, "tensor") + " made by " + t.grad_fn()->name();
  return shape_and_type(t, t.requires_grad() ? "leaf" : "tensor");
}

void refuse_off_tape(const Tensor& t, size_t i) {
  if (!t.defined())
    fail("element ", i, " of tensors does not require grad and does not have a grad_fn: it is undefined");
  fail("element ", i, " of tensors does not require grad and does not have a grad_fn: it is ", describe(t),
       "; ", why_off_tape(t));
}

void refuse_implicit_gradient(const Tensor& t, size_t i) {
  fail("grad can be implicitly created only for scalar outputs, but element ", i, " is ", describe(t),
       ": reduce it first, e.g. loss.sum().backward(), or pass the gradient, e.g. "
       "y.backward(xgrad::ones_like(y))");
}

void refuse_freed(const Node& node, const Pass& by) {
  const OutputMeta& made = node.outputs()[0];
  fail(
      "Trying to backward through the graph a second time (or directly access saved tensors after they have "
      "already been freed): ",
      node.name(), ", which made a ", made.dtype, " tensor of shape ", IntArrayRef(made.shape->sizes),
      ", lost its saved tensors in an earlier backward() or grad(), number ", by.number,
      " of this program, which started at the output of ", by.from,
      ". Pass retain_graph=true to that earlier call, or compute the loss again");
}

void refuse_overwritten(const Tensor& saved, uint32_t expected, const Node* owner, const Node* maker,
                        bool is_output) {
  const std::string made_by = !maker || is_output ? ""
                              : maker->is_leaf()  ? " (a leaf)"
                                                  : " made by " + maker->name();
  fail("one of the variables needed for gradient computation has been modified by an inplace operation: ",
       shape_and_type(saved, "tensor"), made_by, ", ", is_output ? "output" : "input", " of ",
       owner ? owner->name() : "an operation", ", is at version ", saved._version(), "; expected version ",
       expected,
       " instead. Use the out-of-place form (x = x + y, not x += y), or clone() it before the write");
}

void refuse_gradient_shape(const Tensor& grad, const OutputMeta& meta, const Node* from, size_t i) {
  fail(from ? "Function " + from->name() + " returned an " : "Mismatch in shape: ",
       "invalid gradient at index ", i, " - got ", grad.sizes(), " but expected shape compatible with ",
       IntArrayRef(meta.shape->sizes),
       from ? ": a backward rule returns one gradient per input, each of the shape of its input"
            : ": the gradient given to backward() must have the shape of the tensor it is for");
}

void warn_cycle() {
  static std::atomic<bool> warned{false};
  if (!warned.exchange(true))
    warn(
        "Using backward() with create_graph=True will create a reference cycle between the parameter and its "
        "gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to "
        "avoid "
        "this. If you have to use this function, make sure to reset the .grad fields of your parameters to "
        "None "
        "(x.mutable_grad() = xgrad::Tensor()) after use to break the cycle and avoid the leak.");
}

void warn_grad_of_non_leaf(const Tensor& t) {
  warn(
      "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
      "won't "
      "be populated during autograd.backward(). If you indeed want the .grad field to be populated for a "
      "non-leaf Tensor, use .retain_grad() on the non-leaf Tensor before backward(). This one is " +
      describe(t) + ".");
}

}  // namespace xgrad::autograd
