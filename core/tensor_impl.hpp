// What a Tensor handle points to.
#pragma once

#include <xgrad/core/array_ref.hpp>
#include <xgrad/core/dtype.hpp>
#include <xgrad/core/intrusive_ptr.hpp>
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

/// How a view was made: where gradients are recorded, only a `single` one may be written in place.
enum class ViewKind : uint8_t { none, single, no_grad, multiple };

/// A strided array on a storage, and its place on the tape.
struct TensorImpl : detail::Pooled {
  RefCount refs;
  ScalarType dtype = kFloat;
  bool requires_grad = false;
  bool contiguous = true;
  ViewKind view = ViewKind::none;
  uint32_t output_nr = 0;  // which output of `node` this is
  int64_t numel = 0;
  int64_t offset = 0;  // in elements
  Dims sizes;
  Dims strides;  // in elements
  Ref<Storage> storage;
  /// The op that made this tensor or, for a leaf, the AccumulateGrad node that holds its `.grad`.
  Ref<autograd::Node> node;
  /// The tensor that this one is a view of, and the number of the base's node from which this view's own
  /// node was derived (0: it had none).
  Ref<TensorImpl> base;
  uint64_t base_node_nr = 0;

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
};

namespace detail {
/// Row-major strides of a shape.
Dims contiguous_strides(IntArrayRef sizes);
bool is_contiguous(IntArrayRef sizes, IntArrayRef strides);
/// The number of elements; refuses negative sizes and overflow, naming `op`.
int64_t count_elements(IntArrayRef sizes, const char* op);
/// `dim` counted from the end when negative; a teaching error when out of range. A 0-d tensor counts as 1-d.
int64_t wrap_dim(int64_t dim, int64_t ndim, const char* op);
/// The shape that both broadcast to, or an error in PyTorch's words naming `op`.
Dims broadcast_shapes(IntArrayRef a, IntArrayRef b, const char* op);
/// The strides that make a [sizes, strides] array look like `target` (0 where it is repeated).
Dims broadcast_strides(IntArrayRef sizes, IntArrayRef strides, IntArrayRef target);
}  // namespace detail

}  // namespace xgrad
