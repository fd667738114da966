// Putting operations on the tape: record() and what it is made of. For those who write operations; programs
// write autograd::Function.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <xgrad/autograd/node.hpp>
#include <xgrad/autograd/saved.hpp>
#include <xgrad/autograd/watch.hpp>

namespace xgrad::autograd {

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
  [[gnu::visibility("default")]] static inline thread_local constinit const Restriction* current = nullptr;

  const Edges& edges_;
  const Restriction* restriction_;
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
    record_view_write(self,
                      record(name, xgrad::detail::alias(self), inputs, std::forward<Backward>(backward)));
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
