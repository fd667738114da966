// Single operations: ops.inl and small.inl.
#include "rows.hpp"

namespace bench {
namespace {

// The subject of an operation, by its name.
std::string subject_of(const std::string& name) {
  if (name.starts_with("small/")) return "Small tensors, forward and backward";
  const std::string op = name.substr(0, name.find('/'));
  for (const char* reduction : {"sum", "mean", "max", "var", "argmax"})
    if (op == reduction) return "Reductions";
  for (const char* normalisation : {"softmax", "log_softmax", "layer_norm"})
    if (op == normalisation) return "Softmax and layer_norm, forward and backward";
  return name.find('/') == std::string::npos ? "Copies" : "Elementwise, out of place";
}

}  // namespace

void register_operations() {
  const std::vector<NamedWork> ours = xgrad_library().ops(), theirs = libtorch_library().ops();
  for (size_t i = 0; i < ours.size(); ++i) {
    const std::string subject = subject_of(ours[i].name);
    add_both({subject, "op/" + ours[i].name, ours[i].bar, 1, !subject.starts_with("Small")}, ours[i].make,
             theirs[i].make);
  }
  // What moves 16M floats can at best take as long as these.
  constexpr double close = 1 / 0.85;
  for (const char* op : {"relu", "exp", "add_row", "add_column", "add_one"})
    add_row({"Beside the machine's limits", std::string("op/") + op + "/16M", 0}, "limit/memcpy", "memcpy",
            Bar::multiple, close);
  for (const char* op : {"add", "mul"})
    add_row({"Beside the machine's limits", std::string("op/") + op + "/16M", 0}, "limit/triad", "triad",
            Bar::multiple, close);
  for (const char* op : {"op/sum/16M/all", "op/sum/16M/dim1", "op/mean/16M/all", "op/mean/16M/dim1"})
    add_row({"Beside the machine's limits", op, 0}, "limit/read", "read", Bar::multiple, close);
  for (const char* op : {"op/sum/1M/all", "op/mean/1M/all"})
    add_row({"Beside the machine's limits", op, 0}, "limit/read_1M", "read", Bar::multiple, close);
  for (const char* op :
       {"op/cat", "op/stack", "op/relu/1M", "op/add_row/1M", "op/add_column/1M", "op/add_one/1M"})
    add_row({"Beside the machine's limits", op, 0}, "limit/memcpy_1M", "memcpy", Bar::multiple, close);
  for (const char* op : {"op/index_select", "op/embedding"})
    add_row({"Beside the machine's limits", op, 0}, "limit/rows", "memcpy", Bar::multiple, close);
}

}  // namespace bench
