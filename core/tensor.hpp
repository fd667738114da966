// The Tensor handle.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include <xgrad/core/options.hpp>
#include <xgrad/core/scalar.hpp>
#include <xgrad/core/tensor_impl.hpp>
#include <xgrad/core/tensor_in_place.hpp>
#include <xgrad/core/tensor_methods.hpp>

namespace xgrad {

/// Tensors that a function takes: braces, a vector or one. PyTorch: at::TensorList.
using TensorList = ArrayRef<Tensor>;

/// A handle to a strided array of one element type; copying it copies the handle, not the elements. Like a
/// pointer's, a handle's constness does not extend to the elements. PyTorch: at::Tensor.
///
/// The methods that compute are inherited, which makes no difference to a program: x.exp(), x.exp_() and what
/// else takes a tensor first.
class Tensor : public TensorMethods, public InPlaceMethods {
 public:
  /// Undefined, a handle on what an operation has made, or another handle on the same.
  Tensor() = default;
  explicit Tensor(Ref<TensorImpl> impl) : impl_(std::move(impl)) {}
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) = default;
  ~Tensor() = default;

  /// Binds this handle to another tensor…
  Tensor& operator=(const Tensor& other) & = default;
  Tensor& operator=(Tensor&& other) & = default;
  /// …while assigning to a temporary such as `x[i][j]` writes into its elements.
  Tensor& operator=(const Tensor& values) &&;
  Tensor& operator=(Tensor&& values) &&;
  Tensor& operator=(const Scalar& value) &&;

  // What it is.
  /// Whether there is a tensor behind the handle: true for all but Tensor() and what was reset().
  bool defined() const { return static_cast<bool>(impl_); }
  explicit operator bool() const = delete;  // a tensor is no condition: write x.item<bool>() or x.defined()
  /// The length of each dimension.
  IntArrayRef sizes() const { return impl().sizes(); }
  /// How many elements lie between neighbours along each dimension.
  IntArrayRef strides() const { return impl().strides(); }
  /// The length of one dimension; negative dims count from the end.
  int64_t size(int64_t dim) const;
  int64_t stride(int64_t dim) const;
  /// How many dimensions there are.
  int64_t dim() const { return static_cast<int64_t>(impl().sizes().size()); }
  int64_t ndimension() const { return dim(); }
  /// How many elements there are.
  int64_t numel() const { return impl().shape->numel; }
  /// Where the first element lies in the storage.
  int64_t storage_offset() const { return impl().offset; }
  /// The type of the elements.
  ScalarType dtype() const { return impl().dtype; }
  ScalarType scalar_type() const { return dtype(); }
  /// Bytes of an element.
  size_t element_size() const { return xgrad::element_size(dtype()); }
  int64_t itemsize() const { return static_cast<int64_t>(element_size()); }
  /// Bytes of all elements.
  size_t nbytes() const { return static_cast<size_t>(numel()) * element_size(); }
  /// Always the CPU.
  Device device() const { return kCPU; }
  /// Always strided.
  Layout layout() const { return kStrided; }
  /// Those with which to make a tensor of this dtype.
  TensorOptions options() const { return TensorOptions(dtype()); }
  /// Whether the elements lie one after another, rows first.
  bool is_contiguous() const { return impl().shape->is_contiguous; }
  /// What kind of elements there are, and where.
  bool is_floating_point() const { return xgrad::is_floating_point(dtype()); }
  bool is_cuda() const { return false; }
  bool is_cpu() const { return true; }
  bool is_complex() const { return false; }
  bool is_signed() const { return dtype() != kByte && dtype() != kBool; }
  /// Whether the only element is not zero.
  bool is_nonzero() const;
  /// Makes this an undefined handle.
  void reset() { impl_ = nullptr; }
  /// Whether both handles are of one tensor.
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }
  /// Whether it shares its elements with a tensor that it was made from.
  bool is_view() const { return impl().view != ViewKind::none; }
  /// How many handles there are of this tensor.
  int64_t use_count() const { return impl_ ? impl_->refs.get() : 0; }
  /// How often the elements have been written in place. PyTorch: _version.
  int64_t _version() const { return impl().storage()->version(); }

  // Its elements.
  /// The first element's address. The typed form checks the dtype.
  void* data_ptr() const { return impl().address(); }
  template <class T>
  T* data_ptr() const {
    if (dtype() != dtype_of<T>) dtype_mismatch(dtype_of<T>);
    return static_cast<T*>(data_ptr());
  }
  /// The only element; an error when there are more or none.
  Scalar item() const;
  template <class T>
  T item() const {
    return item().to<T>();
  }

  // Its place on the tape (autograd/tensor.cpp).
  /// Whether gradients reach it.
  bool requires_grad() const { return impl().on_tape().requires_grad; }
  /// Only on leaves; only floating-point tensors can require grad.
  const Tensor& requires_grad_(bool on = true) const;
  const Tensor& set_requires_grad(bool on) const { return requires_grad_(on); }
  /// Whether it was made by the program rather than by a recorded operation.
  bool is_leaf() const;
  /// Which of the outputs of grad_fn() it is.
  uint32_t output_nr() const { return is_leaf() ? 0 : impl().output_nr; }
  /// The node of the op that made this tensor; null for a leaf.
  Ref<autograd::Node> grad_fn() const;
  /// The gradient that backward() accumulated here: of a leaf that requires grad, or after retain_grad().
  /// Undefined before that.
  const Tensor& grad() const;
  /// The same, to be written: `x.mutable_grad().zero_()`.
  Tensor& mutable_grad() const;
  /// Makes backward() keep the gradient of a tensor that is no leaf.
  void retain_grad() const;
  /// Whether retain_grad() has been called.
  bool retains_grad() const;
  /// Calls `hook` with the gradient of this tensor whenever backward() has computed it; a defined return
  /// value takes its place. Returns a number for remove_hook().
  unsigned register_hook(std::function<Tensor(const Tensor&)> hook) const;
  template <class Hook>
  requires std::is_void_v<std::invoke_result_t<Hook, const Tensor&>>
  unsigned register_hook(Hook hook) const {
    return register_hook(std::function<Tensor(const Tensor&)>([hook = std::move(hook)](const Tensor& grad) {
      hook(grad);
      return Tensor();
    }));
  }
  /// Takes a hook away.
  void remove_hook(unsigned position) const;
  /// A name for the tape's table and viewer and for explain(); of this tensor, on the tape or a leaf, until
  /// it is written in place. Parameters get theirs from register_parameter() and register_module():
  /// "fc.weight".
  const Tensor& set_name(std::string name) const;
  /// The name, or "".
  const std::string& name() const;
  /// Computes the gradients of this tensor with respect to the leaves it was made from and adds them to their
  /// `.grad`. `gradient` may be left out for a tensor of one element. PyTorch: Tensor.backward.
  void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = nullopt,
                bool create_graph = false, std::optional<TensorList> inputs = nullopt) const;
  /// The same elements, off the tape.
  Tensor detach() const;
  /// Takes this tensor off the tape: from now on it is a leaf.
  Tensor& detach_() const;
  /// The same elements, off the tape. Unlike libtorch's, writes through it raise the version, so that a
  /// backward which needed the old elements is refused instead of wrong.
  Tensor data() const { return off_tape(); }
  /// data(), as libtorch also calls it.
  Tensor variable_data() const { return off_tape(); }
  /// data(), as libtorch also calls it.
  Tensor tensor_data() const { return off_tape(); }
  /// Makes this tensor have the elements, shape and dtype of `other`; the place on the tape stays.
  void set_data(const Tensor& other) const;
  /// Another shape; new elements, if it has more, are uninitialised.
  const Tensor& resize_(IntArrayRef sizes) const;

  // Copies and conversions.
  /// A copy of the elements; the gradient goes to this tensor.
  Tensor clone() const;
  /// The same values one after another in memory: this tensor if they are, else a copy.
  Tensor contiguous() const;
  /// On the CPU, so this tensor.
  Tensor cpu() const { return *this; }
  /// In another dtype: this tensor if it has it and no `copy` is asked for. The gradient comes back in
  /// this dtype. A device other than the CPU is refused.
  Tensor to(ScalarType t, bool non_blocking = false, bool copy = false) const;
  Tensor to(Device d, bool non_blocking = false, bool copy = false) const;
  Tensor to(Device d, ScalarType t, bool non_blocking = false, bool copy = false) const;
  Tensor to(const TensorOptions& options, bool non_blocking = false, bool copy = false) const;
  Tensor to(const Tensor& other, bool non_blocking = false, bool copy = false) const;
  Tensor toType(ScalarType t) const { return to(t); }
  /// In the dtype of another tensor.
  Tensor type_as(const Tensor& other) const { return to(other.dtype()); }

  /// As Python's PyTorch prints it.
  std::string toString() const;
  void print() const;

  // For those who write ops and kernels.
  /// What the handle is of; an error if it is undefined.
  TensorImpl& impl() const {
    if (!impl_) [[unlikely]]
      undefined();
    return *impl_;
  }
  /// The counted reference; null if the handle is undefined.
  const Ref<TensorImpl>& ref() const { return impl_; }

 private:
  Tensor off_tape() const;
  [[noreturn]] static void undefined();
  [[noreturn]] void dtype_mismatch(ScalarType wanted) const;

  Ref<TensorImpl> impl_;
};

static_assert(sizeof(Tensor) == sizeof(void*));
/// A handle moves as its bytes do.
template <>
inline constexpr bool is_relocatable<Tensor> = true;

inline const Tensor& TensorMethods::self() const { return static_cast<const Tensor&>(*this); }
inline const Tensor& InPlaceMethods::self() const { return static_cast<const Tensor&>(*this); }

/// Prints as Python's PyTorch does: `tensor([1.5000, 2.0000], grad_fn=<AddBackward0>)`.
std::ostream& operator<<(std::ostream& out, const Tensor& t);

namespace detail {
/// A new contiguous tensor, uninitialised, off the tape; `shape` is contiguous.
[[gnu::always_inline]] inline Tensor make_tensor(const Ref<Shape>& shape, ScalarType dtype) {
  auto storage = Storage::make(static_cast<size_t>(shape->numel) * element_size(dtype));
  return Tensor(TensorImpl::make(shape, std::move(storage), dtype));
}
Tensor make_tensor(IntArrayRef sizes, ScalarType dtype);
/// Another tensor on the storage of `t`, off the tape.
Tensor make_view(const Tensor& t, Dims sizes, Dims strides, int64_t offset);
/// The same elements as `t`, off the tape.
Tensor alias(const Tensor& t);
}  // namespace detail

}  // namespace xgrad
