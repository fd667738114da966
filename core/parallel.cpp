#include <xgrad/core/parallel.hpp>

#include <omp.h>

#include <algorithm>

#include <xgrad/core/error.hpp>

namespace xgrad {

// OpenMP's own setting is the one state, so that BLAS, which shares the threads, follows it too.
void set_num_threads(int count) {
  check(count > 0, "set_num_threads: expected a positive number of threads, got ", count);
  omp_set_num_threads(count);
}
int get_num_threads() { return omp_get_max_threads(); }

namespace detail {

void parallel_for(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& f) {
  const int64_t threads =
      omp_in_parallel() ? 1 : std::min<int64_t>(omp_get_max_threads(), count / std::max<int64_t>(grain, 1));
  if (threads <= 1) return f(0, count);
#pragma omp parallel num_threads(static_cast <int>(threads))
  {
    const int64_t share = (count + threads - 1) / threads;
    const int64_t begin = omp_get_thread_num() * share;
    if (begin < count) f(begin, std::min(begin + share, count));
  }
}

}  // namespace detail
}  // namespace xgrad
