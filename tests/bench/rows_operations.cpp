// Single operations: ops.inl and small.inl.
#include "limits.hpp"
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

void add_operations() {
  const std::vector<NamedWork> ours = xgrad_library().ops(), theirs = libtorch_library().ops();
  for (size_t i = 0; i < ours.size(); ++i) {
    const std::string subject = subject_of(ours[i].name);
    add_both({subject, "op/" + ours[i].name, ours[i].bar, 1, !subject.starts_with("Small")}, ours[i].make,
             theirs[i].make);
  }
  // What moves floats can at best take as long as these, which have their turns beside it.
  const auto beside = [](const std::string& op, const char* limit, const std::function<Work()>& make) {
    constexpr double close = 1 / 0.85;
    const std::string work = "op/" + op, measurement = work + "/" + limit;
    add(measurement, make);
    add_row({"Beside the machine's limits", work, 0}, measurement, limit, Bar::multiple, close);
  };
  constexpr int64_t few = 1 << 20, many = 1 << 24;
  for (const char* op : {"relu", "exp", "add_row", "add_column", "add_one"})
    beside(std::string(op) + "/16M", "memcpy", [] { return copy_pass(many); });
  for (const char* op : {"add/16M", "mul/16M"}) beside(op, "triad", [] { return triad_pass(many); });
  for (const char* op : {"sum/16M/all", "sum/16M/dim1", "mean/16M/all", "mean/16M/dim1"})
    beside(op, "read", [] { return read_pass(many); });
  for (const char* op : {"sum/1M/all", "mean/1M/all"}) beside(op, "read", [] { return read_pass(few); });
  for (const char* op : {"cat", "stack", "relu/1M", "add_row/1M", "add_column/1M", "add_one/1M"})
    beside(op, "memcpy", [] { return copy_pass(few); });
  for (const char* op : {"index_select", "embedding"}) beside(op, "memcpy", rows_pass);
}

}  // namespace bench
