#include <xgrad/core/parallel.hpp>

#include <algorithm>

#include <xgrad/core/error.hpp>

#ifdef _OPENMP
#include <omp.h>
#else
namespace {
// What OpenMP answers where there is one thread.
void omp_set_num_threads(int) {}
int omp_get_max_threads() { return 1; }
int omp_get_num_threads() { return 1; }
int omp_get_thread_num() { return 0; }
int omp_in_parallel() { return 0; }
}  // namespace
#endif

namespace xgrad {

// OpenMP's own setting is the one state, so that other libraries of the program that share its threads
// follow.
void set_num_threads(int count) {
  check(count > 0, "set_num_threads: expected a positive number of threads, got ", count);
  omp_set_num_threads(count);
}
int get_num_threads() { return omp_get_max_threads(); }

namespace detail {

int64_t threads_for_long(double nanoseconds) {
  if (omp_in_parallel()) return 1;
  return static_cast<int64_t>(std::min<double>(omp_get_max_threads(), nanoseconds / worth_a_thread));
}

void run_on_threads([[maybe_unused]] int64_t threads, int64_t count, const void* f,
                    void (*run)(const void* f, int64_t begin, int64_t end)) {
#ifdef _OPENMP
#pragma omp parallel num_threads(static_cast <int>(threads))
#endif
  {
    // OpenMP may give fewer threads than asked for, as under OMP_THREAD_LIMIT.
    const int64_t team = omp_get_num_threads(), share = (count + team - 1) / team;
    const int64_t begin = omp_get_thread_num() * share;
    if (begin < count) run(f, begin, std::min(begin + share, count));
  }
}

}  // namespace detail
}  // namespace xgrad
