// Comparisons, and choosing by them.

#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops/recording.hpp>
#include <xgrad/core/kernels/elementwise.hpp>
#include <xgrad/core/kernels/indexing.hpp>

namespace xgrad {

Tensor eq(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::Equal>(a, b, "eq"); }
Tensor eq(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::Equal>(a, b, "eq"); }
Tensor ne(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::NotEqual>(a, b, "ne"); }
Tensor ne(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::NotEqual>(a, b, "ne"); }
Tensor lt(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::Less>(a, b, "lt"); }
Tensor lt(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::Less>(a, b, "lt"); }
Tensor le(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::LessEqual>(a, b, "le"); }
Tensor le(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::LessEqual>(a, b, "le"); }
Tensor gt(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::Less>(b, a, "gt"); }
Tensor gt(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::Less>(b, a, "gt"); }
Tensor ge(const Tensor& a, const Tensor& b) { return kernels::compare<kernels::LessEqual>(b, a, "ge"); }
Tensor ge(const Tensor& a, const Scalar& b) { return kernels::compare<kernels::LessEqual>(b, a, "ge"); }

namespace {

Tensor magnitude(const Tensor& x) { return x.dtype() == kBool ? x : kernels::unary<kernels::Abs>(x); }
}  // namespace

Tensor isnan(const Tensor& x) { return ne(x, x); }
Tensor isinf(const Tensor& x) { return eq(magnitude(x), infinity); }
Tensor isfinite(const Tensor& x) { return lt(magnitude(x), infinity); }

bool equal(const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes() && all(eq(a, b)).item<bool>(); }

namespace {
// |a - b| <= atol + rtol * |b|, `op` being who asks.
Tensor is_close(const char* op, const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  check(a.dtype() == b.dtype(), op, ": ", a.dtype(), " did not match ", b.dtype(),
        ": convert one tensor with to()");
  check(rtol >= 0 && atol >= 0, op, ": rtol and atol must not be negative, got ", rtol, " and ", atol);
  const AutoGradMode off(false);
  Tensor close = eq(a, b);
  if (equal_nan) close = maximum(close, mul(isnan(a), isnan(b)));
  if (a.is_floating_point()) {
    const Tensor difference = abs(a - b);
    close = maximum(close, mul(le(difference, abs(b) * rtol + atol), lt(difference, infinity)));
  } else if (a.dtype() != kBool) {
    close = maximum(close, le(abs(a - b), abs(b) * rtol + atol));
  }
  return close;
}
}  // namespace

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return is_close("isclose", a, b, rtol, atol, equal_nan);
}
bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return all(is_close("allclose", a, b, rtol, atol, equal_nan)).item<bool>();
}

// Truth and bits
// ------------------------------------------------------------------------------------------------------------

namespace {
Tensor truth(const Tensor& x) { return x.dtype() == kBool ? x : ne(x, 0); }

template <class Op>
Tensor bits(const kernels::Operand& a, const kernels::Operand& b, const char* name) {
  const ScalarType type = kernels::result_type(a, b);
  check(!is_floating_point(type), "\"", name, "_cpu\" not implemented for '", type,
        "': bits are those of integers and bools; compare first, or convert with to(xgrad::kLong)");
  return kernels::binary<Op>(a, b, name);
}
}  // namespace

Tensor logical_and(const Tensor& a, const Tensor& b) {
  return kernels::binary<kernels::BitAnd>(truth(a), truth(b), "logical_and");
}
Tensor logical_or(const Tensor& a, const Tensor& b) {
  return kernels::binary<kernels::BitOr>(truth(a), truth(b), "logical_or");
}
Tensor logical_xor(const Tensor& a, const Tensor& b) {
  return kernels::binary<kernels::BitXor>(truth(a), truth(b), "logical_xor");
}
Tensor logical_not(const Tensor& x) { return eq(x, 0); }

Tensor bitwise_and(const Tensor& a, const Tensor& b) { return bits<kernels::BitAnd>(a, b, "bitwise_and"); }
Tensor bitwise_and(const Tensor& a, const Scalar& b) { return bits<kernels::BitAnd>(a, b, "bitwise_and"); }
Tensor bitwise_and(const Scalar& a, const Tensor& b) { return bits<kernels::BitAnd>(a, b, "bitwise_and"); }
Tensor bitwise_or(const Tensor& a, const Tensor& b) { return bits<kernels::BitOr>(a, b, "bitwise_or"); }
Tensor bitwise_or(const Tensor& a, const Scalar& b) { return bits<kernels::BitOr>(a, b, "bitwise_or"); }
Tensor bitwise_or(const Scalar& a, const Tensor& b) { return bits<kernels::BitOr>(a, b, "bitwise_or"); }
Tensor bitwise_xor(const Tensor& a, const Tensor& b) { return bits<kernels::BitXor>(a, b, "bitwise_xor"); }
Tensor bitwise_xor(const Tensor& a, const Scalar& b) { return bits<kernels::BitXor>(a, b, "bitwise_xor"); }
Tensor bitwise_xor(const Scalar& a, const Tensor& b) { return bits<kernels::BitXor>(a, b, "bitwise_xor"); }
Tensor bitwise_not(const Tensor& x) {
  return x.dtype() == kBool ? logical_not(x) : bits<kernels::BitXor>(x, Scalar(-1), "bitwise_not");
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  check(condition.dtype() == kBool,
        "where expected condition to be a boolean tensor, but got a tensor with dtype ", condition.dtype(),
        ": compare first, e.g. where(x != 0, a, b)");
  const ScalarType type = kernels::result_type(a, b);
  const Tensor x = a.dtype() == type ? a : kernels::cast(a, type),
               y = b.dtype() == type ? b : kernels::cast(b, type);
  return record("WhereBackward0", kernels::where(condition, x, y), {a, b},
                [condition = save(condition)](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? where(condition(), g, 0) : none,
                               needs[1] ? where(condition(), 0, g) : none);
                });
}

namespace {
// The number as a 0-d tensor of a dtype in which `with` keeps its own where PyTorch's promotion lets it.
Tensor number_for(const Scalar& value, const Tensor& with) {
  return scalar_tensor(value, kernels::result_type(with, value));
}
}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Scalar& b) {
  return where(condition, a, number_for(b, a));
}
Tensor where(const Tensor& condition, const Scalar& a, const Tensor& b) {
  return where(condition, number_for(a, b), b);
}

Tensor where(const Tensor& condition, const Scalar& a, const Scalar& b) {
  const auto type = [](const Scalar& s) { return s.isFloatingPoint() ? get_default_dtype() : s.type(); };
  const ScalarType common = promote_types(type(a), type(b));
  return where(condition, scalar_tensor(a, common), scalar_tensor(b, common));
}

namespace {

// The mask as one of bool.
Tensor checked_mask(const Tensor& mask, const char* op) {
  check(mask.dtype() == kBool || mask.dtype() == kByte, op,
        " only supports boolean masks, but got mask with dtype ", mask.dtype(),
        ": compare first, e.g. mask != 0");
  if (mask.dtype() == kBool) return mask;
  warn(detail::str(op,
                   " received a mask with dtype torch.uint8, this behavior is now deprecated, please use a "
                   "mask with dtype torch.bool instead."));
  return kernels::cast(mask, kBool);
}

}  // namespace

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Scalar& value) {
  const Tensor on = checked_mask(mask, "masked_fill");
  return record("MaskedFillBackward0", kernels::where(on, scalar_tensor(value, x.dtype()), x), {x},
                [on = save(on)](const Tensor& g, Needs) { return grads(masked_fill(g, on(), 0)); });
}
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  const Dims shape = detail::broadcast_shapes(x.sizes(), mask.sizes(), "masked_fill");
  return clone(expand(x, shape)).masked_fill_(mask, value);
}

Tensor& InPlaceMethods::masked_fill_(const Tensor& mask, const Tensor& value) const {
  check(value.dim() == 0, "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
        value.dim(), " dimension(s): use where for a tensor of values");
  const Tensor on = checked_mask(mask, "masked_fill_");
  check(is_expandable_to(on.sizes(), self().sizes()), "masked_fill_: output with shape ", self().sizes(),
        " doesn't match the broadcast shape of the mask ", on.sizes());
  const autograd::BeforeWrite before(self(), "masked_fill_", value);
  self().impl().storage()->bump_version();
  kernels::masked_fill(self(), on, value.item());
  autograd::record_in_place("MaskedFillBackward0", self(), {*before, value},
                            [on = save(on)](const Tensor& g, Needs needs) {
                              return grads(needs[0] ? xgrad::masked_fill(g, on(), 0) : none,
                                           needs[1] ? xgrad::where(on(), g, 0).sum() : none);
                            });
  return const_cast<Tensor&>(self());
}
Tensor& InPlaceMethods::masked_fill_(const Tensor& mask, const Scalar& value) const {
  return masked_fill_(mask, scalar_tensor(value, self().dtype()));
}

}  // namespace xgrad
