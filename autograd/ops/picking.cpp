// Reading and writing along one dimension, at the places that a tensor of indices names.
#include <algorithm>

#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/picked.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

using autograd::BeforeWrite;
using autograd::record_in_place;
using autograd::refuse_overlap;
using autograd::refuse_own_index;
using kernels::Picks;

namespace {

enum class Ints { taken, refused };

Tensor as_index(const Tensor& index, const char* op, Ints ints = Ints::refused) {
  check(index.dtype() == kLong || (ints == Ints::taken && index.dtype() == kInt), op,
        "(): Expected dtype int64 for index, got ", index.dtype(), ": convert with to(xgrad::kLong)");
  const Tensor wide = index.dtype() == kLong ? index : kernels::cast(index, kLong);
  return kernels::contiguous(wide);
}

// Calls refuse(index) unless every index is in [low, high).
template <class Refuse>
void check_range(const Tensor& index, int64_t low, int64_t high, const Refuse& refuse) {
  if (kernels::all_within(index, low, high)) return;
  const auto* at = index.data_ptr<int64_t>();
  refuse(*std::find_if(at, at + index.numel(), [=](int64_t i) { return i < low || i >= high; }));
}

// The size of a dimension, where a 0-d tensor counts as one element.
int64_t size_along(const Tensor& x, int64_t d) { return x.dim() == 0 ? 1 : x.size(d); }

}  // namespace

// Slices: index is a vector
// ------------------------------------------------------------------------------------------------------------

Picks picks_along(int64_t dim, const Tensor& index) {
  return {index, {dim}, {index.numel()}, static_cast<size_t>(dim)};
}

namespace {

enum class Negative { refused, counted };

// The indices of an op on slices of x; each is checked.
Tensor checked_rows(const Tensor& index, const Tensor& x, int64_t dim, const char* op, const char* words,
                    Ints ints, Negative negative = Negative::refused) {
  check(index.dim() <= 1, op, "(): Index is supposed to be a vector, got shape ", index.sizes());
  Tensor at = as_index(index, op, ints);
  const int64_t size = size_along(x, dim);
  check_range(at, negative == Negative::counted ? -size : 0, size, [&](int64_t i) {
    fail(op, "(): ", words, ": index ", i, " is out of bounds for dimension ", dim, " with size ", size);
  });
  if (negative == Negative::refused) return at;
  return kernels::where(kernels::compare<kernels::Less>(at, Scalar(0), op),
                        kernels::binary<kernels::Add>(at, Scalar(size), op), at);
}

// A 0-d tensor is treated as a vector of one element.
Tensor as_vector(const Tensor& x) { return x.dim() == 0 ? x.unsqueeze(0) : x; }

void check_source(const Tensor& x, int64_t d, const Tensor& index, const Tensor& source, const char* op) {
  check(source.dtype() == x.dtype(), op, ": self and source expected to have the same dtype, but got (self) ",
        x.dtype(), " and (source) ", source.dtype());
  const int64_t given = source.dim() == 0 ? 1 : d < source.dim() ? source.size(d) : -1;
  check(given == index.numel(), op, ": Number of indices (", index.numel(),
        ") should be equal to source.size(dim) (", given, ")");
  Dims expected = x.impl().sizes();
  if (x.dim() > 0) expected[static_cast<size_t>(d)] = index.numel();
  check(source.sizes() == IntArrayRef(expected), op, ": source is ", source.sizes(), ", expected ", expected,
        " (the shape of self with as many entries along dim ", d, " as the index)");
}

Tensor& write_slices(const char* name, const char* op, const Tensor& x, int64_t d, const Tensor& at,
                     const Tensor& values, bool accumulate) {
  if (x.dim() == 0) {
    write_picked(name, op, as_vector(x), picks_along(0, at), as_vector(values), accumulate);
    return const_cast<Tensor&>(x);
  }
  return write_picked(name, op, x, picks_along(d, at), values, accumulate);
}

}  // namespace

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), "index_select");
  const Tensor at = checked_rows(index, x, d, "index_select", "index out of range in self", Ints::taken);
  if (x.dim() == 0) {
    check(at.numel() == 1, "index_select(): a 0-dim tensor has one element to select, not ", at.numel());
    return picked("IndexSelectBackward0", x.reshape({1}), picks_along(0, at)).reshape({});
  }
  return picked("IndexSelectBackward0", x, picks_along(d, at));
}

Tensor& InPlaceMethods::index_add_(int64_t dim, const Tensor& index, const Tensor& source,
                                   const Scalar& alpha) const {
  const int64_t d = detail::wrap_dim(dim, self().dim(), "index_add_");
  const Tensor at = checked_rows(index, self(), d, "index_add_", "index out of range in self", Ints::taken);
  check_source(self(), d, at, source, "index_add_()");
  refuse_overlap(self(), source);
  const Tensor scaled = alpha.toDouble() == 1 ? source : (source * alpha).to(self().dtype());
  return write_slices("IndexAddBackward0", "index_add_", self(), d, at, scaled, true);
}

Tensor& InPlaceMethods::index_copy_(int64_t dim, const Tensor& index, const Tensor& source) const {
  const int64_t d = detail::wrap_dim(dim, self().dim(), "index_copy_");
  const Tensor at = checked_rows(index, self(), d, "index_copy_", "index out of range", Ints::refused);
  check_source(self(), d, at, source, "index_copy_()");
  refuse_overlap(self(), source);
  return write_slices("IndexCopyBackward0", "index_copy_", self(), d, at, source, false);
}

Tensor& InPlaceMethods::index_fill_(int64_t dim, const Tensor& index, const Tensor& value) const {
  check(value.dim() == 0, "index_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
        value.dim(), " dimension(s): use index_copy_ for a tensor of slices");
  const int64_t d = detail::wrap_dim(dim, self().dim(), "index_fill_");
  const Tensor at =
      checked_rows(index, self(), d, "index_fill_", "index out of range", Ints::refused, Negative::counted);
  // Each slice once, or the gradient of the value would count it twice.
  auto* first = at.data_ptr<int64_t>();
  std::sort(first, first + at.numel());
  const int64_t count = std::unique(first, first + at.numel()) - first;
  return write_slices("IndexFillBackward0", "index_fill_", self(), d, at.slice(0, 0, count),
                      value.to(self().dtype()), false);
}
Tensor& InPlaceMethods::index_fill_(int64_t dim, const Tensor& index, const Scalar& value) const {
  return index_fill_(dim, index, scalar_tensor(value, self().dtype()));
}

// Elements: index has as many dimensions as x
// ------------------------------------------------------------------------------------------------------------

namespace {

// The dimension, wrapped, when index fits x along it.
int64_t checked_dim(const Tensor& x, int64_t dim, const Tensor& index, const char* op) {
  const int64_t d = detail::wrap_dim(dim, x.dim(), op);
  check(index.dim() == x.dim(), op,
        "(): Index tensor must have the same number of dimensions as self tensor: index is ", index.sizes(),
        ", self is ", x.sizes());
  for (int64_t k = 0; k < x.dim(); ++k)
    check(k == d || index.size(k) <= x.size(k), op, "(): Expected index ", index.sizes(),
          " to be smaller than self ", x.sizes(), " apart from dimension ", d);
  return d;
}

void check_places(const Tensor& x, int64_t d, const Tensor& at, const char* op) {
  check_range(at, 0, size_along(x, d), [&](int64_t i) {
    fail(op, "(): index ", i, " is out of bounds for dimension ", d, " with size ", size_along(x, d));
  });
}

void check_scatter_source(const Tensor& x, const Tensor& index, const Tensor& source, const char* op) {
  check(source.dtype() == x.dtype(), op, "(): Expected self.dtype to be equal to src.dtype, got ", x.dtype(),
        " and ", source.dtype());
  check(source.dim() == index.dim(), op,
        "(): Index tensor must have the same number of dimensions as src tensor: ", index.sizes(), " and ",
        source.sizes());
  for (int64_t k = 0; k < index.dim(); ++k)
    check(index.size(k) <= source.size(k), op, "(): Expected index ", index.sizes(),
          " to be smaller than src ", source.sizes(), " in every dimension");
}

// gather() for the part of a source that an index covers; zeros for the rest.
Tensor gather_into(const Dims& sizes, const Tensor& g, int64_t d, const Tensor& at) {
  Tensor part = gather(g, d, at);
  for (size_t k = 0; k < sizes.size(); ++k)
    if (Dims rest = part.impl().sizes(); rest[k] < sizes[k]) {
      rest[k] = sizes[k] - rest[k];
      part = cat({part, zeros(rest, g.dtype())}, static_cast<int64_t>(k));
    }
  return part;
}

// The rule of an op that writes or adds `source` at the places.
auto places_gradient(int64_t d, const Tensor& index, const Tensor& source, bool accumulate) {
  return [d, at = save(index), sizes = source.impl().sizes(), accumulate](const Tensor& g, Needs needs) {
    Tensor rest, part;
    if (needs[0]) rest = accumulate ? g : scatter(g, d, at.data(), 0);
    if (needs[1])
      part =
          sizes.empty() && g.dim() > 0 ? gather(g, d, at.data()).sum() : gather_into(sizes, g, d, at.data());
    return grads(std::move(rest), std::move(part));
  };
}

// What the scatter ops have in common: into x, or into a copy of it.
struct Places {
  const char *name, *op;
  int64_t d;
  const Tensor& source;
  bool accumulate;

  Tensor& write(const Tensor& x, const Tensor& index) const {
    const Tensor at = as_index(index, op);
    check_places(x, d, at, op);
    const BeforeWrite before(x, op, source);
    refuse_overlap(x, source);
    refuse_own_index(x, at, op);
    x.impl().storage()->bump_version();
    const bool apart = source.impl().storage() != x.impl().storage();
    kernels::scatter(x, d, at, apart ? source : kernels::cast(source, source.dtype()), accumulate);
    record_in_place(name, x, {*before, source}, places_gradient(d, at, source, accumulate));
    return const_cast<Tensor&>(x);
  }
  Tensor copied(const Tensor& x, const Tensor& index) const {
    const Tensor at = as_index(index, op);
    Tensor y = detail::make_tensor(x.impl().sizes(), x.dtype());
    if (!kernels::scatter(y, d, at, source, accumulate, &x)) check_places(x, d, at, op);
    return record(name, std::move(y), {x, source}, places_gradient(d, at, source, accumulate));
  }
};

}  // namespace

Tensor scattered(const Dims& sizes, int64_t dim, const Tensor& index, const Tensor& source) {
  Tensor y = zeros(sizes, source.dtype());
  kernels::scatter(y, dim, index, source, true);
  return record(
      "ScatterAddBackward0", std::move(y), {source},
      [dim, index = save(index)](const Tensor& g, Needs) { return grads(gather(g, dim, index.data())); });
}

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  const int64_t d = checked_dim(x, dim, index, "gather");
  const Tensor at = as_index(index, "gather");
  Tensor y = kernels::gather(x, d, at);
  if (!y.defined()) check_places(x, d, at, "gather");
  return record("GatherBackward0", std::move(y), {x},
                [d, at = save(at), sizes = x.impl().sizes()](const Tensor& g, Needs) {
                  return grads(scattered(sizes, d, at.data(), g));
                });
}

namespace {

Places scattering(const char* op, const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  const int64_t d = checked_dim(x, dim, index, op);
  check_scatter_source(x, index, source, op);
  return {"ScatterBackward0", op, d, source, false};
}
Places adding(const char* op, const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  const int64_t d = checked_dim(x, dim, index, op);
  check_scatter_source(x, index, source, op);
  return {"ScatterAddBackward0", op, d, source, true};
}

}  // namespace

Tensor& InPlaceMethods::scatter_(int64_t dim, const Tensor& index, const Tensor& source) const {
  return scattering("scatter_", self(), dim, index, source).write(self(), index);
}
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return scattering("scatter", x, dim, index, source).copied(x, index);
}
Tensor& InPlaceMethods::scatter_(int64_t dim, const Tensor& index, const Scalar& value) const {
  const Tensor number = scalar_tensor(value, self().dtype());
  return Places{"ScatterBackward1", "scatter_", checked_dim(self(), dim, index, "scatter_"), number, false}
      .write(self(), index);
}
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Scalar& value) {
  const Tensor number = scalar_tensor(value, x.dtype());
  return Places{"ScatterBackward1", "scatter", checked_dim(x, dim, index, "scatter"), number, false}.copied(
      x, index);
}
Tensor& InPlaceMethods::scatter_add_(int64_t dim, const Tensor& index, const Tensor& source) const {
  return adding("scatter_add_", self(), dim, index, source).write(self(), index);
}
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return adding("scatter_add", x, dim, index, source).copied(x, index);
}

Tensor take(const Tensor& x, const Tensor& index) {
  check(index.dtype() == kLong, "take(): Expected a long tensor for index, but got ", index.dtype(),
        ": convert with to(xgrad::kLong)");
  const Tensor at = kernels::contiguous(index), flat = x.reshape({-1});
  const int64_t n = x.numel();
  check_range(at, -n, n, [&](int64_t i) {
    fail("out of range: tried to access index ", i, " on a tensor of ", n, " elements.");
  });
  const Tensor wrapped = kernels::where(kernels::compare<kernels::Less>(at, Scalar(0), "take"),
                                        kernels::binary<kernels::Add>(at, Scalar(n), "take"), at);
  return picked("TakeBackward0", flat, {wrapped, {0}, index.impl().sizes(), 0});
}

Tensor take_along_dim(const Tensor& x, const Tensor& indices, std::optional<int64_t> dim) {
  check(indices.dtype() == kLong, "torch.take_along_dim(): dtype of indices should be Long but got ",
        indices.dtype(), ": convert with to(xgrad::kLong)");
  if (!dim) return x.reshape({-1}).gather(0, indices.reshape({-1}));
  check(x.dim() == indices.dim(),
        "torch.take_along_dim(): input and indices should have the same number of dimensions, but got ",
        x.dim(), " dimensions for input, and ", indices.dim(), " dimensions for indices");
  const int64_t d = detail::wrap_dim(*dim, x.dim(), "take_along_dim");
  Dims rest = x.impl().sizes(), others = indices.impl().sizes();
  if (x.dim() > 0) rest[static_cast<size_t>(d)] = others[static_cast<size_t>(d)] = 1;
  Dims from = detail::broadcast_shapes(rest, others, "take_along_dim"), to = from;
  if (x.dim() > 0) {
    from[static_cast<size_t>(d)] = x.size(d);
    to[static_cast<size_t>(d)] = indices.size(d);
  }
  return gather(expand(x, from), d, expand(indices, to));
}

Tensor nonzero(const Tensor& x) { return kernels::nonzero(x); }
std::vector<Tensor> where(const Tensor& condition) {
  return unbind(nonzero(condition.dim() == 0 ? condition.unsqueeze(0) : condition), 1);
}

// The out-of-place forms write into a copy.
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                 const Scalar& alpha) {
  return clone(x).index_add_(dim, index, source, alpha);
}
Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return clone(x).index_copy_(dim, index, source);
}
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Scalar& value) {
  return clone(x).index_fill_(dim, index, value);
}
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value) {
  return clone(x).index_fill_(dim, index, value);
}

}  // namespace xgrad
