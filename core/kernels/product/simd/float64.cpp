#include <xgrad/core/kernels/product/simd/make.hpp>

namespace xgrad::kernels::product::simd {

template Plan<double> plan<XGRAD_ARCH>(const Product<double>&);
template void run<XGRAD_ARCH>(const Plan<double>&, double*);

}  // namespace xgrad::kernels::product::simd
