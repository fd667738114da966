// The Tensor handle.
#pragma once

#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <xgrad/core/options.hpp>
#include <xgrad/core/scalar.hpp>
#include <xgrad/core/tensor_impl.hpp>

namespace xgrad {

class Tensor;
/// Tensors that a function takes: braces, a vector or one. PyTorch: at::TensorList.
using TensorList = ArrayRef<Tensor>;
namespace indexing {
class TensorIndex;
}

/// A handle to a strided array of one element type; copying it copies the handle, not the elements. PyTorch:
/// at::Tensor.
///
/// Methods that compute are the functions of the same name in autograd/ops.hpp, where they are documented;
/// those that end in an underscore write in place and return this tensor. Like a pointer's, a handle's
/// constness does not extend to the elements.
class Tensor {
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

  // In place.
  /// The elements of `source`, broadcast and converted to this dtype.
  Tensor& copy_(const Tensor& source, bool non_blocking = false) const;
  /// The same number everywhere; a tensor must be of no dimensions.
  Tensor& fill_(const Scalar& value) const;
  Tensor& fill_(const Tensor& value) const;
  Tensor& zero_() const;  ///< fill_(0)
  Tensor& add_(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor& add_(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor& sub_(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor& sub_(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor& mul_(const Tensor& other) const;
  Tensor& mul_(const Scalar& other) const;
  Tensor& div_(const Tensor& other) const;
  Tensor& div_(const Scalar& other) const;
  Tensor& pow_(const Tensor& exponent) const;
  Tensor& pow_(const Scalar& exponent) const;
  Tensor& neg_() const;
  Tensor& abs_() const;
  Tensor& sign_() const;
  Tensor& exp_() const;
  Tensor& log_() const;
  Tensor& log1p_() const;
  Tensor& sqrt_() const;
  Tensor& sin_() const;
  Tensor& cos_() const;
  Tensor& reciprocal_() const;
  Tensor& square_() const;
  Tensor& tanh_() const;
  Tensor& sigmoid_() const;
  Tensor& relu_() const;
  Tensor& clamp_(const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt) const;
  Tensor& clamp_min_(const Scalar& min) const;
  Tensor& clamp_max_(const Scalar& max) const;
  Tensor& eq_(const Tensor& other) const;
  Tensor& eq_(const Scalar& other) const;
  Tensor& ne_(const Tensor& other) const;
  Tensor& ne_(const Scalar& other) const;
  Tensor& lt_(const Tensor& other) const;
  Tensor& lt_(const Scalar& other) const;
  Tensor& le_(const Tensor& other) const;
  Tensor& le_(const Scalar& other) const;
  Tensor& gt_(const Tensor& other) const;
  Tensor& gt_(const Scalar& other) const;
  Tensor& ge_(const Tensor& other) const;
  Tensor& ge_(const Scalar& other) const;
  Tensor& masked_fill_(const Tensor& mask, const Scalar& value) const;
  Tensor& masked_fill_(const Tensor& mask, const Tensor& value) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, const Tensor& values) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, const Scalar& value) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex> indices, const Tensor& values) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex> indices, const Scalar& value) const;
  Tensor& index_put_(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                     bool accumulate = false) const;
  Tensor& index_add_(int64_t dim, const Tensor& index, const Tensor& source, const Scalar& alpha = 1) const;
  Tensor& index_copy_(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& index_fill_(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor& index_fill_(int64_t dim, const Tensor& index, const Tensor& value) const;
  Tensor& scatter_(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor& scatter_add_(int64_t dim, const Tensor& index, const Tensor& source) const;
  /// add_, sub_, mul_ and div_.
  Tensor& operator+=(const Tensor& other) const { return add_(other); }
  Tensor& operator+=(const Scalar& other) const { return add_(other); }
  Tensor& operator-=(const Tensor& other) const { return sub_(other); }
  Tensor& operator-=(const Scalar& other) const { return sub_(other); }
  Tensor& operator*=(const Tensor& other) const { return mul_(other); }
  Tensor& operator*=(const Scalar& other) const { return mul_(other); }
  Tensor& operator/=(const Tensor& other) const { return div_(other); }
  Tensor& operator/=(const Scalar& other) const { return div_(other); }
  /// Another shape; elements that are new are uninitialised. Not for tensors that require grad.
  const Tensor& resize_(IntArrayRef sizes) const;

  // In place from the random stream: the same numbers as PyTorch for the same seed.
  /// Uniform on [from, to). Floating-point only.
  Tensor& uniform_(double from = 0, double to = 1) const;
  /// Normal with that mean and standard deviation. Floating-point only.
  Tensor& normal_(double mean = 0, double std = 1) const;
  /// 1 with probability p, else 0.
  Tensor& bernoulli_(double p = 0.5) const;
  /// Integers in [from, to); by default all that the dtype can hold exactly.
  Tensor& random_() const;
  Tensor& random_(int64_t to) const;
  Tensor& random_(int64_t from, int64_t to) const;

  // Pointwise.
  Tensor add(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor add(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor sub(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor sub(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor mul(const Tensor& other) const;
  Tensor mul(const Scalar& other) const;
  Tensor div(const Tensor& other) const;
  Tensor div(const Scalar& other) const;
  Tensor pow(const Tensor& exponent) const;
  Tensor pow(const Scalar& exponent) const;
  Tensor neg() const;
  /// -x.
  Tensor operator-() const { return neg(); }
  Tensor abs() const;
  Tensor sign() const;
  Tensor exp() const;
  Tensor log() const;
  Tensor log1p() const;
  Tensor sqrt() const;
  Tensor sin() const;
  Tensor cos() const;
  Tensor reciprocal() const;
  Tensor square() const;
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor clamp(const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt) const;
  Tensor clamp_min(const Scalar& min) const;
  Tensor clamp_max(const Scalar& max) const;
  Tensor where(const Tensor& condition, const Tensor& other) const;
  Tensor masked_fill(const Tensor& mask, const Scalar& value) const;
  Tensor masked_fill(const Tensor& mask, const Tensor& value) const;

  // Comparisons: tensors of bool.
  Tensor eq(const Tensor& other) const;
  Tensor eq(const Scalar& other) const;
  Tensor ne(const Tensor& other) const;
  Tensor ne(const Scalar& other) const;
  Tensor lt(const Tensor& other) const;
  Tensor lt(const Scalar& other) const;
  Tensor le(const Tensor& other) const;
  Tensor le(const Scalar& other) const;
  Tensor gt(const Tensor& other) const;
  Tensor gt(const Scalar& other) const;
  Tensor ge(const Tensor& other) const;
  Tensor ge(const Scalar& other) const;
  Tensor isnan() const;
  Tensor isinf() const;
  Tensor isfinite() const;
  /// Whether both have the same shape and equal elements, or elements that differ by no more than atol +
  /// rtol * |other|.
  bool equal(const Tensor& other) const;
  bool allclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) const;

  // Reductions.
  Tensor sum(std::optional<ScalarType> dtype = nullopt) const;
  Tensor sum(OptionalIntArrayRef dims, bool keepdim = false, std::optional<ScalarType> dtype = nullopt) const;
  Tensor mean(std::optional<ScalarType> dtype = nullopt) const;
  Tensor mean(OptionalIntArrayRef dims, bool keepdim = false,
              std::optional<ScalarType> dtype = nullopt) const;
  Tensor max() const;
  Tensor min() const;
  std::tuple<Tensor, Tensor> max(int64_t dim, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> min(int64_t dim, bool keepdim = false) const;
  Tensor argmax(std::optional<int64_t> dim = nullopt, bool keepdim = false) const;
  Tensor argmin(std::optional<int64_t> dim = nullopt, bool keepdim = false) const;
  Tensor any() const;
  Tensor all() const;
  Tensor logsumexp(IntArrayRef dims, bool keepdim = false) const;

  // Shapes.
  Tensor view(IntArrayRef sizes) const;
  /// view to the shape of another tensor.
  Tensor view_as(const Tensor& other) const { return view(other.sizes()); }
  Tensor reshape(IntArrayRef sizes) const;
  /// reshape to the shape of another tensor.
  Tensor reshape_as(const Tensor& other) const { return reshape(other.sizes()); }
  Tensor flatten(int64_t start_dim = 0, int64_t end_dim = -1) const;
  Tensor transpose(int64_t dim0, int64_t dim1) const;
  Tensor permute(IntArrayRef dims) const;
  Tensor t() const;
  Tensor unsqueeze(int64_t dim) const;
  Tensor squeeze() const;
  Tensor squeeze(int64_t dim) const;
  Tensor expand(IntArrayRef sizes, bool implicit = false) const;
  /// expand to the shape of another tensor.
  Tensor expand_as(const Tensor& other) const { return expand(other.sizes()); }
  Tensor select(int64_t dim, int64_t index) const;
  Tensor slice(int64_t dim = 0, std::optional<int64_t> start = nullopt, std::optional<int64_t> end = nullopt,
               int64_t step = 1) const;
  Tensor narrow(int64_t dim, int64_t start, int64_t length) const;
  std::vector<Tensor> chunk(int64_t chunks, int64_t dim = 0) const;
  std::vector<Tensor> split(int64_t size, int64_t dim = 0) const;
  std::vector<Tensor> unbind(int64_t dim = 0) const;
  Tensor gather(int64_t dim, const Tensor& index) const;
  Tensor index_select(int64_t dim, const Tensor& index) const;
  Tensor index_add(int64_t dim, const Tensor& index, const Tensor& source, const Scalar& alpha = 1) const;
  Tensor index_copy(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor index_fill(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor index_fill(int64_t dim, const Tensor& index, const Tensor& value) const;
  Tensor scatter(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor scatter(int64_t dim, const Tensor& index, const Scalar& value) const;
  Tensor scatter_add(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor take(const Tensor& index) const;
  Tensor take_along_dim(const Tensor& indices, std::optional<int64_t> dim = nullopt) const;
  Tensor masked_select(const Tensor& mask) const;
  Tensor nonzero() const;
  Tensor index_put(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                   bool accumulate = false) const;
  /// Integers, slices, None, Ellipsis, bools and tensors, as in Python's brackets: core/indexing.hpp.
  Tensor index(std::initializer_list<indexing::TensorIndex> indices) const;
  Tensor index(ArrayRef<indexing::TensorIndex> indices) const;
  Tensor index(ArrayRef<std::optional<Tensor>> indices) const;
  Tensor operator[](int64_t index) const { return select(0, index); }
  Tensor operator[](const Tensor& index) const;

  // Products and the softmax family.
  Tensor matmul(const Tensor& other) const;
  Tensor mm(const Tensor& other) const;
  Tensor softmax(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;
  Tensor log_softmax(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;

  // Pointwise, and second names.
  Tensor expm1() const;
  Tensor exp2() const;
  Tensor log2() const;
  Tensor log10() const;
  Tensor rsqrt() const;
  Tensor tan() const;
  Tensor asin() const;
  Tensor acos() const;
  Tensor atan() const;
  Tensor sinh() const;
  Tensor cosh() const;
  Tensor asinh() const;
  Tensor acosh() const;
  Tensor atanh() const;
  Tensor erf() const;
  Tensor erfc() const;
  Tensor logit(std::optional<double> eps = nullopt) const;
  Tensor floor() const;
  Tensor ceil() const;
  Tensor round() const;
  Tensor round(int64_t decimals) const;
  Tensor trunc() const;
  Tensor fix() const;
  Tensor frac() const;
  Tensor nan_to_num(std::optional<double> nan = nullopt, std::optional<double> posinf = nullopt,
                    std::optional<double> neginf = nullopt) const;
  Tensor positive() const;
  Tensor negative() const;
  Tensor absolute() const;
  Tensor subtract(const Tensor& other, const Scalar& alpha = 1) const;
  Tensor subtract(const Scalar& other, const Scalar& alpha = 1) const;
  Tensor multiply(const Tensor& other) const;
  Tensor multiply(const Scalar& other) const;
  Tensor divide(const Tensor& other) const;
  Tensor divide(const Scalar& other) const;
  Tensor true_divide(const Tensor& other) const;
  Tensor true_divide(const Scalar& other) const;
  Tensor div(const Tensor& other, std::optional<std::string_view> rounding_mode) const;
  Tensor div(const Scalar& other, std::optional<std::string_view> rounding_mode) const;
  Tensor floor_divide(const Tensor& other) const;
  Tensor floor_divide(const Scalar& other) const;
  Tensor fmod(const Tensor& other) const;
  Tensor fmod(const Scalar& other) const;
  Tensor remainder(const Tensor& other) const;
  Tensor remainder(const Scalar& other) const;
  Tensor maximum(const Tensor& other) const;
  Tensor minimum(const Tensor& other) const;
  Tensor fmax(const Tensor& other) const;
  Tensor fmin(const Tensor& other) const;
  Tensor atan2(const Tensor& other) const;
  Tensor arctan2(const Tensor& other) const;
  Tensor xlogy(const Tensor& other) const;
  Tensor xlogy(const Scalar& other) const;
  Tensor logaddexp(const Tensor& other) const;
  Tensor lerp(const Tensor& end, const Scalar& weight) const;
  Tensor lerp(const Tensor& end, const Tensor& weight) const;
  Tensor addcmul(const Tensor& a, const Tensor& b, const Scalar& value = 1) const;
  Tensor addcdiv(const Tensor& a, const Tensor& b, const Scalar& value = 1) const;
  Tensor clamp(const std::optional<Tensor>& min = nullopt, const std::optional<Tensor>& max = nullopt) const;
  Tensor clamp_min(const Tensor& min) const;
  Tensor clamp_max(const Tensor& max) const;
  Tensor clip(const std::optional<Scalar>& min, const std::optional<Scalar>& max = nullopt) const;
  Tensor clip(const std::optional<Tensor>& min = nullopt, const std::optional<Tensor>& max = nullopt) const;
  Tensor hardshrink(const Scalar& lambd = 0.5) const;
  Tensor prelu(const Tensor& weight) const;

  // Truth and bits.
  Tensor isclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) const;
  Tensor logical_and(const Tensor& other) const;
  Tensor logical_or(const Tensor& other) const;
  Tensor logical_xor(const Tensor& other) const;
  Tensor logical_not() const;
  Tensor bitwise_and(const Tensor& other) const;
  Tensor bitwise_and(const Scalar& other) const;
  Tensor bitwise_or(const Tensor& other) const;
  Tensor bitwise_or(const Scalar& other) const;
  Tensor bitwise_xor(const Tensor& other) const;
  Tensor bitwise_xor(const Scalar& other) const;
  Tensor bitwise_not() const;

  // Statistics, order and running sums.
  Tensor any(int64_t dim, bool keepdim = false) const;
  Tensor all(int64_t dim, bool keepdim = false) const;
  Tensor max(const Tensor& other) const;
  Tensor min(const Tensor& other) const;
  Tensor amax(IntArrayRef dims = {}, bool keepdim = false) const;
  Tensor amin(IntArrayRef dims = {}, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> aminmax(std::optional<int64_t> dim = nullopt, bool keepdim = false) const;
  Tensor prod(std::optional<ScalarType> dtype = nullopt) const;
  Tensor prod(int64_t dim, bool keepdim = false, std::optional<ScalarType> dtype = nullopt) const;
  Tensor nansum(OptionalIntArrayRef dims = nullopt, bool keepdim = false,
                std::optional<ScalarType> dtype = nullopt) const;
  Tensor nanmean(OptionalIntArrayRef dims = nullopt, bool keepdim = false,
                 std::optional<ScalarType> dtype = nullopt) const;
  Tensor count_nonzero(IntArrayRef dims) const;
  Tensor count_nonzero(std::optional<int64_t> dim = nullopt) const;
  Tensor var(bool unbiased = true) const;
  Tensor var(OptionalIntArrayRef dims, bool unbiased = true, bool keepdim = false) const;
  Tensor var(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim = false) const;
  Tensor std(bool unbiased = true) const;
  Tensor std(OptionalIntArrayRef dims, bool unbiased = true, bool keepdim = false) const;
  Tensor std(OptionalIntArrayRef dims, std::optional<int64_t> correction, bool keepdim = false) const;
  Tensor norm(const Scalar& p = 2) const;
  Tensor norm(const std::optional<Scalar>& p, ScalarType dtype) const;
  Tensor norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim = false) const;
  Tensor norm(const std::optional<Scalar>& p, IntArrayRef dims, bool keepdim, ScalarType dtype) const;
  Tensor dist(const Tensor& other, const Scalar& p = 2) const;
  std::tuple<Tensor, Tensor> sort(int64_t dim = -1, bool descending = false) const;
  std::tuple<Tensor, Tensor> sort(std::optional<bool> stable, int64_t dim = -1,
                                  bool descending = false) const;
  Tensor argsort(int64_t dim = -1, bool descending = false) const;
  Tensor argsort(bool stable, int64_t dim = -1, bool descending = false) const;
  std::tuple<Tensor, Tensor> topk(int64_t k, int64_t dim = -1, bool largest = true, bool sorted = true) const;
  std::tuple<Tensor, Tensor> kthvalue(int64_t k, int64_t dim = -1, bool keepdim = false) const;
  Tensor median() const;
  std::tuple<Tensor, Tensor> median(int64_t dim, bool keepdim = false) const;
  Tensor cumsum(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;
  Tensor cumprod(int64_t dim, std::optional<ScalarType> dtype = nullopt) const;
  Tensor sum_to_size(IntArrayRef sizes) const;

  // More shapes.
  Tensor ravel() const;
  Tensor unflatten(int64_t dim, IntArrayRef sizes) const;
  Tensor swapaxes(int64_t dim0, int64_t dim1) const;
  Tensor swapdims(int64_t dim0, int64_t dim1) const;
  Tensor movedim(IntArrayRef source, IntArrayRef destination) const;
  Tensor movedim(int64_t source, int64_t destination) const;
  Tensor moveaxis(IntArrayRef source, IntArrayRef destination) const;
  Tensor moveaxis(int64_t source, int64_t destination) const;
  Tensor diagonal(int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1) const;
  Tensor diag_embed(int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1) const;
  Tensor diag(int64_t diagonal = 0) const;
  Tensor unfold(int64_t dim, int64_t size, int64_t step) const;
  Tensor broadcast_to(IntArrayRef sizes) const;
  std::vector<Tensor> split(IntArrayRef sizes, int64_t dim = 0) const;
  std::vector<Tensor> split_with_sizes(IntArrayRef sizes, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(int64_t sections, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(IntArrayRef indices, int64_t dim = 0) const;
  Tensor repeat(IntArrayRef repeats) const;
  Tensor tile(IntArrayRef dims) const;
  Tensor repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim = nullopt,
                           std::optional<int64_t> output_size = nullopt) const;
  Tensor repeat_interleave(int64_t repeats, std::optional<int64_t> dim = nullopt,
                           std::optional<int64_t> output_size = nullopt) const;
  Tensor roll(IntArrayRef shifts, IntArrayRef dims = {}) const;
  Tensor flip(IntArrayRef dims) const;
  Tensor tril(int64_t diagonal = 0) const;
  Tensor triu(int64_t diagonal = 0) const;

  // More products.
  Tensor bmm(const Tensor& other) const;
  Tensor addmm(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor addmv(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor baddbmm(const Tensor& a, const Tensor& b, const Scalar& beta = 1, const Scalar& alpha = 1) const;
  Tensor mv(const Tensor& other) const;
  Tensor dot(const Tensor& other) const;
  Tensor outer(const Tensor& other) const;
  Tensor ger(const Tensor& other) const;
  Tensor inner(const Tensor& other) const;
  Tensor trace() const;

  // Drawn from the random stream, and new tensors with the dtype of this one.
  Tensor bernoulli() const;
  Tensor bernoulli(double p) const;
  Tensor multinomial(int64_t num_samples, bool replacement = false) const;
  /// xgrad::empty() with the dtype of this tensor unless the options name one.
  Tensor new_empty(IntArrayRef sizes, const TensorOptions& options = {}) const;
  /// xgrad::zeros() with the dtype of this tensor unless the options name one.
  Tensor new_zeros(IntArrayRef sizes, const TensorOptions& options = {}) const;
  /// xgrad::ones() with the dtype of this tensor unless the options name one.
  Tensor new_ones(IntArrayRef sizes, const TensorOptions& options = {}) const;
  /// xgrad::full() with the dtype of this tensor unless the options name one.
  Tensor new_full(IntArrayRef sizes, const Scalar& value, const TensorOptions& options = {}) const;

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

/// A handle moves as its bytes do.
template <>
inline constexpr bool is_relocatable<Tensor> = true;

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
