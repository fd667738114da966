// Copies, conversions and fills.
#include <cmath>
#include <cstring>
#include <limits>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/plan.hpp>

namespace xgrad::kernels {
namespace {

template <class To, class From>
To convert(From value) {
  // Conversions out of range are undefined in C++: go through int64, as the processors do.
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> && !std::is_same_v<To, bool>)
    return value >= From(-9223372036854775808.0) && value < From(9223372036854775808.0)
               ? static_cast<To>(static_cast<int64_t>(value))
               : static_cast<To>(std::numeric_limits<int64_t>::min());
  else
    return static_cast<To>(value);
}

template <class To, class From>
void copy_loop(const Loop<2>& l) {
  auto* to = reinterpret_cast<To*>(l.data[0]);
  auto* from = reinterpret_cast<const From*>(l.data[1]);
  const int64_t m = l.outer_size, n = l.inner_size;
  const auto one = [&](int64_t j, int64_t i) {
    to[j * l.outer[0] + i * l.inner[0]] = convert<To>(from[j * l.outer[1] + i * l.inner[1]]);
  };
  if (l.inner[0] == 1 && l.inner[1] == 1) {
    for (int64_t j = 0; j < m; ++j) {
      To* t = to + j * l.outer[0];
      const From* f = from + j * l.outer[1];
      if constexpr (std::is_same_v<To, From>)
        std::memcpy(t, f, static_cast<size_t>(n) * sizeof(To));
      else
        for (int64_t i = 0; i < n; ++i) t[i] = convert<To>(f[i]);
    }
  } else if (m > 1 && n > 1 && l.inner[1] > l.outer[1]) {
    // A transpose: in tiles, so that both sides stay within cache lines already fetched.
    constexpr int64_t tile = 32;
    for (int64_t jj = 0; jj < m; jj += tile)
      for (int64_t ii = 0; ii < n; ii += tile)
        for (int64_t j = jj; j < std::min(jj + tile, m); ++j)
          for (int64_t i = ii; i < std::min(ii + tile, n); ++i) one(j, i);
  } else {
    for (int64_t j = 0; j < m; ++j)
      for (int64_t i = 0; i < n; ++i) one(j, i);
  }
}

}  // namespace

void copy(const Tensor& target, const Tensor& source) {
  if (target.numel() == 0) return;
  if (target.dtype() == source.dtype() && target.numel() == 1 && source.numel() == 1) {
    std::memcpy(target.data_ptr(), source.data_ptr(), target.element_size());
    return;
  }
  const IntArrayRef shape = target.sizes();
  const Plan<2> plan(shape, {array_of(target, shape), array_of(source, shape)});
  visit(target.dtype(), [&](auto to) {
    visit(source.dtype(), [&](auto from) {
      plan.run([](const Loop<2>& loop) { copy_loop<decltype(to), decltype(from)>(loop); });
    });
  });
}

void fill(const Tensor& target, const Scalar& value) {
  if (target.is_contiguous() &&
      (value.isFloatingPoint() ? value.toDouble() == 0 && !std::signbit(value.toDouble())
                               : value.toLong() == 0)) {
    std::memset(target.data_ptr(), 0, target.nbytes());
    return;
  }
  const IntArrayRef shape = target.sizes();
  visit(target.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T number = value.to<T>();
    Plan<1>(shape, {array_of(target, shape)}).run([&](const Loop<1>& l) {
      auto* to = reinterpret_cast<T*>(l.data[0]);
      for (int64_t j = 0; j < l.outer_size; ++j) {
        T* row = to + j * l.outer[0];
        if (l.inner[0] == 1)
          std::fill_n(row, l.inner_size, number);
        else
          for (int64_t i = 0; i < l.inner_size; ++i) row[i * l.inner[0]] = number;
      }
    });
  });
}

Tensor contiguous(const Tensor& x) { return x.is_contiguous() ? x : cast(x, x.dtype()); }

Tensor cast(const Tensor& x, ScalarType dtype) {
  Tensor out = detail::make_tensor(x.sizes(), dtype);
  copy(out, x);
  return out;
}

}  // namespace xgrad::kernels
