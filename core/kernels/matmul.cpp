#include <xgrad/core/kernels/matmul.hpp>

#include <cblas.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/moves.hpp>
#include <xgrad/core/parallel.hpp>

namespace xgrad::kernels {
namespace {

// A matrix as BLAS wants it: rows (or, transposed, columns) of neighbouring elements, `leading` apart.
template <class T>
struct Matrix {
  const T* data;
  CBLAS_TRANSPOSE transpose;
  int64_t leading;

  const T* at(int64_t row, int64_t column) const {
    return data + (transpose == CblasNoTrans ? row * leading + column : column * leading + row);
  }
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

// OpenBLAS has kernels that multiply up to a million pairs without packing the operands first, for float on
// AVX-512: 175-205 GFLOP/s on the products of a training step, where its general path reaches 140-180. So
// products are cut to that size unless they are larger than the second-level cache, where packing pays.
struct Tile {
  int n, m, k;
};

bool has_unpacked_kernels() {
  static const bool has = [] {
    const std::string_view core = openblas_get_corename();
    return core == "SkylakeX" || core == "Cooperlake" || core == "SapphireRapids";
  }();
  return has;
}

Tile tile_of(int n, int m, int k, const Matrix<float>& a, const Matrix<float>& b, float beta) {
  const Tile whole{n, m, k};
  constexpr double unpacked = 1e6, cached = 6e5;
  const double rows = n, columns = m, depth = k;
  if (rows * columns * depth <= unpacked || rows * depth + depth * columns + rows * columns > cached)
    return whole;
  if (!has_unpacked_kernels()) return whole;
  // Gradients of weights that are added up, and come from memory: the general kernels fetch them ahead.
  if (beta != 0 && a.transpose == CblasTrans && b.transpose == CblasNoTrans) return whole;
  // A transposed b: its kernels want long sums.
  if (b.transpose == CblasTrans)
    return k < 256 && a.transpose == CblasNoTrans ? whole : Tile{32, 32, std::min(k, 976)};
  const int pieces = (k + 324) / 325;
  return {96, 32, (k + pieces - 1) / pieces};
}

// What the product of a pair costs, in nanoseconds: less than it takes alone. In a training loop threads that
// share a product have the operands in the caches of both, and the next one who writes them has to wait:
// below 150 us a training step is no faster with them.
template <class T>
constexpr double cost = sizeof(T) == 4 ? 0.0035 : 0.007;

void multiply(int n, int m, int k, float alpha, Matrix<float> a, const Matrix<float>& b, float beta,
              float* out) {
  const Tile tile = tile_of(n, m, k, a, b, beta);
  const int tiles_down = (n + tile.n - 1) / tile.n, tiles_across = (m + tile.m - 1) / tile.m;
  const int64_t tiles = int64_t{tiles_down} * tiles_across;
  // Rows of a times rows of b have the slowest kernel, by a sixth: for many rows of b, turning a over costs
  // less.
  Tensor turned;
  if (tiles > 1 && m >= 256 && a.transpose == CblasNoTrans && b.transpose == CblasTrans) {
    turned = detail::make_tensor({k, n}, kFloat);
    auto* to = turned.data_ptr<float>();
    transpose(reinterpret_cast<const int32_t*>(a.data), a.leading, reinterpret_cast<int32_t*>(to), n, n, k);
    a = {to, CblasTrans, n};
  }
  const auto run = [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      const int at = static_cast<int>(t), i = (m > n ? at % tiles_down : at / tiles_across) * tile.n,
                j = (m > n ? at / tiles_down : at % tiles_across) * tile.m;
      for (int l = 0; l < k; l += tile.k)
        cblas_sgemm(CblasRowMajor, a.transpose, b.transpose, std::min(tile.n, n - i), std::min(tile.m, m - j),
                    std::min(tile.k, k - l), alpha, a.at(i, l), static_cast<int>(a.leading), b.at(l, j),
                    static_cast<int>(b.leading), l == 0 ? beta : 1.0f, out + int64_t{i} * m + j,
                    std::max(m, 1));
    }
  };
  const double work = cost<float> * double(n) * m * k;
  if (tiles == 1) {  // OpenBLAS brings its own threads
    const detail::OnThisThread alone(work < 2 * detail::worth_a_thread);
    return run(0, 1);
  }
  detail::parallel_for(tiles, work / static_cast<double>(tiles), run);
}
void multiply(int n, int m, int k, double alpha, const Matrix<double>& a, const Matrix<double>& b,
              double beta, double* out) {
  const detail::OnThisThread alone(cost<double> * double(n) * m * k < 2 * detail::worth_a_thread);
  cblas_dgemm(CblasRowMajor, a.transpose, b.transpose, n, m, k, alpha, a.data, static_cast<int>(a.leading),
              b.data, static_cast<int>(b.leading), beta, out, std::max(m, 1));
}

// The product by loops: eight columns of b at a time, side by side, so that the compiler sums them in
// registers.
template <class T>
void small_product(T* out, const T* a, const T* b, int64_t n, int64_t m, int64_t k, const int64_t (&sa)[2],
                   const int64_t (&sb)[2], T beta, T alpha) {
  constexpr int64_t lanes = 8;
  const auto store = [&](T& cell, T sum) {
    cell = static_cast<T>(beta == T{} ? alpha * sum : beta * cell + alpha * sum);
  };
  if (m == 1) {
    for (int64_t i = 0; i < n; ++i) {
      T sum{};
      for (int64_t l = 0; l < k; ++l)
        sum = static_cast<T>(sum + static_cast<T>(a[i * sa[0] + l * sa[1]] * b[l * sb[0]]));
      store(out[i], sum);
    }
    return;
  }
  SmallVector<T, 64 * lanes> columns;
  columns.resize(static_cast<size_t>(k * lanes));
  for (int64_t first = 0; first < m; first += lanes) {
    const int64_t width = std::min(lanes, m - first);
    T* to = columns.data();
    for (int64_t l = 0; l < k; ++l, to += lanes)
      for (int64_t j = 0; j < width; ++j) to[j] = b[l * sb[0] + (first + j) * sb[1]];
    for (int64_t i = 0; i < n; ++i) {
      T sums[lanes] = {};
      const T* row = columns.data();
      for (int64_t l = 0; l < k; ++l, row += lanes) {
        const T x = a[i * sa[0] + l * sa[1]];
        for (int64_t j = 0; j < lanes; ++j) sums[j] = static_cast<T>(sums[j] + static_cast<T>(x * row[j]));
      }
      for (int64_t j = 0; j < width; ++j) store(out[i * m + first + j], sums[j]);
    }
  }
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
  small_product(out, a, b, n, m, k, sa, sb, beta, alpha);
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
