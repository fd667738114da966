#include <xgrad/nn/module.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <ostream>

#include <xgrad/autograd/ops.hpp>

namespace xgrad {

template class OrderedDict<std::string, Tensor>;
template class OrderedDict<std::string, std::shared_ptr<nn::Module>>;

namespace detail {

std::string type_name(const std::type_info& type) {
  int status = 0;
  char* demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string name = demangled ? demangled : type.name();
  std::free(demangled);
  return name;
}

void empty_module_holder() {
  fail(
      "Accessing empty ModuleHolder: it was made from nullptr, or moved from, and never assigned. Assign a "
      "module first, e.g. ",
      "`fc = register_module(\"fc\", nn::Linear(4, 3))` in the constructor");
}

void zero_grad(const Tensor& parameter, bool set_to_none) {
  if (!parameter.defined() || !parameter.grad().defined()) return;
  Tensor& grad = parameter.mutable_grad();
  if (set_to_none) {
    grad = Tensor();
    return;
  }
  if (grad.requires_grad()) grad = grad.detach();
  grad.zero_();
}

}  // namespace detail

namespace nn {
namespace {

std::string join(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + '.' + name;
}

void check_name(const char* what, const std::string& name) {
  if (name.empty()) fail(what, " name must not be empty");
  if (name.find('.') != std::string::npos)
    fail(what, " name must not contain a dot (got '", name,
         "'): dots join the names of nested modules, as in \"fc.weight\"");
}

OrderedDict<std::string, Tensor> defined_only(const OrderedDict<std::string, Tensor>& tensors) {
  OrderedDict<std::string, Tensor> result(tensors.key_description());
  for (const auto& item : tensors)
    if (item->defined()) result.insert(item.key(), *item);
  return result;
}

// Copies the elements of each tensor into the one of the same name, of which `reset()` must have made one.
void clone_tensors(const OrderedDict<std::string, Tensor>& from, OrderedDict<std::string, Tensor>& into,
                   const char* what, const std::optional<Device>& device) {
  check(from.size() == into.size(), "The cloned module does not have the same number of ", what,
        " as the original module after calling reset(). Are you sure you called register_", what,
        " inside reset() and not the constructor?");
  for (const auto& item : from) {
    if (!item->defined()) continue;
    Tensor copy = item->detach().clone();
    if (device) copy = copy.to(*device);
    into[item.key()].set_data(copy);
  }
}

// Tells the parameters below a registered module where they are: "weight" becomes "fc.weight". A name that
// does not stem from registration is the user's, and stays.
void name_parameters(const std::string& prefix, const Module& module) {
  for (const auto& parameter : module.named_parameters()) {
    std::string path = join(prefix, parameter.key());
    const std::string& name = parameter->name();
    if (name.empty() || path.ends_with('.' + name)) parameter->set_name(std::move(path));
  }
}

void print(std::ostream& out, const Module& module, const std::string& indentation) {
  module.pretty_print(out);
  const OrderedDict<std::string, std::shared_ptr<Module>> children = module.named_children();
  if (children.is_empty()) return;
  const std::string inner = indentation + "  ";
  out << "(\n";
  for (const auto& child : children) {
    out << inner << '(' << child.key() << "): ";
    print(out, *child.value(), inner);
    out << '\n';
  }
  out << indentation << ')';
}

}  // namespace

Module::Module() = default;
Module::Module(std::string name) : name_(std::move(name)) {}
Module::Module(const Module&) = default;
Module::Module(Module&&) noexcept = default;
Module& Module::operator=(const Module&) = default;
Module& Module::operator=(Module&&) noexcept = default;
Module::~Module() = default;

const std::string& Module::name() const noexcept {
  if (name_.empty()) {
    name_ = detail::type_name(typeid(*this));
    // Printed models can be compared with libtorch's.
    if (name_.starts_with("xgrad::")) name_.replace(0, 5, "torch");
  }
  return name_;
}

std::shared_ptr<Module> Module::clone(const std::optional<Device>&) const {
  fail("clone() has not been implemented for ", name(), ". Subclass torch::nn::Cloneable<", name(),
       "> instead of torch::nn::Module to inherit ",
       "the ability to clone, and register parameters and submodules in reset()");
}

void Module::add_child(std::string name, std::shared_ptr<Module> module) {
  check_name("Submodule", name);
  if (!module)
    fail("Submodule '", name, "' is null: pass a module, e.g. register_module(\"", name,
         "\", nn::Linear(4, 3))");
  if (module.get() == this)
    fail("Submodule '", name, "' is the module that it would be registered with: ", this->name());
  name_parameters(name, *module);
  children_.insert(std::move(name), std::move(module));
}

void Module::replace_child(const std::string& name, std::shared_ptr<Module> module) {
  if (!module) fail("Submodule '", name, "' cannot be replaced by null: use unregister_module to remove it");
  if (module.get() == this) fail("Submodule '", name, "' cannot be replaced by its parent: ", this->name());
  name_parameters(name, *module);
  children_[name] = std::move(module);
}

void Module::unregister_module(const std::string& name) {
  if (!children_.contains(name)) fail("No Module with name `", name, "` is registered in ", this->name());
  children_.erase(name);
}

Tensor& Module::register_parameter(std::string name, Tensor tensor, bool requires_grad) {
  check_name("Parameter", name);
  if (tensor.defined()) {
    tensor.set_requires_grad(requires_grad);
    if (tensor.name().empty()) tensor.set_name(name);
  } else if (requires_grad)
    warn(
        "An undefined tensor cannot require grad. Ignoring the `requires_grad=true` function parameter of "
        "register_parameter(\"" +
        name + "\", …).");
  return parameters_.insert(std::move(name), std::move(tensor));
}

Tensor& Module::register_buffer(std::string name, Tensor tensor) {
  check_name("Buffer", name);
  return buffers_.insert(std::move(name), std::move(tensor));
}

OrderedDict<std::string, Tensor> Module::named_parameters(bool recurse) const {
  auto result = defined_only(parameters_);
  if (recurse)
    apply_below(
        [&](const std::string& name, const std::shared_ptr<Module>& module) {
          for (const auto& item : module->parameters_)
            if (item->defined()) result.insert(join(name, item.key()), *item);
        },
        "");
  return result;
}

OrderedDict<std::string, Tensor> Module::named_buffers(bool recurse) const {
  auto result = defined_only(buffers_);
  if (recurse)
    apply_below(
        [&](const std::string& name, const std::shared_ptr<Module>& module) {
          for (const auto& item : module->buffers_)
            if (item->defined()) result.insert(join(name, item.key()), *item);
        },
        "");
  return result;
}

OrderedDict<std::string, std::shared_ptr<Module>> Module::named_modules(const std::string& name_prefix,
                                                                        bool include_self) const {
  OrderedDict<std::string, std::shared_ptr<Module>> result("Module");
  if (include_self) result.insert(name_prefix, shared_from_this_checked());
  apply_below(
      [&](const std::string& name, const std::shared_ptr<Module>& module) { result.insert(name, module); },
      name_prefix);
  return result;
}

std::vector<Tensor> Module::parameters(bool recurse) const { return named_parameters(recurse).values(); }
std::vector<Tensor> Module::buffers(bool recurse) const { return named_buffers(recurse).values(); }
std::vector<std::shared_ptr<Module>> Module::children() const { return children_.values(); }
OrderedDict<std::string, std::shared_ptr<Module>> Module::named_children() const { return children_; }
std::vector<std::shared_ptr<Module>> Module::modules(bool include_self) const {
  return named_modules("", include_self).values();
}

void Module::apply_below(const NamedModulePointerApplyFunction& function, const std::string& prefix) const {
  for (const auto& child : children_) {
    const std::string name = join(prefix, child.key());
    function(name, child.value());
    child.value()->apply_below(function, name);
  }
}

void Module::apply(const ModuleApplyFunction& function) {
  function(*this);
  apply_below([&](const std::string&, const std::shared_ptr<Module>& module) { function(*module); }, "");
}
void Module::apply(const ConstModuleApplyFunction& function) const {
  function(*this);
  apply_below([&](const std::string&, const std::shared_ptr<Module>& module) { function(*module); }, "");
}
void Module::apply(const NamedModuleApplyFunction& function, const std::string& name_prefix) {
  function(name_prefix, *this);
  apply_below(
      [&](const std::string& name, const std::shared_ptr<Module>& module) { function(name, *module); },
      name_prefix);
}
void Module::apply(const ConstNamedModuleApplyFunction& function, const std::string& name_prefix) const {
  function(name_prefix, *this);
  apply_below(
      [&](const std::string& name, const std::shared_ptr<Module>& module) { function(name, *module); },
      name_prefix);
}
void Module::apply(const ModulePointerApplyFunction& function) const {
  function(shared_from_this_checked());
  apply_below([&](const std::string&, const std::shared_ptr<Module>& module) { function(module); }, "");
}
void Module::apply(const NamedModulePointerApplyFunction& function, const std::string& name_prefix) const {
  function(name_prefix, shared_from_this_checked());
  apply_below(function, name_prefix);
}

void Module::train(bool on) {
  for (auto& child : children_) child.value()->train(on);
  is_training_ = on;
}

void Module::zero_grad(bool set_to_none) {
  for (auto& child : children_) child.value()->zero_grad(set_to_none);
  for (auto& parameter : parameters_) detail::zero_grad(*parameter, set_to_none);
}

template <class... Target>
void Module::convert(Target... target) {
  for (auto& child : children_) child.value()->to(target...);
  NoGradGuard no_grad;
  for (auto* tensors : {&parameters_, &buffers_})
    for (auto& item : *tensors) {
      if (!item->defined()) continue;
      const Tensor grad = item->grad();
      item->set_data(item->data().to(target...));
      if (grad.defined()) item->mutable_grad() = grad.to(target...);
    }
}
void Module::to(Device device, Dtype dtype, bool) { convert(device, dtype); }
void Module::to(Dtype dtype, bool) { convert(dtype); }
void Module::to(Device device, bool) { convert(device); }

void Module::pretty_print(std::ostream& out) const { out << name(); }

std::ostream& operator<<(std::ostream& out, const Module& module) {
  print(out, module, "");
  return out;
}

void Module::forget_members() {
  parameters_.clear();
  buffers_.clear();
  children_.clear();
}

void Module::clone_into(Module& copy, const std::optional<Device>& device) const {
  NoGradGuard no_grad;
  clone_tensors(parameters_, copy.parameters_, "parameter", device);
  clone_tensors(buffers_, copy.buffers_, "buffer", device);
  check(copy.children_.size() == children_.size(),
        "The cloned module does not have the same number of child modules as the original module after "
        "calling reset(). ",
        "Are you sure you called register_module() inside reset() and not the constructor?");
  for (const auto& child : children_) {
    copy.children_[child.key()]->assign_clone(*child.value(), device);
    name_parameters(child.key(), *copy.children_[child.key()]);
  }
}

// Reached by a class without Cloneable, whose clone() refuses.
void Module::assign_clone(const Module& source, const std::optional<Device>& device) { source.clone(device); }

std::shared_ptr<Module> Module::shared_from_this_checked() const {
  std::shared_ptr<const Module> self = weak_from_this().lock();
  if (!self)
    fail(
        "It looks like you attempted to retrieve your top-level module as a shared_ptr, but it is not stored "
        "in a shared_ptr. Use ",
        "std::make_shared<", name(),
        "> instead of creating your module on the stack, or alternatively do not try to access your ",
        "top-level module at all by passing /*include_self=*/false to modules() or named_modules()");
  return std::const_pointer_cast<Module>(self);
}

}  // namespace nn
}  // namespace xgrad
