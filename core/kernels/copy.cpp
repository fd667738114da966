// Copies, conversions and fills.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/moves.hpp>
#include <xgrad/core/kernels/plan.hpp>
#include <xgrad/core/parallel.hpp>

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

// Elements are converted one by one.
template <class To, class From>
void convert_loop(const Loop<2>& l) {
  auto* to = reinterpret_cast<To*>(l.data[0]);
  auto* from = reinterpret_cast<const From*>(l.data[1]);
  const int64_t m = l.outer_size, n = l.inner_size;
  if (l.inner[0] == 1 && l.inner[1] == 1) {
    for (int64_t j = 0; j < m; ++j) {
      To* t = to + j * l.outer[0];
      const From* f = from + j * l.outer[1];
      for (int64_t i = 0; i < n; ++i) t[i] = convert<To>(f[i]);
    }
    return;
  }
  // In tiles, so that both sides of a transpose stay within cache lines already fetched.
  constexpr int64_t tile = 32;
  for (int64_t jj = 0; jj < m; jj += tile)
    for (int64_t ii = 0; ii < n; ii += tile)
      for (int64_t j = jj; j < std::min(jj + tile, m); ++j)
        for (int64_t i = ii; i < std::min(ii + tile, n); ++i)
          to[j * l.outer[0] + i * l.inner[0]] = convert<To>(from[j * l.outer[1] + i * l.inner[1]]);
}

template <class T>
void move_loop(const Loop<2>& l) {
  auto* to = reinterpret_cast<T*>(l.data[0]);
  auto* from = reinterpret_cast<const T*>(l.data[1]);
  const int64_t m = l.outer_size, n = l.inner_size;
  if (l.inner[0] == 1 && l.inner[1] == 1)
    for (int64_t j = 0; j < m; ++j)
      std::memcpy(to + j * l.outer[0], from + j * l.outer[1], static_cast<size_t>(n) * sizeof(T));
  else if (l.inner[0] == 1 && l.inner[1] == 0)
    for (int64_t j = 0; j < m; ++j) std::fill_n(to + j * l.outer[0], n, from[j * l.outer[1]]);
  else if (l.inner[0] == 1 && l.outer[1] == 1)
    transpose(from, l.inner[1], to, l.outer[0], n, m);
  else
    convert_loop<T, T>(l);
}

// Dimensions in the order in which a copy walks them: the target's strides descend, and the dimension along
// which the source is contiguous comes last or stands before those that can be walked as one. The two
// innermost are then rows or a transpose.
Dims walking_order(IntArrayRef shape, const Dims& to, const Dims& from) {
  Dims order;
  for (size_t d = 0; d < shape.size(); ++d)
    if (shape[d] != 1) order.push_back(static_cast<int64_t>(d));
  if (order.size() < 2) return order;
  const auto at = [](const Dims& strides, int64_t d) { return strides[static_cast<size_t>(d)]; };
  const auto descends = [&](int64_t a, int64_t b) { return at(to, a) > at(to, b); };
  for (int64_t* d = order.begin(); d != order.end(); ++d)
    std::rotate(std::upper_bound(order.begin(), d, *d, descends), d, d + 1);
  const auto joins = [&](const int64_t* d) {
    const int64_t size = shape[static_cast<size_t>(*d)];
    return at(to, d[-1]) == at(to, *d) * size && at(from, d[-1]) == at(from, *d) * size;
  };
  int64_t* inner = order.end() - 1;
  while (inner > order.begin() && joins(inner)) --inner;
  const auto contiguous_at = std::find_if(order.begin(), inner, [&](int64_t d) { return at(from, d) == 1; });
  if (contiguous_at != inner) std::rotate(contiguous_at, contiguous_at + 1, inner);
  return order;
}

}  // namespace

void copy(const Tensor& target, const Tensor& source) {
  if (target.numel() == 0) return;
  if (target.dtype() == source.dtype() && target.numel() == 1 && source.numel() == 1) {
    std::memcpy(target.data_ptr(), source.data_ptr(), target.element_size());
    return;
  }
  Dims shape = target.impl().sizes();
  Array to = array_of(target, shape), from = array_of(source, shape);
  if (!target.is_contiguous() || !source.is_contiguous()) {
    const Dims order = walking_order(shape, to.strides, from.strides);
    for (Dims* dims : {&shape, &to.strides, &from.strides}) {
      Dims walked;
      for (const int64_t d : order) walked.push_back((*dims)[static_cast<size_t>(d)]);
      *dims = walked;
    }
  }
  const Plan<2> plan(shape, {to, from});
  if (target.dtype() == source.dtype())
    return visit_size(target.itemsize(), [&](auto zero) { plan.run(move_loop<decltype(zero)>); });
  visit(target.dtype(), [&](auto to_zero) {
    visit(source.dtype(), [&](auto from_zero) {
      using To = decltype(to_zero);
      using From = decltype(from_zero);
      if constexpr (!std::is_same_v<To, From>) plan.run(convert_loop<To, From>);
    });
  });
}

void fill(const Tensor& target, const Scalar& value) {
  if (target.is_contiguous() &&
      (value.isFloatingPoint() ? value.toDouble() == 0 && !std::signbit(value.toDouble())
                               : value.toLong() == 0)) {
    auto* to = static_cast<char*>(target.data_ptr());
    constexpr double cost = 0.02;  // of a byte, in nanoseconds
    detail::parallel_for(static_cast<int64_t>(target.nbytes()), cost,
                         [&](int64_t begin, int64_t end) { std::fill(to + begin, to + end, char{}); });
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
