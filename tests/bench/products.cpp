// xgrad's products beside those of OpenBLAS and, if it is there, oneDNN: xgrad_bench_products [FORM…]. The
// libraries take turns within one process; every figure is the median over the turns of the thread's own
// time, every ratio that of the ratios of a turn. For each instruction set the program starts itself anew,
// with the environment that makes OpenBLAS and oneDNN use it: left alone, OpenBLAS chooses by the processor's
// model and not its abilities.
#include <cblas.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include <xgrad/core/allocator.hpp>
#include <xgrad/core/kernels/product/plan.hpp>
#include <xgrad/core/kernels/simd.hpp>
#include <xgrad/core/parallel.hpp>

#ifdef BENCH_ONEDNN
#include <dnnl.h>
#endif

namespace {

using namespace xgrad::kernels;
using product::Product;
using product::Size;

struct Shape {
  int m, k, n;
};
// The layers of small networks, squares, the windows of convolutions, thin ones.
constexpr Shape shapes[] = {{32, 784, 128},  {128, 784, 128}, {128, 128, 10},  {64, 64, 64},
                            {128, 128, 128}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024},
                            {6, 25, 784},    {16, 150, 6400}, {64, 576, 3136}, {128, 10, 128},
                            {784, 32, 128},  {1, 784, 128}};

// Of the operands, which are stored transposed.
struct Form {
  const char* name;
  bool a, b;
};
constexpr Form forms[] = {{"A B", false, false}, {"A^T B", true, false}, {"A B^T", false, true}};

double thread_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
double wall_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
template <class F>
double seconds(double (*clock)(), long times, const F& f) {
  f();
  const double before = clock();
  for (long i = 0; i < times; ++i) f();
  return (clock() - before) / static_cast<double>(times);
}
double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

template <class T>
struct Matrices {
  Shape s;
  Form f;
  using Numbers = std::vector<T, xgrad::detail::PoolAllocator<T>>;  // in huge pages, as xgrad's tensors
  Numbers a, b, c;
  Matrices(Shape shape, Form form) : s(shape), f(form) {
    std::mt19937 random(1);
    std::uniform_real_distribution<T> uniform(-1, 1);
    const auto fill = [&](Numbers& v, int rows, int columns) {
      v.resize(static_cast<size_t>(rows) * static_cast<size_t>(columns));
      for (T& x : v) x = uniform(random);
    };
    fill(a, s.m, s.k), fill(b, s.k, s.n), fill(c, s.m, s.n);
  }
  int a_row() const { return f.a ? s.m : s.k; }
  int b_row() const { return f.b ? s.k : s.n; }
  double operations() const { return 2.0 * s.m * s.k * s.n; }

  Product<T> product() {
    return {s.m,
            s.n,
            s.k,
            {a.data(), f.a ? 1 : s.k, f.a ? s.m : 1},
            {b.data(), f.b ? 1 : s.n, f.b ? s.k : 1},
            c.data(),
            s.n};
  }
};

void openblas(Matrices<float>& x) {
  cblas_sgemm(CblasRowMajor, x.f.a ? CblasTrans : CblasNoTrans, x.f.b ? CblasTrans : CblasNoTrans, x.s.m,
              x.s.n, x.s.k, 1, x.a.data(), x.a_row(), x.b.data(), x.b_row(), 0, x.c.data(), x.s.n);
}
void openblas(Matrices<double>& x) {
  cblas_dgemm(CblasRowMajor, x.f.a ? CblasTrans : CblasNoTrans, x.f.b ? CblasTrans : CblasNoTrans, x.s.m,
              x.s.n, x.s.k, 1, x.a.data(), x.a_row(), x.b.data(), x.b_row(), 0, x.c.data(), x.s.n);
}
#ifdef BENCH_ONEDNN
constexpr bool have_onednn = true;
void onednn(Matrices<float>& x) {
  dnnl_sgemm(x.f.a ? 'T' : 'N', x.f.b ? 'T' : 'N', x.s.m, x.s.n, x.s.k, 1, x.a.data(), x.a_row(), x.b.data(),
             x.b_row(), 0, x.c.data(), x.s.n);
}
#else
constexpr bool have_onednn = false;
void onednn(Matrices<float>&) {}
#endif
void onednn(Matrices<double>&) {}  // has none

template <class Arch, class T>
void ours(Matrices<T>& x) {
  if constexpr (std::is_same_v<Arch, void>) {
    product::multiply<T>(x.product());
  } else {
    alignas(64) static T scratch[(512 << 10) / sizeof(T)];
    product::simd::run<Arch, T>(product::simd::plan<Arch, T>(x.product()), scratch);
  }
}

struct Bar {
  const char* what;
  double figure, bar;
};
bool print_bars(const std::vector<Bar>& bars) {
  bool all = true;
  for (const Bar& b : bars) {
    const bool met = b.figure >= b.bar;
    all = all && met;
    std::printf("| %-52s | %6.3f | >= %.2f | %-7s |\n", b.what, b.figure, b.bar, met ? "met" : "NOT met");
  }
  return all;
}

// A turn is about so long for each library.
constexpr double slice = 0.003;
constexpr int turns = 12;

struct Means {
  double log_sum = 0, lowest = 1e9;
  int count = 0;
  void add(double ratio) {
    log_sum += std::log(ratio);
    lowest = std::min(lowest, ratio);
    ++count;
  }
  double mean() const { return std::exp(log_sum / std::max(count, 1)); }
};

// Arch: void is what the library chooses.
template <class Arch, class T>
std::array<Means, 2> compare(const char* title, const std::string& only) {
  xgrad::set_num_threads(1);
  const bool dnn = have_onednn && sizeof(T) == 4;
  std::printf("\n| %-42s | GFLOP/s | oneDNN | OpenBLAS | to oneDNN | to OpenBLAS |\n", title);
  std::printf("| --- | ---: | ---: | ---: | ---: | ---: |\n");
  std::array<Means, 2> all;
  for (const Form& form : forms) {
    if (!only.empty() && only != form.name) continue;
    std::array<Means, 2> of_form;
    for (const Shape& shape : shapes) {
      Matrices<T> x(shape, form);
      const auto run = [&] { ours<Arch>(x); };
      const auto run_blas = [&] { openblas(x); };
      const auto run_dnn = [&] { onednn(x); };
      const long times = std::max(1L, static_cast<long>(slice / seconds(thread_time, 3, run_blas)));
      std::vector<double> mine, dnns, blas, to_dnn, to_blas;
      for (int t = 0; t < turns; ++t) {
        // Another one begins each turn: what ran before leaves its traces in the caches.
        for (int i = 0; i < 3; ++i) {
          const int which = (t + i) % 3;
          if (which == 0) mine.push_back(seconds(thread_time, times, run));
          if (which == 1) dnns.push_back(dnn ? seconds(thread_time, times, run_dnn) : 1);
          if (which == 2) blas.push_back(seconds(thread_time, times, run_blas));
        }
        to_dnn.push_back(dnns.back() / mine.back());
        to_blas.push_back(blas.back() / mine.back());
      }
      const double work = x.operations() / 1e9;
      const std::string name = std::string(form.name) + ", " + std::to_string(shape.m) + " x " +
                               std::to_string(shape.k) + " x " + std::to_string(shape.n);
      std::printf("| %-42s | %7.1f | %6.1f | %8.1f | %9.3f | %11.3f |\n", name.c_str(), work / median(mine),
                  dnn ? work / median(dnns) : 0, work / median(blas), dnn ? median(to_dnn) : 0,
                  median(to_blas));
      std::fflush(stdout);
      for (auto* means : {&all, &of_form}) {
        (*means)[0].add(median(to_dnn));
        (*means)[1].add(median(to_blas));
      }
    }
    std::printf("| %-42s | %7s | %6s | %8s | %9.3f | %11.3f |\n",
                (std::string(form.name) + ", geometric mean").c_str(), "", "", "",
                dnn ? of_form[0].mean() : 0, of_form[1].mean());
  }
  std::printf("\n| what | ratio | bar | |\n| --- | ---: | --- | --- |\n");
  return all;
}

// A loop of multiply-adds in registers for each thread: how far this machine lets two threads get.
void hand_written_loop() {
  xgrad::detail::parallel_for(xgrad::get_num_threads(), 1e9, [](Size begin, Size end) {
    for (Size t = begin; t < end; ++t) {
      float x[64];
      std::fill_n(x, 64, 1.0F);
      for (int i = 0; i < 400'000 / xgrad::get_num_threads(); ++i) {
        for (float& v : x) v = v * 0.999F + 0.001F;
        asm volatile("" : : "r"(x) : "memory");
      }
    }
  });
}

template <class F>
double gain_of_two_threads(const F& f) {
  xgrad::set_num_threads(1);
  const long times = std::max(1L, static_cast<long>(4 * slice / seconds(wall_time, 1, f)));
  std::vector<double> gains;
  for (int t = 0; t < 2 * turns; ++t) {
    xgrad::set_num_threads(1);
    const double one = seconds(wall_time, times, f);
    xgrad::set_num_threads(2);
    gains.push_back(one / seconds(wall_time, times, f));
  }
  return median(gains);
}

template <class T>
bool compare_threads(const char* type) {
  std::printf("\n| what two threads gain, %s | ratio | bar | |\n| --- | ---: | --- | --- |\n", type);
  const double loop = gain_of_two_threads(hand_written_loop);
  std::printf("| %-52s | %6.3f | %7s | %7s |\n", "a loop in registers", loop, "", "");
  bool all = true;
  for (const int side : {256, 512, 1024}) {
    Matrices<T> x({side, side, side}, forms[0]);
    const std::string name = std::to_string(side) + "^3";
    all = print_bars(
              {{name.c_str(), gain_of_two_threads([&] { ours<void>(x); }), std::min(1.7, 0.85 * loop)}}) &&
          all;
  }
  return all;
}

bool part(const std::string& name, const std::string& only) {
  if (name == "float32") {
    const auto [dnn, blas] = compare<void, float>("float32", only);
    bool met = print_bars({{"float32 to OpenBLAS, lowest", blas.lowest, 0.90}});
    if (have_onednn)
      met = print_bars({{"float32 to oneDNN, geometric mean", dnn.mean(), 0.98},
                        {"float32 to oneDNN, lowest", dnn.lowest, 0.85}}) &&
            met;
    return met;
  }
  if (name == "float64") {
    const auto [dnn, blas] = compare<void, double>("float64", only);
    return print_bars({{"float64 to OpenBLAS, geometric mean", blas.mean(), 1.05},
                       {"float64 to OpenBLAS, lowest", blas.lowest, 0.90}});
  }
#if defined(__x86_64__)
  if (name == "float32_avx2") {
    const auto [dnn, blas] = compare<Avx2, float>("float32, AVX2", only);
    return !have_onednn || print_bars({{"float32, AVX2, to oneDNN, geometric mean", dnn.mean(), 0.98}});
  }
  if (name == "float64_avx2") {
    compare<Avx2, double>("float64, AVX2", only);
    return true;
  }
#endif
  const bool single = compare_threads<float>("float32");
  return compare_threads<double>("float64") && single;
}

// In a program of its own, for OpenBLAS and oneDNN look at the environment when they are loaded.
bool start(const char* name, const std::string& only, const char* core, const char* isa) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (core) setenv("OPENBLAS_CORETYPE", core, 1);
    if (isa) setenv("ONEDNN_MAX_CPU_ISA", isa, 1);
    execl("/proc/self/exe", "xgrad_bench_products", "--part", name, only.c_str(), nullptr);
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3 && std::strcmp(argv[1], "--part") == 0) return part(argv[2], argv[3]) ? 0 : 1;
  const std::string only = argc > 1 ? argv[1] : "";
  bool met = true;
#if defined(__x86_64__)
  const char* core = simd_level == SimdLevel::avx512 ? "SkylakeX"
                     : simd_level == SimdLevel::avx2 ? "Haswell"
                                                     : nullptr;
  for (const char* name : {"float32", "float64"}) met = start(name, only, core, nullptr) && met;
  if (simd_level == SimdLevel::avx512)
    for (const char* name : {"float32_avx2", "float64_avx2"})
      met = start(name, only, "Haswell", "AVX2") && met;
#else
  for (const char* name : {"float32", "float64"}) met = start(name, only, nullptr, nullptr) && met;
#endif
  met = start("threads", only, nullptr, nullptr) && met;
  return met ? 0 : 1;
}
