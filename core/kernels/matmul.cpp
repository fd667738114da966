#include <xgrad/core/kernels/matmul.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/moves.hpp>
#include <xgrad/core/parallel.hpp>

#ifdef XGRAD_BLAS
#include <cblas.h>
#endif

namespace xgrad::kernels {
namespace {

bool fits_blas(const int64_t (&sizes)[2], const int64_t (&strides)[2]) {
  const auto rows_of_neighbours = [&](int row, int column) {
    return (strides[column] == 1 || sizes[column] <= 1) &&
           (strides[row] >= sizes[column] || sizes[row] <= 1) && strides[row] >= 0;
  };
  return rows_of_neighbours(0, 1) || rows_of_neighbours(1, 0);
}

template <class T>
void repeat_row(const T* row, int64_t n, int64_t m, T* out, int64_t leading) {
  for (int64_t i = 0; i < n; ++i) std::copy_n(row, m, out + i * leading);
}

#ifdef XGRAD_BLAS

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

template <class T>
Matrix<T> matrix(const T* data, const int64_t (&sizes)[2], const int64_t (&strides)[2]) {
  const bool plain = (strides[1] == 1 || sizes[1] <= 1) && (strides[0] >= sizes[1] || sizes[0] <= 1);
  const int row = plain ? 0 : 1;
  const int64_t shortest = std::max<int64_t>(1, sizes[1 - row]);
  return {data, plain ? CblasNoTrans : CblasTrans,
          sizes[row] <= 1 ? shortest : std::max(strides[row], shortest)};
}

// alpha * a × b + beta * out; or, with a bias, that in every row plus alpha * a × b.
template <class T>
struct Product {
  int n, m, k;
  T alpha;
  Matrix<T> a, b;
  T beta;
  T* out;
  int leading;  // from one row of out to the next
  const T* bias = nullptr;

  double pairs() const { return double(n) * m * k; }
};

void run(const Product<float>& p) {
  cblas_sgemm(CblasRowMajor, p.a.transpose, p.b.transpose, p.n, p.m, p.k, p.alpha, p.a.data,
              static_cast<int>(p.a.leading), p.b.data, static_cast<int>(p.b.leading), p.beta, p.out,
              p.leading);
}
void run(const Product<double>& p) {
  cblas_dgemm(CblasRowMajor, p.a.transpose, p.b.transpose, p.n, p.m, p.k, p.alpha, p.a.data,
              static_cast<int>(p.a.leading), p.b.data, static_cast<int>(p.b.leading), p.beta, p.out,
              p.leading);
}

template <class T>
void put_bias(Product<T>& p) {
  if (!p.bias) return;
  repeat_row(p.bias, p.n, p.m, p.out, p.leading);
  p.beta = 1;
  p.bias = nullptr;
}

// [first, last) of the rows of out, of its columns, or of the sums that make its elements.
template <class T>
Product<T> rows_of(Product<T> p, int first, int last) {
  p.a.data = p.a.at(first, 0);
  p.out += int64_t{first} * p.leading;
  p.n = last - first;
  return p;
}
template <class T>
Product<T> columns_of(Product<T> p, int first, int last) {
  p.b.data = p.b.at(0, first);
  p.out += first;
  if (p.bias) p.bias += first;
  p.m = last - first;
  return p;
}
template <class T>
Product<T> terms_of(Product<T> p, int first, int last) {
  p.a.data = p.a.at(0, first);
  p.b.data = p.b.at(first, 0);
  p.k = last - first;
  return p;
}

// OpenBLAS has kernels that multiply up to a million pairs without packing the operands first, for float on
// AVX-512: 175-205 GFLOP/s on the products of a training step, where its general path reaches 140-180. So
// products are cut to that size unless they are larger than the second-level cache, where packing pays.
struct Tile {
  int n, m, k;  // at most
};

bool has_unpacked_kernels() {
  static const bool has = [] {
    const std::string_view core = openblas_get_corename();
    return core == "SkylakeX" || core == "Cooperlake" || core == "SapphireRapids";
  }();
  return has;
}

// Nothing for a product that BLAS is to get whole.
std::optional<Tile> tile_of(const Product<float>& p) {
  constexpr double unpacked = 1e6, cached = 6e5;
  const double rows = p.n, columns = p.m, depth = p.k;
  if (p.pairs() <= unpacked || rows * depth + depth * columns + rows * columns > cached) return {};
  if (!has_unpacked_kernels()) return {};
  const bool b_turned = p.b.transpose == CblasTrans;
  if (p.a.transpose == CblasTrans) {
    // Gradients of weights that are added up, and come from memory: the general kernels fetch them ahead.
    if (p.beta != 0 && !b_turned) return {};
  } else if (b_turned && p.k < 256) {
    return {};  // the kernels for rows times rows want long sums
  }
  return b_turned ? Tile{32, 32, 976} : Tile{96, 32, 325};
}

void run_tiles(const Product<float>& p, const Tile& tile) {
  const int down = (p.n + tile.n - 1) / tile.n, across = (p.m + tile.m - 1) / tile.m;
  const int pieces = (p.k + tile.k - 1) / tile.k, length = (p.k + pieces - 1) / pieces;
  for (int t = 0; t < down * across; ++t) {
    const int i = (p.m > p.n ? t % down : t / across) * tile.n,
              j = (p.m > p.n ? t / down : t % across) * tile.m;
    Product<float> part = columns_of(rows_of(p, i, std::min(i + tile.n, p.n)), j, std::min(j + tile.m, p.m));
    put_bias(part);
    for (int l = 0; l < p.k; l += length, part.beta = 1) run(terms_of(part, l, std::min(l + length, p.k)));
  }
}

// What the product of a pair costs, in nanoseconds: less than it takes alone. In a training loop threads that
// share a product have the operands in the caches of both, and the next one who writes them has to wait:
// below 150 us a training step is no faster with them.
template <class T>
constexpr double cost_of_pair = sizeof(T) == 4 ? 0.0035 : 0.007;

// What several threads share. To write a cache line that the other core has read, too, takes four times as
// long as to write one's own, so each should keep to some rows of a layer's weight: to their columns of its
// value, to their part of the sums of its input's gradient, to their rows of its own gradient, and the
// optimizer cuts by rows as well.
enum class Cut { rows, columns, terms };

Cut cut_of(const Product<float>& p) {
  const bool turned = p.a.transpose == CblasTrans;
  if (!turned && p.b.transpose == CblasNoTrans && p.k >= 4 * p.n) return Cut::terms;
  return p.n >= p.m || (turned && p.n >= 64) ? Cut::rows : Cut::columns;
}

template <class T>
void run_whole(Product<T> p) {
  put_bias(p);
  const detail::OnThisThread alone(cost_of_pair<T> * p.pairs() < 2 * detail::worth_a_thread);
  run(p);  // OpenBLAS brings its own threads
}

void multiply(const Product<double>& p) { run_whole(p); }

void multiply(const Product<float>& p) {
  const std::optional<Tile> tile = tile_of(p);
  if (!tile) return run_whole(p);
  const Cut cut = cut_of(p);
  const int size = cut == Cut::rows ? p.n : cut == Cut::columns ? p.m : p.k;
  const int64_t n = p.n, m = p.m, k = p.k;
  const int64_t threads =
      std::clamp<int64_t>(detail::threads_for(cost_of_pair<float> * p.pairs()), 1, (size + 31) / 32);
  // Rows of a times rows of b have the slowest kernel, by a sixth: for many rows of b, turning a over costs
  // less.
  const bool turn = m >= 256 && p.a.transpose == CblasNoTrans && p.b.transpose == CblasTrans;
  const Tensor turned = turn ? detail::make_tensor({threads, k, n}, kFloat) : Tensor();
  const Tensor sums =
      cut == Cut::terms && threads > 1 ? detail::make_tensor({threads - 1, n, m}, kFloat) : Tensor();

  const auto run_share = [&](int64_t thread) {
    // Whole cache lines of out.
    const auto begin_of = [&](int64_t t) {
      return t == threads ? size : static_cast<int>((size * t / threads + 15) / 16 * 16);
    };
    const int begin = begin_of(thread), end = begin_of(thread + 1);
    Product<float> share = cut == Cut::rows      ? rows_of(p, begin, end)
                           : cut == Cut::columns ? columns_of(p, begin, end)
                                                 : terms_of(p, begin, end);
    if (cut == Cut::terms && thread > 0) {
      share.out = sums.data_ptr<float>() + (thread - 1) * n * m;
      share.beta = 0;
      share.bias = nullptr;
    }
    if (turn) {
      auto* to = turned.data_ptr<float>() + thread * k * n;
      transpose(reinterpret_cast<const int32_t*>(share.a.data), share.a.leading,
                reinterpret_cast<int32_t*>(to), share.n, share.n, share.k);
      share.a = {to, CblasTrans, share.n};
    }
    run_tiles(share, *tile);
  };
  detail::parallel_for(threads, detail::worth_a_thread, [&](int64_t begin, int64_t end) {
    for (int64_t thread = begin; thread < end; ++thread) run_share(thread);
  });
  if (!sums.defined()) return;
  for (int64_t thread = 1; thread < threads; ++thread) {
    const float* more = sums.data_ptr<float>() + (thread - 1) * n * m;
    constexpr double cost_of_sum = 0.15;  // of an element, in nanoseconds
    detail::parallel_for(n * m, cost_of_sum, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) p.out[i] += more[i];
    });
  }
}

#endif

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

// One product of matrices given by address and strides.
template <class T>
void product(T* out, const T* a, const T* b, int64_t n, int64_t m, int64_t k, const int64_t (&sa)[2],
             const int64_t (&sb)[2], T beta, T alpha, const T* bias = nullptr) {
#ifdef XGRAD_BLAS
  constexpr int64_t few = 512;  // multiplications: less than the cost of entering BLAS
  if constexpr (std::is_floating_point_v<T>)
    if (n * m * k > few)
      return multiply({static_cast<int>(n), static_cast<int>(m), static_cast<int>(k), alpha,
                       matrix<T>(a, {n, k}, sa), matrix<T>(b, {k, m}, sb), beta, out, static_cast<int>(m),
                       bias});
#endif
  if (bias) repeat_row(bias, n, m, out, m);
  small_product(out, a, b, n, m, k, sa, sb, bias ? T{1} : beta, alpha);
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

void gemm(const Tensor& out, const Tensor& a, const Tensor& b, double beta, double alpha,
          const Tensor& bias) {
  check_sizes(a, b);
  const Tensor x = readable(a), y = readable(b), row = bias.defined() ? contiguous(bias) : bias;
  visit(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    product<T>(static_cast<T*>(out.data_ptr()), static_cast<const T*>(x.data_ptr()),
               static_cast<const T*>(y.data_ptr()), a.sizes()[0], b.sizes()[1], a.sizes()[1],
               {x.strides()[0], x.strides()[1]}, {y.strides()[0], y.strides()[1]}, static_cast<T>(beta),
               static_cast<T>(alpha), row.defined() ? static_cast<const T*>(row.data_ptr()) : nullptr);
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
