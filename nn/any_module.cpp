#include <xgrad/nn/any_module.hpp>

namespace xgrad {
namespace detail {

void wrong_argument_count(const std::type_info& module, size_t expected, size_t given) {
  fail(type_name(module), "'s forward() method expects ", expected, " argument(s), but received ", given,
       ". Default arguments do not count: a module called through AnyModule or Sequential is given all of "
       "them");
}

void wrong_argument(const std::type_info& module, size_t index, const std::type_info& expected,
                    const std::type_info& given) {
  fail("Expected argument #", index, " to be of type ", type_name(expected), ", but received value of type ",
       type_name(given), ", in the call of ", type_name(module),
       "::forward() through AnyModule or Sequential, where nothing is converted: pass a ",
       type_name(expected), ", or have the module before return one");
}

}  // namespace detail

namespace nn {

void AnyValue::wrong_type(const std::type_info& wanted) const {
  fail("Attempted to cast AnyValue to ", detail::type_name(wanted), ", but its actual type is ",
       detail::type_name(type_info()), ": name the type that forward() returns, e.g. forward<",
       detail::type_name(type_info()), ">(…)");
}

AnyModule AnyModule::clone(std::optional<Device> device) const {
  AnyModule copy = *this;
  if (module_) copy.module_ = module_->clone(device);
  return copy;
}

AnyValue AnyModule::call(AnyValue* arguments, size_t count) {
  check_not_empty("forward");
  const ModuleScope scope(*module_);
  AnyValue result = forward_(*module_, arguments, count);
  if (detail::forward_observer) [[unlikely]]
    if (const Tensor* tensor = result.try_get<Tensor>()) detail::forward_observer->saw(*module_, *tensor);
  return result;
}

std::shared_ptr<Module> AnyModule::ptr() const {
  check_not_empty("ptr");
  return module_;
}

const std::type_info& AnyModule::type_info() const {
  check_not_empty("type_info");
  return *type_;
}

void AnyModule::check_not_empty(const char* method) const {
  if (is_empty()) fail("Cannot call ", method, "() on an empty AnyModule: assign a module first");
}

void AnyModule::wrong_type(const std::type_info& wanted) const {
  fail("Attempted to cast module of type ", detail::type_name(*type_), " to type ",
       detail::type_name(wanted));
}

}  // namespace nn
}  // namespace xgrad
