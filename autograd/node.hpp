// The tape: what an operation leaves behind for backward().
//
// A Node knows its name, its number, its edges to the nodes of its inputs, the shape of what it made, and one
// closure that turns the gradient of the output into gradients of the inputs. Nodes are numbered after their
// inputs, so the numbers are a topological order: that order is the tape.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <xgrad/autograd/anomaly.hpp>
#include <xgrad/autograd/saved.hpp>

namespace xgrad {
namespace autograd {
struct Edge;
struct OutputMeta;
}  // namespace autograd
template <>
inline constexpr bool is_relocatable<autograd::Edge> = true;
template <>
inline constexpr bool is_relocatable<autograd::OutputMeta> = true;
}  // namespace xgrad

namespace xgrad::autograd {

/// Where a gradient goes: an output of the node that made the input, or nowhere. PyTorch:
/// torch::autograd::Edge.
struct Edge {
  /// To nowhere, or to output `nr` of a node.
  Edge() = default;
  Edge(Ref<Node> to, uint32_t nr) : function(std::move(to)), input_nr(nr) {}
  /// The node, or null.
  Ref<Node> function;
  /// Which of the node's outputs; PyTorch's name, who sees it as an input of backward.
  uint32_t input_nr = 0;
  /// Whether it leads anywhere.
  bool is_valid() const { return static_cast<bool>(function); }
  explicit operator bool() const { return is_valid(); }
};

/// A run of backward() or grad(), to be told which one freed a graph.
struct Pass {
  uint32_t number;   ///< of the program's, from 1
  const char* from;  ///< the op whose output it started at
};

/// What a gradient for a node's output must look like.
struct OutputMeta {
  /// Of an output of this shape and type.
  OutputMeta(const Ref<Shape>& s, ScalarType t) : shape(s), dtype(t) {}
  /// Whether a gradient has them.
  bool fits(const TensorImpl& grad) const { return dtype == grad.dtype && same_sizes(shape, grad.shape); }
  /// The shape that it must have.
  Ref<Shape> shape;
  /// The type that it must have.
  ScalarType dtype;
};

/// One per input of an operation.
using Edges = SmallVector<Edge, 2>;

/// One gradient per input, or per output: undefined where there is none.
using Grads = SmallVector<Tensor, 2>;

/// The part of the graph through which a backward pass for given inputs has to go (restriction.hpp).
class Restriction;

/// Which inputs' gradients are wanted: `needs[0]`.
class Needs {
 public:
  /// Of the operation with these edges, in the pass that this thread runs.
  explicit Needs(const Edges& edges) : edges_(edges), restriction_(current) {}
  /// Whether the gradient of input i is wanted.
  bool operator[](size_t i) const { return edges_[i] && (!restriction_ || within(*restriction_, edges_[i])); }
  /// How many inputs there are.
  size_t size() const { return edges_.size(); }

 private:
  friend class Restriction;
  static bool within(const Restriction& restriction, const Edge& edge);
  // Of the pass that this thread runs; null when all gradients are wanted.
  static inline thread_local constinit const Restriction* current = nullptr;

  const Edges& edges_;
  const Restriction* restriction_;
};

/// What one operation, or a leaf, leaves on the tape: where its inputs came from, and the rule for their
/// gradients. Nodes are numbered as they are made, so that a node's number is above those of its inputs:
/// that order is the tape. PyTorch: torch::autograd::Node.
class Node : public detail::Pooled {
 public:
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// As PyTorch prints it: "MulBackward0".
  std::string name() const { return name_; }
  const char* c_name() const { return name_; }
  /// Its place on the tape.
  uint64_t sequence_nr() const { return sequence_nr_; }
  /// Where the inputs came from, and so where their gradients go.
  const Edges& next_edges() const { return edges_; }
  const Edge& next_edge(size_t i) const { return edges_[i]; }
  /// How many gradients come in and go out. PyTorch's names: an operation's outputs are the inputs of its
  /// rule.
  size_t num_inputs() const { return outputs_.size(); }
  size_t num_outputs() const { return edges_.size(); }
  /// The shape and type of each output of the operation.
  const SmallVector<OutputMeta, 1>& outputs() const { return outputs_; }
  /// The first of the tensors that its rule has saved; Saved::next() leads to the others.
  const Saved* first_saved() const { return saved_; }
  /// Whether it is an AccumulateGrad.
  virtual bool is_leaf() const { return false; }

  /// The gradients of the inputs, given those of the outputs.
  virtual Grads apply(Grads&& grads) = 0;
  /// Drops the saved tensors; a later backward through this node is refused if it had any.
  void free_saved(const Pass& by);

  /// What few outputs have.
  struct OutputExtras {
    std::vector<std::function<Tensor(const Tensor&)>> hooks;  ///< of register_hook()
    bool retains_grad = false;                                ///< retain_grad() has been called
    Tensor retained_grad;                                     ///< what it keeps
    std::string name;                                         ///< given by set_name() or register_parameter()
    Tensor value;                ///< under TapeDetailGuard: the elements, off the tape…
    uint32_t value_version = 0;  ///< …as they were at this version of the storage
  };
  /// What few nodes have, so that the others need not carry it.
  struct Extras {
    std::vector<OutputExtras> outputs;  ///< none, or one per output
    std::vector<void*> recorded_at;     ///< in anomaly mode: the stack frames of the op's call
    std::string module_path;            ///< under TapeDetailGuard: of the module whose forward() made it
  };
  /// Null if the node has none.
  Extras* extras() const { return extras_.get(); }
  /// Those of the node, made if it has none.
  Extras& make_extras();
  /// Of an output: null if it has none.
  OutputExtras* output_extras(size_t output_nr) const;
  /// Those of an output, made if it has none.
  OutputExtras& make_output_extras(size_t output_nr);

  /// Counting references, for Ref.
  friend void retain(Node* n) noexcept;
  friend void release(Node* n) noexcept;

 protected:
  /// Takes the number at construction, so after the inputs' nodes.
  explicit Node(const char* name) : name_(name), sequence_nr_(Numbers::next()) {}
  /// Set while a closure is moved into its node: see Saved's move constructor.
  static inline thread_local constinit Node* under_construction = nullptr;

 private:
  friend class Saved;
  friend class NodeBuilder;
  static void destroy(Node* node) noexcept;

  // A node is numbered when it is made, so after its inputs. Each thread has a block of numbers of its own,
  // for one counter would be a cache line that all threads write.
  struct Numbers {
    static uint64_t next() {
      if (next_ == end_) [[unlikely]]
        take_block();
      return next_++;
    }
    static void take_block();

   private:
    static inline thread_local constinit uint64_t next_ = 0, end_ = 0;
  };

  // The nodes of a long tape leave the processor's caches: every byte here is time.
  RefCount refs_;
  const char* name_;
  uint64_t sequence_nr_;
  union {
    Saved* saved_ = nullptr;
    Node* next_dead_;  // destruction of a long chain is a loop over this list
  };
  std::unique_ptr<Extras> extras_;
  Edges edges_;
  SmallVector<OutputMeta, 1> outputs_;
};

inline Saved::Saved(Saved&& other) noexcept
    : tensor_(std::move(other.tensor_)),
      source_(other.source_),
      owner_(Node::under_construction),
      version_(other.version_),
      output_nr_(other.output_nr_),
      is_output_(other.is_output_) {
  if (owner_) next_ = std::exchange(owner_->saved_, this);
}

/// The end of an edge at a leaf: holds the leaf's `.grad`.
class AccumulateGrad final : public Node {
 public:
  /// Of a leaf that has no gradient yet.
  AccumulateGrad() : Node("AccumulateGrad") {}
  Grads apply(Grads&& grads) override;
  bool is_leaf() const override { return true; }

  /// The leaf's `.grad`: undefined until a gradient has come.
  Tensor grad;
  /// Noted under LintGuard: the gradient has not been zeroed since an optimizer's step.
  bool used_by_step = false;

 private:
  std::mutex mutex_;  // backward passes of several threads may share a leaf
};

/// A node whose rule is a closure `Grads(const Tensor& grad, Needs)`, or `Grads(Tensor grad, Needs)` where it
/// passes the gradient on, or `Grads(Grads& grads, Needs)` for an operation with several outputs.
template <class Backward>
class ClosureNode final : public Node {
 public:
  /// `name` must live as long as the program.
  ClosureNode(const char* name, Backward&& backward)
      : Node((under_construction = this, name)), backward_(std::move(backward)) {
    under_construction = nullptr;
  }
  Grads apply(Grads&& grads) override {
    if constexpr (std::is_invocable_v<Backward&, Tensor, Needs>)
      return backward_(std::move(grads[0]), Needs(next_edges()));
    else
      return backward_(grads, Needs(next_edges()));
  }

 private:
  Backward backward_;
};

/// The inputs of an operation, borrowed: `{a, b}`.
class Inputs {
 public:
  /// From braces or from a list.
  Inputs(std::initializer_list<std::reference_wrapper<const Tensor>> inputs) : few_(inputs) {}
  Inputs(TensorList inputs) : many_(inputs) {}
  /// How many there are, and each of them.
  size_t size() const { return few_.size() + many_.size(); }
  const Tensor& operator[](size_t i) const { return few_.size() ? (few_.begin() + i)->get() : many_[i]; }

 private:
  std::initializer_list<std::reference_wrapper<const Tensor>> few_;
  TensorList many_;
};

/// While something is watched: in anomaly mode remembers where the operation of `node` was called, and may
/// check its output; under TapeDetailGuard keeps the output's value and the module path.
void note_recorded(Node& node, const Tensor& output);
/// Under TapeDetailGuard: keeps the values of the leaves among the inputs of an operation.
void note_inputs(Inputs inputs);

/// Puts nodes on the tape: see record().
class NodeBuilder {
 public:
  /// Whether an operation on these inputs has to be recorded.
  [[gnu::always_inline]] static bool needed(const Inputs& inputs) {
    if (!GradMode::is_enabled()) return false;
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].defined() && inputs[i].impl().on_tape().requires_grad) return true;
    return false;
  }
  /// Makes the node's edges lead to what the inputs came from.
  [[gnu::always_inline]] static void connect(Node& node, const Inputs& inputs) {
    node.edges_.reserve(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i) {
      node.edges_.emplace_reserved(edge_of(inputs[i]));
      const Node* input = node.edges_.back().function.get();
      if (input && input->sequence_nr_ > node.sequence_nr_) [[unlikely]]
        renumber(node);
    }
    if (Watch::any()) [[unlikely]]
      note_inputs(inputs);
  }
  /// Makes `output` the node's next output.
  [[gnu::always_inline]] static void add_output(Ref<Node> node, const Tensor& output) {
    TensorImpl& impl = output.impl();
    impl.output_nr = static_cast<uint32_t>(node->outputs_.size());
    impl.requires_grad = true;
    node->outputs_.emplace_back(impl.shape, impl.dtype);
    impl.node = std::move(node);
    if (Watch::any()) [[unlikely]]
      note_recorded(*impl.node, output);
  }
  /// An output without a gradient, so that those after it keep their numbers.
  static void add_output_off_tape(Node& node, const Tensor& output);
  /// Makes the node of a leaf expect gradients of the shape and dtype that the leaf has now.
  static void renew_leaf(const Tensor& t) { t.impl().node->outputs_[0] = {t.impl().shape, t.impl().dtype}; }
  /// Notes why the result of an operation that is not recorded is off the tape.
  [[gnu::always_inline]] static void leave_out(TensorImpl& impl, const Inputs& inputs) {
    if (GradMode::is_enabled())
      inherit_reasons(impl, inputs);
    else
      impl.off_tape = kGradsOff;
  }
  /// Where a tensor came from.
  static Edge edge_of(const Tensor& t) {
    if (!t.defined() || !t.requires_grad()) return {};
    return {t.impl().node, t.impl().output_nr};
  }

 private:
  [[gnu::noinline]] static void inherit_reasons(TensorImpl& impl, const Inputs& inputs) {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].defined()) impl.off_tape |= inputs[i].impl().off_tape;
  }
  /// Another thread made an input later than this thread took its block of numbers.
  static void renumber(Node& node);
};

/// Makes `output` the result of an operation on `inputs`: if any of them requires grad, its gradients are
/// what `backward` returns. This is the one way an op enters the tape. Returns `output`.
template <class Backward>
Tensor record(const char* name, Tensor output, Inputs inputs, Backward&& backward) {
  if (NodeBuilder::needed(inputs)) {
    using Closure = ClosureNode<std::remove_cvref_t<Backward>>;
    auto node = Ref<Node>::adopt(new Closure(name, std::move(backward)));
    NodeBuilder::connect(*node, inputs);
    NodeBuilder::add_output(std::move(node), output);
  } else {
    NodeBuilder::leave_out(output.impl(), inputs);
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
  (result.emplace_reserved(std::forward<Tensors>(tensors)), ...);
  return result;
}
/// An undefined tensor: no gradient.
inline const Tensor none;

}  // namespace xgrad::autograd
