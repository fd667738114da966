// The sizes and strides of a tensor.
#pragma once

#include <xgrad/core/allocator.hpp>
#include <xgrad/core/array_ref.hpp>
#include <xgrad/core/intrusive_ptr.hpp>

namespace xgrad {

/// Sizes and strides, immutable and shared: an elementwise result points to the shape of its operand, so that
/// a new tensor copies nothing and the shapes of a tensor and its gradient often are one address.
struct Shape : detail::Pooled {
  /// Row-major. Refuses negative sizes and overflow, naming `op`. The first thousand or so that a program
  /// makes stay for good and are found again: no new one is made, and nobody counts the references.
  static Ref<Shape> contiguous(IntArrayRef sizes, const char* op);
  static Ref<Shape> strided(Dims sizes, Dims strides);

  RefCount refs;
  const bool is_contiguous;
  bool is_kept = false;
  const int64_t numel;
  const Dims sizes;
  const Dims strides;  // in elements

  friend void retain(Shape* s) noexcept {
    if (!s->is_kept) s->refs.retain();
  }
  friend void release(Shape* s) noexcept {
    if (!s->is_kept && s->refs.release()) delete s;
  }

 private:
  Shape(Dims sizes_, Dims strides_, int64_t numel_, bool contiguous_)
      : is_contiguous(contiguous_), numel(numel_), sizes(std::move(sizes_)), strides(std::move(strides_)) {}
};

inline bool same_sizes(const Ref<Shape>& a, const Ref<Shape>& b) noexcept {
  return a == b || a->sizes == b->sizes;
}

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
