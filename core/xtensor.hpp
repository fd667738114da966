// The bridge to xtensor, for programs that use both. Nothing else in xgrad includes xtensor.
//
//   xt::xarray<float> a = {{1, 2}, {3, 4}};
//   xgrad::Tensor x = xgrad::from_xtensor(a * 2).requires_grad_();            // any expression, copied
//   (x * x).sum().backward();
//   xt::xarray<float> step = 0.1f * xgrad::view<const float>(x.grad());       // no copy: reads the tensor's
//   memory xgrad::view<float>(x) -= step;                                            // and writes it
//
// Link the CMake target xgrad::xtensor.
#pragma once

#if __has_include(<xtensor/containers/xadapt.hpp>)  // since xtensor 0.26
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/core/xexpression.hpp>
#include <xtensor/core/xnoalias.hpp>
#include <xtensor/views/xstrided_view.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xexpression.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xstrided_view.hpp>
#endif

#include <array>
#include <memory>
#include <type_traits>
#include <vector>

#include <xgrad/core/tensor.hpp>

#if defined(__GNUC__) && !defined(__clang__) && __cplusplus > 201703L && \
    defined(__cpp_template_template_args) && XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR < 26
#error \
    "xtensor before 0.26 corrupts memory with g++ in C++20 (xt::sum, variance, tile): link xgrad::xtensor or compile with -fno-new-ttp-matching"
#endif

namespace xgrad {

/// A new contiguous tensor of the values of any xtensor expression: containers of either layout, views,
/// functions not yet evaluated (they are evaluated once, into the tensor). Its dtype is that of the
/// expression's value type unless the options name one; value types that xgrad has no dtype for do not
/// compile: xt::cast<float>(expression) first. xtensor's counterpart: xt::eval.
template <class E>
Tensor from_xtensor(const xt::xexpression<E>& expression, const TensorOptions& options = {}) {
  using T = std::remove_cv_t<typename E::value_type>;
  const E& values = expression.derived_cast();
  const auto& shape = values.shape();
  const Dims sizes(shape.begin(), shape.end());
  Tensor t = detail::make_tensor(sizes, dtype_of<T>);

  // A size_t becomes an int64_t: same bytes.
  T* data = static_cast<T*>(t.data_ptr());
  const std::vector<size_t> xshape(shape.begin(), shape.end());
  auto target =
      xt::adapt<xt::layout_type::row_major>(data, static_cast<size_t>(t.numel()), xt::no_ownership(), xshape);
  xt::noalias(target) = values;

  if (options.has_dtype()) t = t.to(options.dtype());
  if (options.requires_grad()) t.requires_grad_();
  return t;
}

/// The tensor's own elements as an xtensor expression that can be read, assigned to, and used in other
/// expressions: `view<float>(x.grad())`. Works on tensors of any strides, and keeps the memory alive.
/// Assignment never changes the shape: it broadcasts, or throws xtensor's xt::broadcast_error.
///
/// T is the tensor's element type, or const of it: `view<const float>` is for reading. `view<float>` counts
/// as one in-place write (it raises the version, so that a backward() which needs the old elements is refused
/// instead of wrong): make a new view for writes after further operations. What is written is not on the
/// tape, as with data_ptr. An error for an undefined tensor and for another dtype. xtensor's counterpart:
/// xt::adapt.
template <class T>
auto view(const Tensor& t) {
  using Element = std::remove_const_t<T>;
  const TensorImpl& impl = t.impl();
  if (impl.dtype != dtype_of<Element>)
    fail("view: expected scalar type ", dtype_of<Element>, " but found ", impl.dtype,
         ": the T of xgrad::view<T>(x) must be the type of ",
         "x's elements; convert the tensor with x.to(xgrad::k", dtype_of<Element>, ") to see a copy");
  if constexpr (!std::is_const_v<T>) impl.storage()->bump_version();

  std::vector<size_t> shape(impl.sizes().begin(), impl.sizes().end());
  std::vector<std::ptrdiff_t> strides(impl.strides().begin(), impl.strides().end());
  size_t span = impl.shape->numel > 0 ? 1 : 0;  // elements from the first to the last in memory
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) strides[d] = 0;  // xtensor's way to tell that a dimension can be repeated
    if (impl.shape->numel > 0) span += (shape[d] - 1) * static_cast<size_t>(strides[d]);
  }
  T* data = static_cast<T*>(t.data_ptr());
  using Buffer = xt::xbuffer_adaptor<T*, xt::smart_ownership, std::shared_ptr<T>>;
  xt::xtensor_adaptor<Buffer, 1> memory(
      Buffer(data, span, std::shared_ptr<T>(data, [storage = impl.storage()](T*) {})),
      std::array<size_t, 1>{span});
  // xtensor's containers take over another's memory, shape and strides when assigned to; its views write
  // elements.
  return xt::strided_view(std::move(memory), std::move(shape), std::move(strides), 0,
                          xt::layout_type::dynamic);
}

}  // namespace xgrad
