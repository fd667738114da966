// The tape: what an operation leaves behind for backward().
//
// A Node knows its name, its number, its edges to the nodes of its inputs, the shape of what it made, and one
// closure that turns the gradient of the output into gradients of the inputs. Nodes are numbered after their
// inputs, so the numbers are a topological order: that order is the tape.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Where a gradient goes: an output of the node that made the input, or nowhere.
struct Edge {
  Edge() = default;
  Edge(Ref<Node> to, uint32_t nr) : node(std::move(to)), output_nr(nr) {}
  Ref<Node> node;
  uint32_t output_nr = 0;
  explicit operator bool() const { return static_cast<bool>(node); }
};

/// What a gradient for a node's output must look like.
struct OutputMeta {
  OutputMeta(const Dims& s, ScalarType t) : sizes(s), dtype(t) {}
  Dims sizes;
  ScalarType dtype;
};

using Edges = SmallVector<Edge, 2>;

/// One gradient per input, or per output: undefined where there is none.
using Grads = SmallVector<Tensor, 2>;

/// A tensor that a backward closure keeps. It remembers the version of the storage and refuses the tensor
/// when it has been written since; it is emptied when backward() frees the graph. Made by save() and
/// save_output().
class Saved {
 public:
  Saved() = default;
  Saved(const Tensor& t, bool is_output);
  /// Moving into a node under construction also enters it in that node's list.
  Saved(Saved&& other) noexcept;
  Saved& operator=(Saved&&) = delete;

  /// The tensor, on the tape as it was when saved.
  Tensor operator()() const;
  /// Without the place on the tape: for formulas that end in a kernel. Undefined if none was saved.
  const Tensor& data() const;
  bool defined() const { return tensor_.defined() || freed_; }
  bool is_output() const { return is_output_; }
  const Saved* next() const { return next_; }

 private:
  friend class Node;
  void check_usable() const;

  Tensor tensor_;
  Node* source_ = nullptr;  // the node of an input when it was saved: kept alive by the owner's edges
  Node* owner_ = nullptr;
  Saved* next_ = nullptr;
  uint32_t version_ = 0;
  uint32_t output_nr_ : 30 = 0;
  bool is_output_ : 1 = false;
  bool freed_ : 1 = false;
};

/// Keeps an input of the operation for its backward closure.
inline Saved save(const Tensor& input) { return Saved(input, false); }
/// Keeps the result of the operation: only its data, or the tape would hold itself.
inline Saved save_output(const Tensor& output) { return Saved(output, true); }

/// Which inputs' gradients are wanted: `needs[0]`.
class Needs {
 public:
  explicit Needs(const Edges& edges) : edges_(edges) {}
  bool operator[](size_t i) const { return static_cast<bool>(edges_[i]); }
  size_t size() const { return edges_.size(); }

 private:
  const Edges& edges_;
};

class Node : public detail::Pooled {
 public:
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// As PyTorch prints it: "MulBackward0".
  std::string name() const { return name_; }
  uint64_t sequence_nr() const { return sequence_nr_; }
  const Edges& next_edges() const { return edges_; }
  const Edge& next_edge(size_t i) const { return edges_[i]; }
  size_t num_inputs() const { return outputs_.size(); }
  size_t num_outputs() const { return edges_.size(); }
  const SmallVector<OutputMeta, 1>& outputs() const { return outputs_; }
  const Saved* first_saved() const { return saved_; }
  virtual bool is_leaf() const { return false; }

  /// The gradients of the inputs, given those of the outputs.
  virtual Grads apply(Grads&& grads) = 0;
  /// Drops the saved tensors; a later backward through this node is refused if it had any.
  void free_saved();

  /// What few outputs have, so that the other nodes need not carry it.
  struct OutputExtras {
    std::vector<std::function<Tensor(const Tensor&)>> hooks;
    bool retains_grad = false;
    Tensor retained_grad;
  };
  /// One per output, or null.
  std::vector<OutputExtras>* extras() const { return extras_.get(); }
  OutputExtras& make_extras(size_t output_nr);

  friend void retain(Node* n) noexcept;
  friend void release(Node* n) noexcept;

 protected:
  /// The number is taken at construction, so after the inputs' nodes.
  explicit Node(const char* name);
  // Set while a closure is moved into its node: see Saved's move constructor.
  static inline thread_local constinit Node* under_construction = nullptr;

 private:
  friend class Saved;
  friend class NodeBuilder;
  static void destroy(Node* node) noexcept;

  // The nodes of a long tape leave the processor's caches: every byte here is time.
  RefCount refs_;
  const char* name_;
  uint64_t sequence_nr_;
  union {
    Saved* saved_ = nullptr;
    Node* next_dead_;  // destruction of a long chain is a loop over this list
  };
  std::unique_ptr<std::vector<OutputExtras>> extras_;
  Edges edges_;
  SmallVector<OutputMeta, 1> outputs_;
};

/// The end of an edge at a leaf: holds the leaf's `.grad`.
class AccumulateGrad final : public Node {
 public:
  AccumulateGrad() : Node("AccumulateGrad") {}
  Grads apply(Grads&& grads) override;
  bool is_leaf() const override { return true; }

  Tensor grad;

 private:
  std::mutex mutex_;  // backward passes of several threads may share a leaf
};

/// A node whose rule is a closure `Grads(const Tensor& grad, Needs)`, or `Grads(Grads& grads, Needs)` for an
/// operation with several outputs.
template <class Backward>
class ClosureNode final : public Node {
 public:
  ClosureNode(const char* name, Backward&& backward)
      : Node((under_construction = this, name)), backward_(std::move(backward)) {
    under_construction = nullptr;
  }
  Grads apply(Grads&& grads) override {
    if constexpr (std::is_invocable_v<Backward&, const Tensor&, Needs>)
      return backward_(std::as_const(grads[0]), Needs(next_edges()));
    else
      return backward_(grads, Needs(next_edges()));
  }

 private:
  Backward backward_;
};

/// The inputs of an operation, borrowed: `{a, b}`.
class Inputs {
 public:
  Inputs(std::initializer_list<std::reference_wrapper<const Tensor>> inputs) : few_(inputs) {}
  Inputs(TensorList inputs) : many_(inputs) {}
  size_t size() const { return few_.size() + many_.size(); }
  const Tensor& operator[](size_t i) const { return few_.size() ? (few_.begin() + i)->get() : many_[i]; }

 private:
  std::initializer_list<std::reference_wrapper<const Tensor>> few_;
  TensorList many_;
};

/// Puts nodes on the tape: see record().
class NodeBuilder {
 public:
  /// Whether an operation on these inputs has to be recorded.
  static bool needed(const Inputs& inputs) {
    if (!GradMode::is_enabled()) return false;
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].defined() && inputs[i].impl().on_tape().requires_grad) return true;
    return false;
  }
  static void connect(Node& node, const Inputs& inputs);
  static void add_output(const Ref<Node>& node, const Tensor& output);
  static Edge edge_of(const Tensor& t);
};

/// Makes `output` the result of an operation on `inputs`: if any of them requires grad, its gradients are
/// what `backward` returns. This is the one way an op enters the tape. Returns `output`.
template <class Backward>
Tensor record(const char* name, Tensor output, Inputs inputs, Backward&& backward) {
  if (NodeBuilder::needed(inputs)) {
    using Closure = ClosureNode<std::remove_cvref_t<Backward>>;
    auto node = Ref<Node>::adopt(new Closure(name, std::move(backward)));
    NodeBuilder::connect(*node, inputs);
    NodeBuilder::add_output(node, output);
  }
  return output;
}

/// Makes `view` a view of `base`, or of what that is a view of.
void follow(const Tensor& view, const Tensor& base, ViewKind kind);
/// A write through `view` has happened; `written` has the place of the result on the tape. From now on the
/// base, and through it every view of it, is made from what it was outside the view and from `written`.
void record_view_write(const Tensor& view, const Tensor& written);

/// record() for an operation whose output is a view of `base`.
template <class Backward>
Tensor record_view(const char* name, Tensor view, const Tensor& base, Backward&& backward) {
  view = record(name, std::move(view), {base}, std::forward<Backward>(backward));
  follow(view, base, ViewKind::single);
  return view;
}

/// record_view() for an operation that makes several views of `base`.
template <class Backward>
std::vector<Tensor> record_views(const char* name, std::vector<Tensor> views, const Tensor& base,
                                 Backward&& backward) {
  if (NodeBuilder::needed({base})) {
    using Closure = ClosureNode<std::remove_cvref_t<Backward>>;
    auto node = Ref<Node>::adopt(new Closure(name, std::move(backward)));
    NodeBuilder::connect(*node, {base});
    for (const Tensor& view : views) NodeBuilder::add_output(node, view);
  }
  for (const Tensor& view : views) follow(view, base, ViewKind::multiple);
  return views;
}

/// record() for an operation that has written its result into `self`: from now on `self` is the output of a
/// new node. `inputs` starts with self_before(self), taken before the write.
template <class Backward>
void record_in_place(const char* name, const Tensor& self, Inputs inputs, Backward&& backward) {
  if (!self.is_view())
    record(name, self, std::move(inputs), std::forward<Backward>(backward));
  else if (NodeBuilder::needed(inputs))
    record_view_write(self, record(name, detail::alias(self), inputs, std::forward<Backward>(backward)));
}

/// The gradients of an operation's inputs, in their order; `none` where there is none.
template <class... Tensors>
Grads grads(Tensors&&... tensors) {
  Grads result;
  result.reserve(sizeof...(tensors));
  (result.emplace_back(std::forward<Tensors>(tensors)), ...);
  return result;
}
inline const Tensor none;

}  // namespace xgrad::autograd
