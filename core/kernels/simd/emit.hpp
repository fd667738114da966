// Instantiates a family of kernels for this file's architecture: the functors in a list times element types.
#pragma once

#include <xgrad/core/kernels/functors.hpp>

namespace xgrad::kernels {

template <template <class, class, class> class Kernel, class... T, class... Ops>
[[gnu::always_inline]] inline void emit(List<Ops...> ops) {
  for_each_op(ops, []<class Op>(List<Op>) { (keep(&Kernel<XGRAD_ARCH, Op, T>::run), ...); });
}

}  // namespace xgrad::kernels
