#include <xgrad/autograd/node.hpp>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/print.hpp>

namespace xgrad::autograd {
namespace {

// Whether nobody else can see the elements of `t`, so that they may be taken or overwritten.
bool sole_owner(const Tensor& t) {
  return t.impl().refs.unique() && t.impl().storage()->unique() && t.is_contiguous();
}

}  // namespace

std::string name_of(const Node& node) { return node.name(); }

// Edges and saved tensors release further nodes from inside a destructor. Only the outermost call destroys;
// the others queue, so that the depth stays constant however long the chain.
void Node::destroy(Node* node) noexcept {
  thread_local constinit Node* dead = nullptr;
  thread_local constinit bool destroying = false;
  node->next_dead_ = std::exchange(dead, node);
  if (std::exchange(destroying, true)) return;
  while (dead) {
    Node* next = dead;
    dead = next->next_dead_;
    delete next;
  }
  destroying = false;
}

void retain(Node* n) noexcept { n->refs_.retain(); }
void release(Node* n) noexcept {
  if (n->refs_.release()) Node::destroy(n);
}

void Node::free_saved() {
  for (Saved* saved = saved_; saved; saved = saved->next_) {
    if (!saved->tensor_.defined()) continue;
    saved->tensor_ = Tensor();
    saved->freed_ = true;
  }
}

Node::OutputExtras& Node::make_extras(size_t output_nr) {
  if (!extras_) extras_ = std::make_unique<std::vector<OutputExtras>>(outputs_.size());
  return (*extras_)[output_nr];
}

void Saved::check_usable() const {
  if (freed_)
    fail(
        "Trying to backward through the graph a second time (or directly access saved tensors after they "
        "have already been ",
        "freed): ", owner_->name(),
        " lost its saved tensors in an earlier backward() or grad(). Pass retain_graph=true to ",
        "that earlier call, or compute the loss again");
  if (tensor_.defined() && tensor_.impl().storage()->version() != version_)
    fail("one of the variables needed for gradient computation has been modified by an inplace operation: a ",
         tensor_.dtype(), " tensor of shape ", tensor_.sizes(), ", ", is_output_ ? "output" : "input", " of ",
         owner_ ? owner_->name() : "an operation", ", is at version ", tensor_._version(),
         "; expected version ", version_,
         " instead. Use the out-of-place form (x = x + y, not x += y), or clone() it before the write");
}

const Tensor& Saved::data() const {
  check_usable();
  return tensor_;
}

Tensor Saved::operator()() const {
  check_usable();
  if (!tensor_.defined() || !GradMode::is_enabled()) return tensor_;
  const TensorImpl& impl = tensor_.impl();
  Node* node = is_output_ ? owner_ : source_;
  if (!node || (impl.node.get() == node && !is_output_)) return tensor_;
  Tensor t = detail::alias(tensor_);
  t.impl().node = Ref<Node>::share(node);
  t.impl().output_nr = output_nr_;
  t.impl().requires_grad = true;
  return t;
}

Grads AccumulateGrad::apply(Grads&& grads) {
  std::lock_guard lock(mutex_);
  Tensor& incoming = grads[0];
  if (!grad.defined()) {
    // A leaf never shares its gradient's storage with another tensor.
    const bool take = !GradMode::is_enabled() && sole_owner(incoming);
    grad = take ? std::move(incoming) : incoming.clone();
  } else if (GradMode::is_enabled()) {
    grad = grad + incoming;
  } else {
    grad.add_(incoming);
  }
  return {};
}

}  // namespace xgrad::autograd
