// Copies in another order, or repeated.
#include <algorithm>
#include <cstring>

#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

Tensor repeat(const Tensor& x, IntArrayRef repeats) {
  const size_t n = repeats.size(), m = x.sizes().size();
  check(n >= m,
        "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: got ",
        repeats, " for ", x.sizes());
  // [r0, s0, r1, s1, …], of which x is the part with every r = 1.
  Dims own, wide, joined, over;
  for (size_t d = 0; d < n; ++d) {
    check(repeats[d] >= 0, "repeat: Trying to create tensor with negative dimension ", repeats[d], ": ",
          repeats);
    const int64_t size = d < n - m ? 1 : x.sizes()[d - (n - m)];
    over.push_back(static_cast<int64_t>(own.size()));
    own.push_back(1);
    own.push_back(size);
    wide.push_back(repeats[d]);
    wide.push_back(size);
    joined.push_back(repeats[d] * size);
  }
  Tensor y;
  {
    const AutoGradMode off(false);
    y = kernels::cast(x.reshape(own).expand(wide), x.dtype()).view(joined);
  }
  return record("RepeatBackward0", y.detach(), {x},
                [wide, over, sizes = x.impl().sizes()](const Tensor& g, Needs) {
                  if (over.empty()) return grads(g);
                  return grads(g.reshape(wide).sum(IntArrayRef(over)).view(sizes));
                });
}

Tensor tile(const Tensor& x, IntArrayRef dims) {
  Dims repeats(dims.begin(), dims.end());
  while (repeats.size() < x.sizes().size()) repeats.insert(repeats.begin(), 1);
  return repeat(x, repeats);
}

Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> dim,
                         std::optional<int64_t> output_size) {
  check(repeats.dtype() == kLong || repeats.dtype() == kInt, "repeats has to be Long or Int tensor, got ",
        repeats.dtype());
  check(!dim || x.dim() > 0, "Dimension specified as ", dim.value_or(0), " but tensor has no dimensions");
  check(repeats.dim() <= 1, "repeats must be 0-dim or 1-dim tensor, got shape ", repeats.sizes());
  const Tensor in = dim ? x : x.reshape(-1);
  const int64_t d = dim.value_or(0), size = in.dim() > 0 ? in.size(d) : 1;
  check(repeats.numel() == 1 || repeats.numel() == size,
        "repeats must have the same size as input along dim: ", repeats.numel(), " repeats for ", size,
        " slices");
  const Tensor counts = kernels::contiguous(repeats.to(kLong).expand(IntArrayRef(size)));
  const auto* count = counts.data_ptr<int64_t>();
  std::vector<int64_t> index;
  for (int64_t i = 0; i < size; ++i) {
    check(count[i] >= 0, "repeats can not be negative, got ", count[i]);
    index.insert(index.end(), static_cast<size_t>(count[i]), i);
  }
  check(!output_size || *output_size == static_cast<int64_t>(index.size()),
        "allocated size does not match required size: output_size is ", output_size.value_or(0),
        ", the repeats add up to ", index.size());
  return index_select(in, d, tensor(index));
}
Tensor repeat_interleave(const Tensor& x, int64_t repeats, std::optional<int64_t> dim,
                         std::optional<int64_t> output_size) {
  return repeat_interleave(x, tensor({repeats}), dim, output_size);
}

namespace {

// x seen as blocks of memory, each rotated as a ring by `first` bytes: what was there comes first.
Tensor rotated(const Tensor& x, int64_t block, int64_t first) {
  const Tensor in = kernels::contiguous(x);
  Tensor out = detail::make_tensor(x.impl().sizes(), x.dtype());
  const auto* from = static_cast<const char*>(in.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  for (const char* end = from + x.nbytes(); from != end; from += block, to += block) {
    std::memcpy(to, from + first, static_cast<size_t>(block - first));
    std::memcpy(to + (block - first), from, static_cast<size_t>(first));
  }
  return out;
}

// Each dim rotated by its shift; all elements as one row when there are no dims.
Tensor rolled(const Tensor& x, IntArrayRef shifts, IntArrayRef dims) {
  Tensor y = x;
  if (x.numel() == 0) return kernels::cast(x, x.dtype());
  for (size_t i = 0; i < shifts.size(); ++i) {
    int64_t size = x.numel(), inner = x.itemsize();
    if (!dims.empty()) {
      const int64_t d = detail::wrap_dim(dims[i], x.dim(), "roll");
      size = x.size(d);
      for (int64_t k = d + 1; k < x.dim(); ++k) inner *= x.size(k);
    }
    const int64_t start = ((-shifts[i]) % size + size) % size;
    y = rotated(y, size * inner, start * inner);
  }
  return y;
}

}  // namespace

Tensor roll(const Tensor& x, IntArrayRef shifts, IntArrayRef dims) {
  check(!shifts.empty(), "`shifts` required");
  check(shifts.size() == dims.size() || (dims.empty() && shifts.size() == 1),
        "shifts and dimensions must align. shifts: ", shifts.size(), ", dims:", dims.size());
  check(x.dim() > 0 || dims.empty(), "Dimension specified as ", dims.empty() ? 0 : dims[0],
        " but tensor has no dimensions");
  return record("RollBackward0", rolled(x, shifts, dims), {x},
                [by = Dims(shifts.begin(), shifts.end()), along = Dims(dims.begin(), dims.end())](
                    const Tensor& g, Needs) {
                  Dims back;
                  for (const int64_t shift : by) back.push_back(-shift);
                  return grads(roll(g, back, along));
                });
}

Tensor flip(const Tensor& x, IntArrayRef dims) {
  // A view with negative strides, which tensors do not have, for as long as it takes to copy it.
  Dims strides = x.impl().strides(), along;
  int64_t start = x.storage_offset();
  for (const int64_t dim : dims) {
    const int64_t d = detail::wrap_dim(dim, x.dim(), "flip");
    check(std::find(along.begin(), along.end(), d) == along.end(), "flip: dim ", d,
          " appears multiple times in the list of dims");
    along.push_back(d);
    if (x.dim() == 0) continue;
    start += std::max<int64_t>(0, x.size(d) - 1) * x.stride(d);
    strides[static_cast<size_t>(d)] = -x.stride(d);
  }
  return record("FlipBackward0",
                kernels::cast(detail::make_view(x, x.impl().sizes(), std::move(strides), start), x.dtype()),
                {x}, [along](const Tensor& g, Needs) { return grads(flip(g, along)); });
}

namespace {

// The elements of the last two dimensions up to the diagonal or from it on, the others 0.
Tensor triangle(const Tensor& x, int64_t diagonal, bool lower, const char* op) {
  check(x.dim() >= 2, op, ": input tensor must have at least 2 dimensions, got ", x.sizes());
  const Tensor in = kernels::contiguous(x);
  Tensor out = detail::make_tensor(x.impl().sizes(), x.dtype());
  const int64_t rows = x.size(-2), columns = x.size(-1);
  const auto size = static_cast<size_t>(x.itemsize());
  const auto* from = static_cast<const char*>(in.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  // Where the row's part of the matrix begins or ends; its bytes move as they are, whatever their type.
  const auto bytes = [&](int64_t row) {
    const int64_t beyond = (diagonal > columns ? columns : diagonal) + row + (lower ? 1 : 0);
    return static_cast<size_t>(std::clamp<int64_t>(beyond, 0, columns)) * size;
  };
  const size_t length = static_cast<size_t>(columns) * size;
  for (int64_t i = 0; length > 0 && i < x.numel() / columns; ++i, from += length, to += length) {
    const size_t edge = bytes(i % rows);
    if (lower) {
      std::memcpy(to, from, edge);
      std::memset(to + edge, 0, length - edge);
    } else {
      std::memset(to, 0, edge);
      std::memcpy(to + edge, from + edge, length - edge);
    }
  }
  return out;
}

}  // namespace

Tensor tril(const Tensor& x, int64_t diagonal) {
  return record("TrilBackward0", triangle(x, diagonal, true, "tril"), {x},
                [diagonal](const Tensor& g, Needs) { return grads(tril(g, diagonal)); });
}
Tensor triu(const Tensor& x, int64_t diagonal) {
  return record("TriuBackward0", triangle(x, diagonal, false, "triu"), {x},
                [diagonal](const Tensor& g, Needs) { return grads(triu(g, diagonal)); });
}

}  // namespace xgrad
