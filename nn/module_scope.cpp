#include <vector>

#include <xgrad/autograd/view/details.hpp>
#include <xgrad/nn/module.hpp>

namespace xgrad::nn {
namespace {

struct Running {
  const Module* module;
  std::string path;
};

// The modules of this thread whose forward() runs, outermost first.
std::vector<Running>& running() {
  thread_local std::vector<Running> modules;
  return modules;
}

// "torch::nn::LinearImpl" as users write it: "Linear".
std::string short_name(const Module& module) {
  std::string name = module.name();
  if (const size_t colon = name.rfind(':'); colon != std::string::npos) name.erase(0, colon + 1);
  if (name.ends_with("Impl")) name.erase(name.size() - 4);
  return name;
}

// Where `module` is registered below `parent`, or "".
std::string find_below(const Module& parent, const Module& module) {
  for (const auto& [name, below] : parent.named_modules({}, false).pairs())
    if (below.get() == &module) return name;
  return {};
}

}  // namespace

void ModuleScope::enter(const Module& module) {
  if (!running().empty() && running().back().module == &module) return;  // its holder has entered it
  std::string path;
  for (size_t i = running().size(); path.empty() && i-- > 0;)
    if (const std::string below = find_below(*running()[i].module, module); !below.empty())
      path = running()[i].path + '.' + below;
  if (path.empty()) path = short_name(module);
  running().push_back({&module, path});
  autograd::set_module_path(std::move(path));
  entered_ = true;
}

void ModuleScope::leave() noexcept {
  running().pop_back();
  autograd::set_module_path(running().empty() ? std::string() : running().back().path);
}

}  // namespace xgrad::nn
