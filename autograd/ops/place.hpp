// The gradient of views that show a part of their base. Not for programs.
#pragma once

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

/// Zeros of shape `sizes` with `values` at the place that `show` views: the gradient of a view of a part.
template <class Show>
Tensor place(const char* name, const Tensor& values, const Dims& sizes, Show show) {
  Tensor whole = detail::make_tensor(sizes, values.dtype());
  {
    const AutoGradMode off(false);
    whole.zero_();
    kernels::copy(show(whole), values);
  }
  return record(name, whole, {values}, [show](const Tensor& g, Needs) { return grads(show(g)); });
}

}  // namespace xgrad
