#include <xgrad/core/tensor.hpp>

#include <cstring>

namespace xgrad {

void TensorImpl::destroy(TensorImpl* t) noexcept { delete t; }

namespace detail {

Dims contiguous_strides(IntArrayRef sizes) {
  Dims strides(sizes.size(), 1);
  for (size_t d = sizes.size(); d-- > 1;) strides[d - 1] = strides[d] * (sizes[d] > 1 ? sizes[d] : 1);
  return strides;
}

bool is_contiguous(IntArrayRef sizes, IntArrayRef strides) {
  int64_t expected = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d] == 0) return true;
    if (sizes[d] != 1 && strides[d] != expected) return false;
    expected *= sizes[d];
  }
  return true;
}

int64_t count_elements(IntArrayRef sizes, const char* op) {
  int64_t count = 1;
  bool overflow = false;
  for (const int64_t size : sizes) {
    if (size < 0)
      fail(op, ": Trying to create tensor with negative dimension ", size, ": ", sizes,
           ". Sizes must be 0 or more");
    overflow |= __builtin_mul_overflow(count, size, &count);
  }
  // Room for the byte count of the widest type too.
  if (overflow || count > (int64_t{1} << 58))
    fail(op, ": a tensor of shape ", sizes, " has more elements than memory can hold");
  return count;
}

int64_t wrap_dim(int64_t dim, int64_t ndim, const char* op) {
  const int64_t n = ndim > 0 ? ndim : 1;
  if (dim < -n || dim >= n)
    fail(op, ": Dimension out of range (expected to be in range of [", -n, ", ", n - 1, "], but got ", dim,
         ")");
  return dim < 0 ? dim + n : dim;
}

Dims broadcast_shapes(IntArrayRef a, IntArrayRef b, const char* op) {
  const size_t ndim = std::max(a.size(), b.size());
  Dims result(ndim, 1);
  for (size_t i = 0; i < ndim; ++i) {
    const size_t d = ndim - 1 - i;
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      fail(op, ": The size of tensor a (", x, ") must match the size of tensor b (", y,
           ") at non-singleton dimension ", d, ". Given shapes ", a, " and ", b,
           ": dimensions are compared from the last one back, and only a 1 is repeated; ",
           "use unsqueeze, transpose or reshape to line them up");
    result[d] = x == 1 ? y : x;
  }
  return result;
}

Dims broadcast_strides(IntArrayRef sizes, IntArrayRef strides, IntArrayRef target) {
  Dims result(target.size(), 0);
  const size_t lead = target.size() - sizes.size();
  for (size_t d = 0; d < sizes.size(); ++d)
    result[lead + d] = sizes[d] == 1 && target[lead + d] != 1 ? 0 : strides[d];
  return result;
}

Tensor make_tensor(IntArrayRef sizes, ScalarType dtype) {
  auto impl = Ref<TensorImpl>::adopt(new TensorImpl);
  impl->dtype = dtype;
  impl->sizes.append(sizes.begin(), sizes.end());
  if (sizes.size() == 1 && sizes[0] >= 0 && sizes[0] < (int64_t{1} << 40)) {
    impl->numel = sizes[0];
    impl->strides.push_back(1);
  } else if (sizes.empty()) {
    impl->numel = 1;
  } else {
    impl->numel = count_elements(sizes, "empty");
    impl->strides = contiguous_strides(sizes);
  }
  impl->storage = Storage::make(static_cast<size_t>(impl->numel) * element_size(dtype));
  return Tensor(std::move(impl));
}

Tensor make_view(const Tensor& t, Dims sizes, Dims strides, int64_t offset) {
  const TensorImpl& source = t.impl();
  auto impl = Ref<TensorImpl>::adopt(new TensorImpl);
  impl->dtype = source.dtype;
  impl->numel = 1;
  for (const int64_t size : sizes) impl->numel *= size;
  impl->contiguous = is_contiguous(sizes, strides);
  impl->sizes = std::move(sizes);
  impl->strides = std::move(strides);
  impl->offset = offset;
  impl->storage = source.storage;
  return Tensor(std::move(impl));
}

Tensor alias(const Tensor& t) {
  const TensorImpl& source = t.impl();
  auto impl = Ref<TensorImpl>::adopt(new TensorImpl);
  impl->dtype = source.dtype;
  impl->numel = source.numel;
  impl->contiguous = source.contiguous;
  impl->sizes = source.sizes;
  impl->strides = source.strides;
  impl->offset = source.offset;
  impl->storage = source.storage;
  return Tensor(std::move(impl));
}

}  // namespace detail

int64_t Tensor::size(int64_t dim) const {
  return impl().sizes[static_cast<size_t>(detail::wrap_dim(dim, this->dim(), "size"))];
}
int64_t Tensor::stride(int64_t dim) const {
  return impl().strides[static_cast<size_t>(detail::wrap_dim(dim, this->dim(), "stride"))];
}

Scalar Tensor::item() const {
  if (numel() != 1)
    fail("item: a Tensor with ", numel(), " elements cannot be converted to Scalar. The tensor's shape is ",
         sizes(), ": pick one element first, e.g. x[0].item(), or reduce it, e.g. x.sum().item()");
  return visit(dtype(), [&](auto zero) { return Scalar(*static_cast<decltype(zero)*>(data_ptr())); });
}

const Tensor& Tensor::resize_(IntArrayRef new_sizes) const {
  TensorImpl& t = impl();
  check(!t.requires_grad, "resize_: cannot resize variables that require grad: detach() it first");
  const int64_t count = detail::count_elements(new_sizes, "resize_");
  t.storage->grow(static_cast<size_t>(t.offset + count) * element_size());
  t.sizes = Dims(new_sizes.begin(), new_sizes.end());
  t.strides = detail::contiguous_strides(new_sizes);
  t.numel = count;
  t.contiguous = true;
  return *this;
}

Tensor Tensor::off_tape() const {
  Tensor t = detail::alias(*this);
  t.impl().off_tape = kDetached;
  return t;
}

void Tensor::undefined() {
  fail(
      "tensor does not have a device: this Tensor is undefined (default-constructed, or the .grad of a "
      "tensor that ",
      "backward() has not reached). Check defined() first");
}

void Tensor::dtype_mismatch(ScalarType wanted) const {
  fail("expected scalar type ", wanted, " but found ", dtype(),
       ": ask for the tensor's own type or convert it with to(xgrad::k", wanted, ") first");
}

}  // namespace xgrad
