#include <xgrad/nn/sequential.hpp>

#include <ostream>

namespace xgrad::nn {

template class Cloneable<SequentialImpl>;

SequentialImpl::SequentialImpl(std::initializer_list<NamedAnyModule> modules) {
  for (const NamedAnyModule& module : modules) push_back(module.name(), module.module());
}

SequentialImpl::SequentialImpl(OrderedDict<std::string, AnyModule>&& modules) {
  for (auto& item : modules) push_back(item.key(), std::move(item.value()));
}

std::shared_ptr<Module> SequentialImpl::clone(const std::optional<Device>& device) const {
  auto copy = std::make_shared<SequentialImpl>(*this);
  const auto names = named_children().keys();
  for (size_t i = 0; i < size(); ++i) {
    copy->modules_[i] = modules_[i].clone(device);
    copy->replace_module(names[i], copy->modules_[i].ptr());
  }
  return copy;
}

void SequentialImpl::pretty_print(std::ostream& out) const { out << "torch::nn::Sequential"; }

AnyValue SequentialImpl::any_forward(AnyValue* inputs, size_t count) {
  check(!is_empty(), "Cannot call forward() on an empty Sequential: add modules with push_back()");
  const ModuleScope scope(*this);  // model->forward(x) goes past the holder, which would make one
  AnyValue value = modules_[0].call(inputs, count);
  for (size_t i = 1; i < modules_.size(); ++i) value = modules_[i].call(&value, 1);
  if (detail::forward_observer) [[unlikely]]
    if (const Tensor* result = value.try_get<Tensor>()) detail::forward_observer->saw(*this, *result);
  return value;
}

void SequentialImpl::push_back(AnyModule module) { push_back(std::to_string(size()), std::move(module)); }

void SequentialImpl::push_back(std::string name, AnyModule module) {
  register_module(std::move(name), module.ptr());
  modules_.push_back(std::move(module));
}

const AnyModule& SequentialImpl::checked(size_t index) const {
  if (index >= size()) fail("Sequential: Index out of range: ", index, " of ", size(), " modules");
  return modules_[index];
}

void SequentialImpl::wrong_return_type(const std::type_info& actual, const std::type_info& wanted) {
  fail("The type of the return value is ", detail::type_name(actual), ", but you asked for type ",
       detail::type_name(wanted), ": write sequential->forward<", detail::type_name(actual), ">(…)");
}

Sequential::Sequential(std::initializer_list<NamedAnyModule> modules)
    : ModuleHolder(std::make_shared<SequentialImpl>(modules)) {}

}  // namespace xgrad::nn
