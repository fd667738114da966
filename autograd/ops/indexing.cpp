// x.index({...}) and x.index_put_({...}, values): integers, slices, None and Ellipsis make views; tensors
// pick elements.
#include <xgrad/core/indexing.hpp>

#include <algorithm>

#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/picked.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

using indexing::TensorIndex;
using kernels::Picks;
using IndexList = std::vector<std::optional<Tensor>>;

// Picked elements
// ------------------------------------------------------------------------------------------------------------

namespace {

// Picks as a gradient's rule keeps them: the index may be the caller's own, and is refused when it has been
// written since.
struct SavedPicks {
  autograd::Saved at;
  Dims dims, shape;
  size_t place;

  explicit SavedPicks(const Picks& picks)
      : at(save(picks.at)), dims(picks.dims), shape(picks.shape), place(picks.place) {}
  Picks operator()() const { return {at.data(), dims, shape, place}; }
};

// Zeros of shape `sizes` with `values` added at the picks.
Tensor spread(const Tensor& values, const Picks& picks, const Dims& sizes) {
  Tensor whole = detail::make_tensor(sizes, values.dtype());
  kernels::fill(whole, 0);
  kernels::put(whole, picks, values, true);
  return record("IndexPutBackward0", std::move(whole), {values},
                [picks = SavedPicks(picks)](const Tensor& g, Needs) {
                  return grads(picked("IndexBackward0", g, picks()));
                });
}

// x with zeros at the picks.
Tensor without(const Tensor& x, const Picks& picks) {
  Tensor rest = kernels::cast(x, x.dtype());
  kernels::put(rest, picks, scalar_tensor(0, x.dtype()), false);
  return record("IndexPutBackward0", std::move(rest), {x},
                [picks = SavedPicks(picks)](const Tensor& g, Needs) { return grads(without(g, picks())); });
}

}  // namespace

Tensor picked(const char* name, const Tensor& x, const Picks& picks) {
  return record(name, kernels::pick(x, picks), {x},
                [picks = SavedPicks(picks), sizes = x.impl().sizes()](const Tensor& g, Needs) {
                  return grads(spread(g, picks(), sizes));
                });
}

Tensor& write_picked(const char* name, const char* op, const Tensor& self, const Picks& picks,
                     const Tensor& values, bool accumulate) {
  const autograd::BeforeWrite before(self, op, values);
  autograd::refuse_own_index(self, picks.at, op);
  self.impl().storage()->bump_version();
  kernels::put(self, picks, values, accumulate);
  autograd::record_in_place(name, self, {*before, values},
                            [picks = SavedPicks(picks), accumulate](const Tensor& g, Needs needs) {
                              return grads(!needs[0]    ? none
                                           : accumulate ? g
                                                        : without(g, picks()),
                                           needs[1] ? picked("IndexBackward0", g, picks()) : none);
                            });
  return const_cast<Tensor&>(self);
}

// Tensors as indices
// ------------------------------------------------------------------------------------------------------------

namespace {

bool is_mask(const Tensor& t) { return t.dtype() == kBool || t.dtype() == kByte; }

// How many dimensions an index stands for.
int64_t covers(const Tensor& index) { return is_mask(index) ? index.dim() : 1; }

struct Pointed {
  int64_t dim;
  Tensor index;  // kLong
};

// The columns of a mask's positions, each the index of one dimension.
void add_mask(std::vector<Pointed>& pointed, const Tensor& mask, int64_t dim, const Tensor& x) {
  if (mask.dtype() == kByte)
    warn("indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.");
  for (int64_t d = 0; d < mask.dim(); ++d)
    if (dim + d >= x.dim() || mask.size(d) != x.size(dim + d))
      fail("The shape of the mask ", mask.sizes(), " at index ", d,
           " does not match the shape of the indexed tensor ", x.sizes(), " at index ", dim + d,
           ": a mask must have the sizes of the dimensions that it stands for");
  const Tensor positions = kernels::nonzero(mask);
  const NoGradGuard off;
  for (int64_t d = 0; d < mask.dim(); ++d) pointed.push_back({dim + d, positions.select(1, d)});
}

// One row of the table of points: index `from`, broadcast to the points' shape, counted from the start.
void fill_row(int64_t* to, const Tensor& from, const Dims& shape, int64_t dim, int64_t size) {
  const Tensor all = kernels::contiguous(detail::make_view(
      from, shape, detail::broadcast_strides(from.sizes(), from.strides(), shape), from.storage_offset()));
  const auto* at = all.data_ptr<int64_t>();
  for (int64_t p = 0; p < all.numel(); ++p) {
    if (at[p] < -size || at[p] >= size)
      fail("index ", at[p], " is out of bounds for dimension ", dim, " with size ", size);
    to[p] = at[p] < 0 ? at[p] + size : at[p];
  }
}

Dims points_shape(const std::vector<Pointed>& pointed) {
  Dims shape;
  try {
    for (const Pointed& p : pointed) shape = detail::broadcast_shapes(shape, p.index.sizes(), "index");
  } catch (const Error& e) {
    std::string shapes;
    for (const Pointed& p : pointed) shapes += detail::str(shapes.empty() ? "" : ", ", p.index.sizes());
    fail("shape mismatch: indexing tensors could not be broadcast together with shapes ", shapes, ". ",
         e.what());
  }
  return shape;
}

Picks picks_of(const Tensor& x, ArrayRef<std::optional<Tensor>> indices) {
  std::vector<Pointed> pointed;
  int64_t dim = 0;
  for (const std::optional<Tensor>& index : indices) {
    if (!index || !index->defined()) {
      ++dim;
    } else if (is_mask(*index)) {
      add_mask(pointed, *index, dim, x);
      dim += index->dim();
    } else {
      check(index->dtype() == kLong, "tensors used as indices must be long, byte or bool tensors, got ",
            index->dtype(), ": convert it with to(xgrad::kLong)");
      pointed.push_back({dim++, *index});
    }
  }
  check(dim <= x.dim(), "too many indices for tensor of dimension ", x.dim(), " (got ", dim, ")");

  Picks picks;
  picks.shape = points_shape(pointed);
  for (const Pointed& p : pointed) picks.dims.push_back(p.dim);
  const int64_t points = detail::count_elements(picks.shape, "index");
  picks.at = detail::make_tensor({static_cast<int64_t>(pointed.size()), points}, kLong);
  auto* row = picks.at.data_ptr<int64_t>();
  for (const Pointed& p : pointed) {
    fill_row(row, p.index, picks.shape, p.dim, x.size(p.dim));
    row += points;
  }
  // Where neighbouring dimensions are picked from, the points take their place; else they come first.
  const bool adjacent = !pointed.empty() &&
                        pointed.back().dim - pointed.front().dim + 1 == static_cast<int64_t>(pointed.size());
  picks.place = adjacent ? static_cast<size_t>(pointed.front().dim) : 0;
  return picks;
}

}  // namespace

namespace {

// `values` without leading dimensions of size 1 that `target` does not have.
Tensor fitting(const Tensor& values, const Dims& target) {
  size_t extra = 0;
  while (values.sizes().size() - extra > target.size() && values.sizes()[extra] == 1) ++extra;
  return extra ? values.reshape(values.sizes().slice(extra)) : values;
}

}  // namespace

Tensor index(const Tensor& x, ArrayRef<std::optional<Tensor>> indices) {
  return picked("IndexBackward0", x, picks_of(x, indices));
}

Tensor& index_put_(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                   bool accumulate) {
  check(values.dtype() == x.dtype(), "Index put requires the source and destination dtypes match, got ",
        x.dtype(), " for the destination and ", values.dtype(),
        " for the source. Convert the values with to(x.dtype())");
  const Picks picks = picks_of(x, indices);
  const Dims sizes = picks.result_sizes(x.sizes());
  const Tensor fit = fitting(values, sizes);
  check(is_expandable_to(fit.sizes(), sizes), "shape mismatch: value tensor of shape ", values.sizes(),
        " cannot be broadcast to indexing result of shape ", sizes);
  return write_picked("IndexPutBackward0", "index_put_", x, picks, fit, accumulate);
}

Tensor index_put(const Tensor& x, ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                 bool accumulate) {
  return index_put_(clone(x), indices, values, accumulate);
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check(mask.dtype() == kBool || mask.dtype() == kByte,
        "masked_select: expected BoolTensor or ByteTensor for mask, got ", mask.dtype(),
        ": compare first, e.g. mask != 0");
  const Dims shape = detail::broadcast_shapes(x.sizes(), mask.sizes(), "masked_select");
  const Tensor all = expand(x, shape).reshape({-1}), on = expand(mask, shape).reshape({-1});
  return picked("MaskedSelectBackward0", all, picks_of(all, {on}));
}

Tensor& InPlaceMethods::masked_scatter_(const Tensor& mask, const Tensor& source) const {
  const Tensor& x = self();
  check(mask.dtype() == kBool || mask.dtype() == kByte,
        "masked_scatter_: masked_scatter expects mask tensor to have type BoolTensor or ByteTensor, but got ",
        mask.dtype(), ": compare first, e.g. mask != 0");
  check(source.dtype() == x.dtype(), "masked_scatter_: expected self and source to have same dtypes but got ",
        x.dtype(), " and ", source.dtype(), ": convert the source with to(x.dtype())");
  if (x.dim() == 0) {
    x.unsqueeze(0).masked_scatter_(mask, source);
    return const_cast<Tensor&>(x);
  }
  const Picks picks = picks_of(x, {mask.expand(x.sizes())});
  const int64_t count = picks.at.size(1);
  check(source.numel() >= count,
        "masked_scatter_: Number of elements of source < number of ones in mask: ", source.numel(), " for ",
        count);
  return write_picked("MaskedScatterBackward0", "masked_scatter_", x, picks,
                      source.reshape({-1}).slice(0, 0, count), false);
}
Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source) {
  const Dims shape = detail::broadcast_shapes(x.sizes(), mask.sizes(), "masked_scatter");
  return clone(expand(x, shape)).masked_scatter_(mask, source);
}

// Any index
// ------------------------------------------------------------------------------------------------------------

namespace {

// What is left of a list of indices when views have been made of all but the tensors.
struct Applied {
  Tensor view;
  IndexList tensors;  // empty if there are none
};

Applied apply(const Tensor& x, ArrayRef<TensorIndex> indices, const char* op) {
  check(!indices.empty(), "Passing an empty index list to Tensor::", op, "() is not valid syntax");
  using Kind = TensorIndex::Kind;
  int64_t specified = 0;
  for (const TensorIndex& i : indices) {
    if (i.kind() == Kind::integer || i.kind() == Kind::slice) ++specified;
    if (i.kind() == Kind::tensor) specified += covers(i.tensor());
  }
  Applied a{x, {}};
  const auto dims = [&] { return a.view.dim(); };
  int64_t dim = 0;     // of the view, that the next index is for
  size_t skipped = 0;  // dimensions that masks stand for beyond their own place in the list of tensors
  const auto put_tensor = [&](const Tensor& t) {
    a.tensors.resize(static_cast<size_t>(dim) - skipped);
    a.tensors.emplace_back(t);
    dim += covers(t);
    skipped += static_cast<size_t>(covers(t) - 1);
  };
  const auto too_many = [&] {
    if (dim >= dims())
      fail("too many indices for tensor of dimension ", x.dim(), ", which has shape ", x.sizes());
  };
  const auto select_at = [&](int64_t i) {
    check(x.dim() > 0,
          "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
          "convert a 0-dim tensor to a number");
    too_many();
    const int64_t size = a.view.size(dim);
    check(i >= -size && i < size, "index ", i, " is out of bounds for dimension ", dim, " with size ", size);
    a.view = a.view.select(dim, i);
  };
  const auto keep_or_drop = [&](bool keep) {
    a.view = a.view.unsqueeze(dim);
    put_tensor(keep ? zeros({1}, kLong) : empty({0}, kLong));
  };
  for (const TensorIndex& i : indices) switch (i.kind()) {
      case Kind::none:
        a.view = a.view.unsqueeze(dim++);
        break;
      case Kind::ellipsis:
        dim += std::max<int64_t>(0, x.dim() - specified);
        break;
      case Kind::integer:
        select_at(i.integer());
        break;
      case Kind::boolean:
        keep_or_drop(i.boolean());
        break;
      case Kind::slice:
        too_many();
        a.view = a.view.slice(dim++, i.slice().start(), i.slice().stop(), i.slice().step());
        break;
      case Kind::tensor: {
        const Tensor& t = i.tensor();
        if (t.dim() > 0 || t.is_floating_point()) {
          too_many();
          put_tensor(t);
        } else if (is_mask(t)) {
          keep_or_drop(t.item<bool>());
        } else {
          select_at(t.item<int64_t>());
        }
      }
    }
  return a;
}

Tensor& write(const Tensor& x, ArrayRef<TensorIndex> indices, const Tensor& values) {
  const Applied a = apply(x, indices, "index_put_");
  if (a.tensors.empty() && values.dim() == 0)
    a.view.fill_(values);
  else if (a.tensors.empty())
    a.view.copy_(fitting(values, a.view.impl().sizes()));
  else
    index_put_(a.view, a.tensors, values, false);
  return const_cast<Tensor&>(x);
}

}  // namespace

Tensor TensorMethods::index(ArrayRef<TensorIndex> indices) const {
  const Applied a = apply(self(), indices, "index");
  if (!a.tensors.empty()) return xgrad::index(a.view, a.tensors);
  return a.view.is_same(self()) ? view(self().sizes()) : a.view;
}
Tensor TensorMethods::index(std::initializer_list<TensorIndex> indices) const {
  return index(ArrayRef<TensorIndex>(indices));
}
Tensor TensorMethods::index(ArrayRef<std::optional<Tensor>> indices) const {
  return xgrad::index(self(), indices);
}
Tensor TensorMethods::operator[](const Tensor& i) const { return index({TensorIndex(i)}); }

Tensor& InPlaceMethods::index_put_(ArrayRef<TensorIndex> indices, const Tensor& values) const {
  return write(self(), indices, values);
}
Tensor& InPlaceMethods::index_put_(std::initializer_list<TensorIndex> indices, const Tensor& values) const {
  return write(self(), indices, values);
}
Tensor& InPlaceMethods::index_put_(ArrayRef<TensorIndex> indices, const Scalar& value) const {
  return write(self(), indices, scalar_tensor(value, self().dtype()));
}
Tensor& InPlaceMethods::index_put_(std::initializer_list<TensorIndex> indices, const Scalar& value) const {
  return write(self(), indices, scalar_tensor(value, self().dtype()));
}
Tensor& InPlaceMethods::index_put_(ArrayRef<std::optional<Tensor>> indices, const Tensor& values,
                                   bool accumulate) const {
  return xgrad::index_put_(self(), indices, values, accumulate);
}

}  // namespace xgrad
