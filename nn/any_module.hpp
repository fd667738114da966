// Modules and values of any type.
#pragma once

#include <any>
#include <memory>
#include <typeinfo>
#include <utility>

#include <xgrad/nn/module.hpp>

namespace xgrad::nn {

/// A value of any type: an argument or a result of AnyModule. A Tensor is held without an allocation.
/// PyTorch: nn::AnyValue.
class AnyValue {
 public:
  /// Nothing, or a value of any type but this.
  AnyValue() = default;
  template <class T>
  requires(!std::is_same_v<std::remove_cvref_t<T>, AnyValue>) explicit AnyValue(T&& value)
      : value_(std::forward<T>(value)) {}

  /// The value if it is a T, or null.
  template <class T>
  T* try_get() {
    return std::any_cast<T>(&value_);
  }
  /// The value as a T; an error when it is of another type.
  template <class T>
  T get() {
    if (T* value = try_get<T>()) return std::move(*value);
    wrong_type(typeid(T));
  }
  /// The type of the value.
  const std::type_info& type_info() const { return value_.type(); }

 private:
  [[noreturn]] void wrong_type(const std::type_info& wanted) const;

  std::any value_;
};

}  // namespace xgrad::nn

namespace xgrad::detail {

[[noreturn]] void wrong_argument_count(const std::type_info& module, size_t expected, size_t given);
[[noreturn]] void wrong_argument(const std::type_info& module, size_t index, const std::type_info& expected,
                                 const std::type_info& given);

/// Calls the forward() of a module whose type only this function knows.
using AnyForward = nn::AnyValue (*)(nn::Module& module, nn::AnyValue* arguments, size_t count);

template <class M, class Arg>
Arg&& argument(nn::AnyValue* arguments, size_t index) {
  auto* value = arguments[index].try_get<std::remove_cvref_t<Arg>>();
  if (!value) wrong_argument(typeid(M), index, typeid(Arg), arguments[index].type_info());
  return static_cast<Arg&&>(*value);
}

template <class M, class R, class... Args>
struct Forward {
  static nn::AnyValue call(nn::Module& module, nn::AnyValue* arguments, size_t count) {
    if (count != sizeof...(Args)) wrong_argument_count(typeid(M), sizeof...(Args), count);
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return nn::AnyValue(static_cast<M&>(module).forward(argument<M, Args>(arguments, I)...));
    }
    (std::index_sequence_for<Args...>());
  }
};

template <class M, class R, class Class, class... Args>
constexpr AnyForward erase_forward(R (Class::*)(Args...)) {
  return &Forward<M, R, Args...>::call;
}
template <class M, class R, class Class, class... Args>
constexpr AnyForward erase_forward(R (Class::*)(Args...) const) {
  return &Forward<M, R, Args...>::call;
}

template <class M>
constexpr AnyForward any_forward_of() {
  // Sequential's forward is a template: it offers this instead.
  if constexpr (requires(M & m, nn::AnyValue * arguments) { m.any_forward(arguments, size_t{}); }) {
    return [](nn::Module& module, nn::AnyValue* arguments, size_t count) {
      return static_cast<M&>(module).any_forward(arguments, count);
    };
  } else {
    static_assert(
        requires { &M::forward; },
        "AnyModule and Sequential need a module with one forward() method, neither overloaded nor a "
        "template");
    return erase_forward<M>(&M::forward);
  }
}

}  // namespace xgrad::detail

namespace xgrad::nn {

/// A module of any type, whose forward() is called with arguments that are checked at run time. Copies refer
/// to the same module. PyTorch: nn::AnyModule.
///
///     nn::AnyModule any(nn::Linear(4, 3));
///     Tensor y = any.forward(x);
class AnyModule {
 public:
  /// Empty, or of a module that exists.
  AnyModule() = default;
  template <class M>
  explicit AnyModule(std::shared_ptr<M> module)
      : module_(std::move(module)), forward_(detail::any_forward_of<M>()), type_(&typeid(M)) {
    static_assert(detail::ModuleLike<M>, "AnyModule holds classes derived from nn::Module");
  }
  template <class M>
  explicit AnyModule(const ModuleHolder<M>& holder) : AnyModule(holder.ptr()) {}
  /// Moves or copies a module class into a new shared_ptr.
  template <detail::ModuleLike M>
  explicit AnyModule(M&& module)
      : AnyModule(std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(module))) {}
  template <class M>
  AnyModule& operator=(std::shared_ptr<M> module) {
    return *this = AnyModule(std::move(module));
  }

  /// Whether there is no module.
  bool is_empty() const noexcept { return module_ == nullptr; }
  /// A deep copy of the module.
  AnyModule clone(std::optional<Device> device = nullopt) const;

  /// Calls forward(); the arguments must have the types of its parameters.
  template <class... Args>
  AnyValue any_forward(Args&&... args) {
    AnyValue values[] = {AnyValue(std::forward<Args>(args))..., AnyValue()};
    return call(values, sizeof...(Args));
  }
  /// Calls forward() and returns its result, which must be of the type named: `any.forward<std::string>(x)`.
  template <class R = Tensor, class... Args>
  R forward(Args&&... args) {
    return any_forward(std::forward<Args>(args)...).template get<R>();
  }
  /// any_forward for `count` boxed arguments, which are used up.
  AnyValue call(AnyValue* arguments, size_t count);

  /// The module as an M: a reference for a module class, a holder for a holder class; an error when it is
  /// none.
  template <detail::ModuleLike M>
  M& get() const {
    return *ptr<M>();
  }
  template <detail::ModuleHolderLike H>
  H get() const {
    return H(ptr<typename H::ContainedType>());
  }
  template <detail::ModuleLike M>
  std::shared_ptr<M> ptr() const {
    auto typed = std::dynamic_pointer_cast<M>(ptr());
    if (!typed) wrong_type(typeid(M));
    return typed;
  }
  /// The module, as its base class.
  std::shared_ptr<Module> ptr() const;
  /// The type of the module.
  const std::type_info& type_info() const;

 private:
  void check_not_empty(const char* method) const;
  [[noreturn]] void wrong_type(const std::type_info& wanted) const;

  std::shared_ptr<Module> module_;
  detail::AnyForward forward_ = nullptr;
  const std::type_info* type_ = nullptr;
};

/// A module with its name: an item of `Sequential({{"fc", nn::Linear(4, 3)}, …})`. PyTorch:
/// nn::NamedAnyModule.
class NamedAnyModule {
 public:
  /// The module may be a holder, a shared pointer or a module class.
  NamedAnyModule(std::string name, AnyModule module) : name_(std::move(name)), module_(std::move(module)) {}
  template <class M>
  requires std::is_constructible_v<AnyModule, M> NamedAnyModule(std::string name, M&& module)
      : NamedAnyModule(std::move(name), AnyModule(std::forward<M>(module))) {}

  /// What it was made from.
  const std::string& name() const noexcept { return name_; }
  AnyModule& module() noexcept { return module_; }
  const AnyModule& module() const noexcept { return module_; }

 private:
  std::string name_;
  AnyModule module_;
};

}  // namespace xgrad::nn
