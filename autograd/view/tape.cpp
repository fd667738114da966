#include <xgrad/autograd/view/tape.hpp>

#include <algorithm>
#include <map>
#include <ostream>
#include <unordered_map>

#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/record.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

// Every node that the loss depends on, oldest first.
std::vector<Ref<Node>> nodes_behind(const Tensor& loss) {
  std::vector<Ref<Node>> found{NodeBuilder::edge_of(loss).function};
  std::unordered_map<const Node*, bool> seen{{found[0].get(), true}};
  for (size_t i = 0; i < found.size(); ++i) {
    const Ref<Node> node = found[i];
    for (const Edge& edge : node->next_edges())
      if (edge && seen.emplace(edge.function.get(), true).second) found.push_back(edge.function);
  }
  std::sort(found.begin(), found.end(),
            [](const Ref<Node>& a, const Ref<Node>& b) { return a->sequence_nr() < b->sequence_nr(); });
  return found;
}

std::vector<int64_t> sizes_of(const Ref<Shape>& shape) { return {shape->sizes.begin(), shape->sizes.end()}; }

class Collector {
 public:
  explicit Collector(const Tensor& loss) {
    const std::vector<Ref<Node>> nodes = nodes_behind(loss);
    for (size_t i = 0; i < nodes.size(); ++i) places_[nodes[i].get()] = static_cast<int>(i);
    for (const Ref<Node>& node : nodes) tape_.nodes.push_back(describe_node(node));
    tape_.loss = place_of(loss.impl().node.get(), loss.impl().output_nr);
    offer(tape_.loss, xgrad::detail::alias(loss));
    for (const TapeNode& node : tape_.nodes)
      for (const TapeSaved& saved : node.saved) offer(saved.source, saved.value);
    house_parameters();
  }
  Tape take() { return std::move(tape_); }

 private:
  TapeInput place_of(const Node* node, uint32_t output) const {
    const auto found = places_.find(node);
    return found == places_.end() ? TapeInput{} : TapeInput{found->second, output};
  }

  TapeNode describe_node(const Ref<Node>& node) const {
    TapeNode result;
    result.node = node;
    result.op = node->name();
    result.leaf = node->is_leaf();
    if (const auto* extras = node->extras()) result.module = extras->module_path;
    for (const Edge& edge : node->next_edges())
      result.inputs.push_back(place_of(edge.function.get(), edge.input_nr));
    for (size_t i = 0; i < node->outputs().size(); ++i) {
      const OutputMeta& meta = node->outputs()[i];
      TapeOutput output{{}, sizes_of(meta.shape), meta.dtype, {}};
      if (const auto* extras = node->output_extras(i)) {
        output.name = extras->name;
        if (extras->value.defined() && extras->value.impl().storage()->version() == extras->value_version)
          output.value = extras->value;
      }
      result.outputs.push_back(std::move(output));
    }
    for (const Saved* saved = node->first_saved(); saved; saved = saved->next())
      if (saved->defined()) result.saved.push_back(describe_saved(*saved));
    std::reverse(result.saved.begin(), result.saved.end());  // the list starts at the last one
    return result;
  }

  TapeSaved describe_saved(const Saved& saved) const {
    TapeSaved result;
    result.is_output = saved.is_output();
    result.freed = saved.freed();
    if (result.freed) return result;
    result.source = place_of(saved.source().first, saved.source().second);
    result.sizes = saved.sizes().vec();
    result.dtype = saved.dtype();
    result.bytes = saved.nbytes();
    result.value = saved.peek();
    return result;
  }

  // A parameter is in the module that alone uses it, if its name agrees: "fc1.weight" in "Net.fc1".
  void house_parameters() {
    for (const TapeNode& node : tape_.nodes)
      for (const TapeInput& input : node.inputs) {
        if (input.node < 0) continue;
        TapeNode& leaf = tape_.nodes[static_cast<size_t>(input.node)];
        if (leaf.leaf && belongs(leaf.outputs[0].name, node.module)) leaf.module = node.module;
      }
    for (const TapeNode& node : tape_.nodes)
      for (const TapeInput& input : node.inputs) {
        if (input.node < 0) continue;
        TapeNode& leaf = tape_.nodes[static_cast<size_t>(input.node)];
        if (leaf.leaf && leaf.module != node.module) leaf.module.clear();
      }
  }
  static bool belongs(const std::string& parameter, const std::string& module) {
    const size_t dot = parameter.rfind('.');
    if (dot == std::string::npos) return false;
    return module.ends_with('.' + parameter.substr(0, dot));
  }

  // A saved tensor is the value of the output that it came from.
  void offer(const TapeInput& place, const Tensor& value) {
    if (place.node < 0 || !value.defined()) return;
    auto& outputs = tape_.nodes[static_cast<size_t>(place.node)].outputs;
    if (place.output >= outputs.size()) return;
    TapeOutput& output = outputs[place.output];
    if (!output.value.defined() && value.sizes() == IntArrayRef(output.sizes) &&
        value.dtype() == output.dtype)
      output.value = value;
  }

  Tape tape_;
  std::unordered_map<const Node*, int> places_;
};

std::string shape_text(const TapeOutput& output) {
  return xgrad::detail::str(output.dtype, ' ', IntArrayRef(output.sizes));
}

std::string saved_text(const Tape& tape, const TapeNode& node) {
  std::string text;
  for (const TapeSaved& saved : node.saved) {
    if (!text.empty()) text += ", ";
    if (saved.freed)
      text += "freed";
    else if (saved.is_output)
      text += "output";
    else if (saved.source.node >= 0)
      text += tape.label(saved.source);
    else if (saved.value.defined() && !saved.value.name().empty())
      text += saved.value.name();
    else
      text += xgrad::detail::str(saved.dtype, ' ', IntArrayRef(saved.sizes));
  }
  return text;
}

std::string outputs_text(const TapeNode& node) {
  std::string text;
  for (const TapeOutput& output : node.outputs) text += (text.empty() ? "" : ", ") + shape_text(output);
  return text;
}

std::string names_text(const TapeNode& node) {
  std::string text;
  for (const TapeOutput& output : node.outputs)
    if (!output.name.empty()) text += (text.empty() ? "" : ", ") + output.name;
  return text;
}

std::string inputs_text(const Tape& tape, const TapeNode& node) {
  std::string text;
  for (const TapeInput& input : node.inputs)
    text += (text.empty() ? "" : ", ") + (input.node < 0 ? std::string("-") : tape.label(input));
  return text;
}

// The columns a terminal gives a text: its code points, for the names may be in any script.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

size_t TapeNode::saved_bytes() const {
  size_t total = 0;
  for (const TapeSaved& s : saved) total += s.bytes;
  return total;
}

std::string Tape::label(const TapeInput& output) const {
  const auto& outputs = nodes[static_cast<size_t>(output.node)].outputs;
  if (output.output < outputs.size() && !outputs[output.output].name.empty())
    return outputs[output.output].name;
  std::string text = '%' + std::to_string(output.node);
  return output.output == 0 ? text : text + '.' + std::to_string(output.output);
}

Tape tape(const Tensor& loss) {
  if (!loss.defined() || !loss.requires_grad()) refuse_off_tape(loss, 0);
  return Collector(loss).take();
}

std::ostream& operator<<(std::ostream& out, const Tape& tape) {
  std::vector<std::vector<std::string>> rows{
      {"", "op", "inputs", "output", "saved", "bytes", "name", "module"}};
  size_t bytes = 0;
  for (size_t i = 0; i < tape.nodes.size(); ++i) {
    const TapeNode& node = tape.nodes[i];
    rows.push_back({'%' + std::to_string(i), node.op, inputs_text(tape, node), outputs_text(node),
                    saved_text(tape, node), node.saved.empty() ? "" : std::to_string(node.saved_bytes()),
                    names_text(node), node.module});
    bytes += node.saved_bytes();
  }
  std::vector<size_t> widths(rows[0].size(), 0);
  for (size_t c = 0; c < widths.size(); ++c)
    for (size_t r = 1; r < rows.size(); ++r) widths[c] = std::max(widths[c], width_of(rows[r][c]));
  for (const auto& row : rows) {
    std::string line;
    for (size_t c = 0; c < widths.size(); ++c) {
      if (widths[c] == 0) continue;  // a column that is empty throughout
      const size_t width = std::max(widths[c], rows[0][c].size());
      line += row[c] + std::string(width - width_of(row[c]) + 2, ' ');
    }
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
  return out << tape.nodes.size() << (tape.nodes.size() == 1 ? " node, " : " nodes, ") << bytes
             << " bytes saved for backward\n";
}

}  // namespace xgrad::autograd
