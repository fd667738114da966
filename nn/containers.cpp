#include <xgrad/nn/containers.hpp>

#include <algorithm>
#include <ostream>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/print.hpp>

namespace xgrad::nn {
namespace {

Tensor copy_of(const Tensor& parameter, const std::optional<Device>& device) {
  Tensor copy = parameter.detach().clone();
  if (device) copy = copy.to(*device);
  return copy.set_requires_grad(parameter.requires_grad());
}

void print_parameters(std::ostream& out, const char* name, const OrderedDict<std::string, Tensor>& items) {
  out << name << "(\n";
  for (const auto& item : items)
    out << '(' << item.key() << "): Parameter containing: [" << item->scalar_type() << " of size "
        << item->sizes() << "]\n";
  out << ')';
}

}  // namespace

std::shared_ptr<Module> ModuleListImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ModuleListImpl>();
  copy->train(is_training());
  for (const auto& module : modules_) copy->push_back(module->clone(device));
  return copy;
}

void ModuleListImpl::pretty_print(std::ostream& out) const { out << "torch::nn::ModuleList"; }

void ModuleListImpl::push_back(std::shared_ptr<Module> module) {
  modules_.push_back(register_module(std::to_string(size()), std::move(module)));
}

void ModuleListImpl::insert(size_t index, std::shared_ptr<Module> module) {
  check(index <= size(), "ModuleList: Index out of range: insert at ", index, " of ", size(), " modules");
  push_back(std::move(module));
  std::rotate(modules_.begin() + static_cast<std::ptrdiff_t>(index), modules_.end() - 1, modules_.end());
  for (size_t i = index; i < size(); ++i) replace_module(std::to_string(i), modules_[i]);
}

std::shared_ptr<Module> ModuleListImpl::ptr(size_t index) const {
  check(index < size(), "ModuleList: Index out of range: ", index, " of ", size(), " modules");
  return modules_[index];
}

std::shared_ptr<Module> ModuleDictImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ModuleDictImpl>();
  copy->train(is_training());
  for (const auto& item : children_) copy->insert(item.key(), item.value()->clone(device));
  return copy;
}

void ModuleDictImpl::pretty_print(std::ostream& out) const { out << "torch::nn::ModuleDict"; }

ModuleDictImpl::ModuleDictImpl(const Pairs& modules) { update(modules); }
ModuleDictImpl::ModuleDictImpl(const Modules& modules) { update(modules); }

void ModuleDictImpl::update(const Pairs& modules) {
  for (const auto& [key, module] : modules) insert(key, module);
}

std::shared_ptr<Module> ModuleDictImpl::pop(const std::string& key) {
  auto module = children_[key];
  unregister_module(key);
  return module;
}

void ModuleDictImpl::clear() { children_.clear(); }

ModuleDictImpl::Pairs ModuleDictImpl::items() const { return children_.pairs(); }
std::vector<std::string> ModuleDictImpl::keys() const { return children_.keys(); }
std::vector<std::shared_ptr<Module>> ModuleDictImpl::values() const { return children_.values(); }
bool ModuleDictImpl::contains(const std::string& key) const noexcept { return children_.contains(key); }
std::shared_ptr<Module> ModuleDictImpl::operator[](const std::string& key) const { return children_[key]; }

void ModuleDictImpl::insert(const std::string& key, const std::shared_ptr<Module>& module) {
  if (contains(key))
    replace_module(key, module);
  else
    register_module(key, module);
}

std::shared_ptr<Module> ParameterListImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ParameterListImpl>();
  copy->train(is_training());
  for (const auto& item : parameters_) copy->append(copy_of(item.value(), device));
  return copy;
}

void ParameterListImpl::pretty_print(std::ostream& out) const {
  print_parameters(out, "torch::nn::ParameterList", parameters_);
}

void ParameterListImpl::append(const Tensor& parameter) {
  register_parameter(std::to_string(size()), parameter, parameter.requires_grad());
}

Tensor& ParameterListImpl::checked(size_t index) {
  check(index < size(), "ParameterList: Index out of range: ", index, " of ", size(), " parameters");
  return parameters_[index].value();
}

std::shared_ptr<Module> ParameterDictImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<ParameterDictImpl>();
  copy->train(is_training());
  for (const auto& item : parameters_) copy->insert(item.key(), copy_of(item.value(), device));
  return copy;
}

void ParameterDictImpl::pretty_print(std::ostream& out) const {
  print_parameters(out, "torch::nn::ParameterDict", parameters_);
}

ParameterDictImpl::ParameterDictImpl(const OrderedDict<std::string, Tensor>& parameters) {
  update(parameters);
}

Tensor& ParameterDictImpl::insert(std::string key, Tensor parameter) {
  const bool requires_grad = parameter.requires_grad();
  return register_parameter(std::move(key), std::move(parameter), requires_grad);
}

void ParameterDictImpl::set(const std::string& key, const Tensor& parameter) {
  if (Tensor* known = parameters_.find(key))
    *known = parameter;
  else
    insert(key, parameter);
}

Tensor ParameterDictImpl::pop(const std::string& key) {
  Tensor parameter = parameters_[key];
  parameters_.erase(key);
  return parameter;
}

void ParameterDictImpl::clear() { parameters_.clear(); }
std::vector<std::string> ParameterDictImpl::keys() const { return parameters_.keys(); }
std::vector<Tensor> ParameterDictImpl::values() const { return parameters_.values(); }
bool ParameterDictImpl::contains(const std::string& key) const noexcept { return parameters_.contains(key); }
Tensor& ParameterDictImpl::get(const std::string& key) { return parameters_[key]; }
const Tensor& ParameterDictImpl::get(const std::string& key) const { return parameters_[key]; }

}  // namespace xgrad::nn
