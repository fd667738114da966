// Vector helpers of the softmax family: exp for arguments that are not positive, and horizontal reductions.
// Only templates on the architecture (see core/kernels/simd.hpp).
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <xgrad/core/kernels/functors/lanes.hpp>

namespace xgrad::kernels {

template <class T>
struct ExpTable;

// Remez fits of (exp(r) - 1 - r) / r² on |r| <= ln2 / 2; relative error of exp 3e-9 and 4e-18.
template <>
struct ExpTable<float> {
  using Int = std::int32_t;
  static constexpr int mantissa = 23;
  static constexpr float lowest = -88.029691F;  // -127 ln2: the scale 2^-127 is then stored as zero
  static constexpr float magic = 12582912.0F + 127.0F;
  static constexpr float log2e = 1.44269504F;
  static constexpr float ln2_hi = 0.693359375F, ln2_lo = -2.12194440e-4F;
  static constexpr float q[] = {0x1.6a2432p-10F, 0x1.1239e4p-7F, 0x1.5558f2p-5F, 0x1.555492p-3F,
                                0x1.fffffcp-2F};
};

template <>
struct ExpTable<double> {
  using Int = std::int64_t;
  static constexpr int mantissa = 52;
  static constexpr double lowest = -709.08956571282405;  // -1023 ln2
  static constexpr double magic = 6755399441055744.0 + 1023.0;
  static constexpr double log2e = 1.4426950408889634;
  static constexpr double ln2_hi = 0x1.62e42feep-1, ln2_lo = 0x1.a39ef35793c76p-33;
  static constexpr double q[] = {0x1.ad7f71e4d6022p-26, 0x1.28ad706015ad7p-22, 0x1.71df254c77156p-19,
                                 0x1.a0199a0ee7035p-16, 0x1.a01a012a5c042p-13, 0x1.6c16c18429335p-10,
                                 0x1.1111111127bd4p-7,  0x1.5555555550880p-5,  0x1.55555555554fap-3,
                                 0x1.000000000000ap-1};
};

/// exp(x) for x <= 0 (in truth x <= 88 or 709), within 1 ulp; zero below about -87.7 (float) or -708.8
/// (double), so also for -inf; NaN stays NaN. Half the price of a general exp: no overflow, no subnormals.
template <class T, class Arch>
inline xsimd::batch<T, Arch> exp_nonpositive(xsimd::batch<T, Arch> x) {
  using Table = ExpTable<T>;
  using Batch = xsimd::batch<T, Arch>;
  using Bits = xsimd::batch<typename Table::Int, Arch>;
  x = xsimd::max(Batch(Table::lowest), x);  // in this order: x86 gives the second operand when one is NaN
  // Adding the magic number rounds to an integer and leaves the biased exponent in the low bits.
  const Batch t = xsimd::fma(x, Batch(Table::log2e), Batch(Table::magic));
  const Batch n = t - Batch(Table::magic);
  Batch r = xsimd::fnma(n, Batch(Table::ln2_hi), x);
  r = xsimd::fnma(n, Batch(Table::ln2_lo), r);
  Batch q(Table::q[0]);
  for (unsigned i = 1; i < sizeof(Table::q) / sizeof(T); ++i) q = xsimd::fma(q, r, Batch(Table::q[i]));
  const Batch p = xsimd::fma(r * r, q, r) + Batch(T(1));
  return p * same_bits<Batch>(same_bits<Bits>(t) << Table::mantissa);
}

template <class T, int N>
struct Lanes {
  typedef T type __attribute__((vector_size(N * sizeof(T))));
};

// Folds the upper half of a register upon the lower one until one lane is left.
template <class Arch, class Op, class T, int N, int... I>
inline T fold_lanes(typename Lanes<T, N>::type v, Op op, std::integer_sequence<int, I...>) {
  if constexpr (N == 2) {
    return op(v[0], v[1]);
  } else {
    const typename Lanes<T, N / 2>::type low = __builtin_shufflevector(v, v, I...);
    const typename Lanes<T, N / 2>::type high = __builtin_shufflevector(v, v, (I + N / 2)...);
    return fold_lanes<Arch, Op, T, N / 2>(op(low, high), op, std::make_integer_sequence<int, N / 4>());
  }
}

template <class T, class Arch>
inline T reduce_sum(xsimd::batch<T, Arch> v) {
  constexpr int n = int(xsimd::batch<T, Arch>::size);
  const auto add = [](auto a, auto b) { return a + b; };
  return fold_lanes<Arch, decltype(add), T, n>(v.data, add, std::make_integer_sequence<int, n / 2>());
}

template <class T, class Arch>
inline T reduce_max(xsimd::batch<T, Arch> v) {
  constexpr int n = int(xsimd::batch<T, Arch>::size);
  const auto greater = [](auto a, auto b) { return a > b ? a : b; };
  return fold_lanes<Arch, decltype(greater), T, n>(v.data, greater, std::make_integer_sequence<int, n / 2>());
}

}  // namespace xgrad::kernels
