// The data of the tape viewer, and the page around it: viewer.html, .css and .js in this folder.
#include <xgrad/autograd/view/viewer.hpp>

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <xgrad/autograd/view/json.hpp>
#include <xgrad/autograd/view/layout.hpp>
#include <xgrad/autograd/view/loss_view.hpp>
#include <xgrad/autograd/view/walk.hpp>
#include <xgrad/core/error.hpp>
#include <xgrad/viewer_page.hpp>

namespace xgrad::autograd {
namespace {

using xgrad::detail::JsonWriter;

constexpr int64_t cells_shown = 256;
constexpr size_t nodes_shown = 5000;

// "NllLossBackward0" as the op is called in code, or nearly: "NllLoss".
std::string short_op(const TapeNode& node) {
  if (node.leaf) return "leaf";
  std::string op = node.op;
  if (const size_t end = op.rfind("Backward"); end != std::string::npos && end > 0) op.erase(end);
  return op;
}

size_t letters(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// What the page calls a saved tensor.
std::string origin(const Tape& tape, const TapeSaved& saved) {
  if (saved.is_output) return "its output";
  if (saved.source.node >= 0) return tape.label(saved.source);
  return saved.value.defined() && !saved.value.name().empty() ? saved.value.name() : "a constant";
}

void write_nodes(JsonWriter& json, const Tape& tape, const std::vector<xgrad::detail::Box>& boxes,
                 const xgrad::detail::Layout& layout) {
  json.key("nodes").open('[');
  for (size_t n = 0; n < tape.nodes.size(); ++n) {
    const TapeNode& node = tape.nodes[n];
    json.open('{').key("op").value(node.op).key("short").value(short_op(node));
    json.key("leaf").value(node.leaf).key("module").value(node.module);
    json.key("x").value(layout.centers[n].x).key("y").value(layout.centers[n].y);
    json.key("w").value(boxes[n].width).key("h").value(boxes[n].height).key("outputs").open('[');
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const TapeOutput& output = node.outputs[i];
      json.open('{').key("label").value(tape.label({static_cast<int>(n), static_cast<uint32_t>(i)}));
      json.key("sizes").list(output.sizes).key("dtype").value(xgrad::detail::str(output.dtype)).key("value");
      write_tensor(json, output.value, cells_shown);
      json.close('}');
    }
    json.close(']').key("inputs").open('[');
    for (const TapeInput& input : node.inputs) {
      if (input.node < 0)
        json.null();
      else
        json.open('[').value(input.node).value(input.output).close(']');
    }
    json.close(']').key("saved").open('[');
    for (const TapeSaved& saved : node.saved) {
      json.open('{').key("what").value(origin(tape, saved));
      json.key("sizes").list(saved.sizes).key("dtype").value(xgrad::detail::str(saved.dtype));
      json.key("bytes").value(saved.bytes).close('}');
    }
    json.close(']');
    // Of a ReLU: the share of its outputs that are zero and pass nothing back.
    if (node.op == "ReluBackward0" && node.outputs[0].value.defined() && node.outputs[0].value.numel() > 0) {
      const Statistics s(node.outputs[0].value);
      json.key("dead").value(static_cast<double>(s.zeros) / static_cast<double>(s.count));
    }
    write_loss(json, node, cells_shown);
    json.close('}');
  }
  json.close(']');
}

void write_steps(JsonWriter& json, const Tensor& loss, const Tape& tape) {
  json.key("steps").open('[');
  walk(loss, tape, cells_shown, [&](const Step& step) {
    json.open('{').key("node").value(step.node).key("incoming").open('[');
    for (const Tensor& grad : step.incoming) write_tensor(json, grad, cells_shown);
    json.close(']').key("inputs").open('[');
    for (const StepInput& input : step.inputs) {
      json.open('{').key("input").value(input.input).key("toCome").value(input.to_come);
      json.key("broadcast").value(input.broadcast).key("contribution");
      write_tensor(json, input.contribution, cells_shown);
      json.key("local");
      write_tensor(json, input.local, cells_shown);
      // Where one path leads to the tensor, the sum is the contribution: written once.
      json.key("sum");
      write_tensor(json, input.sum.defined() && input.sum.is_same(input.contribution) ? Tensor() : input.sum,
                   cells_shown);
      json.close('}');
    }
    json.close(']').close('}');
  });
  json.close(']');
}

std::string data_of(const Tensor& loss) {
  const Tape recorded = tape(loss);
  check(recorded.nodes.size() <= nodes_shown, "write_html: the tape has ", recorded.nodes.size(),
        " nodes, the viewer shows up to ", nodes_shown,
        ": look at a shorter sequence or a part of the model, or print autograd::tape(loss)");
  std::vector<xgrad::detail::Box> boxes;
  std::vector<std::pair<size_t, size_t>> edges;
  std::vector<size_t> edge_inputs;
  for (size_t n = 0; n < recorded.nodes.size(); ++n) {
    const TapeNode& node = recorded.nodes[n];
    const std::string label = recorded.label({static_cast<int>(n), 0});
    const std::string shape = xgrad::detail::str(IntArrayRef(node.outputs[0].sizes));
    const size_t longest = std::max(letters(label) + 2 + letters(short_op(node)), letters(shape));
    boxes.push_back({std::max(84.0, 7.2 * static_cast<double>(longest) + 24), 42, node.module});
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i].node < 0) continue;
      edges.emplace_back(static_cast<size_t>(node.inputs[i].node), n);
      edge_inputs.push_back(i);
    }
  }
  const xgrad::detail::Layout layout = lay_out(boxes, edges);
  JsonWriter json;
  json.open('{').key("engine").value(layout.engine);
  json.key("width").value(layout.width).key("height").value(layout.height);
  json.key("loss").value(recorded.loss.node).key("lossLabel").value(recorded.label(recorded.loss));
  write_nodes(json, recorded, boxes, layout);
  json.key("edges").open('[');
  for (size_t i = 0; i < edges.size(); ++i)
    json.open('{')
        .key("from")
        .value(edges[i].first)
        .key("to")
        .value(edges[i].second)
        .key("input")
        .value(edge_inputs[i])
        .key("path")
        .value(layout.paths[i])
        .close('}');
  json.close(']');
  write_steps(json, loss, recorded);
  return json.close('}').text();
}

// Beside the file, so that the rename stays in one file system; its own in every process and call.
std::filesystem::path temporary_beside(const std::string& path) {
  static std::atomic<unsigned> calls{0};
  return path + '.' + std::to_string(getpid()) + '.' + std::to_string(calls++) + ".tmp";
}

}  // namespace

void write_html(const Tensor& loss, const std::string& path) {
  std::string page(xgrad::detail::viewer_html);
  const auto put = [&](std::string_view mark, std::string_view text) {
    page.replace(page.find(mark), mark.size(), text);
  };
  put("/*style*/", xgrad::detail::viewer_css);
  put("/*script*/", xgrad::detail::viewer_js);
  put("/*tape*/", data_of(loss));
  const std::filesystem::path temporary = temporary_beside(path);
  std::error_code error;
  std::ofstream out(temporary, std::ios::binary);
  out << page;
  out.close();
  if (!out) error = std::error_code(errno ? errno : EIO, std::generic_category());
  if (out) std::filesystem::rename(temporary, path, error);
  if (!error) return;
  const std::string reason = error.message();
  std::filesystem::remove(temporary, error);
  fail("write_html: cannot write ", path, ": ", reason,
       ". Give a file in a folder that exists and that you may write to");
}

}  // namespace xgrad::autograd
