#include <xgrad/autograd/view/details.hpp>

#include <xgrad/autograd/anomaly.hpp>
#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/record.hpp>

namespace xgrad::autograd {
namespace {

std::string& module_path() {
  thread_local std::string path;
  return path;
}

// The elements and their version: a later write must not pass for the value that the operation saw.
void keep_value(Node& node, const Tensor& t) {
  auto& extras = node.make_output_extras(t.impl().output_nr);
  extras.value = xgrad::detail::alias(t);
  extras.value_version = t.impl().storage()->version();
}

}  // namespace

void set_module_path(std::string path) noexcept { module_path() = std::move(path); }

void note_recorded(Node& node, const Tensor& output) {
  if (Watch::has(Watch::kDetails)) {
    keep_value(node, output);
    if (!node.is_leaf()) node.make_extras().module_path = module_path();
  }
  if (AnomalyMode::is_enabled()) note_for_anomaly_mode(node, output);
}

void note_inputs(Inputs inputs) {
  if (!Watch::has(Watch::kDetails)) return;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].defined() && inputs[i].requires_grad() && inputs[i].is_leaf())
      keep_value(*inputs[i].impl().node, inputs[i]);
}

}  // namespace xgrad::autograd
