#include <xgrad/core/kernels/moves.hpp>

#include <xgrad/core/kernels/simd/transpose.hpp>

namespace xgrad::kernels::simd {

template <class Arch, class T>
void transpose(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns) {
  constexpr int width = sizeof(T) == 1 ? 16 : int(xsimd::batch<T, Arch>::size);
  // Blocks go down the columns, so that a line of the target is full before it is left; in strips of rows, so
  // that few pages are open at a time. Every line is read and written once: rows a multiple of 4 KB apart,
  // which share their places in the first-level cache, do no harm.
  constexpr std::int64_t strip = 128;
  for (std::int64_t r = 0; r < rows; r += strip)
    transpose_blocks<Arch, T, width>(from + r * from_stride, from_stride, to + r, to_stride,
                                     rows - r < strip ? rows - r : strip, columns);
}

template <class Arch>
bool all_within(const std::int64_t* x, std::int64_t n, std::int64_t low, std::int64_t high) {
  // In the sign of either distance, which unsigned arithmetic may carry around.
  std::uint64_t outside = 0;
  const auto first = std::uint64_t(low), last = std::uint64_t(high) - 1;
  for (std::int64_t i = 0; i < n; ++i)
    outside |= (std::uint64_t(x[i]) - first) | (last - std::uint64_t(x[i]));
  return std::int64_t(outside) >= 0;
}

template void transpose<XGRAD_ARCH>(const std::uint8_t*, std::int64_t, std::uint8_t*, std::int64_t,
                                    std::int64_t, std::int64_t);
template void transpose<XGRAD_ARCH>(const std::int32_t*, std::int64_t, std::int32_t*, std::int64_t,
                                    std::int64_t, std::int64_t);
template void transpose<XGRAD_ARCH>(const std::int64_t*, std::int64_t, std::int64_t*, std::int64_t,
                                    std::int64_t, std::int64_t);
template bool all_within<XGRAD_ARCH>(const std::int64_t*, std::int64_t, std::int64_t, std::int64_t);

}  // namespace xgrad::kernels::simd
