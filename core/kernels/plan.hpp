// How N strided arrays of one shape are walked: as few dimensions as possible, the two innermost inside a
// kernel.
#pragma once

#include <algorithm>
#include <cstdint>

#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/parallel.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::kernels {

/// An array under a kernel: where it starts, its strides in elements over the common shape, and its element's
/// size.
struct Array {
  void* data;
  Dims strides;
  int64_t element_size;
};

inline Array array_of(const Tensor& t, IntArrayRef shape) {
  return {t.data_ptr(), detail::broadcast_strides(t.sizes(), t.strides(), shape), t.itemsize()};
}

template <int N>
class Plan {
 public:
  Plan(IntArrayRef shape, const Array (&arrays)[N]) {
    for (int k = 0; k < N; ++k) {
      data_[k] = static_cast<char*>(arrays[k].data);
      bytes_[k] = arrays[k].element_size;
    }
    for (size_t d = 0; d < shape.size(); ++d) {
      if (shape[d] == 1) continue;
      bool merges = !sizes_.empty();
      for (int k = 0; merges && k < N; ++k) merges = strides_[k].back() == arrays[k].strides[d] * shape[d];
      if (merges) {
        sizes_.back() *= shape[d];
        for (int k = 0; k < N; ++k) strides_[k].back() = arrays[k].strides[d];
      } else {
        sizes_.push_back(shape[d]);
        for (int k = 0; k < N; ++k) strides_[k].push_back(arrays[k].strides[d]);
      }
    }
  }

  /// Calls kernel(Loop<N>) until every element, of `cost` nanoseconds each, has been visited; from several
  /// threads when there are many.
  template <class Kernel>
  void run(const Kernel& kernel, double cost = 0.1) const {
    const size_t n = sizes_.size();
    int64_t total = 1;
    for (const int64_t size : sizes_) total *= size;
    if (total == 0) return;
    if (n == 0 || cost * static_cast<double>(total) < 2 * detail::worth_a_thread)
      return range(kernel, 0, 0, n > 0 ? sizes_[0] : 1);
    // The first dimension that is long enough is shared out: threads that write far apart do not wait for
    // each other's cache lines.
    const auto many = std::find_if(sizes_.begin(), sizes_.end(), [](int64_t size) { return size >= 64; });
    const size_t shared = static_cast<size_t>(
        (many != sizes_.end() ? many : std::max_element(sizes_.begin(), sizes_.end())) - sizes_.begin());
    detail::parallel_for(sizes_[shared], cost * static_cast<double>(total / sizes_[shared]),
                         [&](int64_t begin, int64_t end) { range(kernel, shared, begin, end); });
  }

  /// The same on this thread, in the order of the elements: for kernels whose writes may meet.
  template <class Kernel>
  void run_in_order(const Kernel& kernel) const {
    for (const int64_t size : sizes_)
      if (size == 0) return;
    range(kernel, 0, 0, sizes_.empty() ? 1 : sizes_[0]);
  }

 private:
  // Everything whose index in dimension `shared` is in [begin, end).
  template <class Kernel>
  void range(const Kernel& kernel, size_t shared, int64_t begin, int64_t end) const {
    const size_t n = sizes_.size();
    Dims sizes = sizes_;
    Loop<N> loop;
    for (int k = 0; k < N; ++k) loop.data[k] = data_[k];
    if (n > 0) {
      sizes[shared] = end - begin;
      for (int k = 0; k < N; ++k) loop.data[k] += begin * strides_[k][shared] * bytes_[k];
    }
    loop.inner_size = n > 0 ? sizes[n - 1] : 1;
    loop.outer_size = n > 1 ? sizes[n - 2] : 1;
    for (int k = 0; k < N; ++k) {
      loop.inner[k] = n > 0 ? strides_[k][n - 1] : 0;
      loop.outer[k] = n > 1 ? strides_[k][n - 2] : 0;
    }
    if (n <= 2) return kernel(loop);

    Dims index(n - 2, 0);
    while (true) {
      kernel(loop);
      size_t d = n - 2;
      while (true) {
        if (d == 0) return;
        --d;
        for (int k = 0; k < N; ++k) loop.data[k] += strides_[k][d] * bytes_[k];
        if (++index[d] < sizes[d]) break;
        for (int k = 0; k < N; ++k) loop.data[k] -= sizes[d] * strides_[k][d] * bytes_[k];
        index[d] = 0;
      }
    }
  }

  char* data_[N];
  int64_t bytes_[N];
  Dims sizes_;
  Dims strides_[N];
};

}  // namespace xgrad::kernels
