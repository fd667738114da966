#include <xgrad/core/shape.hpp>

#include <atomic>

namespace xgrad {
namespace {

// The shapes that are kept, each in the one place that its sizes give it; who comes second is not kept.
constinit std::atomic<Shape*> kept_shapes[1024]{};

std::atomic<Shape*>& place_of(IntArrayRef sizes) {
  uint64_t hash = sizes.size();
  for (const int64_t size : sizes) hash = (hash ^ static_cast<uint64_t>(size)) * 0x9e3779b97f4a7c15;
  return kept_shapes[hash >> 54];
}

}  // namespace

Ref<Shape> Shape::contiguous(IntArrayRef sizes, const char* op) {
  std::atomic<Shape*>& place = place_of(sizes);
  Shape* kept = place.load(std::memory_order_acquire);
  if (kept && IntArrayRef(kept->sizes) == sizes) return Ref<Shape>::adopt(kept);
  const int64_t numel = detail::count_elements(sizes, op);
  auto* shape = new Shape(Dims(sizes.begin(), sizes.end()), detail::contiguous_strides(sizes), numel, true);
  if (!kept) {
    shape->is_kept = true;  // before others can see it
    if (!place.compare_exchange_strong(kept, shape, std::memory_order_acq_rel)) shape->is_kept = false;
  }
  return Ref<Shape>::adopt(shape);
}

namespace {
// A product of sizes, which may exceed 64 bits when another size is 0 and no element is there to be found.
int64_t times(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
}  // namespace

Ref<Shape> Shape::strided(Dims sizes, Dims strides) {
  int64_t numel = 1;
  for (const int64_t size : sizes) numel = times(numel, size);
  const bool contiguous = detail::is_contiguous(sizes, strides);
  return Ref<Shape>::adopt(new Shape(std::move(sizes), std::move(strides), numel, contiguous));
}

namespace detail {

Dims contiguous_strides(IntArrayRef sizes) {
  Dims strides(sizes.size(), 1);
  for (size_t d = sizes.size(); d-- > 1;) strides[d - 1] = times(strides[d], sizes[d] > 1 ? sizes[d] : 1);
  return strides;
}

bool is_contiguous(IntArrayRef sizes, IntArrayRef strides) {
  int64_t expected = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d] == 0) return true;
    if (sizes[d] != 1 && strides[d] != expected) return false;
    expected = times(expected, sizes[d]);
  }
  return true;
}

int64_t count_elements(IntArrayRef sizes, const char* op) {
  int64_t count = 1;
  bool overflow = false;
  for (const int64_t size : sizes) {
    if (size < 0)
      fail(op, ": Trying to create tensor with negative dimension ", size, ": ", sizes,
           ". Sizes must be 0 or more");
    overflow |= __builtin_mul_overflow(count, size, &count);
  }
  // Room for the byte count of the widest type too.
  constexpr int64_t most = int64_t{1} << (sizeof(void*) == 8 ? 58 : 28);
  if (overflow || count > most)
    fail(op, ": a tensor of shape ", sizes, " has more elements than memory can hold");
  return count;
}

int64_t wrap_dim(int64_t dim, int64_t ndim, const char* op) {
  const int64_t n = ndim > 0 ? ndim : 1;
  if (dim < -n || dim >= n)
    fail(op, ": Dimension out of range (expected to be in range of [", -n, ", ", n - 1, "], but got ", dim,
         ")");
  return dim < 0 ? dim + n : dim;
}

Dims broadcast_shapes(IntArrayRef a, IntArrayRef b, const char* op) {
  const size_t ndim = std::max(a.size(), b.size());
  Dims result(ndim, 1);
  for (size_t i = 0; i < ndim; ++i) {
    const size_t d = ndim - 1 - i;
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      fail(op, ": The size of tensor a (", x, ") must match the size of tensor b (", y,
           ") at non-singleton dimension ", d, ". Given shapes ", a, " and ", b,
           ": dimensions are compared from the last one back, and only a 1 is repeated; ",
           "use unsqueeze, transpose or reshape to line them up");
    result[d] = x == 1 ? y : x;
  }
  return result;
}

Dims broadcast_strides(IntArrayRef sizes, IntArrayRef strides, IntArrayRef target) {
  Dims result(target.size(), 0);
  const size_t lead = target.size() - sizes.size();
  for (size_t d = 0; d < sizes.size(); ++d)
    result[lead + d] = sizes[d] == 1 && target[lead + d] != 1 ? 0 : strides[d];
  return result;
}

}  // namespace detail

}  // namespace xgrad
