#include "limits.hpp"

#include <cblas.h>
#include <omp.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <vector>

namespace bench {
namespace {

// Calls f(begin, end) for every thread's share of [0, count).
template <class F>
void shares(size_t count, F f) {
  const auto threads = static_cast<size_t>(omp_get_max_threads());
  if (threads == 1) return f(size_t{0}, count);
#pragma omp parallel
  {
    const auto i = static_cast<size_t>(omp_get_thread_num());
    f(count / threads * i, i + 1 == threads ? count : count / threads * (i + 1));
  }
}

// In the widest registers that the processor has.
[[gnu::target_clones("default", "avx2", "avx512f"), gnu::noinline]] void read(const float* x, size_t n) {
  constexpr size_t step = 128, ahead = 512;
  float sums[step] = {};
  for (size_t i = 0; i + step <= n; i += step) {
    for (size_t k = 0; k < step; k += 16) __builtin_prefetch(x + i + ahead + k);
    for (size_t k = 0; k < step; ++k) sums[k] += x[i + k];
  }
  asm volatile("" : : "r"(sums) : "memory");  // all of them are wanted, so all is read
}

template <class T>
struct InBlocks {
  using value_type = T;
  T* allocate(size_t count) { return static_cast<T*>(allocate_block(count * sizeof(T))); }
  void deallocate(T* block, size_t) { std::free(block); }
  friend bool operator==(const InBlocks&, const InBlocks&) { return true; }
};
using FloatVector = std::vector<float, InBlocks<float>>;

using Floats = std::shared_ptr<FloatVector>;
Floats floats(int64_t count, float value) {
  return std::make_shared<FloatVector>(static_cast<size_t>(count), value);
}

}  // namespace

void* allocate_block(size_t bytes) {
  constexpr size_t page = size_t{2} << 20;
  void* block = nullptr;
  if (posix_memalign(&block, bytes < page ? 64 : page, bytes) != 0) throw std::bad_alloc();
  if (bytes >= page) madvise(block, bytes / page * page, MADV_HUGEPAGE);
  return block;
}

Work read_pass(int64_t elements) {
  return [x = floats(elements, 1.0f)] {
    shares(x->size(), [&](size_t begin, size_t end) { read(x->data() + begin, end - begin); });
  };
}

Work copy_pass(int64_t elements) {
  return [from = floats(elements, 1.0f), to = floats(elements, 0.0f)] {
    shares(from->size(), [&](size_t begin, size_t end) {
      std::memcpy(to->data() + begin, from->data() + begin, (end - begin) * sizeof(float));
    });
    asm volatile("" : : "r"(to->data()) : "memory");
  };
}

Work rows_pass() {
  constexpr size_t table = 30000, rows = 4096, length = 64;
  auto picked = std::make_shared<std::vector<size_t>>();
  std::mt19937 engine(1);
  std::uniform_int_distribution<size_t> uniform(0, table - 1);
  for (size_t i = 0; i < rows; ++i) picked->push_back(uniform(engine));
  return [picked, from = floats(table * length, 1.0f), to = floats(rows * length, 0.0f)] {
    float* row = to->data();
    for (const size_t i : *picked) {
      std::memcpy(row, from->data() + i * length, length * sizeof(float));
      row += length;
    }
    asm volatile("" : : "r"(to->data()) : "memory");
  };
}

Work triad_pass(int64_t elements) {
  return [a = floats(elements, 0.0f), b = floats(elements, 1.0f), c = floats(elements, 2.0f)] {
    shares(a->size(), [&](size_t begin, size_t end) {
      float* __restrict to = a->data();
      const float *x = b->data(), *y = c->data();
      for (size_t i = begin; i < end; ++i) to[i] = x[i] + 3.0f * y[i];
    });
  };
}

Work memory_pass(int updated, int64_t elements) {
  const auto n = static_cast<size_t>(elements);
  return [n, gradient = FloatVector(n, 1e-3f),
          arrays = std::vector<FloatVector>(static_cast<size_t>(updated), FloatVector(n))]() mutable {
    const float* g = gradient.data();
    float* p[3] = {};
    for (size_t k = 0; k < arrays.size(); ++k) p[k] = arrays[k].data();
    if (arrays.size() == 1)
      for (size_t i = 0; i < n; ++i) p[0][i] += g[i];
    else
#pragma GCC ivdep
      for (size_t i = 0; i < n; ++i) {
        p[0][i] += g[i];
        p[1][i] += g[i];
        p[2][i] += g[i];
      }
  };
}

namespace {
constexpr int fma_chains = 12, fma_rounds = 100000;  // enough chains to hide the latency
}
double fma_operations(int threads) { return 2.0 * 16 * fma_chains * fma_rounds * threads; }

Work fma_pass() {
  using Vector __attribute__((vector_size(64))) = float;
  return [] {
    shares(static_cast<size_t>(omp_get_max_threads()), [](size_t, size_t) {
      const Vector a = Vector{} + 0.999f, b = Vector{} + 0.001f;
      Vector x[fma_chains] = {};
      for (int i = 0; i < fma_rounds; ++i)
#pragma GCC unroll 12
        for (int k = 0; k < fma_chains; ++k) x[k] = x[k] * a + b;
      Vector sum{};
      for (const Vector& v : x) sum += v;
      if (sum[0] < 0) std::abort();
    });
  };
}

Work sgemm_pass(int64_t side) {
  const auto i = static_cast<blasint>(side);
  return [i, a = floats(side * side, 1.0f), b = floats(side * side, 1.0f), c = floats(side * side, 0.0f)] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, i, i, i, 1.0f, a->data(), i, b->data(), i, 0.0f,
                c->data(), i);
  };
}

const char* blas_version() { return openblas_get_config(); }

float* random_values() {
  static FloatVector all = [] {
    constexpr size_t drawn = 1 << 20;
    FloatVector values(size_t{2048} * 32000);
    std::mt19937 engine(1);
    std::uniform_real_distribution<float> uniform(0.1f, 1.1f);
    for (size_t i = 0; i < values.size(); ++i) values[i] = i < drawn ? uniform(engine) : values[i - drawn];
    return values;
  }();
  return all.data();
}

}  // namespace bench
