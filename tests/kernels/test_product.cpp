// The product engine on every instruction set of this machine, beside sums in long double. Operands lie in
// memory full of NaN that ends, or begins, where the process may not read.

#include <sys/mman.h>
#include <unistd.h>

#include <xgrad/core/kernels/product/plan.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

using namespace kernel_test;
using product::Operand;
using product::Product;

namespace {

// Room for `count` numbers right before or right behind a page that may not be touched.
template <class T>
class Guarded {
 public:
  Guarded(int64_t count, bool at_end) {
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t bytes = count * int64_t(sizeof(T)), inside = (bytes + page - 1) / page * page + page;
    size_ = static_cast<size_t>(inside + 2 * page);
    memory_ =
        static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory_ != MAP_FAILED);
    REQUIRE(mprotect(memory_, static_cast<size_t>(page), PROT_NONE) == 0);
    REQUIRE(mprotect(memory_ + page + inside, static_cast<size_t>(page), PROT_NONE) == 0);
    T* all = reinterpret_cast<T*>(memory_ + page);
    std::fill_n(all, inside / int64_t(sizeof(T)), T(not_a_number));
    data_ = at_end ? reinterpret_cast<T*>(memory_ + page + inside) - count : all;
  }
  Guarded(const Guarded&) = delete;
  ~Guarded() { munmap(memory_, size_); }
  T* data() const { return data_; }

 private:
  size_t size_;
  char* memory_;
  T* data_;
};

enum class Layout {
  rows,
  padded_rows,
  columns,
  padded_columns,
  apart,
  same_rows,
  same_columns,
  same,
  diagonals
};
constexpr int layouts = 9;

struct Strides {
  int64_t row, column;
};

Strides strides_of(Layout layout, int64_t rows, int64_t columns) {
  switch (layout) {
    case Layout::rows:
      return {columns, 1};
    case Layout::padded_rows:
      return {columns + 3, 1};
    case Layout::columns:
      return {1, rows};
    case Layout::padded_columns:
      return {1, rows + 5};
    case Layout::apart:
      return {3 * columns + 1, 3};
    case Layout::same_rows:
      return {0, 1};
    case Layout::same_columns:
      return {1, 0};
    case Layout::same:
      return {0, 0};
    default:
      return {1, 1};
  }
}

template <class T>
struct Matrix {
  int64_t rows, columns;
  Strides strides;
  Guarded<T> memory;

  Matrix(int64_t n, int64_t m, Layout layout, bool at_end, Random& random)
      : rows(n),
        columns(m),
        strides(strides_of(layout, n, m)),
        memory((n - 1) * strides.row + (m - 1) * strides.column + 1, at_end) {
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < m; ++j) at(i, j) = T(random.uniform(-1, 1));
  }
  T& at(int64_t i, int64_t j) const { return memory.data()[i * strides.row + j * strides.column]; }
  Operand<T> operand() const { return {memory.data(), strides.row, strides.column}; }
};

enum class Start { nothing, itself, bias };

// The largest error in units of the last place of the sum of magnitudes.
template <class Arch, class T>
double worst_error(int64_t m, int64_t n, int64_t k, Layout la, Layout lb, Start start, T alpha, T beta,
                   bool at_end, Random& random) {
  const Matrix<T> a(m, k, la, at_end, random), b(k, n, lb, at_end, random);
  const Matrix<T> c(m, n, random.below(2) ? Layout::rows : Layout::padded_rows, at_end, random);
  const Matrix<T> bias(1, n, Layout::rows, at_end, random);
  std::vector<T> before;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      before.push_back(start == Start::bias ? bias.at(0, j) : c.at(i, j));
      if (start != Start::itself) c.at(i, j) = T(not_a_number);
    }
  Product<T> p{m, n, k, a.operand(), b.operand(), c.memory.data(), c.strides.row};
  p.alpha = alpha;
  p.beta = beta;
  if (start == Start::itself) p.start = p.c, p.start_row = p.c_row;
  if (start == Start::bias) p.start = bias.memory.data();
  const product::Plan<T> plan = product::simd::plan<Arch, T>(p);
  CHECK((plan.panel + plan.block) * int64_t(sizeof(T)) <= 512 << 10);
  std::vector<T> room(static_cast<size_t>(plan.panel + plan.block) + 16, T(not_a_number));
  T* scratch = room.data();
  while (reinterpret_cast<uintptr_t>(scratch) % 64) ++scratch;
  product::simd::run<Arch, T>(plan, scratch);

  double worst = 0;
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      long double sum = 0, magnitude = 0;
      for (int64_t l = 0; l < k; ++l) {
        const long double term = static_cast<long double>(a.at(i, l)) * b.at(l, j);
        sum += term;
        magnitude += std::abs(term);
      }
      sum *= alpha, magnitude *= std::abs(alpha);
      if (start != Start::nothing) {
        const long double term = static_cast<long double>(beta) * before[static_cast<size_t>(i * n + j)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double error = double(std::abs(c.at(i, j) - sum) / (magnitude + 1e-30L));
      worst = std::isnan(error) ? inf : std::max(worst, error / double(std::numeric_limits<T>::epsilon()));
    }
  // Nothing is written between the rows.
  for (int64_t i = 0; i + 1 < m; ++i)
    for (int64_t j = n; j < c.strides.row; ++j)
      if (!std::isnan(c.memory.data()[i * c.strides.row + j])) worst = inf;
  return worst;
}

template <class Arch, class T>
void check(int64_t m, int64_t n, int64_t k, Random& random, int layout_a = -1, int layout_b = -1) {
  const auto any = [&](int which) { return Layout(which >= 0 ? which : random.below(layouts)); };
  const Layout la = any(layout_a), lb = any(layout_b);
  const Start start = Start(random.below(3));
  const T alpha = random.below(3) ? T(1) : T(-0.5), beta = random.below(3) ? T(1) : T(2);
  const bool at_end = random.below(4) > 0;
  INFO(m << " x " << k << " x " << n << ", layouts " << int(la) << " and " << int(lb) << ", start "
         << int(start) << ", alpha " << alpha << ", beta " << beta);
  // Equal terms are rounded in the same direction again and again.
  const bool equal_terms =
      (la == Layout::same || la == Layout::same_columns) && (lb == Layout::same || lb == Layout::same_rows);
  const double bound = equal_terms ? 6 + double(std::min<int64_t>(k, 1024)) / 8 : 6;
  CHECK(worst_error<Arch, T>(m, n, k, la, lb, start, alpha, beta, at_end, random) < bound);
}

template <class F>
void on_every_arch_and_type(F f) {
  on_every_arch([&](auto arch, const char* name) {
    INFO(name);
    f(arch, float{});
    f(arch, double{});
  });
}

}  // namespace

TEST_CASE("products of every remainder of a tile", "[products]") {
  Random random;
  on_every_arch_and_type([&](auto arch, auto zero) {
    using Arch = decltype(arch);
    using T = decltype(zero);
    for (int64_t m = 1; m <= 27; ++m)
      for (int64_t n = 1; n <= 67; n += 1 + random.below(3))
        check<Arch, T>(m, n, 1 + random.below(20), random, int(random.below(4)), int(random.below(4)));
    for (int64_t k : {1, 2, 3, 63, 64, 65, 100, 513})
      for (int64_t m = 1; m <= 5; ++m)
        for (int64_t n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 17}) {
          check<Arch, T>(m, n, k, random);
          check<Arch, T>(n, m, k, random);
        }
  });
}

TEST_CASE("products of operands in any layout", "[products]") {
  Random random;
  on_every_arch_and_type([&](auto arch, auto zero) {
    using Arch = decltype(arch);
    using T = decltype(zero);
    for (int a = 0; a < layouts; ++a)
      for (int b = 0; b < layouts; ++b)
        for (int i = 0; i < 4; ++i)
          check<Arch, T>(1 + random.below(90), 1 + random.below(150), 1 + random.below(90), random, a, b);
  });
}

TEST_CASE("products large enough for copies in blocks", "[products]") {
  Random random;
  on_every_arch_and_type([&](auto arch, auto zero) {
    using Arch = decltype(arch);
    using T = decltype(zero);
    for (const auto& [m, n, k] : std::vector<std::array<int64_t, 3>>{{270, 290, 700},
                                                                     {130, 40, 530},
                                                                     {40, 300, 1100},
                                                                     {3, 700, 1030},
                                                                     {700, 3, 1030},
                                                                     {10, 1300, 150}})
      for (int layout = 0; layout < 5; ++layout)
        check<Arch, T>(m, n, k, random, layout, int(random.below(5)));
    constexpr int64_t many = (1 << 16) + 1;
    check<Arch, T>(many, 2, 3, random);
    check<Arch, T>(2, many, 3, random);
    check<Arch, T>(2, 3, many, random);
    check<Arch, T>(1, 1, many, random);
  });
}
