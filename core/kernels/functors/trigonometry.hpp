// Sines and cosines. xsimd's reduce their arguments by ways that suit the whole batch, so that a lane's
// result depends on the others.
#pragma once

#include <math.h>

#include <cstddef>
#include <cstdint>

#include <xgrad/core/kernels/functors/lanes.hpp>

namespace xgrad::kernels {

template <class T>
struct Trigonometry;

// pi / 2 in three parts, of which the first times a number of quarter turns is exact, and the polynomials of
// Cephes (Moshier) for |r| <= pi / 4: sin(r) = r + r z s(z) and cos(r) = 1 - z / 2 + z² c(z), z = r².
template <>
struct Trigonometry<float> {
  using Int = std::int32_t;
  static constexpr float magic = 12582912.0F;
  static constexpr float quarter[] = {0x1.921fp+0F, 0x1.6a88p-17F, 0x1.0b461p-34F};
  static constexpr float s[] = {-0x1.9943f2p-13F, 0x1.11073ap-7F, -0x1.555544p-3F};
  static constexpr float c[] = {0x1.99eb9cp-16F, -0x1.6c0c32p-10F, 0x1.55554ap-5F};
};
template <>
struct Trigonometry<double> {
  using Int = std::int64_t;
  static constexpr double magic = 6755399441055744.0;
  static constexpr double quarter[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
  static constexpr double s[] = {0x1.5d8fd1fcf0ec1p-33,  -0x1.ae5e5a9291691p-26, 0x1.71de3567d4896p-19,
                                 -0x1.a01a019bfdf03p-13, 0x1.111111110f7dp-7,    -0x1.5555555555548p-3};
  static constexpr double c[] = {-0x1.8ff831ad9b219p-37, 0x1.1eea7c1e514d4p-29,  -0x1.27e4f8e06d9a5p-22,
                                 0x1.a01a019ddbcd9p-16,  -0x1.6c16c16c15d47p-10, 0x1.5555555555551p-5};
};

template <class V, class T, std::size_t N>
[[gnu::always_inline]] inline V polynomial(const T (&coefficients)[N], V x) {
  V p(coefficients[0]);
  for (std::size_t i = 1; i < N; ++i) p = multiply_add(p, x, V(coefficients[i]));
  return p;
}

/// sin(x + turns * pi / 2), x >= 0 and reduced.
template <int turns, class V>
[[gnu::always_inline]] inline V sine_of_reduced(V x) {
  using T = typename V::value_type;
  using Table = Trigonometry<T>;
  using Bits = xsimd::batch<typename Table::Int, typename V::arch_type>;
  // Adding the magic number rounds to whole quarter turns and leaves them in the low bits.
  const V t = multiply_add(x, V(static_cast<T>(M_2_PI)), V(Table::magic)), n = V(Table::magic) - t;
  V r = x;
  for (const T part : Table::quarter) r = multiply_add(n, V(part), r);
  // The lowest two, uppermost: as a number that is 0 or 2 of either sign.
  const V quadrant = same_bits<V>((same_bits<Bits>(t) + Bits(turns)) << int(8 * sizeof(T) - 2));
  const V z = r * r;
  const V sine = multiply_add(r * z, polynomial(Table::s, z), r);
  const V cosine = multiply_add(z, multiply_add(z, polynomial(Table::c, z), V(T(-0.5))), V(T(1)));
  return choose(quadrant == V(T(0)), sine, cosine) ^ xsimd::bitofsign(quadrant);
}

/// The largest argument that is reduced with no loss; larger ones are libm's.
template <class V>
[[gnu::always_inline]] inline auto is_reduced(V distance) {
  return distance <= constant<V>(62);
}
template <int turns, class V>
[[gnu::noinline]] V sine_far_from_zero(V x) {
  const V distance = xsimd::abs(x);
  const auto near = is_reduced(distance);
  const V y = sine_of_reduced<turns>(choose(near, distance, constant<V>(0)));
  if constexpr (turns == 0)
    return choose(near, y ^ xsimd::bitofsign(x), lanewise<::sinf, ::sin>(x));
  else
    return choose(near, y, lanewise<::cosf, ::cos>(x));
}

struct Sin {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V distance = xsimd::abs(x);
    if (!xsimd::all(is_reduced(distance))) [[unlikely]]
      return sine_far_from_zero<0>(x);
    return sine_of_reduced<0>(distance) ^ xsimd::bitofsign(x);
  }
};
struct Cos {
  static constexpr bool exact = false;
  template <class V>
  [[gnu::always_inline]] V operator()(V x) const {
    const V distance = xsimd::abs(x);
    if (!xsimd::all(is_reduced(distance))) [[unlikely]]
      return sine_far_from_zero<1>(x);
    return sine_of_reduced<1>(distance);
  }
};

}  // namespace xgrad::kernels
