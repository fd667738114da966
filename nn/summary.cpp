#include <xgrad/nn/summary.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <unordered_map>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/core/print.hpp>

namespace xgrad::nn {
namespace {

int64_t bytes_of(const std::vector<Tensor>& tensors) {
  int64_t bytes = 0;
  for (const Tensor& t : tensors) bytes += static_cast<int64_t>(t.nbytes());
  return bytes;
}

int64_t elements_of(const std::vector<Tensor>& tensors) {
  int64_t elements = 0;
  for (const Tensor& t : tensors) elements += t.numel();
  return elements;
}

// Each tensor once.
std::vector<Tensor> distinct(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> result;
  for (const Tensor& t : tensors)
    if (std::none_of(result.begin(), result.end(), [&](const Tensor& seen) { return seen.is_same(t); }))
      result.push_back(t);
  return result;
}

// "torch::nn::LinearImpl" as "Linear".
std::string short_name(std::string name) {
  if (const size_t colon = name.rfind("::"); colon != std::string::npos) name.erase(0, colon + 2);
  if (name.ends_with("Impl")) name.resize(name.size() - 4);
  return name;
}

// 1234567 as "1,234,567".
std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

// How many columns of a terminal UTF-8 text takes: one for each byte that begins a character.
size_t width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

namespace internal {

struct TrialRun::Record final : detail::ForwardObserver {
  explicit Record(Module& m)
      : model(m),
        model_was_training(m.is_training()),
        recording(GradMode::is_enabled()),
        outer(detail::forward_observer) {
    for (auto& module : model.modules(false)) below.emplace_back(module, module->is_training());
    model.eval();
    GradMode::set_enabled(false);
    detail::forward_observer = this;
  }
  ~Record() override {
    detail::forward_observer = outer;
    GradMode::set_enabled(recording);
    model.train(model_was_training);
    // Parents come before children, whose own mode is the last word.
    for (const auto& [module, was_training] : below) module->train(was_training);
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  void saw(const Module& module, const Tensor& result) override {
    if (result.defined()) shapes[&module].assign(result.sizes().begin(), result.sizes().end());
  }

  std::unordered_map<const Module*, std::vector<int64_t>> shapes;
  std::vector<std::pair<std::shared_ptr<Module>, bool>> below;
  Module& model;
  bool model_was_training, recording;
  detail::ForwardObserver* outer;
};

TrialRun::TrialRun(Module& model) : record_(new Record(model)) {}
TrialRun::~TrialRun() { delete record_; }

Summary TrialRun::summary(const Tensor& result) {
  record_->saw(record_->model, result);
  const Module& model = record_->model;
  const auto& shapes = record_->shapes;
  Summary summary;
  const auto add = [&](const std::string& name, const Module& module) {
    const std::vector<Tensor> own = module.parameters(false);
    const auto shape = shapes.find(&module);
    const bool called = shape != shapes.end();
    const auto dots = static_cast<size_t>(std::count(name.begin(), name.end(), '.'));
    summary.layers.push_back({name, short_name(module.name()), name.empty() ? 0 : dots + 1, called,
                              called ? shape->second : std::vector<int64_t>(), elements_of(own),
                              bytes_of(own)});
  };
  model.apply(Module::ConstNamedModuleApplyFunction(add));

  std::vector<Tensor> all = distinct(model.parameters());
  summary.parameters = elements_of(all);
  summary.parameter_bytes = bytes_of(all);
  std::erase_if(all, [](const Tensor& t) { return !t.requires_grad(); });
  summary.trainable_parameters = elements_of(all);
  summary.buffer_bytes = bytes_of(distinct(model.buffers()));
  return summary;
}

}  // namespace internal

std::ostream& operator<<(std::ostream& out, const Summary& summary) {
  using Cells = std::array<std::string, 4>;
  std::vector<Cells> table{{"Layer", "Output shape", "Parameters", "Bytes"}};
  for (const Summary::Layer& layer : summary.layers) {
    const std::string label =
        layer.depth == 0 ? layer.type : layer.name.substr(layer.name.rfind('.') + 1) + ": " + layer.type;
    table.push_back({std::string(2 * layer.depth, ' ') + label,
                     layer.called ? detail::str(IntArrayRef(layer.output_shape)) : "-",
                     layer.parameters ? grouped(layer.parameters) : "-",
                     layer.parameters ? grouped(layer.bytes) : "-"});
  }
  std::array<size_t, 4> widths{};
  for (const Cells& row : table)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));

  const auto padding = [&](const Cells& row, size_t i) {
    return std::string(widths[i] - width(row[i]), ' ');
  };
  const std::string rule(widths[0] + widths[1] + widths[2] + widths[3] + 6, '-');
  for (size_t r = 0; r < table.size(); ++r) {
    const Cells& row = table[r];
    out << row[0] << padding(row, 0) << "  " << row[1] << padding(row, 1) << "  " << padding(row, 2) << row[2]
        << "  " << padding(row, 3) << row[3] << '\n';
    if (r == 0) out << rule << '\n';
  }
  out << rule << "\nParameters: " << grouped(summary.parameters) << " ("
      << grouped(summary.trainable_parameters) << " trainable), " << grouped(summary.parameter_bytes)
      << " bytes";
  if (summary.buffer_bytes) out << "\nBuffers: " << grouped(summary.buffer_bytes) << " bytes";
  return out << '\n';
}

}  // namespace xgrad::nn
