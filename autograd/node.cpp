#include <xgrad/autograd/node.hpp>

#include <atomic>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/print.hpp>

namespace xgrad::autograd {
namespace {

std::atomic<uint64_t> next_sequence_nr{1};

// Whether nobody else can see the elements of `t`, so that they may be taken or overwritten.
bool sole_owner(const Tensor& t) {
  return t.impl().refs.unique() && t.impl().storage->unique() && t.is_contiguous();
}

}  // namespace

Node::Node(const char* name)
    : name_(name), sequence_nr_(next_sequence_nr.fetch_add(1, std::memory_order_relaxed)) {}

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

Saved::Saved(const Tensor& t, bool is_output)
    : tensor_(t.defined() && (is_output || t.is_view()) ? detail::alias(t) : t), is_output_(is_output) {
  // A view is kept without its base, which may come to be made by the node that keeps the view.
  if (!t.defined()) return;
  const TensorImpl& impl = GradMode::is_enabled() ? t.impl().on_tape() : t.impl();
  version_ = impl.storage->version();
  if (!is_output && impl.requires_grad) {
    source_ = impl.node.get();
    output_nr_ = impl.output_nr & 0x3fffffff;
  }
}

Saved::Saved(Saved&& other) noexcept
    : tensor_(std::move(other.tensor_)),
      source_(other.source_),
      owner_(Node::under_construction),
      version_(other.version_),
      output_nr_(other.output_nr_),
      is_output_(other.is_output_) {
  if (owner_) next_ = std::exchange(owner_->saved_, this);
}

void Saved::check_usable() const {
  if (freed_)
    fail(
        "Trying to backward through the graph a second time (or directly access saved tensors after they "
        "have already been ",
        "freed): ", owner_->name(),
        " lost its saved tensors in an earlier backward() or grad(). Pass retain_graph=true to ",
        "that earlier call, or compute the loss again");
  if (tensor_.defined() && tensor_.impl().storage->version() != version_)
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

Edge NodeBuilder::edge_of(const Tensor& t) {
  if (!t.defined() || !t.requires_grad()) return {};
  return {t.impl().node, t.impl().output_nr};
}

void NodeBuilder::connect(Node& node, const Inputs& inputs) {
  node.edges_.reserve(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = inputs[i];
    if (t.defined() && t.requires_grad())
      node.edges_.emplace_back(t.impl().node, t.impl().output_nr);
    else
      node.edges_.emplace_back();
  }
}

void NodeBuilder::add_output(const Ref<Node>& node, const Tensor& output) {
  TensorImpl& impl = output.impl();
  impl.node = node;
  impl.output_nr = static_cast<uint32_t>(node->outputs_.size());
  impl.requires_grad = true;
  node->outputs_.emplace_back(impl.sizes, impl.dtype);
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
