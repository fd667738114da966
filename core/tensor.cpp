#include <xgrad/core/tensor.hpp>

#include <cstring>

namespace xgrad {

void TensorImpl::destroy(TensorImpl* t) noexcept {
  Storage* home = t->home_;
  if (!home) {
    delete t;
    return;
  }
  Ref<Storage> block = t->storage_.get() == home ? std::move(t->storage_) : Ref<Storage>::adopt(home);
  t->~TensorImpl();
}

void TensorImpl::set_storage(Ref<Storage> storage) noexcept {
  if (storage == storage_) return;
  if (home_ && storage_.get() == home_) retain(home_);
  if (home_ && storage.get() == home_) release(home_);
  storage_ = std::move(storage);
}

namespace detail {

Tensor make_tensor(IntArrayRef sizes, ScalarType dtype) {
  return make_tensor(Shape::contiguous(sizes, "empty"), dtype);
}

Tensor make_view(const Tensor& t, Dims sizes, Dims strides, int64_t offset) {
  const TensorImpl& source = t.impl();
  auto* impl =
      new TensorImpl(Shape::strided(std::move(sizes), std::move(strides)), source.storage(), source.dtype);
  impl->offset = offset;
  return Tensor(Ref<TensorImpl>::adopt(impl));
}

Tensor alias(const Tensor& t) {
  const TensorImpl& source = t.impl();
  auto* impl = new TensorImpl(source.shape, source.storage(), source.dtype);
  impl->offset = source.offset;
  return Tensor(Ref<TensorImpl>::adopt(impl));
}

}  // namespace detail

int64_t Tensor::size(int64_t dim) const {
  return impl().sizes()[static_cast<size_t>(detail::wrap_dim(dim, this->dim(), "size"))];
}
int64_t Tensor::stride(int64_t dim) const {
  return impl().strides()[static_cast<size_t>(detail::wrap_dim(dim, this->dim(), "stride"))];
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
  Ref<Shape> shape = Shape::contiguous(new_sizes, "resize_");
  t.storage()->grow(static_cast<size_t>(t.offset + shape->numel) * element_size());
  t.shape = std::move(shape);
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
