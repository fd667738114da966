// The tape as data: what was recorded for a loss, to be printed, drawn or looked through.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include <xgrad/autograd/node.hpp>

namespace xgrad::autograd {

/// An output of a node on the tape.
struct TapeOutput {
  std::string name;            ///< from Tensor::set_name() or register_parameter(), or ""
  std::vector<int64_t> sizes;  ///< its shape
  ScalarType dtype = kFloat;   ///< its element type
  /// Its elements: where the tape has saved them for backward, or TapeDetailGuard was on. Otherwise
  /// undefined.
  Tensor value;
};

/// Where an input of a node comes from.
struct TapeInput {
  int node = -1;        ///< its place in Tape::nodes; -1 for an input that does not require grad
  uint32_t output = 0;  ///< which of that node's outputs
};

/// A tensor that a node keeps for backward.
struct TapeSaved {
  bool is_output = false;      ///< the node's own result, else one of its inputs or something it computed
  TapeInput source;            ///< what made it, if that is on the tape
  std::vector<int64_t> sizes;  ///< its shape
  ScalarType dtype = kFloat;   ///< its element type
  size_t bytes = 0;            ///< of its elements
  bool freed = false;          ///< by backward(); then nothing else is known of it
  Tensor value;                ///< undefined when freed or written since
};

/// What one operation, or a leaf, left on the tape.
struct TapeNode {
  Ref<Node> node;                   ///< what the tape itself holds
  std::string op;                   ///< as PyTorch prints it: "MulBackward0"; leaves are "AccumulateGrad"
  std::string module;               ///< under TapeDetailGuard: the module whose forward() made it or, for a
                                    ///< parameter, that it is in: "Net.fc1"; or ""
  bool leaf = false;                ///< whether it stands for a leaf, whose `.grad` backward() fills
  std::vector<TapeInput> inputs;    ///< in the order of the op's arguments
  std::vector<TapeOutput> outputs;  ///< most ops have one
  std::vector<TapeSaved> saved;     ///< in the order in which the op saved them
  /// The bytes of its saved tensors.
  size_t saved_bytes() const;
};

/// The nodes behind a loss in the order in which they were recorded, so inputs before what uses them. It
/// keeps the graph alive.
struct Tape {
  std::vector<TapeNode> nodes;  ///< inputs before what uses them
  TapeInput loss;               ///< which output of which node the loss is
  /// What the output of a node is called: its name, or "%3" for what node 3 made ("%3.1" for its output 1).
  std::string label(const TapeInput& output) const;
};

/// The tape behind `loss`, which must require grad. Changes nothing.
Tape tape(const Tensor& loss);

/// A table, one line per node: number, op, inputs, output shape and dtype, saved tensors and bytes, name and,
/// if known, module.
std::ostream& operator<<(std::ostream& out, const Tape& tape);

/// The tape as a Graphviz digraph, modules as clusters.
std::string to_dot(const Tape& tape);
/// The tape as a Mermaid flowchart, for Markdown pages.
std::string to_mermaid(const Tape& tape);
/// The tape as a JSON object: {"loss": {"node": 3, "output": 0}, "nodes": [{"op": …, "inputs": […],
/// "outputs": […], "saved": […]}]}.
std::string to_json(const Tape& tape);

}  // namespace xgrad::autograd
