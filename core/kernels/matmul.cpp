#include <xgrad/core/kernels/matmul.hpp>

#include <cblas.h>

#include <limits>

#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad::kernels {
namespace {

// A matrix as BLAS wants it: rows (or, transposed, columns) of neighbouring elements, `leading` apart.
template <class T>
struct Matrix {
  const T* data;
  CBLAS_TRANSPOSE transpose;
  int64_t leading;
};

bool fits_blas(const int64_t (&sizes)[2], const int64_t (&strides)[2]) {
  const auto rows_of_neighbours = [&](int row, int column) {
    return (strides[column] == 1 || sizes[column] <= 1) &&
           (strides[row] >= sizes[column] || sizes[row] <= 1) && strides[row] >= 0;
  };
  return rows_of_neighbours(0, 1) || rows_of_neighbours(1, 0);
}

template <class T>
Matrix<T> matrix(const T* data, const int64_t (&sizes)[2], const int64_t (&strides)[2]) {
  const bool plain = (strides[1] == 1 || sizes[1] <= 1) && (strides[0] >= sizes[1] || sizes[0] <= 1);
  const int row = plain ? 0 : 1;
  const int64_t shortest = std::max<int64_t>(1, sizes[1 - row]);
  return {data, plain ? CblasNoTrans : CblasTrans,
          sizes[row] <= 1 ? shortest : std::max(strides[row], shortest)};
}

void multiply(int n, int m, int k, float alpha, const Matrix<float>& a, const Matrix<float>& b, float beta,
              float* out) {
  cblas_sgemm(CblasRowMajor, a.transpose, b.transpose, n, m, k, alpha, a.data, static_cast<int>(a.leading),
              b.data, static_cast<int>(b.leading), beta, out, std::max(m, 1));
}
void multiply(int n, int m, int k, double alpha, const Matrix<double>& a, const Matrix<double>& b,
              double beta, double* out) {
  cblas_dgemm(CblasRowMajor, a.transpose, b.transpose, n, m, k, alpha, a.data, static_cast<int>(a.leading),
              b.data, static_cast<int>(b.leading), beta, out, std::max(m, 1));
}

// One product of matrices given by address and strides.
template <class T>
void product(T* out, const T* a, const T* b, int64_t n, int64_t m, int64_t k, const int64_t (&sa)[2],
             const int64_t (&sb)[2], T beta, T alpha) {
  constexpr int64_t few = 512;  // multiplications: less than the cost of entering BLAS
  if (std::is_floating_point_v<T> && n * m * k > few) {
    if constexpr (std::is_floating_point_v<T>)
      multiply(static_cast<int>(n), static_cast<int>(m), static_cast<int>(k), alpha, matrix<T>(a, {n, k}, sa),
               matrix<T>(b, {k, m}, sb), beta, out);
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < m; ++j) {
      T sum{};
      for (int64_t l = 0; l < k; ++l)
        sum = static_cast<T>(sum + static_cast<T>(a[i * sa[0] + l * sa[1]] * b[l * sb[0] + j * sb[1]]));
      T& cell = out[i * m + j];
      cell = static_cast<T>(beta == T{} ? alpha * sum : beta * cell + alpha * sum);
    }
  }
}

// x itself if BLAS can read its last two dimensions as they lie, else a copy.
Tensor readable(const Tensor& x) {
  const size_t d = x.sizes().size() - 2;
  return fits_blas({x.sizes()[d], x.sizes()[d + 1]}, {x.strides()[d], x.strides()[d + 1]}) ? x
                                                                                           : contiguous(x);
}

void check_sizes(const Tensor& a, const Tensor& b) {
  for (const Tensor* t : {&a, &b})
    for (const int64_t size : t->sizes())
      check(size <= std::numeric_limits<int>::max(), "matmul: a dimension of ", t->sizes(),
            " exceeds the 2^31 - 1 that BLAS can count");
}

}  // namespace

void gemm(const Tensor& out, const Tensor& a, const Tensor& b, double beta, double alpha) {
  check_sizes(a, b);
  const Tensor x = readable(a), y = readable(b);
  visit(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    product<T>(static_cast<T*>(out.data_ptr()), static_cast<const T*>(x.data_ptr()),
               static_cast<const T*>(y.data_ptr()), a.sizes()[0], b.sizes()[1], a.sizes()[1],
               {x.strides()[0], x.strides()[1]}, {y.strides()[0], y.strides()[1]}, static_cast<T>(beta),
               static_cast<T>(alpha));
  });
}

void batched_gemm(const Tensor& out, const Tensor& a, const Tensor& b) {
  check_sizes(a, b);
  const Tensor x = readable(a), y = readable(b);
  const int64_t n = a.sizes()[1], k = a.sizes()[2], m = b.sizes()[2];
  visit(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < a.sizes()[0]; ++i)
      product<T>(static_cast<T*>(out.data_ptr()) + i * n * m,
                 static_cast<const T*>(x.data_ptr()) + i * x.strides()[0],
                 static_cast<const T*>(y.data_ptr()) + i * y.strides()[0], n, m, k,
                 {x.strides()[1], x.strides()[2]}, {y.strides()[1], y.strides()[2]}, T{}, T{1});
  });
}

}  // namespace xgrad::kernels
