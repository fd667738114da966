// What a Tensor knows of the tape, and what writes in place.
#include <xgrad/autograd/accumulate_grad.hpp>
#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/in_place.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad {

using autograd::AccumulateGrad;
using autograd::BeforeWrite;
using autograd::grads;
using autograd::Needs;
using autograd::Node;
using autograd::NodeBuilder;
using autograd::none;
using autograd::record;
using autograd::record_in_place;
using autograd::refuse_overlap;
using autograd::save;

namespace {

const Tensor undefined_tensor;

// The node that holds the `.grad` of a leaf, made when first needed.
AccumulateGrad& leaf_node(const Tensor& t) {
  TensorImpl& impl = t.impl();
  if (!impl.node) {
    const bool requires_grad = impl.requires_grad;
    NodeBuilder::add_output(Ref<Node>::adopt(new AccumulateGrad), t);
    impl.requires_grad = requires_grad;
  }
  return static_cast<AccumulateGrad&>(*impl.node);
}

Node::OutputExtras& extras_of(const Tensor& t) {
  if (t.is_leaf()) return leaf_node(t).make_output_extras(0);
  return t.impl().node->make_output_extras(t.impl().output_nr);
}

}  // namespace

bool Tensor::is_leaf() const {
  const TensorImpl& t = impl().on_tape();
  return !t.node || t.node->is_leaf();
}

Ref<Node> Tensor::grad_fn() const { return is_leaf() ? Ref<Node>() : impl().node; }

const Tensor& Tensor::requires_grad_(bool on) const {
  check(!on || is_floating_point(),
        "only Tensors of floating point dtype can require gradients, but this one is ", dtype(),
        ": convert it first, e.g. x.to(xgrad::kFloat)");
  check(on || is_leaf(),
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
        "in a subgraph that doesn't require differentiation use detach()");
  if (on == requires_grad()) return *this;
  impl().requires_grad = on;
  if (on) leaf_node(*this);
  return *this;
}

const Tensor& Tensor::grad() const {
  if (!impl_ || !impl_->node) return undefined_tensor;
  if (is_leaf()) return leaf_node(*this).grad;
  const auto* extras = impl_->node->output_extras(impl_->output_nr);
  if (extras && (extras->retains_grad || extras->retained_grad.defined())) return extras->retained_grad;
  autograd::warn_grad_of_non_leaf(*this);
  return undefined_tensor;
}

Tensor& Tensor::mutable_grad() const {
  if (is_leaf()) return leaf_node(*this).grad;
  return extras_of(*this).retained_grad;
}

void Tensor::retain_grad() const {
  check(requires_grad(),
        "can't retain_grad on Tensor that has requires_grad=False: call requires_grad_() on it, or on an "
        "input of the op that makes it");
  if (!is_leaf()) extras_of(*this).retains_grad = true;
}
bool Tensor::retains_grad() const {
  if (is_leaf()) return false;
  const auto* extras = impl_->node->output_extras(impl_->output_nr);
  return extras && extras->retains_grad;
}

const Tensor& Tensor::set_name(std::string name) const {
  extras_of(*this).name = std::move(name);
  return *this;
}
const std::string& Tensor::name() const {
  static const std::string unnamed;
  const TensorImpl& t = impl().on_tape();
  const auto* extras = t.node ? t.node->output_extras(t.output_nr) : nullptr;
  return extras ? extras->name : unnamed;
}

unsigned Tensor::register_hook(std::function<Tensor(const Tensor&)> hook) const {
  check(requires_grad(),
        "cannot register a hook on a variable that doesn't require gradient: call requires_grad_() first");
  auto& hooks = extras_of(*this).hooks;
  hooks.push_back(std::move(hook));
  return static_cast<unsigned>(hooks.size() - 1);
}
void Tensor::remove_hook(unsigned position) const {
  auto& hooks = extras_of(*this).hooks;
  check(position < hooks.size(), "Invalid index, no hook at position ", position, ": this tensor has ",
        hooks.size());
  hooks[position] = nullptr;
}

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph, bool create_graph,
                      std::optional<TensorList> inputs) const {
  autograd::backward(*this, gradient.defined() ? TensorList(gradient) : TensorList(), retain_graph,
                     create_graph, inputs.value_or(TensorList()));
}

Tensor Tensor::detach() const { return off_tape(); }
Tensor& Tensor::detach_() const {
  check(!is_view(), "Can't detach views in-place. Use detach() instead");
  impl().node = nullptr;
  impl().output_nr = 0;
  impl().requires_grad = false;
  impl().off_tape = kDetached;
  return const_cast<Tensor&>(*this);
}

void Tensor::set_data(const Tensor& other) const {
  TensorImpl& to = impl();
  const TensorImpl& from = other.impl();
  check(!to.requires_grad || is_leaf() || to.dtype == from.dtype,
        "set_data: a tensor made by an operation keeps its dtype: detach() it first");
  check(!to.requires_grad || xgrad::is_floating_point(from.dtype),
        "set_data: data set to a tensor that requires gradients must be floating point, got ", from.dtype);
  to.dtype = from.dtype;
  to.shape = from.shape;
  to.offset = from.offset;
  to.set_storage(from.storage());
  if (to.node && is_leaf()) NodeBuilder::renew_leaf(*this);
}

// In place
// ------------------------------------------------------------------------------------------------------------

namespace {

// The elements before a write, at the place on the tape that they have until then.
Tensor before_write(const Tensor& self) {
  const TensorImpl& impl = self.impl().on_tape();
  Tensor old = self.detach().clone();
  old.impl().node = impl.node;
  old.impl().output_nr = impl.output_nr;
  old.impl().requires_grad = impl.requires_grad;
  return old;
}

// The factor of self, for a rule to keep. Where that is self, a node that self comes to point at would keep
// self: then only its elements are kept.
Tensor factor(const Tensor& other, const Tensor& self) {
  return other.is_same(self) ? autograd::at_its_place(other) : other;
}

template <class Op, class Backward>
Tensor& update(const char* op, const char* name, const Tensor& self, const Tensor& other, const Op& functor,
               Backward&& backward) {
  const BeforeWrite before(self, op, other);
  refuse_overlap(self, other);
  kernels::binary_in_place(self, other, op, functor);
  record_in_place(name, self, {*before, other}, std::forward<Backward>(backward));
  return const_cast<Tensor&>(self);
}
template <class Op, class Backward>
Tensor& update(const char* op, const char* name, const Tensor& self, const Scalar& other, const Op& functor,
               Backward&& backward) {
  const BeforeWrite before(self, op);
  refuse_overlap(self);
  kernels::binary_in_place(self, other, op, functor);
  record_in_place(name, self, {*before}, std::forward<Backward>(backward));
  return const_cast<Tensor&>(self);
}

}  // namespace

Tensor& InPlaceMethods::add_(const Tensor& other, const Scalar& alpha) const {
  return update("add_", "AddBackward0", self(), other, kernels::AddScaled{alpha.toDouble()},
                [alpha](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? g * alpha : none);
                });
}
Tensor& InPlaceMethods::add_(const Scalar& other, const Scalar& alpha) const {
  return update("add_", "AddBackward0", self(), other, kernels::AddScaled{alpha.toDouble()},
                [](const Tensor& g, Needs) { return grads(g); });
}
Tensor& InPlaceMethods::sub_(const Tensor& other, const Scalar& alpha) const {
  check(self().dtype() != kBool && other.dtype() != kBool,
        "sub_: Subtraction, the `-` operator, with a bool tensor is not supported. Compare with != or "
        "convert with to(xgrad::kLong)");
  return update("sub_", "SubBackward0", self(), other, kernels::AddScaled{-alpha.toDouble()},
                [alpha](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g : none, needs[1] ? g * -alpha : none);
                });
}
Tensor& InPlaceMethods::sub_(const Scalar& other, const Scalar& alpha) const {
  return update("sub_", "SubBackward0", self(), other, kernels::AddScaled{-alpha.toDouble()},
                [](const Tensor& g, Needs) { return grads(g); });
}
Tensor& InPlaceMethods::mul_(const Tensor& other) const {
  const Tensor old = other.requires_grad() && GradMode::is_enabled() ? before_write(self()) : Tensor();
  return update("mul_", "MulBackward0", self(), other, kernels::Mul{},
                [a = save(old), b = save(factor(other, self()))](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g * b() : none, needs[1] ? g * a() : none);
                });
}
Tensor& InPlaceMethods::mul_(const Scalar& other) const {
  return update("mul_", "MulBackward0", self(), other, kernels::Mul{},
                [other](const Tensor& g, Needs) { return grads(g * other); });
}
Tensor& InPlaceMethods::div_(const Tensor& other) const {
  const Tensor old = other.requires_grad() && GradMode::is_enabled() ? before_write(self()) : Tensor();
  return update("div_", "DivBackward0", self(), other, kernels::Div{},
                [a = save(old), b = save(factor(other, self()))](const Tensor& g, Needs needs) {
                  return grads(needs[0] ? g / b() : none, needs[1] ? -g * ((a() / b()) / b()) : none);
                });
}
Tensor& InPlaceMethods::div_(const Scalar& other) const {
  return update("div_", "DivBackward0", self(), other, kernels::Div{},
                [other](const Tensor& g, Needs) { return grads(g / other); });
}
Tensor& InPlaceMethods::copy_(const Tensor& source, bool) const {
  const BeforeWrite before(self(), "copy_", source);
  check(is_expandable_to(source.sizes(), self().sizes()),
        "copy_: The size of tensor a must match the size of tensor b: cannot copy a tensor of shape ",
        source.sizes(), " into one of shape ", self().sizes());
  if (!source.is_same(self())) refuse_overlap(self(), source);
  const bool overlaps = source.impl().storage() == self().impl().storage();
  self().impl().storage()->bump_version();
  kernels::copy(self(), overlaps ? kernels::cast(source, source.dtype()) : source);
  if (!self().is_floating_point()) return const_cast<Tensor&>(self());
  record_in_place("CopyBackwards", self(), {*before, source}, [](const Tensor& g, Needs needs) {
    return grads(needs[0] ? zeros_like(g) : none, needs[1] ? g : none);
  });
  return const_cast<Tensor&>(self());
}

Tensor& InPlaceMethods::fill_(const Scalar& value) const {
  const BeforeWrite before(self(), "fill_");
  detail::check_fits(value, self().dtype());
  self().impl().storage()->bump_version();
  kernels::fill(self(), value);
  record_in_place("FillBackward0", self(), {*before},
                  [](const Tensor& g, Needs) { return grads(zeros_like(g)); });
  return const_cast<Tensor&>(self());
}
Tensor& InPlaceMethods::fill_(const Tensor& value) const {
  check(value.dim() == 0, "fill_ only supports 0-dimension value tensor but got tensor with ", value.dim(),
        " dimensions: use copy_ for tensors of more elements");
  const BeforeWrite before(self(), "fill_", value);
  self().impl().storage()->bump_version();
  kernels::fill(self(), value.item());
  record_in_place("FillBackward0", self(), {*before, value}, [](const Tensor& g, Needs needs) {
    return grads(needs[0] ? zeros_like(g) : none, needs[1] ? g : none);
  });
  return const_cast<Tensor&>(self());
}
Tensor& InPlaceMethods::zero_() const { return fill_(0); }

Tensor& Tensor::operator=(const Tensor& values) && { return copy_(values); }
Tensor& Tensor::operator=(Tensor&& values) && { return copy_(values); }
Tensor& Tensor::operator=(const Scalar& value) && { return fill_(value); }

// Copies and conversions
// ----------------------------------------------------------------------------------------------

Tensor clone(const Tensor& x) {
  return record("CloneBackward0", kernels::cast(x, x.dtype()), {x},
                [](const Tensor& g, Needs) { return grads(g); });
}

Tensor Tensor::contiguous() const { return is_contiguous() ? *this : clone(); }

Tensor Tensor::to(ScalarType t, bool, bool copy) const {
  if (t == dtype()) return copy ? clone() : *this;
  // A gradient of an integer tensor does not exist: such a conversion leaves the tape.
  if (!xgrad::is_floating_point(t)) return kernels::cast(*this, t);
  return record("ToCopyBackward0", kernels::cast(*this, t), {*this},
                [](const Tensor& g, Needs) { return grads(g); });
}
Tensor Tensor::to(Device d, bool non_blocking, bool copy) const {
  return to(TensorOptions(d).dtype(dtype()), non_blocking, copy);
}
Tensor Tensor::to(Device d, ScalarType t, bool non_blocking, bool copy) const {
  return to(TensorOptions(d).dtype(t), non_blocking, copy);
}
Tensor Tensor::to(const TensorOptions& options, bool non_blocking, bool copy) const {
  return to(options.has_dtype() ? options.dtype() : dtype(), non_blocking, copy);
}
Tensor Tensor::to(const Tensor& other, bool non_blocking, bool copy) const {
  return to(other.dtype(), non_blocking, copy);
}

}  // namespace xgrad
