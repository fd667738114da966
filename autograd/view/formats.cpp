// The tape in the languages of other programs.
#include <map>
#include <sstream>

#include <xgrad/autograd/view/json.hpp>
#include <xgrad/autograd/view/tape.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

// What a drawing writes into the box of a node.
std::vector<std::string> lines_of(const TapeNode& node) {
  std::vector<std::string> lines;
  for (const TapeOutput& output : node.outputs)
    if (!output.name.empty()) lines.push_back(output.name);
  if (!node.leaf) lines.push_back(node.op);
  for (const TapeOutput& output : node.outputs)
    lines.push_back(xgrad::detail::str(output.dtype, ' ', IntArrayRef(output.sizes)));
  return lines;
}

std::string dot_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted;
}

// Mermaid takes entities in place of what its grammar needs.
std::string mermaid_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '<' || c == '>' || c == '#' || c == '&' || c == '`')
      quoted += '#' + std::to_string(static_cast<int>(c)) + ';';
    else
      quoted += c == '\n' ? ' ' : c;
  }
  return quoted;
}

std::map<std::string, std::vector<size_t>> by_module(const Tape& tape) {
  std::map<std::string, std::vector<size_t>> modules;
  for (size_t i = 0; i < tape.nodes.size(); ++i) modules[tape.nodes[i].module].push_back(i);
  return modules;
}

void write_input(xgrad::detail::JsonWriter& json, const TapeInput& input) {
  if (input.node < 0) {
    json.null();
    return;
  }
  json.open('{').key("node").value(input.node).key("output").value(input.output).close('}');
}

void write_node(xgrad::detail::JsonWriter& json, const TapeNode& node) {
  json.open('{').key("op").value(node.op).key("leaf").value(node.leaf).key("module").value(node.module);
  json.key("inputs").open('[');
  for (const TapeInput& input : node.inputs) write_input(json, input);
  json.close(']').key("outputs").open('[');
  for (const TapeOutput& output : node.outputs)
    json.open('{')
        .key("name")
        .value(output.name)
        .key("sizes")
        .list(output.sizes)
        .key("dtype")
        .value(xgrad::detail::str(output.dtype))
        .close('}');
  json.close(']').key("saved").open('[');
  for (const TapeSaved& saved : node.saved) {
    json.open('{').key("freed").value(saved.freed).key("is_output").value(saved.is_output).key("source");
    write_input(json, saved.source);
    json.key("sizes").list(saved.sizes).key("dtype").value(xgrad::detail::str(saved.dtype));
    json.key("bytes").value(saved.bytes).close('}');
  }
  json.close(']').close('}');
}

}  // namespace

std::string to_dot(const Tape& tape) {
  std::ostringstream out;
  out << "digraph tape {\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
  size_t clusters = 0;
  for (const auto& [module, members] : by_module(tape)) {
    if (!module.empty())
      out << "  subgraph cluster_" << clusters++ << " {\n  label=\"" << dot_quoted(module) << "\";\n";
    for (const size_t i : members) {
      out << "  n" << i << " [label=\"";
      const auto lines = lines_of(tape.nodes[i]);
      for (size_t l = 0; l < lines.size(); ++l) out << (l ? "\\n" : "") << dot_quoted(lines[l]);
      out << (tape.nodes[i].leaf ? "\", style=filled];\n" : "\"];\n");
    }
    if (!module.empty()) out << "  }\n";
  }
  for (size_t i = 0; i < tape.nodes.size(); ++i)
    for (const TapeInput& input : tape.nodes[i].inputs)
      if (input.node >= 0) out << "  n" << input.node << " -> n" << i << ";\n";
  out << "}\n";
  return out.str();
}

std::string to_mermaid(const Tape& tape) {
  std::ostringstream out;
  out << "flowchart TD\n";
  size_t groups = 0;
  for (const auto& [module, members] : by_module(tape)) {
    if (!module.empty()) out << "  subgraph m" << groups++ << " [\"" << mermaid_quoted(module) << "\"]\n";
    for (const size_t i : members) {
      out << "  n" << i << (tape.nodes[i].leaf ? "([\"" : "[\"");
      const auto lines = lines_of(tape.nodes[i]);
      for (size_t l = 0; l < lines.size(); ++l) out << (l ? "<br/>" : "") << mermaid_quoted(lines[l]);
      out << (tape.nodes[i].leaf ? "\"])\n" : "\"]\n");
    }
    if (!module.empty()) out << "  end\n";
  }
  for (size_t i = 0; i < tape.nodes.size(); ++i)
    for (const TapeInput& input : tape.nodes[i].inputs)
      if (input.node >= 0) out << "  n" << input.node << " --> n" << i << '\n';
  return out.str();
}

std::string to_json(const Tape& tape) {
  xgrad::detail::JsonWriter json;
  json.open('{').key("loss");
  write_input(json, tape.loss);
  json.key("nodes").open('[');
  for (const TapeNode& node : tape.nodes) write_node(json, node);
  return json.close(']').close('}').text();
}

}  // namespace xgrad::autograd
