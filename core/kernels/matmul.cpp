#include <xgrad/core/kernels/matmul.hpp>

#include <algorithm>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/product/product.hpp>

namespace xgrad::kernels {
namespace {

// The product by loops: eight columns of b at a time, side by side, so that the compiler sums them in
// registers.
template <class T>
void small_product(T* out, const T* a, const T* b, int64_t n, int64_t m, int64_t k, const int64_t (&sa)[2],
                   const int64_t (&sb)[2], T beta, T alpha) {
  constexpr int64_t lanes = 8;
  const auto store = [&](T* to, const T* sums, int64_t count) {
    if (beta == T{})
      for (int64_t j = 0; j < count; ++j) to[j] = static_cast<T>(alpha * sums[j]);
    else
      for (int64_t j = 0; j < count; ++j) to[j] = static_cast<T>(beta * to[j] + alpha * sums[j]);
  };
  if (m == 1) {
    for (int64_t i = 0; i < n; ++i) {
      T sum{};
      for (int64_t l = 0; l < k; ++l)
        sum = static_cast<T>(sum + static_cast<T>(a[i * sa[0] + l * sa[1]] * b[l * sb[0]]));
      store(out + i, &sum, 1);
    }
    return;
  }
  SmallVector<T, 64 * lanes> copied;  // columns of b that do not lie side by side
  for (int64_t first = 0; first < m; first += lanes) {
    const int64_t width = std::min(lanes, m - first);
    const T* columns = b + first * sb[1];
    int64_t apart = sb[0];
    if (width < lanes || sb[1] != 1) {
      copied.resize(static_cast<size_t>(k * lanes));
      for (int64_t j = 0; j < width; ++j)
        for (int64_t l = 0; l < k; ++l) copied.data()[l * lanes + j] = columns[l * sb[0] + j * sb[1]];
      columns = copied.data();
      apart = lanes;
    }
    for (int64_t i = 0; i < n; ++i) {
      T sums[lanes] = {};
      for (int64_t l = 0; l < k; ++l) {
        const T x = a[i * sa[0] + l * sa[1]];
        const T* row = columns + l * apart;
        for (int64_t j = 0; j < lanes; ++j) sums[j] = static_cast<T>(sums[j] + static_cast<T>(x * row[j]));
      }
      if (width == lanes)
        store(out + i * m + first, sums, lanes);
      else
        store(out + i * m + first, sums, width);
    }
  }
}

template <class T>
void repeat_row(const T* row, int64_t n, int64_t m, T* out) {
  for (int64_t i = 0; i < n; ++i) std::copy_n(row, m, out + i * m);
}

// Whether the engine is faster than loops.
bool pays(int64_t n, int64_t m, int64_t k) {
  return static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k) > 128;
}

}  // namespace

void gemm(const Tensor& out, const Tensor& a, const Tensor& b, double beta, double alpha,
          const Tensor& bias) {
  const Tensor row = bias.defined() ? contiguous(bias) : bias;
  const int64_t n = a.sizes()[0], k = a.sizes()[1], m = b.sizes()[1];
  visit(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto* c = static_cast<T*>(out.data_ptr());
    const auto *x = static_cast<const T*>(a.data_ptr()), *y = static_cast<const T*>(b.data_ptr());
    const T* start = row.defined() ? static_cast<const T*>(row.data_ptr()) : nullptr;
    const T scale = static_cast<T>(alpha), kept = static_cast<T>(start ? 1 : beta);
    if constexpr (std::is_floating_point_v<T>)
      if (pays(n, m, k)) {
        const int64_t start_row = start ? 0 : m;
        if (!start && kept != T{}) start = c;
        return product::multiply<T>({n,
                                     m,
                                     scale == T{} ? 0 : k,  // then not even NaN in a or b counts
                                     {x, a.strides()[0], a.strides()[1]},
                                     {y, b.strides()[0], b.strides()[1]},
                                     c,
                                     m,
                                     start,
                                     start_row,
                                     scale,
                                     kept});
      }
    if (start) repeat_row(start, n, m, c);
    small_product<T>(c, x, y, n, m, k, {a.strides()[0], a.strides()[1]}, {b.strides()[0], b.strides()[1]},
                     kept, scale);
  });
}

void batched_gemm(const Tensor& out, const Tensor& a, const Tensor& b) {
  const int64_t count = a.sizes()[0], n = a.sizes()[1], k = a.sizes()[2], m = b.sizes()[2];
  visit(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto* c = static_cast<T*>(out.data_ptr());
    const auto *x = static_cast<const T*>(a.data_ptr()), *y = static_cast<const T*>(b.data_ptr());
    if constexpr (std::is_floating_point_v<T>)
      if (pays(n, m, k))
        return product::multiply<T>(
            {n, m, k, {x, a.strides()[1], a.strides()[2]}, {y, b.strides()[1], b.strides()[2]}, c, m}, count,
            a.strides()[0], b.strides()[0], n * m);
    for (int64_t i = 0; i < count; ++i)
      small_product<T>(c + i * n * m, x + i * a.strides()[0], y + i * b.strides()[0], n, m, k,
                       {a.strides()[1], a.strides()[2]}, {b.strides()[1], b.strides()[2]}, T{}, T{1});
  });
}

}  // namespace xgrad::kernels
