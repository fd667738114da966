#include <xgrad/core/kernels/elementwise.hpp>

#include <cstring>

#include <xgrad/core/kernels/plan.hpp>
#include <xgrad/core/kernels/simd.hpp>

namespace xgrad::kernels {
namespace {

template <class Op, class... Ops>
constexpr bool is_in(List<Ops...>) {
  return (std::is_same_v<Op, Ops> || ...);
}
template <class Op>
constexpr bool floating_only = is_in<Op>(FloatingUnary{}) || is_in<Op>(FloatingBinary{});

ScalarType floating(ScalarType t) { return is_floating_point(t) ? t : get_default_dtype(); }

// Calls f with a value of the C++ type; only with the types that the functor has kernels for.
template <class Op, class F>
void visit_types(ScalarType t, F&& f) {
  if constexpr (floating_only<Op>) {
    t == kFloat ? f(float{}) : f(double{});
  } else if constexpr (is_in<Op>(IntegerBinary{})) {
    visit(t, [&](auto zero) {
      if constexpr (std::is_integral_v<decltype(zero)>) f(zero);
    });
  } else if constexpr (is_in<Op>(AnyUnary{})) {
    visit(t, [&](auto zero) {
      if constexpr (!std::is_same_v<decltype(zero), bool>) f(zero);
    });
  } else {
    visit(t, f);
  }
}

template <class Op, class T, class LoopN>
void run_unary(const LoopN& loop, const Op& op) {
  dispatch([&](auto arch) { UnaryLoop<decltype(arch), Op, T>::run(loop, op); });
}
template <class Op, class T, class LoopN>
void run_binary(const LoopN& loop, const Op& op) {
  dispatch([&](auto arch) { BinaryLoop<decltype(arch), Op, T>::run(loop, op); });
}

// An operand in the dtype of the computation. A tensor whose elements are far apart is copied, so that the loop runs
// over neighbours.
class Prepared {
 public:
  Prepared(const Operand& operand, ScalarType dtype, IntArrayRef shape) {
    if (!operand.tensor) {
      visit(dtype, [&](auto zero) {
        const auto value = operand.scalar.to<decltype(zero)>();
        std::memcpy(number_, &value, sizeof value);
      });
      array_ = {number_, Dims(shape.size(), 0), static_cast<int64_t>(element_size(dtype))};
      return;
    }
    const Tensor& t = *operand.tensor;
    constexpr int64_t worth_copying = 4096;
    if (t.dtype() != dtype)
      copy_ = cast(t, dtype);
    else if (!t.is_contiguous() && t.numel() >= worth_copying && t.stride(-1) > 1)
      copy_ = contiguous(t);
    array_ = array_of(copy_.defined() ? copy_ : t, shape);
  }
  Prepared(const Prepared&) = delete;

  const Array& array() const { return array_; }

 private:
  Tensor copy_;
  alignas(8) char number_[8];
  Array array_;
};

bool same_layout(const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes() && a.is_contiguous() && b.is_contiguous(); }

// One loop over contiguous arrays, or an array and a number.
template <int N>
Loop<N> flat_loop(int64_t n, void* const (&data)[N], const int64_t (&strides)[N]) {
  Loop<N> loop;
  for (int k = 0; k < N; ++k) {
    loop.data[k] = static_cast<char*>(data[k]);
    loop.inner[k] = strides[k];
    loop.outer[k] = 0;
  }
  loop.inner_size = n;
  loop.outer_size = 1;
  return loop;
}

constexpr int64_t small = 1 << 14;  // below this, one flat loop on this thread

Dims common_shape(const Operand& a, const Operand& b, const char* name) {
  if (!a.tensor) return b.tensor->impl().sizes;
  if (!b.tensor || a.tensor->sizes() == b.tensor->sizes()) return a.tensor->impl().sizes;
  return detail::broadcast_shapes(a.tensor->sizes(), b.tensor->sizes(), name);
}

bool shares_elements_differently(const Tensor& self, const Tensor& other) {
  return self.impl().storage == other.impl().storage &&
         !(self.sizes() == other.sizes() && self.strides() == other.strides() && self.storage_offset() == other.storage_offset());
}

}  // namespace

ScalarType result_type(const Operand& a, const Operand& b) {
  if (a.tensor && b.tensor && a.tensor->dtype() == b.tensor->dtype()) return a.tensor->dtype();
  struct Rank {
    ScalarType type;
    int priority;
  };
  const auto rank = [](const Operand& o) -> Rank {
    if (!o.tensor) return {o.scalar.isFloatingPoint() ? get_default_dtype() : o.scalar.type(), 0};
    return {o.tensor->dtype(), o.tensor->dim() > 0 ? 2 : 1};
  };
  const auto category = [](ScalarType t) { return is_floating_point(t) ? 2 : t == kBool ? 0 : 1; };
  const Rank x = rank(a), y = rank(b);
  if (x.priority == y.priority) return promote_types(x.type, y.type);
  const Rank& high = x.priority > y.priority ? x : y;
  const Rank& low = x.priority > y.priority ? y : x;
  return category(low.type) > category(high.type) ? promote_types(low.type, high.type) : high.type;
}

template <class Op>
Tensor unary(const Tensor& x, const Op& op) {
  const ScalarType type = floating_only<Op> ? floating(x.dtype()) : x.dtype();
  const Tensor in = x.dtype() == type ? x : cast(x, type);
  Tensor out = detail::make_tensor(x.sizes(), type);
  visit_types<Op>(type, [&](auto zero) {
    using T = decltype(zero);
    if (in.is_contiguous() && in.numel() <= small)
      return run_unary<Op, T>(flat_loop<2>(in.numel(), {out.data_ptr(), in.data_ptr()}, {1, 1}), op);
    const Prepared p(in, type, x.sizes());
    Plan<2>(x.sizes(), {array_of(out, x.sizes()), p.array()}).run([&](const Loop<2>& loop) { run_unary<Op, T>(loop, op); });
  });
  return out;
}

template <class Op>
Tensor binary(const Operand& a, const Operand& b, const char* name, const Op& op) {
  ScalarType type = result_type(a, b);
  if constexpr (floating_only<Op>) type = floating(type);
  const Tensor *x = a.tensor, *y = b.tensor;
  // The common case, without a plan: equal shapes, or a tensor and a number.
  if (x && x->dtype() == type && x->numel() <= small && (y ? y->dtype() == type && same_layout(*x, *y) : x->is_contiguous())) {
    Tensor out = detail::make_tensor(x->sizes(), type);
    visit_types<Op>(type, [&](auto zero) {
      using T = decltype(zero);
      T number = y ? T{} : b.scalar.to<T>();
      run_binary<Op, T>(flat_loop<3>(x->numel(), {out.data_ptr(), x->data_ptr(), y ? y->data_ptr() : &number}, {1, 1, y ? 1 : 0}), op);
    });
    return out;
  }
  const Dims shape = common_shape(a, b, name);
  Tensor out = detail::make_tensor(shape, type);
  const Prepared left(a, type, shape), right(b, type, shape);
  const Plan<3> plan(shape, {array_of(out, shape), left.array(), right.array()});
  visit_types<Op>(type, [&](auto zero) {
    plan.run([&](const Loop<3>& loop) { run_binary<Op, decltype(zero)>(loop, op); });
  });
  return out;
}

template <class Op>
void binary_in_place(const Tensor& self, const Operand& b, const char* name, const Op& op) {
  ScalarType type = result_type(self, b);
  if constexpr (floating_only<Op>) type = floating(type);
  const ScalarType own = self.dtype();
  if ((is_floating_point(type) && !is_floating_point(own)) || (own == kBool && type != kBool))
    fail(name, ": result type ", type, " can't be cast to the desired output type ", own,
         ": use the out-of-place operator, or convert this tensor with to(xgrad::k", type, ") first");
  if (b.tensor && self.sizes() != b.tensor->sizes()) {
    const Dims shape = detail::broadcast_shapes(self.sizes(), b.tensor->sizes(), name);
    if (IntArrayRef(shape) != self.sizes())
      fail(name, ": output with shape ", self.sizes(), " doesn't match the broadcast shape ", shape,
           ": an in-place operation cannot enlarge its tensor; use the out-of-place operator");
  }
  self.impl().storage->bump_version();
  if (type != own) return copy(self, binary<Op>(self, b, name, op));
  const Tensor separate = b.tensor && shares_elements_differently(self, *b.tensor) ? cast(*b.tensor, type) : Tensor();
  const Prepared right(separate.defined() ? Operand(separate) : b, type, self.sizes());
  const Array target = array_of(self, self.sizes());
  const Plan<3> plan(self.sizes(), {target, target, right.array()});
  visit_types<Op>(type, [&](auto zero) {
    plan.run([&](const Loop<3>& loop) { run_binary<Op, decltype(zero)>(loop, op); });
  });
}

template <class Op>
Tensor compare(const Operand& a, const Operand& b, const char* name) {
  const ScalarType type = result_type(a, b);
  const Dims shape = common_shape(a, b, name);
  Tensor out = detail::make_tensor(shape, kBool);
  const Prepared left(a, type, shape), right(b, type, shape);
  const Plan<3> plan(shape, {array_of(out, shape), left.array(), right.array()});
  visit(type, [&](auto zero) {
    plan.run([&](const Loop<3>& loop) {
      dispatch([&](auto arch) { CompareLoop<decltype(arch), Op, decltype(zero)>::run(loop, Op{}); });
    });
  });
  return out;
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  Dims shape = detail::broadcast_shapes(a.sizes(), b.sizes(), "where");
  shape = detail::broadcast_shapes(condition.sizes(), shape, "where");
  Tensor out = detail::make_tensor(shape, a.dtype());
  const Plan<4> plan(shape, {array_of(out, shape), array_of(condition, shape), array_of(a, shape), array_of(b, shape)});
  const auto run = [&](auto zero) {
    plan.run([&](const Loop<4>& loop) { dispatch([&](auto arch) { WhereLoop<decltype(arch), decltype(zero)>::run(loop); }); });
  };
  switch (a.itemsize()) {
    case 1: run(uint8_t{}); break;
    case 4: run(int32_t{}); break;
    default: run(int64_t{});
  }
  return out;
}

namespace {

[[gnu::used]] void emit_all() {
  const auto unary_functions = []<class Op>(List<Op>) { keep(&unary<Op>); };
  const auto binary_functions = []<class Op>(List<Op>) {
    keep(&binary<Op>);
    keep(&binary_in_place<Op>);
  };
  for_each_op(AnyUnary{}, unary_functions);
  for_each_op(FloatingUnary{}, unary_functions);
  for_each_op(AnyBinary{}, binary_functions);
  for_each_op(FloatingBinary{}, binary_functions);
  for_each_op(IntegerBinary{}, binary_functions);
  for_each_op(Comparisons{}, []<class Op>(List<Op>) { keep(&compare<Op>); });
}

}  // namespace
}  // namespace xgrad::kernels
