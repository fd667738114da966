// ModuleHolder: a module by reference that reads like a value.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

#include <xgrad/autograd/watch.hpp>

namespace xgrad {

class Tensor;

namespace nn {
class Module;
}

namespace detail {
struct ModuleHolderBase {};
[[noreturn]] void empty_module_holder();

/// Told of the results of modules that are called through holders and AnyModules: see nn::summary.
class ForwardObserver {
 public:
  virtual ~ForwardObserver() = default;
  virtual void saw(const nn::Module& module, const Tensor& result) = 0;
};
/// Of this thread; null when nobody listens.
[[gnu::visibility("default")]] inline thread_local constinit ForwardObserver* forward_observer = nullptr;
}  // namespace detail

namespace nn {

/// While a forward() runs under TapeDetailGuard: makes what it records know the module's path. Otherwise a
/// test of a flag. Holders and AnyModule make one around every call.
class ModuleScope {
 public:
  /// The module's forward() begins; it ends with the scope.
  explicit ModuleScope(const Module& module) {
    if (autograd::Watch::has(autograd::Watch::kDetails)) [[unlikely]]
      enter(module);
  }
  ~ModuleScope() {
    if (entered_) [[unlikely]]
      leave();
  }
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;

 private:
  void enter(const Module& module);
  void leave() noexcept;
  bool entered_ = false;
};

/// A shared pointer to a `Contained` that constructs it from the same arguments: `Linear fc(2, 3);
/// fc->weight; fc(x);`. Copies refer to the same module. `Linear fc{nullptr}` is empty until assigned.
/// PyTorch: nn::ModuleHolder.
template <class Contained>
class ModuleHolder : detail::ModuleHolderBase {
 public:
  using ContainedType = Contained;
  using Impl = Contained;

  /// A new module without arguments.
  ModuleHolder() : impl_(new Contained()) {
    static_assert(std::is_default_constructible_v<Contained>,
                  "this module needs arguments: pass them, or use {nullptr} to leave the holder empty");
  }
  /// Empty, or of a module that exists.
  ModuleHolder(std::nullptr_t) {}
  ModuleHolder(std::shared_ptr<Contained> module) : impl_(std::move(module)) {}
  /// Makes a new module from the arguments.
  template <class Head, class... Tail>
  requires(sizeof...(Tail) > 0 ||
           (!std::is_base_of_v<ModuleHolder, std::remove_cvref_t<Head>> &&
            !std::is_convertible_v<Head, std::shared_ptr<Contained>>)) explicit ModuleHolder(Head&& head,
                                                                                             Tail&&... tail)
      : impl_(new Contained(std::forward<Head>(head), std::forward<Tail>(tail)...)) {}

  /// Whether there is a module.
  bool is_empty() const noexcept { return impl_ == nullptr; }
  explicit operator bool() const noexcept { return !is_empty(); }

  /// The module; an error when the holder is empty.
  Contained* get() { return checked(); }
  const Contained* get() const { return checked(); }
  Contained* operator->() { return checked(); }
  const Contained* operator->() const { return checked(); }
  Contained& operator*() { return *checked(); }
  const Contained& operator*() const { return *checked(); }
  const std::shared_ptr<Contained>& ptr() const {
    checked();
    return impl_;
  }

  /// The module's forward(arguments…).
  template <class... Args, class M = Contained>
  auto operator()(Args&&... args) const -> decltype(std::declval<M&>().forward(std::forward<Args>(args)...)) {
    using Result = decltype(std::declval<M&>().forward(std::forward<Args>(args)...));
    Contained* module = checked();
    const ModuleScope scope(*module);
    if constexpr (std::is_same_v<Result, Tensor>) {
      Result result = module->forward(std::forward<Args>(args)...);
      if (detail::forward_observer) [[unlikely]]
        detail::forward_observer->saw(*module, result);
      return result;
    } else {
      return module->forward(std::forward<Args>(args)...);
    }
  }
  /// The module's operator[].
  template <class Arg>
  decltype(auto) operator[](Arg&& arg) const {
    if constexpr (std::is_integral_v<std::remove_cvref_t<Arg>>)
      return (*checked())[static_cast<std::size_t>(arg)];
    else
      return (*checked())[std::forward<Arg>(arg)];
  }

 private:
  Contained* checked() const {
    if (!impl_) [[unlikely]]
      detail::empty_module_holder();
    return impl_.get();
  }

  std::shared_ptr<Contained> impl_;
};

/// Prints the module and its children.
template <class Contained>
std::ostream& operator<<(std::ostream& out, const ModuleHolder<Contained>& holder) {
  return out << *holder;
}

}  // namespace nn

namespace detail {
/// Whether T is a module holder such as nn::Linear.
template <class T>
concept ModuleHolderLike = std::is_base_of_v<ModuleHolderBase, std::remove_cvref_t<T>>;
/// Whether T is a module such as nn::LinearImpl.
template <class T>
concept ModuleLike = std::is_base_of_v<nn::Module, std::remove_cvref_t<T>>;
}  // namespace detail
}  // namespace xgrad

/// Defines the holder `Name` of the module class `ImplType`. PyTorch: the same macro. A name for the template
/// is enough, and costs nothing where the module is not used.
#define TORCH_MODULE_IMPL(Name, ImplType) using Name = ::xgrad::nn::ModuleHolder<ImplType>

/// Defines the holder `Name` of the module class `NameImpl`. PyTorch: the same macro.
#define TORCH_MODULE(Name) TORCH_MODULE_IMPL(Name, Name##Impl)
