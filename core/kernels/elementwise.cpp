#include <xgrad/core/kernels/elementwise.hpp>

#include <cstring>

#include <xgrad/core/kernels/moves.hpp>
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

// The kernel of a functor for a dtype, on this processor. A bool is a byte that is 0 or 1: its sum and
// product are "or" and "and", the larger and the smaller byte.
template <template <class, class, class> class Family, class Run, class Op>
Run kernel_for(ScalarType type) {
  const auto kernel = []<class T>(T) -> Run {
    return dispatch([](auto arch) -> Run { return &Family<decltype(arch), Op, T>::run; });
  };
  if constexpr (!is_in<Op>(IntegerBinary{})) {
    if (type == kFloat) return kernel(float{});
    if (type == kDouble) return kernel(double{});
  }
  if constexpr (!floating_only<Op>) {
    if (type == kLong) return kernel(int64_t{});
    if (type == kInt) return kernel(int32_t{});
    if constexpr (std::is_same_v<Op, Add> || std::is_same_v<Op, AddScaled>)
      if (type == kBool) return kernel_for<Family, Run, Maximum>(kByte);
    if constexpr (std::is_same_v<Op, Mul>)
      if (type == kBool) return kernel_for<Family, Run, Minimum>(kByte);
    return kernel(uint8_t{});
  }
  fail("no kernel of this operation for ", type);
}

void write_number(const Scalar& number, ScalarType dtype, char* to) {
  visit(dtype, [&](auto zero) {
    const auto value = number.to<decltype(zero)>();
    std::memcpy(to, &value, sizeof value);
  });
}

// An operand in the dtype of the computation, as a contiguous array or a number.
class Prepared {
 public:
  Prepared(const Operand& operand, ScalarType dtype, IntArrayRef shape) {
    if (!operand.tensor) {
      write_number(*operand.scalar, dtype, number_);
      array_ = {number_, Dims(shape.size(), 0), static_cast<int64_t>(element_size(dtype))};
      return;
    }
    const Tensor& t = *operand.tensor;
    if (t.dtype() != dtype || !t.is_contiguous()) copy_ = cast(t, dtype);
    array_ = array_of(copy_.defined() ? copy_ : t, shape);
  }
  Prepared(const Prepared&) = delete;

  const Array& array() const { return array_; }

 private:
  Tensor copy_;
  alignas(8) char number_[8];
  Array array_;
};

constexpr int64_t small = 1 << 14;  // below this, one flat loop on this thread
// What an element costs in nanoseconds, of libm's functions and of the others.
template <class Op>
constexpr double cost = requires {
  Op::slow;
}
? 6 : 0.1;

// Of an element that a loop over two inputs makes.
constexpr double cost_of_two = 0.15;

// run(to, i, n) computes elements i to i + n of `out`, for all of them.
template <class Run>
void run_blocks(const Tensor& out, double cost, const Run& run) {
  auto* to = static_cast<char*>(out.data_ptr());
  const int64_t size = out.itemsize();
  detail::parallel_for(out.numel(), cost,
                       [&](int64_t begin, int64_t end) { run(to + begin * size, begin, end - begin); });
}

Dims common_shape(const Operand& a, const Operand& b, const char* name) {
  if (!a.tensor) return b.tensor->impl().sizes();
  if (!b.tensor || a.tensor->sizes() == b.tensor->sizes()) return a.tensor->impl().sizes();
  return detail::broadcast_shapes(a.tensor->sizes(), b.tensor->sizes(), name);
}

bool shares_elements_differently(const Tensor& self, const Tensor& other) {
  return self.impl().storage() == other.impl().storage() &&
         !(self.sizes() == other.sizes() && self.strides() == other.strides() &&
           self.storage_offset() == other.storage_offset());
}

}  // namespace

ScalarType result_type(const Operand& a, const Operand& b) {
  struct Rank {
    ScalarType type;
    int priority;
  };
  const auto rank = [](const Operand& o) -> Rank {
    if (!o.tensor) return {o.scalar->isFloatingPoint() ? get_default_dtype() : o.scalar->type(), 0};
    return {o.tensor->dtype(), o.tensor->dim() > 0 ? 2 : 1};
  };
  const auto category = [](ScalarType t) { return is_floating_point(t) ? 2 : t == kBool ? 0 : 1; };
  const Rank x = rank(a), y = rank(b);
  if (x.priority == y.priority) return promote_types(x.type, y.type);
  const Rank& high = x.priority > y.priority ? x : y;
  const Rank& low = x.priority > y.priority ? y : x;
  return category(low.type) > category(high.type) ? promote_types(low.type, high.type) : high.type;
}

namespace {

// result_type with a short way for the common case.
inline ScalarType type_of(const Operand& a, const Operand& b) {
  if (a.tensor && b.tensor && a.tensor->dtype() == b.tensor->dtype()) return a.tensor->dtype();
  return result_type(a, b);
}

Tensor run_unary(const Tensor& x, double cost, UnaryRun kernel, const void* op) {
  const Tensor in = contiguous(x);
  Tensor out = detail::make_tensor(in.impl().shape, x.dtype());
  const auto* from = static_cast<const char*>(in.data_ptr());
  run_blocks(out, cost, [&, size = in.itemsize()](char* to, int64_t i, int64_t n) {
    kernel(to, from + i * size, n, op);
  });
  return out;
}

// Whether there is no more to do than one loop over contiguous arrays of one shape, or one and a number: then
// no plan is made.
inline bool is_flat(const TensorImpl& x, const Operand& b, ScalarType type) {
  if (x.dtype != type || !x.shape->is_contiguous) return false;
  if (!b.tensor) return true;
  const TensorImpl& y = b.tensor->impl();
  if (y.dtype != type || !y.shape->is_contiguous) return false;
  return same_sizes(x.shape, y.shape) || (y.shape->numel == 1 && y.sizes().size() <= x.sizes().size());
}
// The step of b in that loop.
inline int64_t flat_step(const TensorImpl& x, const Operand& b) {
  return b.tensor && b.tensor->impl().shape->numel == x.shape->numel ? 1 : 0;
}
inline bool is_small(const TensorImpl& x) { return x.shape->numel <= small; }

inline void run_flat(char* out, const TensorImpl& x, const Operand& b, const BinaryKernel* kernel,
                     const void* op) {
  const int64_t n = x.shape->numel;
  if (b.tensor) return kernel->flat(out, x.address(), b.tensor->impl().address(), n, flat_step(x, b), op);
  alignas(8) char number[8];
  write_number(*b.scalar, x.dtype, number);
  kernel->flat(out, x.address(), number, n, 0, op);
}

[[gnu::noinline]] void run_large(const Tensor& out, const TensorImpl& x, const Operand& b,
                                 const BinaryKernel* kernel, const void* op) {
  alignas(8) char number[8];
  if (!b.tensor) write_number(*b.scalar, x.dtype, number);
  const char *left = x.address(), *right = b.tensor ? b.tensor->impl().address() : number;
  const int64_t size = static_cast<int64_t>(element_size(x.dtype)), step = flat_step(x, b);
  run_blocks(out, cost<void>, [&](char* to, int64_t i, int64_t n) {
    kernel->flat(to, left + i * size, right + i * step * size, n, step, op);
  });
}

// Any shapes and types.
Tensor run_planned(const Operand& a, const Operand& b, ScalarType type, ScalarType out_type, const char* name,
                   const BinaryKernel* kernel, const void* op) {
  const Dims shape = common_shape(a, b, name);
  Tensor out = detail::make_tensor(shape, out_type);
  const Prepared left(a, type, shape), right(b, type, shape);
  Plan<3>(shape, {array_of(out, shape), left.array(), right.array()})
      .run([&](const Loop<3>& loop) { kernel->loop(loop, op); }, cost_of_two);
  return out;
}

Tensor run_binary(const Operand& a, const Operand& b, ScalarType type, ScalarType out_type, const char* name,
                  const BinaryKernel* kernel, const void* op) {
  if (!a.tensor || !is_flat(a.tensor->impl(), b, type))
    return run_planned(a, b, type, out_type, name, kernel, op);
  const TensorImpl& x = a.tensor->impl();
  Tensor out = detail::make_tensor(x.shape, out_type);
  if (is_small(x)) [[likely]]
    run_flat(static_cast<char*>(out.impl().storage()->data()), x, b, kernel, op);
  else
    run_large(out, x, b, kernel, op);
  return out;
}

// Refuses what an in-place operation cannot write into `self`.
void check_in_place(const Tensor& self, const Operand& b, ScalarType type, const char* name) {
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
}

void run_in_place(const Tensor& self, const Operand& b, ScalarType type, const char* name,
                  const BinaryKernel* kernel, const void* op) {
  const bool apart = !b.tensor || b.tensor->impl().storage() != self.impl().storage();
  if (apart && is_small(self.impl()) && is_flat(self.impl(), b, type)) {
    self.impl().storage()->bump_version();
    return run_flat(self.impl().address(), self.impl(), b, kernel, op);
  }
  check_in_place(self, b, type, name);
  self.impl().storage()->bump_version();
  if (type != self.dtype() || !self.is_contiguous() ||
      (b.tensor && shares_elements_differently(self, *b.tensor)))
    return copy(self, run_binary(self, b, type, type, name, kernel, op));
  const Prepared right(b, type, self.sizes());
  const Array target = array_of(self, self.sizes());
  Plan<3>(self.sizes(), {target, target, right.array()})
      .run([&](const Loop<3>& loop) { kernel->loop(loop, op); }, cost_of_two);
}

}  // namespace

template <class Op>
Tensor unary(const Tensor& x, const Op& op) {
  const ScalarType type = floating_only<Op> ? floating(x.dtype()) : x.dtype();
  return run_unary(x.dtype() == type ? x : cast(x, type), cost<Op>, kernel_for<UnaryLoop, UnaryRun, Op>(type),
                   &op);
}

template <class Op>
Tensor binary(const Operand& a, const Operand& b, const char* name, const Op& op) {
  ScalarType type = type_of(a, b);
  if constexpr (floating_only<Op>) type = floating(type);
  return run_binary(a, b, type, type, name, kernel_for<BinaryLoop, const BinaryKernel*, Op>(type), &op);
}

template <class Op>
void binary_in_place(const Tensor& self, const Operand& b, const char* name, const Op& op) {
  ScalarType type = type_of(self, b);
  if constexpr (floating_only<Op>) type = floating(type);
  run_in_place(self, b, type, name, kernel_for<BinaryLoop, const BinaryKernel*, Op>(type), &op);
}

template <class Op>
Tensor compare(const Operand& a, const Operand& b, const char* name) {
  const ScalarType type = type_of(a, b);
  return run_binary(a, b, type, kBool, name, kernel_for<CompareLoop, const BinaryKernel*, Op>(type), nullptr);
}

namespace {

void choose_in(const Loop<4>& loop, int64_t bytes) {
  visit_size(bytes, [&](auto zero) {
    dispatch([&](auto arch) { WhereLoop<decltype(arch), decltype(zero)>::run(loop); });
  });
}

// The stride of t in one loop over an array of that shape: 0 for a single number, -1 if there is none.
int64_t flat_stride(const Tensor& t, const Ref<Shape>& shape) {
  if (t.dim() == 0) return 0;
  return t.is_contiguous() && same_sizes(t.impl().shape, shape) ? 1 : -1;
}

}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  const Ref<Shape>& flat = condition.impl().shape;
  const int64_t step_a = flat_stride(a, flat), step_b = flat_stride(b, flat);
  if (flat->is_contiguous && flat->numel <= small && step_a >= 0 && step_b >= 0) {
    Tensor out = detail::make_tensor(flat, a.dtype());
    choose_in({{out.impl().address(), condition.impl().address(), a.impl().address(), b.impl().address()},
               {1, 1, step_a, step_b},
               {0, 0, 0, 0},
               flat->numel,
               1},
              a.itemsize());
    return out;
  }
  Dims shape = detail::broadcast_shapes(a.sizes(), b.sizes(), "where");
  shape = detail::broadcast_shapes(condition.sizes(), shape, "where");
  Tensor out = detail::make_tensor(shape, a.dtype());
  Plan<4>(shape, {array_of(out, shape), array_of(condition, shape), array_of(a, shape), array_of(b, shape)})
      .run([&](const Loop<4>& loop) { choose_in(loop, a.itemsize()); });
  return out;
}

namespace {

[[gnu::used]] void emit_elementwise() {
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
