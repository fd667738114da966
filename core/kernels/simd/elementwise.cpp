#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd/emit.hpp>

namespace xgrad::kernels {
namespace {

template <class Arch, class T>
using Batch = xsimd::batch<T, Arch>;

// Whether to use batches: integers are left to the compiler's own vectoriser.
template <class T>
constexpr bool in_batches = std::is_floating_point_v<T>;

// A batch from `count` elements that may be strided or fewer than a batch; the rest repeats the first one, so that
// no operation meets a value that is not in the data.
template <class Arch, class T>
[[gnu::always_inline]] inline Batch<Arch, T> gather(const T* from, int64_t stride, int64_t count) {
  alignas(64) T lanes[Batch<Arch, T>::size];
  for (int64_t i = 0; i < int64_t{Batch<Arch, T>::size}; ++i) lanes[i] = from[i < count ? i * stride : 0];
  return Batch<Arch, T>::load_aligned(lanes);
}
template <class Arch, class T>
[[gnu::always_inline]] inline void scatter(Batch<Arch, T> values, T* to, int64_t stride, int64_t count) {
  alignas(64) T lanes[Batch<Arch, T>::size];
  values.store_aligned(lanes);
  for (int64_t i = 0; i < count; ++i) to[i * stride] = lanes[i];
}

// One row of `op` over operands with the given strides.
template <class Arch, class T, class Op>
[[gnu::always_inline]] inline void unary_row(T* out, const T* x, int64_t n, int64_t so, int64_t sx, const Op& op) {
  constexpr int64_t width = Batch<Arch, T>::size;
  int64_t i = 0;
  if constexpr (in_batches<T>) {
    if (so == 1 && sx == 1)
      for (; i + width <= n; i += width) op(Batch<Arch, T>::load_unaligned(x + i)).store_unaligned(out + i);
    if constexpr (!Op::exact) {
      for (; i < n; i += width) {
        const int64_t count = n - i < width ? n - i : width;
        scatter<Arch>(op(gather<Arch>(x + i * sx, sx, count)), out + i * so, so, count);
      }
      return;
    }
  }
  if constexpr (!in_batches<T> || Op::exact) {
    if (so == 1 && sx == 1)
      for (; i < n; ++i) out[i] = op(x[i]);
    for (; i < n; ++i) out[i * so] = op(x[i * sx]);
  }
}

template <class Arch, class T, class Op>
[[gnu::always_inline]] inline void binary_row(T* out, const T* a, const T* b, int64_t n, int64_t so, int64_t sa, int64_t sb,
                                              const Op& op) {
  using B = Batch<Arch, T>;
  constexpr int64_t width = B::size;
  int64_t i = 0;
  if constexpr (in_batches<T>) {
    if (so == 1 && n >= width) {
      if (sa == 1 && sb == 1) {
        for (; i + width <= n; i += width) op(B::load_unaligned(a + i), B::load_unaligned(b + i)).store_unaligned(out + i);
      } else if (sa == 1 && sb == 0) {
        const B right(*b);
        for (; i + width <= n; i += width) op(B::load_unaligned(a + i), right).store_unaligned(out + i);
      } else if (sa == 0 && sb == 1) {
        const B left(*a);
        for (; i + width <= n; i += width) op(left, B::load_unaligned(b + i)).store_unaligned(out + i);
      }
    }
    if constexpr (!Op::exact) {
      for (; i < n; i += width) {
        const int64_t count = n - i < width ? n - i : width;
        scatter<Arch>(op(gather<Arch>(a + i * sa, sa, count), gather<Arch>(b + i * sb, sb, count)), out + i * so, so, count);
      }
      return;
    }
  }
  if constexpr (!in_batches<T> || Op::exact) {
    if (so == 1 && sa == 1 && sb == 1) {
      for (; i < n; ++i) out[i] = op(a[i], b[i]);
    } else if (so == 1 && sa == 1 && sb == 0) {
      const T right = *b;
      for (; i < n; ++i) out[i] = op(a[i], right);
    }
    for (; i < n; ++i) out[i * so] = op(a[i * sa], b[i * sb]);
  }
}

}  // namespace

template <class Arch, class Op, class T>
void UnaryLoop<Arch, Op, T>::run(const Loop<2>& l, const Op& op) {
  auto* out = reinterpret_cast<T*>(l.data[0]);
  auto* x = reinterpret_cast<const T*>(l.data[1]);
  for (int64_t j = 0; j < l.outer_size; ++j)
    unary_row<Arch>(out + j * l.outer[0], x + j * l.outer[1], l.inner_size, l.inner[0], l.inner[1], op);
}

template <class Arch, class Op, class T>
void BinaryLoop<Arch, Op, T>::run(const Loop<3>& l, const Op& op) {
  auto* out = reinterpret_cast<T*>(l.data[0]);
  auto* a = reinterpret_cast<const T*>(l.data[1]);
  auto* b = reinterpret_cast<const T*>(l.data[2]);
  for (int64_t j = 0; j < l.outer_size; ++j)
    binary_row<Arch>(out + j * l.outer[0], a + j * l.outer[1], b + j * l.outer[2], l.inner_size, l.inner[0], l.inner[1], l.inner[2], op);
}

template <class Arch, class Op, class T>
void CompareLoop<Arch, Op, T>::run(const Loop<3>& l, const Op& op) {
  for (int64_t j = 0; j < l.outer_size; ++j) {
    auto* out = reinterpret_cast<bool*>(l.data[0]) + j * l.outer[0];
    auto* a = reinterpret_cast<const T*>(l.data[1]) + j * l.outer[1];
    auto* b = reinterpret_cast<const T*>(l.data[2]) + j * l.outer[2];
    const int64_t n = l.inner_size, so = l.inner[0], sa = l.inner[1], sb = l.inner[2];
    if (so == 1 && sa == 1 && sb == 1) {
      for (int64_t i = 0; i < n; ++i) out[i] = op(a[i], b[i]);
    } else if (so == 1 && sa == 1 && sb == 0) {
      const T right = *b;
      for (int64_t i = 0; i < n; ++i) out[i] = op(a[i], right);
    } else {
      for (int64_t i = 0; i < n; ++i) out[i * so] = op(a[i * sa], b[i * sb]);
    }
  }
}

template <class Arch, class T>
void WhereLoop<Arch, T>::run(const Loop<4>& l) {
  for (int64_t j = 0; j < l.outer_size; ++j) {
    auto* out = reinterpret_cast<T*>(l.data[0]) + j * l.outer[0];
    auto* c = reinterpret_cast<const bool*>(l.data[1]) + j * l.outer[1];
    auto* a = reinterpret_cast<const T*>(l.data[2]) + j * l.outer[2];
    auto* b = reinterpret_cast<const T*>(l.data[3]) + j * l.outer[3];
    const int64_t n = l.inner_size, so = l.inner[0], sc = l.inner[1], sa = l.inner[2], sb = l.inner[3];
    if (so == 1 && sc == 1 && sa == 1 && sb == 1)
      for (int64_t i = 0; i < n; ++i) out[i] = c[i] ? a[i] : b[i];
    else
      for (int64_t i = 0; i < n; ++i) out[i * so] = c[i * sc] ? a[i * sa] : b[i * sb];
  }
}

namespace {

[[gnu::used]] void emit_all() {
  emit<UnaryLoop, float, double, int64_t, int32_t, uint8_t>(AnyUnary{});
  emit<UnaryLoop, float, double>(FloatingUnary{});
  emit<BinaryLoop, float, double, int64_t, int32_t, uint8_t, bool>(AnyBinary{});
  emit<BinaryLoop, float, double>(FloatingBinary{});
  emit<BinaryLoop, int64_t, int32_t, uint8_t, bool>(IntegerBinary{});
  emit<CompareLoop, float, double, int64_t, int32_t, uint8_t, bool>(Comparisons{});
}

}  // namespace

template struct WhereLoop<XGRAD_ARCH, uint8_t>;
template struct WhereLoop<XGRAD_ARCH, int32_t>;
template struct WhereLoop<XGRAD_ARCH, int64_t>;

}  // namespace xgrad::kernels
