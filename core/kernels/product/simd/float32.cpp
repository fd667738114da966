#include <xgrad/core/kernels/product/simd/make.hpp>

namespace xgrad::kernels::product::simd {

template Plan<float> plan<XGRAD_ARCH>(const Product<float>&);
template void run<XGRAD_ARCH>(const Plan<float>&, float*);

}  // namespace xgrad::kernels::product::simd
