// The tape: what an operation leaves behind for backward().
//
// A Node knows its name, its number, its edges to the nodes of its inputs, the shape of what it made, and one
// rule that turns the gradient of the output into gradients of the inputs. Nodes are numbered after their
// inputs, so the numbers are a topological order: that order is the tape. record.hpp puts nodes on it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <xgrad/core/tensor.hpp>

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

class Saved;

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

/// What one operation, or a leaf, leaves on the tape: where its inputs came from, and the rule for their
/// gradients. Nodes are numbered as they are made, so that a node's number is above those of its inputs:
/// that order is the tape. PyTorch: torch::autograd::Node.
class Node : public detail::Pooled {
 public:
  virtual ~Node() {
    if (extras_) [[unlikely]]
      delete_extras();
  }
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
  Extras* extras() const { return extras_; }
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
  [[gnu::visibility("default")]] static inline thread_local constinit Node* under_construction = nullptr;

 private:
  friend class Saved;
  friend class NodeBuilder;
  static void destroy(Node* node) noexcept;
  void delete_extras() noexcept;

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
    [[gnu::visibility("default")]] static inline thread_local constinit uint64_t next_ = 0, end_ = 0;
  };

  // The nodes of a long tape leave the processor's caches: every byte here is time.
  RefCount refs_;
  const char* name_;
  uint64_t sequence_nr_;
  union {
    Saved* saved_ = nullptr;
    Node* next_dead_;  // destruction of a long chain is a loop over this list
  };
  Extras* extras_ = nullptr;  // owned
  Edges edges_;
  SmallVector<OutputMeta, 1> outputs_;
};

}  // namespace xgrad::autograd
