// The whole backward pass: take the newest node, run its rule, hand the results to the nodes of its inputs,
// repeat. Nodes are numbered after their inputs, so when a node is the newest one left, its gradient is
// complete.
#include <xgrad/autograd/engine.hpp>

#include <algorithm>
#include <atomic>
#include <map>

#include <xgrad/autograd/anomaly.hpp>
#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/restriction.hpp>
#include <xgrad/core/kernels/elementwise.hpp>

namespace xgrad::autograd {

// A rule may return a gradient that still has the broadcast shape or another dtype: here, and only here, it
// gets those of the tensor it belongs to. Out of the way of the common case.
[[gnu::noinline]] Tensor fit(Tensor grad, const OutputMeta& meta, const Node* from, size_t i) {
  const Dims& sizes = meta.shape->sizes;
  if (IntArrayRef(sizes) != grad.sizes()) {
    if (!is_expandable_to(sizes, grad.sizes())) refuse_gradient_shape(grad, meta, from, i);
    grad = sum_to_size(grad, sizes);
  }
  return grad.dtype() == meta.dtype ? grad : grad.to(meta.dtype);
}

namespace {

// Adds `more` to `sum`, in place when nobody else can see the elements of `sum`.
[[gnu::noinline]] void accumulate(Tensor& sum, const Tensor& more) {
  if (!GradMode::is_enabled() && sum.impl().refs.unique() && sum.impl().storage()->unique() &&
      sum.is_contiguous())
    kernels::binary_in_place<kernels::Add>(sum, more, "backward");
  else
    sum = sum + more;
}

std::atomic<uint32_t> passes{0};

// Without a locked instruction, which a small backward would feel: threads may now and then share a number.
uint32_t next_pass() {
  const uint32_t number = passes.load(std::memory_order_relaxed) + 1;
  passes.store(number, std::memory_order_relaxed);
  return number;
}

// What becomes of the gradients of the captured tensors.
enum class Captured { returned, accumulated };

class Backward {
 public:
  Backward(const char* from, bool keep_graph, TensorList captures, Captured captured)
      : pass_{next_pass(), from}, keep_graph_(keep_graph), accumulate_(captured == Captured::accumulated) {
    if (!captures.empty()) restriction_.emplace(captures);
    for (const Tensor& t : captures) captures_.push_back(NodeBuilder::edge_of(t));
    captured_.resize(captures.size());
  }

  // `from` is the node whose rule returned `grad` for its input `i`; null for the caller's own gradients.
  void add(const Edge& edge, Tensor&& grad, const Node* from, size_t i) {
    if (!grad.defined()) return;
    const OutputMeta& meta = edge.function->outputs()[edge.input_nr];
    if (!meta.fits(grad.impl())) grad = fit(std::move(grad), meta, from, i);
    Tensor& sum = pending_for(*edge.function).grads[edge.input_nr];
    if (sum.defined())
      accumulate(sum, grad);
    else
      sum = std::move(grad);
  }

  void run() {
    if (restriction_) restriction_->find(waiting());
    const Restriction::Scope scope(restriction_ ? &*restriction_ : nullptr);
    while (newest_.node || !older_.empty()) {
      if (!newest_.node) {
        newest_ = std::move(older_.begin()->second);
        older_.erase(older_.begin());
      }
      step();
    }
  }

  std::vector<Tensor>& captured() { return captured_; }

 private:
  // The gradients that have reached a node so far.
  struct Pending {
    Node* node = nullptr;
    Grads grads;
  };

  static Pending& start(Pending& pending, Node& node) {
    pending.node = &node;
    pending.grads.resize(node.num_inputs());
    return pending;
  }

  Pending& pending_for(Node& node) {
    if (newest_.node == &node) return newest_;
    const uint64_t number = node.sequence_nr();
    if (newest_.node && number > newest_.node->sequence_nr()) {
      older_.emplace(newest_.node->sequence_nr(), std::move(newest_));
      return start(newest_, node);
    }
    if (!newest_.node && (older_.empty() || number > older_.begin()->first)) return start(newest_, node);
    Pending& pending = older_[number];
    return pending.node ? pending : start(pending, node);
  }

  // Runs the rule of the newest node and hands on the results.
  void step() {
    Node& node = *std::exchange(newest_.node, nullptr);
    Grads& incoming = newest_.grads;
    if (node.extras()) run_hooks(node.extras()->outputs, incoming);
    if (restriction_ && !passes_on(node, incoming)) return incoming.clear();
    Grads results = AnomalyMode::is_enabled() ? apply_checked(node, std::move(incoming))
                                              : node.apply(std::move(incoming));
    // Dropping the saved tensors first makes a gradient that was one of them free to be taken instead of
    // copied.
    if (!keep_graph_) node.free_saved(pass_);
    incoming.clear();
    const Edges& edges = node.next_edges();
    for (size_t i = 0; i < std::min(edges.size(), results.size()); ++i)
      if (edges[i] && (!restriction_ || restriction_->wants(*edges[i].function)))
        add(edges[i], std::move(results[i]), &node, i);
  }

  // Keeps what was asked for of a node's gradients; whether the node has to be run.
  bool passes_on(const Node& node, const Grads& incoming) {
    if (accumulate_ && node.is_leaf() && restriction_->is_end(node)) return true;
    for (size_t i = 0; i < captures_.size(); ++i)
      if (captures_[i].function.get() == &node) captured_[i] = incoming[captures_[i].input_nr];
    return restriction_->goes_through(node);
  }

  [[gnu::noinline]] static void run_hooks(std::vector<Node::OutputExtras>& extras, Grads& grads) {
    for (size_t i = 0; i < std::min(grads.size(), extras.size()); ++i) {
      if (!grads[i].defined()) continue;
      for (const auto& hook : extras[i].hooks) {
        if (!hook) continue;
        if (Tensor replaced = hook(grads[i]); replaced.defined()) grads[i] = std::move(replaced);
      }
      if (!extras[i].retains_grad) continue;
      Tensor& kept = extras[i].retained_grad;
      kept = kept.defined() ? kept + grads[i] : grads[i].clone();
    }
  }

  std::vector<const Node*> waiting() const {
    std::vector<const Node*> nodes;
    if (newest_.node) nodes.push_back(newest_.node);
    for (const auto& [number, pending] : older_) nodes.push_back(pending.node);
    return nodes;
  }

  Pass pass_;
  bool keep_graph_, accumulate_;
  SmallVector<Edge, 3> captures_;
  std::vector<Tensor> captured_;
  std::optional<Restriction> restriction_;
  // What still waits, newest first. A node newer than all others stands apart: in a chain that is every node
  // but the leaves, and none of them is sorted in.
  Pending newest_;
  std::map<uint64_t, Pending, std::greater<>, detail::PoolAllocator<std::pair<const uint64_t, Pending>>>
      older_;
};

variable_list run(TensorList outputs, TensorList grads, bool keep_graph, bool create_graph,
                  TensorList captures, Captured captured) {
  check(grads.empty() || grads.size() == outputs.size(), "backward: got ", outputs.size(), " tensors and ",
        grads.size(), " gradients: give one gradient per tensor, or none");
  std::vector<Tensor> seeds;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& t = outputs[i];
    if (!t.defined() || !t.requires_grad()) refuse_off_tape(t, i);
    Tensor seed = i < grads.size() ? grads[i] : Tensor();
    if (!seed.defined()) {
      if (t.numel() != 1) refuse_implicit_gradient(t, i);
      AutoGradMode off(false);
      seed = ones_like(t);
    }
    seeds.push_back(std::move(seed));
  }

  if (outputs.empty()) return variable_list(captures.size());
  if (captured == Captured::accumulated)
    for (const Tensor& t : captures) t.retain_grad();

  const AutoGradMode mode(create_graph);
  Backward backward(outputs[0].impl().node->c_name(), keep_graph, captures, captured);
  for (size_t i = 0; i < outputs.size(); ++i)
    backward.add(NodeBuilder::edge_of(outputs[i]), std::move(seeds[i]), nullptr, i);
  backward.run();
  return std::move(backward.captured());
}

}  // namespace

void backward(TensorList tensors, TensorList grad_tensors, std::optional<bool> retain_graph,
              bool create_graph, TensorList inputs) {
  if (create_graph && inputs.empty()) warn_cycle();
  run(tensors, grad_tensors, retain_graph.value_or(create_graph), create_graph, inputs,
      Captured::accumulated);
}

variable_list grad(TensorList outputs, TensorList inputs, TensorList grad_outputs,
                   std::optional<bool> retain_graph, bool create_graph, bool allow_unused) {
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!inputs[i].defined() || !inputs[i].requires_grad())
      fail("element ", i, " of the input tensors does not require grad: it is ", describe(inputs[i]),
           ": call requires_grad_() on it before computing the outputs");
  variable_list result = run(outputs, grad_outputs, retain_graph.value_or(create_graph), create_graph, inputs,
                             Captured::returned);
  for (size_t i = 0; i < result.size(); ++i)
    if (!result[i].defined() && !allow_unused)
      fail("One of the differentiated Tensors appears to not have been used in the graph: input ", i, " is ",
           describe(inputs[i]),
           ". Set allow_unused=true if this is the desired behavior: its gradient is then undefined");
  return result;
}

}  // namespace xgrad::autograd
