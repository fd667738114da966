// What a Tensor handle points to.
#pragma once

#include <xgrad/core/dtype.hpp>
#include <xgrad/core/intrusive_ptr.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/storage.hpp>

namespace xgrad {

struct TensorImpl;

namespace autograd {
class Node;
void retain(Node* node) noexcept;
void release(Node* node) noexcept;
/// Gives a view whose base has got another node its new place on the tape.
void follow_base(TensorImpl& view);
}  // namespace autograd

/// Why a tensor has no gradient, for the error of a backward() that wants one: bits of TensorImpl::off_tape.
enum OffTape : uint8_t {
  kDetached = 1,  // by detach(), or computed from such a tensor
  kGradsOff = 2,  // made under NoGradGuard, or computed from such a tensor
};
/// How a view was made. Where gradients are recorded, only a `single` one may be written in place: the others
/// have no rule that the write could become part of.
enum class ViewKind : uint8_t {
  none,      // no view
  single,    // by an operation with one output
  no_grad,   // under NoGradGuard
  multiple,  // with others, as by unbind()
  function,  // by an autograd::Function
};

/// A strided array on a storage, and its place on the tape.
struct TensorImpl : detail::Pooled {
  /// The first tensor of a new storage. A small one lies in the storage's own block.
  static Ref<TensorImpl> make(Ref<Shape> shape, Ref<Storage> storage, ScalarType dtype) {
    static_assert(sizeof(TensorImpl) <= Storage::front_bytes);
    Storage* home = storage.get();
    if (home->bytes() > detail::SmallPool::limit)
      return Ref<TensorImpl>::adopt(new TensorImpl(std::move(shape), std::move(storage), dtype));
    auto* impl = new (home->front()) TensorImpl(std::move(shape), std::move(storage), dtype);
    impl->home_ = home;
    return Ref<TensorImpl>::adopt(impl);
  }
  /// Another tensor on a storage that has one.
  TensorImpl(Ref<Shape> s, Ref<Storage> memory, ScalarType t)
      : dtype(t), shape(std::move(s)), storage_(std::move(memory)) {}

  const Dims& sizes() const noexcept { return shape->sizes; }
  const Dims& strides() const noexcept { return shape->strides; }
  const Ref<Storage>& storage() const noexcept { return storage_; }
  void set_storage(Ref<Storage> storage) noexcept;
  /// The first element's address.
  char* address() const noexcept {
    return static_cast<char*>(storage_->data()) + offset * static_cast<int64_t>(element_size(dtype));
  }

  RefCount refs;
  ScalarType dtype;
  bool requires_grad = false;
  uint8_t off_tape = 0;  // OffTape
  ViewKind view = ViewKind::none;
  uint32_t output_nr = 0;     // which output of `node` this is
  uint32_t base_node_nr = 0;  // for views: the number of the base's node that `node` follows, its lower half
  int64_t offset = 0;         // in elements
  Ref<Shape> shape;
  /// The op that made this tensor or, for a leaf, the AccumulateGrad node that holds its `.grad`.
  Ref<autograd::Node> node;
  /// The tensor that this one is a view of.
  Ref<TensorImpl> base;

  /// This, with its place on the tape up to date.
  TensorImpl& on_tape() {
    if (view != ViewKind::none) [[unlikely]]
      autograd::follow_base(*this);
    return *this;
  }

  friend void retain(TensorImpl* t) noexcept { t->refs.retain(); }
  friend void release(TensorImpl* t) noexcept {
    if (t->refs.release()) destroy(t);
  }

 private:
  // Out of line: every function that holds a Tensor would otherwise contain it several times.
  static void destroy(TensorImpl* t) noexcept;

  Ref<Storage> storage_;
  // The storage in whose block this lies, if any: kept alive by storage_ or, once that is another one, by a
  // reference of its own.
  Storage* home_ = nullptr;
};

}  // namespace xgrad
