#include <xgrad/core/kernels/indexing.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/moves.hpp>
#include <xgrad/core/kernels/plan.hpp>

namespace xgrad::kernels {
namespace {

using Offsets = std::vector<int64_t, detail::PoolAllocator<int64_t>>;

// Where the elements of an array lie, in row-major order.
Offsets all_offsets(const Dims& sizes, const Dims& strides) {
  Offsets offsets{0};
  for (size_t d = 0; d < sizes.size(); ++d) {
    Offsets wider;
    wider.reserve(offsets.size() * static_cast<size_t>(sizes[d]));
    for (const int64_t start : offsets)
      for (int64_t i = 0; i < sizes[d]; ++i) wider.push_back(start + i * strides[d]);
    offsets = std::move(wider);
  }
  return offsets;
}

// The picked elements as runs of memory: one at before[b] + points[p] + after[a] for each b, p and a, which
// is their order in the result.
struct Runs {
  Offsets before, points, after;
  int64_t length = 1;
  const char* data;
  int64_t element_size;

  Runs(const Tensor& x, const Picks& picks)
      : data(static_cast<const char*>(x.data_ptr())), element_size(x.itemsize()) {
    Dims before_sizes, before_strides, after_sizes, after_strides;
    size_t others = 0;
    for (size_t d = 0; d < x.sizes().size(); ++d) {
      if (std::find(picks.dims.begin(), picks.dims.end(), static_cast<int64_t>(d)) != picks.dims.end())
        continue;
      const bool first = others++ < picks.place;
      (first ? before_sizes : after_sizes).push_back(x.sizes()[d]);
      (first ? before_strides : after_strides).push_back(x.strides()[d]);
    }
    while (!after_sizes.empty() && (after_strides.back() == length || after_sizes.back() == 1)) {
      length *= after_sizes.back();
      after_sizes.pop_back();
      after_strides.pop_back();
    }
    before = all_offsets(before_sizes, before_strides);
    after = all_offsets(after_sizes, after_strides);
    const size_t count = picks.dims.empty() ? 1 : static_cast<size_t>(picks.at.numel()) / picks.dims.size();
    points.assign(count, 0);
    const auto* at = picks.at.data_ptr<int64_t>();
    for (const int64_t d : picks.dims) {
      const int64_t stride = x.stride(d);
      for (size_t p = 0; p < count; ++p) points[p] += *at++ * stride;
    }
  }

  int64_t rows() const { return static_cast<int64_t>(before.size() * points.size()); }
  int64_t row_length() const { return static_cast<int64_t>(after.size()) * length; }

  // Calls f(offset in x, offset in the result) for the runs of the rows in [begin, end).
  template <class F>
  void each(int64_t begin, int64_t end, const F& f) const {
    const auto count = static_cast<int64_t>(points.size());
    const bool whole = after.size() == 1;  // a row is one run
    const bool foreseen = (end - begin) * row_length() * element_size <= 1 << 14;
    int64_t to = begin * row_length();
    while (begin < end) {
      const int64_t start = before[static_cast<size_t>(begin / count)], first = begin % count;
      const int64_t last = std::min(count, first + end - begin);
      for (int64_t p = first; p < last; ++p) {
        const int64_t row = start + points[static_cast<size_t>(p)];
        if (p + ahead < last && !foreseen) fetch(start + points[static_cast<size_t>(p + ahead)]);
        if (whole) {
          f(row, to);
          to += length;
          continue;
        }
        for (const int64_t a : after) {
          f(row + a, to);
          to += length;
        }
      }
      begin += last - first;
    }
  }

 private:
  static constexpr int64_t ahead = 8;  // rows

  // The rows lie anywhere: the processor does not foresee them.
  void fetch(int64_t row) const {
    const char* line = data + row * element_size;
    const int64_t bytes = std::min<int64_t>(length * element_size, 512);
    for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(line + i);
  }
};

}  // namespace

Dims Picks::result_sizes(IntArrayRef sizes) const {
  Dims result;
  size_t others = 0;
  for (size_t d = 0; d <= sizes.size(); ++d) {
    if (d < sizes.size() && std::find(dims.begin(), dims.end(), static_cast<int64_t>(d)) != dims.end())
      continue;
    if (others++ == place) result.append(shape.begin(), shape.end());
    if (d < sizes.size()) result.push_back(sizes[d]);
  }
  return result;
}

Tensor pick(const Tensor& x, const Picks& picks) {
  Tensor out = detail::make_tensor(picks.result_sizes(x.sizes()), x.dtype());
  if (out.numel() == 0) return out;
  const Runs runs(x, picks);
  visit_size(x.itemsize(), [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(x.data_ptr());
    auto* to = static_cast<T*>(out.data_ptr());
    const size_t bytes = static_cast<size_t>(runs.length) * sizeof(T);
    const auto run = [&](int64_t begin, int64_t end) {
      if (runs.length == 1)
        runs.each(begin, end, [=](int64_t i, int64_t o) { to[o] = from[i]; });
      else
        runs.each(begin, end, [=](int64_t i, int64_t o) { std::memcpy(to + o, from + i, bytes); });
    };
    detail::parallel_for(runs.rows(), 1 + 0.1 * static_cast<double>(runs.row_length()), run);
  });
  return out;
}

void put(const Tensor& x, const Picks& picks, const Tensor& values, bool accumulate) {
  const Dims sizes = picks.result_sizes(x.sizes());
  if (detail::count_elements(sizes, "index_put_") == 0) return;
  const bool one = values.numel() == 1;
  Tensor source = values;
  if (!one && (values.sizes() != IntArrayRef(sizes) || !values.is_contiguous() ||
               values.impl().storage() == x.impl().storage())) {
    source = detail::make_tensor(sizes, x.dtype());
    copy(source, values);
  }
  const Runs runs(x, picks);
  const int64_t n = runs.length;
  if (accumulate)
    return visit(x.dtype(), [&](auto zero) {
      using T = decltype(zero);
      auto* to = static_cast<T*>(x.data_ptr());
      const auto* from = static_cast<const T*>(source.data_ptr());
      if (n == 1 && !one)
        runs.each(0, runs.rows(), [=](int64_t o, int64_t i) { to[o] = static_cast<T>(to[o] + from[i]); });
      else
        runs.each(0, runs.rows(), [=](int64_t o, int64_t i) {
          for (int64_t k = 0; k < n; ++k) to[o + k] = static_cast<T>(to[o + k] + from[one ? 0 : i + k]);
        });
    });
  visit_size(x.itemsize(), [&](auto zero) {
    using T = decltype(zero);
    auto* to = static_cast<T*>(x.data_ptr());
    const auto* from = static_cast<const T*>(source.data_ptr());
    if (one)
      runs.each(0, runs.rows(), [&, value = *from](int64_t o, int64_t) { std::fill_n(to + o, n, value); });
    else
      runs.each(0, runs.rows(), [&](int64_t o, int64_t i) { std::copy_n(from + i, n, to + o); });
  });
}

bool all_within(const Tensor& index, int64_t low, int64_t high) {
  return all_within(index.data_ptr<int64_t>(), index.numel(), low, high);
}

namespace {

// x seen by a walk over an index: along `dim` only the index moves.
Array still_along(const Tensor& x, int64_t dim) {
  Dims strides = x.impl().strides();
  if (x.dim() > 0) strides[static_cast<size_t>(dim)] = 0;
  return {x.data_ptr(), strides, x.itemsize()};
}

// Along which the index moves in the third of three arrays: the second holds the index.
struct Along {
  int64_t size, stride;
  Along(const Tensor& x, int64_t dim)
      : size(x.dim() > 0 ? x.size(dim) : 1), stride(x.dim() > 0 ? x.stride(dim) : 0) {}
};

// Calls f(element of the first array, of the third at the index) along a loop, up to an index out of range;
// returns whether there was none.
template <class T, class F>
bool each_indexed(const Loop<3>& l, const Along& along, const F& f) {
  const auto [step, index_step, step_at] = l.inner;
  const int64_t n = l.inner_size, stride = along.stride;
  const auto within = [size = static_cast<uint64_t>(along.size)](int64_t at) {
    return static_cast<uint64_t>(at) < size;
  };
  for (int64_t j = 0; j < l.outer_size; ++j) {
    auto* a = reinterpret_cast<T*>(l.data[0]) + j * l.outer[0];
    auto* index = reinterpret_cast<const int64_t*>(l.data[1]) + j * l.outer[1];
    auto* b = reinterpret_cast<T*>(l.data[2]) + j * l.outer[2];
    if (step == 1 && index_step == 1 && step_at == 0 && stride == 1) {
      // The next row of the third array is read in no order that the processor foresees, and the others from
      // too many places at once: a line of each is fetched ahead for every line that is used.
      constexpr int64_t line = 64 / sizeof(T), ahead = 1024;
      const auto* next = b + l.outer[2];
      const int64_t fetched = j + 1 < l.outer_size ? std::min(along.size, 256 * line) : 0;
      // Several indices are read before anything is written, or each read would wait for the write before it.
      constexpr int64_t group = 4;
      int64_t i = 0;
      for (; i + group <= n; i += group) {
        if (i % line < group) {
          if (i < fetched) __builtin_prefetch(next + i);
          for (int64_t k = 0; k < line; k += 8) __builtin_prefetch(index + i + ahead + k);
          if constexpr (std::is_invocable_v<const F&, const T&, T&>) __builtin_prefetch(a + i + ahead);
        }
        int64_t at[group];
        bool good = true;
        for (int64_t k = 0; k < group; ++k) good &= within(at[k] = index[i + k]);
        if (!good) return false;
        for (int64_t k = 0; k < group; ++k) f(a[i + k], b[at[k]]);
      }
      for (; i < n; ++i) {
        if (!within(index[i])) return false;
        f(a[i], b[index[i]]);
      }
    } else {
      for (int64_t i = 0; i < n; ++i) {
        const int64_t at = index[i * index_step];
        if (!within(at)) return false;
        f(a[i * step], b[i * step_at + at * stride]);
      }
    }
  }
  return true;
}

// The dimension that the work of an op along dim is cut in: what is written along dim cannot meet then. The
// longest other one; as many as there are when there is no other.
size_t longest_other_dim(const Dims& shape, int64_t dim) {
  size_t cut = shape.size();
  for (size_t d = 0; d < shape.size(); ++d)
    if (static_cast<int64_t>(d) != dim && (cut == shape.size() || shape[d] > shape[cut])) cut = d;
  return cut;
}

// Calls f(plan) for parts of the arrays that together are all of them, of at most `most` places along the cut
// each, from several threads when there is much. Before that it calls first(begin, end) for the places, which
// takes `cost_of_first` nanoseconds for each.
template <class First, class F>
void each_part(const Dims& shape, size_t cut, int64_t most, const Array (&arrays)[3], double cost_of_first,
               const First& first, const F& f) {
  int64_t row = 1;
  for (size_t d = 0; d < shape.size(); ++d)
    if (d != cut) row *= shape[d];
  const double cost = cost_of_first + 0.6 * static_cast<double>(row);
  detail::parallel_for(shape[cut], cost, [&](int64_t begin, int64_t end) {
    for (int64_t next; begin < end; begin = next) {
      next = std::min(end, begin + most);
      first(begin, next);
      Dims part = shape;
      part[cut] = next - begin;
      Array from[3] = {arrays[0], arrays[1], arrays[2]};
      for (Array& a : from) a.data = static_cast<char*>(a.data) + begin * a.strides[cut] * a.element_size;
      f(Plan<3>(part, from));
    }
  });
}

}  // namespace

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  const IntArrayRef shape = index.sizes();
  Tensor out = detail::make_tensor(shape, x.dtype());
  const Along along(x, dim);
  const Plan<3> plan(shape, {array_of(out, shape), array_of(index, shape), still_along(x, dim)});
  std::atomic<bool> within = true;
  visit_size(x.itemsize(), [&](auto zero) {
    using T = decltype(zero);
    plan.run(
        [&](const Loop<3>& l) {
          if (!each_indexed<T>(l, along, [](T& to, const T& from) { to = from; })) within = false;
        },
        0.4);
  });
  return within ? out : Tensor();
}

bool scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source, bool accumulate,
             const Tensor* initial) {
  const Dims& shape = index.impl().sizes();
  const Along along(x, dim);
  // A source may be larger than the index, or one number for all of it.
  const Array values = source.dim() == 0
                           ? array_of(source, shape)
                           : Array{source.data_ptr(), source.impl().strides(), source.itemsize()};
  const size_t cut = longest_other_dim(shape, dim);
  // Copied part by part, x is still in the caches when the part is written to.
  const bool slabs = initial && !shape.empty() && cut == 0 && shape[0] > 0 && x.size(0) == shape[0] &&
                     x.is_contiguous() && initial->is_contiguous();
  const int64_t slab = slabs ? x.numel() / shape[0] * x.itemsize() : 0;
  if (initial && !slabs) copy(x, *initial);
  const auto first = [=, to = static_cast<char*>(x.data_ptr()),
                      from = initial ? static_cast<const char*>(initial->data_ptr()) : nullptr](int64_t begin,
                                                                                                int64_t end) {
    if (slab > 0)
      std::memcpy(to + begin * slab, from + begin * slab, static_cast<size_t>((end - begin) * slab));
  };
  constexpr int64_t cached = 1 << 16;
  constexpr double cost_of_byte = 0.025;  // copied, in nanoseconds
  const int64_t most = slabs ? std::max<int64_t>(1, cached / std::max<int64_t>(1, slab)) : index.numel() + 1;
  std::atomic<bool> within = true;
  const auto scatter_by = [&]<class T>(T, const auto& f) {
    const Array arrays[3] = {values, array_of(index, shape), still_along(x, dim)};
    const auto write = [&](const Plan<3>& plan) {
      plan.run_in_order([&](const Loop<3>& l) {
        if (!each_indexed<T>(l, along, f)) within = false;
      });
    };
    if (cut == shape.size())
      write(Plan<3>(shape, arrays));
    else
      each_part(shape, cut, most, arrays, cost_of_byte * static_cast<double>(slab), first, write);
  };
  if (accumulate)
    visit(x.dtype(), [&](auto zero) {
      using T = decltype(zero);
      scatter_by(zero, [](const T& from, T& to) { to = static_cast<T>(to + from); });
    });
  else
    visit_size(x.itemsize(), [&](auto zero) {
      using T = decltype(zero);
      scatter_by(zero, [](const T& from, T& to) { to = from; });
    });
  return within;
}

void masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value) {
  const IntArrayRef shape = x.sizes();
  const Plan<2> plan(shape, {array_of(x, shape), array_of(mask, shape)});
  visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    plan.run([number = value.to<T>()](const Loop<2>& l) {
      for (int64_t j = 0; j < l.outer_size; ++j) {
        auto* to = reinterpret_cast<T*>(l.data[0]) + j * l.outer[0];
        const auto* on = reinterpret_cast<const uint8_t*>(l.data[1]) + j * l.outer[1];
        for (int64_t i = 0; i < l.inner_size; ++i)
          if (on[i * l.inner[1]]) to[i * l.inner[0]] = number;
      }
    });
  });
}

Tensor nonzero(const Tensor& x) {
  const Tensor in = contiguous(x);
  return visit(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(in.data_ptr());
    const int64_t count = x.numel() - std::count(from, from + x.numel(), T{0});
    Tensor out = detail::make_tensor({count, x.dim()}, kLong);
    auto* to = out.template data_ptr<int64_t>();
    const size_t dims = x.sizes().size();
    Dims place(dims, 0);
    for (int64_t i = 0; i < x.numel(); ++i) {
      if (from[i] != T{0}) to = std::copy(place.begin(), place.end(), to);
      for (size_t d = dims; d-- > 0;) {
        if (++place[d] < x.sizes()[d]) break;
        place[d] = 0;
      }
    }
    return out;
  });
}

}  // namespace xgrad::kernels
