#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd/emit.hpp>
#include <xgrad/core/kernels/stream.hpp>

namespace xgrad::kernels {
namespace {

// A batch of the next `count` elements, fewer than a batch, or of one repeated element. The rest of the lanes
// repeats the first one, so that no operation meets a value that is not in the data.
template <class B, class T>
[[gnu::always_inline]] inline B load_some(const T* from, int64_t stride, int64_t count) {
  alignas(64) T lanes[B::size];
  for (int64_t i = 0; i < int64_t{B::size}; ++i) lanes[i] = from[i < count ? i * stride : 0];
  return B::load_aligned(lanes);
}
template <class B, class T>
[[gnu::always_inline]] inline void store_some(B values, T* to, int64_t count) {
  alignas(64) T lanes[B::size];
  values.store_aligned(lanes);
  for (int64_t i = 0; i < count; ++i) to[i] = lanes[i];
}

// Whether an operation's results of `bytes` bytes at `out` are to be written around the caches. Only what
// waits for memory is: such stores do not overlap with long computations. In place the old contents are read
// anyway.
template <class Op>
inline bool is_streamed_by(const void* out, int64_t bytes, const void* a, const void* b) {
  return Op::exact && out != a && out != b && bytes > streamed_bytes;
}

// out[i] = make(i) for as many registers as fit into n; the number of elements written.
template <class B, bool Exact, class T, class Make>
[[gnu::always_inline]] inline int64_t fill_registers(T* out, int64_t n, bool streamed, const Make& make) {
  constexpr int64_t width = B::size;
  int64_t i = 0;
  if constexpr (Exact) {
    if (streamed && is_aligned<B>(out)) {
      for (; i + width <= n; i += width) stream(make(i), out + i);
      return i;
    }
    // Two at a time keep more of memory's lines on their way.
    for (; i + 2 * width <= n; i += 2 * width) {
      const B first = make(i), second = make(i + width);
      first.store_unaligned(out + i);
      second.store_unaligned(out + i + width);
    }
  }
  for (; i + width <= n; i += width) make(i).store_unaligned(out + i);
  return i;
}

template <class B, class T, class Op>
[[gnu::always_inline]] inline void binary_row(T* out, const T* a, const T* b, int64_t n, int64_t sa,
                                              int64_t sb, bool streamed, const Op& op) {
  constexpr int64_t width = B::size;
  int64_t i = 0;
  if (sa == 1 && sb == 1) {
    i = fill_registers<B, Op::exact>(out, n, streamed, [&](int64_t at) {
      return op(B::load_unaligned(a + at), B::load_unaligned(b + at));
    });
  } else if (n >= width && sa == 1 && sb == 0) {
    const B right(*b);
    i = fill_registers<B, Op::exact>(out, n, streamed,
                                     [&](int64_t at) { return op(B::load_unaligned(a + at), right); });
  } else if (n >= width && sb == 0) {
    const B value = op(B(*a), B(*b));
    for (; i + width <= n; i += width) value.store_unaligned(out + i);
  } else if (n >= width) {
    const B left(*a);
    for (; i + width <= n; i += width) op(left, B::load_unaligned(b + i)).store_unaligned(out + i);
  }
  if constexpr (Op::exact) {
    for (; i < n; ++i) out[i] = op(a[i * sa], b[i * sb]);
  } else {
    if (i < n)
      store_some(op(load_some<B>(a + i * sa, sa, n - i), load_some<B>(b + i * sb, sb, n - i)), out + i,
                 n - i);
  }
}

// Integers are left to the compiler's own vectoriser.
template <class T, class Op>
[[gnu::always_inline]] inline void integer_row(T* out, const T* a, const T* b, int64_t n, int64_t sa,
                                               int64_t sb, const Op& op) {
  if (sa == 1 && sb == 1) {
    for (int64_t i = 0; i < n; ++i) out[i] = op(a[i], b[i]);
  } else if (sb == 0) {
    const T right = *b;
    for (int64_t i = 0; i < n; ++i) out[i] = op(a[i * sa], right);
  } else {
    const T left = *a;
    for (int64_t i = 0; i < n; ++i) out[i] = op(left, b[i]);
  }
}

template <class T, class Op>
[[gnu::always_inline]] inline void compare_row(bool* out, const T* a, const T* b, int64_t n, int64_t sa,
                                               int64_t sb, const Op& op) {
  if (sa == 1 && sb == 1) {
    for (int64_t i = 0; i < n; ++i) out[i] = op(a[i], b[i]);
  } else if (sa == 1 && sb == 0) {
    const T right = *b;
    for (int64_t i = 0; i < n; ++i) out[i] = op(a[i], right);
  } else {
    for (int64_t i = 0; i < n; ++i) out[i] = op(a[i * sa], b[i * sb]);
  }
}

}  // namespace

template <class Arch, class Op, class T>
void UnaryLoop<Arch, Op, T>::run(void* to, const void* from, int64_t n, const void* functor) {
  auto* out = static_cast<T*>(to);
  auto* x = static_cast<const T*>(from);
  const Op op = *static_cast<const Op*>(functor);
  int64_t i = 0;
  if constexpr (std::is_floating_point_v<T>) {
    using B = xsimd::batch<T, Arch>;
    const bool streamed = is_streamed_by<Op>(out, n * int64_t{sizeof(T)}, x, x);
    i = fill_registers<B, Op::exact>(out, n, streamed,
                                     [&](int64_t at) { return op(B::load_unaligned(x + at)); });
    if (streamed) finish_streams();
    if constexpr (!Op::exact)
      if (i < n) return store_some(op(load_some<B>(x + i, 1, n - i)), out + i, n - i);
  }
  if constexpr (std::is_integral_v<T> || Op::exact)
    for (; i < n; ++i) out[i] = op(x[i]);
}

template <class Arch, class Op, class T>
void BinaryLoop<Arch, Op, T>::flat(void* to, const void* x, const void* y, int64_t n, int64_t stride_b,
                                   const void* functor) {
  const Op op = *static_cast<const Op*>(functor);
  auto* out = static_cast<T*>(to);
  auto *a = static_cast<const T*>(x), *b = static_cast<const T*>(y);
  if constexpr (Op::exact) {
    if (n == 1) {
      *out = op(*a, *b);
      return;
    }
  }
  if constexpr (std::is_floating_point_v<T>) {
    const bool streamed = is_streamed_by<Op>(out, n * int64_t{sizeof(T)}, a, b);
    binary_row<xsimd::batch<T, Arch>>(out, a, b, n, 1, stride_b, streamed, op);
    if (streamed) finish_streams();
  } else
    integer_row(out, a, b, n, 1, stride_b, op);
}

template <class Arch, class Op, class T>
void BinaryLoop<Arch, Op, T>::loop(const Loop<3>& l, const void* functor) {
  const Op op = *static_cast<const Op*>(functor);
  const bool streamed =
      is_streamed_by<Op>(l.data[0], l.outer_size * l.inner_size * int64_t{sizeof(T)}, l.data[1], l.data[2]);
  for (int64_t j = 0; j < l.outer_size; ++j) {
    auto* out = reinterpret_cast<T*>(l.data[0]) + j * l.outer[0];
    auto* a = reinterpret_cast<const T*>(l.data[1]) + j * l.outer[1];
    auto* b = reinterpret_cast<const T*>(l.data[2]) + j * l.outer[2];
    if constexpr (std::is_floating_point_v<T>)
      binary_row<xsimd::batch<T, Arch>>(out, a, b, l.inner_size, l.inner[1], l.inner[2], streamed, op);
    else
      integer_row(out, a, b, l.inner_size, l.inner[1], l.inner[2], op);
  }
  if (streamed) finish_streams();
}

template <class Arch, class Op, class T>
void CompareLoop<Arch, Op, T>::flat(void* to, const void* x, const void* y, int64_t n, int64_t stride_b,
                                    const void*) {
  compare_row(static_cast<bool*>(to), static_cast<const T*>(x), static_cast<const T*>(y), n, 1, stride_b,
              Op());
}

template <class Arch, class Op, class T>
void CompareLoop<Arch, Op, T>::loop(const Loop<3>& l, const void*) {
  for (int64_t j = 0; j < l.outer_size; ++j)
    compare_row(reinterpret_cast<bool*>(l.data[0]) + j * l.outer[0],
                reinterpret_cast<const T*>(l.data[1]) + j * l.outer[1],
                reinterpret_cast<const T*>(l.data[2]) + j * l.outer[2], l.inner_size, l.inner[1], l.inner[2],
                Op());
}

template <class Arch, class T>
void WhereLoop<Arch, T>::run(const Loop<4>& l) {
  for (int64_t j = 0; j < l.outer_size; ++j) {
    auto* out = reinterpret_cast<T*>(l.data[0]) + j * l.outer[0];
    auto* c = reinterpret_cast<const bool*>(l.data[1]) + j * l.outer[1];
    auto* a = reinterpret_cast<const T*>(l.data[2]) + j * l.outer[2];
    auto* b = reinterpret_cast<const T*>(l.data[3]) + j * l.outer[3];
    const int64_t n = l.inner_size, so = l.inner[0], sc = l.inner[1], sa = l.inner[2], sb = l.inner[3];
    // By bits: as a choice it would become a branch, which nobody can foresee.
    const auto select = [](bool condition, T x, T y) {
      return static_cast<T>(y ^ ((x ^ y) & -static_cast<T>(condition)));
    };
    if (so == 1 && sc == 1 && sa == 1 && sb == 1)
      for (int64_t i = 0; i < n; ++i) out[i] = select(c[i], a[i], b[i]);
    else if (so == 1 && sc == 1 && sa == 1 && sb == 0)
      for (int64_t i = 0; i < n; ++i) out[i] = select(c[i], a[i], *b);
    else if (so == 1 && sc == 1 && sa == 0 && sb == 1)
      for (int64_t i = 0; i < n; ++i) out[i] = select(c[i], *a, b[i]);
    else
      for (int64_t i = 0; i < n; ++i) out[i * so] = select(c[i * sc], a[i * sa], b[i * sb]);
  }
}

namespace {

[[gnu::used]] void emit_loops() {
  emit<UnaryLoop, float, double, int64_t, int32_t, uint8_t>(AnyUnary{});
  emit<UnaryLoop, float, double>(FloatingUnary{});
  emit<BinaryLoop, float, double, int64_t, int32_t, uint8_t>(AnyBinary{});
  emit<BinaryLoop, float, double>(FloatingBinary{});
  emit<BinaryLoop, int64_t, int32_t, uint8_t>(IntegerBinary{});
  emit<CompareLoop, float, double, int64_t, int32_t, uint8_t>(Comparisons{});
}

}  // namespace

template struct WhereLoop<XGRAD_ARCH, uint8_t>;
template struct WhereLoop<XGRAD_ARCH, int32_t>;
template struct WhereLoop<XGRAD_ARCH, int64_t>;

}  // namespace xgrad::kernels
