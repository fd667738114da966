#include <xgrad/autograd/node.hpp>

#include <xgrad/autograd/accumulate_grad.hpp>
#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/lints.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/record.hpp>
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

void Node::Numbers::take_block() {
  constexpr uint64_t size = 1024;
  static std::atomic<uint64_t> blocks{1};
  next_ = blocks.fetch_add(size, std::memory_order_relaxed);
  end_ = next_ + size;
}

void NodeBuilder::renumber(Node& node) {
  Node::Numbers::take_block();
  node.sequence_nr_ = Node::Numbers::next();
}

void retain(Node* n) noexcept { n->refs_.retain(); }
void release(Node* n) noexcept {
  if (n->refs_.release()) Node::destroy(n);
}

void Node::free_saved(const Pass& by) {
  for (Saved* saved = saved_; saved; saved = saved->next_) {
    if (!saved->tensor_.defined()) continue;
    saved->tensor_ = Tensor();
    saved->freed_ = true;
    saved->freed_from_ = by.from;
    saved->version_ = by.number;
  }
}

void Node::delete_extras() noexcept { delete extras_; }
Node::Extras& Node::make_extras() {
  if (!extras_) extras_ = new Extras;
  return *extras_;
}
Node::OutputExtras* Node::output_extras(size_t output_nr) const {
  return extras_ && output_nr < extras_->outputs.size() ? &extras_->outputs[output_nr] : nullptr;
}
Node::OutputExtras& Node::make_output_extras(size_t output_nr) {
  make_extras().outputs.resize(outputs_.size());
  return extras_->outputs[output_nr];
}

void NodeBuilder::add_output_off_tape(Node& node, const Tensor& output) {
  if (output.defined())
    node.outputs_.emplace_back(output.impl().shape, output.dtype());
  else
    node.outputs_.emplace_back(Shape::contiguous({}, "Function"), kFloat);
}

Grads AccumulateGrad::apply(Grads&& grads) {
  std::lock_guard lock(mutex_);
  Tensor& incoming = grads[0];
  if (std::exchange(used_by_step, false) && grad.defined() && Watch::has(Watch::kLints))
    lint_accumulation(grad);
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
