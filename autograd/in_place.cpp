// What in-place writes mean to the tape.
//
// A tensor that is written becomes the output of a new node. A write through a view makes the node
// "CopySlices" for the view's base, whose inputs are the base before the write and what was written: a
// gradient goes to the first with the view's window zeroed, and to the second as it is seen through the
// window. Every view remembers from which node of its base its own was derived; one that finds its base at
// another node looks at the new one through its window ("AsStridedBackward0").
#include <xgrad/autograd/in_place.hpp>

#include <algorithm>
#include <mutex>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad::autograd {
namespace {

// The lower half tells two nodes of one base apart well enough.
uint32_t node_nr(const TensorImpl& t) { return t.node ? static_cast<uint32_t>(t.node->sequence_nr()) : 0; }

// How far behind the first element the last one lies, plus one.
int64_t span(IntArrayRef sizes, IntArrayRef strides) {
  int64_t reach = 1;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] == 0) return 0;
    reach += (sizes[d] - 1) * strides[d];
  }
  return reach;
}

// Which elements of a base a view shows, whatever tensor lies under it.
class Window {
 public:
  Window(const TensorImpl& base, const TensorImpl& view)
      : base_sizes_(base.sizes()),
        base_strides_(base.strides()),
        sizes_(view.sizes()),
        strides_(view.strides()),
        offset_(view.offset - base.offset) {}

  // The part of `whole`, a tensor like the base, that the view shows.
  Tensor show(const Tensor& whole) const {
    const bool as_base = whole.strides() == IntArrayRef(base_strides_);
    const Tensor laid_out = as_base ? whole : room(whole.dtype());
    if (!as_base) kernels::copy(laid_out, whole);
    return record("AsStridedBackward0", of(laid_out), {whole},
                  [w = *this](const Tensor& g, Needs) { return grads(w.place(g)); });
  }

  // Zeros like the base, with `part` where the view shows it; repeated elements are summed.
  Tensor place(const Tensor& part) const {
    Tensor whole = room(part.dtype());
    kernels::fill(whole, 0);
    Window once = *this;
    for (size_t d = 0; d < sizes_.size(); ++d)
      if (strides_[d] == 0) once.sizes_[d] = std::min<int64_t>(sizes_[d], 1);
    {
      const AutoGradMode off(false);
      kernels::copy(once.of(whole), sum_to_size(part, once.sizes_));
    }
    return record("AsStridedScatterBackward0", std::move(whole), {part},
                  [w = *this](const Tensor& g, Needs) { return grads(w.show(g)); });
  }

  // `whole` with zeros where the view shows it.
  Tensor erase(const Tensor& whole) const {
    Tensor rest = room(whole.dtype());
    kernels::copy(rest, whole);
    kernels::fill(of(rest), 0);
    return record("CopySlicesBackward0", std::move(rest), {whole},
                  [w = *this](const Tensor& g, Needs) { return grads(w.erase(g)); });
  }

 private:
  Tensor room(ScalarType dtype) const {
    return detail::make_view(detail::make_tensor(span(base_sizes_, base_strides_), dtype), base_sizes_,
                             base_strides_, 0);
  }
  Tensor of(const Tensor& whole) const {
    return detail::make_view(whole, sizes_, strides_, whole.storage_offset() + offset_);
  }

  Dims base_sizes_, base_strides_, sizes_, strides_;
  int64_t offset_;
};

const char* advice_for(ViewKind kind) {
  switch (kind) {
    case ViewKind::multiple:
      return "This view is the output of a function that returns multiple views. Such functions do not allow "
             "the "
             "output views to be modified inplace. You should replace the inplace operation by an "
             "out-of-place "
             "one";
    case ViewKind::function:
      return "This view was created inside a custom Function (or because an input was returned as-is) and "
             "the "
             "autograd logic to handle view+inplace would override the custom backward associated with the "
             "custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this "
             "by "
             "cloning the output of the custom Function";
    default:
      return "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your "
             "code "
             "by moving both the view and the inplace either both inside the no_grad block (if you don't "
             "want "
             "the inplace to be tracked) or both outside (if you want the inplace to be tracked)";
  }
}

[[noreturn]] void refuse_view(const TensorImpl& view, const char* what) {
  const char* advice = advice_for(view.view);
  if (view.node)
    fail("Output ", view.output_nr, " of ", view.node->name(), " is a view and ", what, " modified inplace. ",
         advice, ", or clone() the view first");
  fail("A view was created in no_grad mode and ", what, " modified inplace with grad mode enabled. ", advice);
}

}  // namespace

bool is_dense(const Tensor& t) {
  if (t.is_contiguous()) return true;
  for (size_t d = 0; d < t.sizes().size(); ++d)
    if (t.strides()[d] == 0 && t.sizes()[d] > 1) return false;
  return span(t.sizes(), t.strides()) == t.numel();
}

Tensor at_its_place(const Tensor& t) {
  const TensorImpl& impl = t.impl();
  Tensor alias = detail::alias(t);
  alias.impl().node = impl.node;
  alias.impl().output_nr = impl.output_nr;
  alias.impl().requires_grad = impl.requires_grad;
  return alias;
}

BeforeWrite::BeforeWrite(const Tensor& self, const char* op, bool value_requires_grad) : before_(self) {
  if (!GradMode::is_enabled()) return;
  const TensorImpl& impl = self.impl().on_tape();
  recorded_ = impl.requires_grad || (impl.base && impl.base->requires_grad) || value_requires_grad;
  if (!recorded_) return;
  if (impl.view > ViewKind::single) refuse_view(impl, "is being");
  if (impl.base && impl.requires_grad && Tensor(impl.base).is_leaf())
    fail("a view of a leaf Variable that requires grad is being used in an in-place operation: ", op,
         " on a view of shape ", self.sizes(), " of a tensor of shape ", impl.base->sizes(),
         ". Write under xgrad::NoGradGuard, or clone() the leaf first");
  if (!impl.requires_grad) return;
  if (self.is_leaf())
    fail("a leaf Variable that requires grad is being used in an in-place operation: ", op, " on a ",
         self.dtype(), " tensor of shape ", self.sizes(),
         ". Write under xgrad::NoGradGuard (as an optimizer does), or use the out-of-place form");
  before_ = at_its_place(self);
}

Tensor BeforeWrite::elements() const {
  if (!recorded_) return before_;
  Tensor copy = kernels::cast(before_, before_.dtype());
  copy.impl().node = before_.impl().node;
  copy.impl().output_nr = before_.impl().output_nr;
  copy.impl().requires_grad = before_.impl().requires_grad;
  return copy;
}

void refuse_overlap(const Tensor& self, const Tensor& value) {
  if (!self.is_contiguous())
    for (size_t d = 0; d < self.sizes().size(); ++d)
      if (self.strides()[d] == 0 && self.sizes()[d] > 1)
        fail(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory "
            "location. Please clone() the tensor before performing the operation. It has shape ",
            self.sizes(), " and strides ", self.strides());
  if (!value.defined() || value.impl().storage() != self.impl().storage() || value.is_same(self)) return;
  const int64_t begin = self.storage_offset(), other = value.storage_offset();
  const bool same_block = begin == other && self.numel() == value.numel();
  if ((same_block && self.strides() == value.strides()) || !is_dense(self) || !is_dense(value)) return;
  if (begin < other + value.numel() && other < begin + self.numel())
    fail(
        "unsupported operation: some elements of the input tensor and the written-to tensor refer to a "
        "single "
        "memory location. Please clone() the tensor before performing the operation");
}

void refuse_own_index(const Tensor& self, const Tensor& index, const char* op) {
  if (index.impl().storage() == self.impl().storage())
    fail(op,
         "(): unsupported operation: the index and the written-to tensor refer to a single memory location. ",
         "Please clone() the index before performing the operation");
}

void follow(const Tensor& view, const Tensor& base, ViewKind kind) {
  TensorImpl& impl = view.impl();
  const TensorImpl& from = base.impl();
  impl.base = from.base ? from.base : base.ref();
  impl.base_node_nr = node_nr(*impl.base);
  if (!GradMode::is_enabled() && kind == ViewKind::single) kind = ViewKind::no_grad;
  impl.view = kind == ViewKind::single && from.view != ViewKind::none ? from.view : kind;
}

void record_view_write(const Tensor& view, const Tensor& written) {
  if (!written.impl().requires_grad) return;
  const Tensor base(view.impl().base), before = at_its_place(base);
  record("CopySlices", base, {before, written},
         [w = Window(base.impl(), view.impl())](const Tensor& g, Needs needs) {
           return grads(needs[0] ? w.erase(g) : none, needs[1] ? w.show(g) : none);
         });
}

void follow_base(TensorImpl& view) {
  const TensorImpl& base = *view.base;
  const uint32_t now = node_nr(base);
  // Several threads may read a view that one thread has left behind. Not by std::atomic_ref, which libc++ has
  // only since 19.
  static std::mutex mutex;
  if (__atomic_load_n(&view.base_node_nr, __ATOMIC_ACQUIRE) == now) return;
  if (view.view == ViewKind::no_grad || view.storage() != base.storage()) return;
  const std::lock_guard lock(mutex);
  if (view.base_node_nr == now) return;
  if (base.requires_grad) {
    if (view.view != ViewKind::single) refuse_view(view, "its base or another view of its base has been");
    const AutoGradMode on(true);
    const Tensor shown = Window(base, view).show(Tensor(view.base));
    view.node = shown.impl().node;
    view.output_nr = shown.impl().output_nr;
    view.requires_grad = true;
  }
  __atomic_store_n(&view.base_node_nr, now, __ATOMIC_RELEASE);
}

Tensor& store(const Tensor& self, const char* op, Tensor result) {
  const ScalarType own = self.dtype(), type = result.dtype();
  if ((is_floating_point(type) && !is_floating_point(own)) || (own == kBool && type != kBool))
    fail(op, ": result type ", type, " can't be cast to the desired output type ", own,
         ": use the out-of-place form, or convert this tensor with to(xgrad::k", type, ") first");
  check(result.sizes() == self.sizes(), op, ": output with shape ", self.sizes(),
        " doesn't match the broadcast shape ", result.sizes(),
        ": an in-place operation cannot enlarge its tensor; use the out-of-place form");
  if (type != own) result = result.to(own);
  self.impl().storage()->bump_version();
  kernels::copy(self, result);
  if (!result.requires_grad()) return const_cast<Tensor&>(self);
  if (self.is_view()) {
    record_view_write(self, result);
  } else {
    self.impl().node = result.impl().node;
    self.impl().output_nr = result.impl().output_nr;
    self.impl().requires_grad = true;
  }
  return const_cast<Tensor&>(self);
}

void show_as(const Tensor& self, const Tensor& shown) {
  TensorImpl& to = self.impl();
  const TensorImpl& from = shown.impl();
  to.storage()->bump_version();
  to.shape = from.shape;
  to.offset = from.offset;
  if (!self.is_leaf()) {
    to.node = from.node;
    to.output_nr = from.output_nr;
  } else if (to.node) {
    NodeBuilder::renew_leaf(self);
  }
}

}  // namespace xgrad::autograd
