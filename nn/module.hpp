// The base class of everything that has parameters.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/holder.hpp>
#include <xgrad/nn/ordered_dict.hpp>

namespace xgrad {

extern template class OrderedDict<std::string, Tensor>;
extern template class OrderedDict<std::string, std::shared_ptr<nn::Module>>;

namespace detail {
/// The readable name of a type.
std::string type_name(const std::type_info& type);
/// Fills a parameter's gradient, if it has one, with zeros, or makes it undefined.
void zero_grad(const Tensor& parameter, bool set_to_none);
}  // namespace detail

namespace nn {

template <class Derived>
class Cloneable;

/// A function with parameters, buffers and submodules, which it knows by name. Derived classes register them
/// in their constructor and define `forward`. PyTorch: nn::Module.
///
///     struct NetImpl : nn::Module {
///       NetImpl() { fc = register_module("fc", nn::Linear(4, 3)); }
///       Tensor forward(Tensor x) { return fc(x); }
///       nn::Linear fc{nullptr};
///     };
///     TORCH_MODULE(Net);
class Module : public std::enable_shared_from_this<Module> {
 public:
  /// What apply() calls.
  using ModuleApplyFunction = std::function<void(Module&)>;
  using ConstModuleApplyFunction = std::function<void(const Module&)>;
  using NamedModuleApplyFunction = std::function<void(const std::string&, Module&)>;
  using ConstNamedModuleApplyFunction = std::function<void(const std::string&, const Module&)>;
  using ModulePointerApplyFunction = std::function<void(const std::shared_ptr<Module>&)>;
  using NamedModulePointerApplyFunction =
      std::function<void(const std::string&, const std::shared_ptr<Module>&)>;

  // Defined in module.cpp: generated here, they would be compiled again in every program.
  Module();
  /// With a name of your choice in place of the class's.
  explicit Module(std::string name);
  /// Copies share tensors and submodules with the original: for a deep copy see clone().
  Module(const Module&);
  Module(Module&&) noexcept;
  Module& operator=(const Module&);
  Module& operator=(Module&&) noexcept;
  virtual ~Module();

  /// The class's name, as libtorch writes it: "NetImpl", "torch::nn::LinearImpl".
  const std::string& name() const noexcept;
  /// A deep copy; only for classes derived from Cloneable.
  virtual std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const;

  // Registration: names must be new, not empty, and without dots.
  /// Makes `module` a submodule and returns it.
  template <class M>
  std::shared_ptr<M> register_module(std::string name, std::shared_ptr<M> module) {
    add_child(std::move(name), module);
    return module;
  }
  template <class M>
  std::shared_ptr<M> register_module(std::string name, const ModuleHolder<M>& holder) {
    return register_module(std::move(name), holder.ptr());
  }
  /// Puts another module in the place of the submodule of that name.
  template <class M>
  std::shared_ptr<M> replace_module(const std::string& name, std::shared_ptr<M> module) {
    replace_child(name, module);
    return module;
  }
  template <class M>
  std::shared_ptr<M> replace_module(const std::string& name, const ModuleHolder<M>& holder) {
    return replace_module(name, holder.ptr());
  }
  /// Takes a submodule out; an error when there is none of that name.
  void unregister_module(const std::string& name);
  /// Makes `tensor` a parameter and returns it. An undefined tensor only reserves the name.
  Tensor& register_parameter(std::string name, Tensor tensor, bool requires_grad = true);
  /// Makes `tensor` a buffer, which is moved, converted and cloned with the module but not optimised.
  Tensor& register_buffer(std::string name, Tensor tensor);

  /// The parameters, or buffers, in the order of registration; names of submodules' are joined with dots:
  /// "fc.weight". `recurse` includes those of submodules.
  std::vector<Tensor> parameters(bool recurse = true) const;
  OrderedDict<std::string, Tensor> named_parameters(bool recurse = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  OrderedDict<std::string, Tensor> named_buffers(bool recurse = true) const;
  /// This module and all below it, parents before children. `include_self` needs a module held by a
  /// shared_ptr.
  std::vector<std::shared_ptr<Module>> modules(bool include_self = true) const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_modules(const std::string& name_prefix = {},
                                                                  bool include_self = true) const;
  /// The direct submodules.
  std::vector<std::shared_ptr<Module>> children() const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_children() const;

  /// Calls the function with this module and all below it, parents before children.
  void apply(const ModuleApplyFunction& function);
  void apply(const ConstModuleApplyFunction& function) const;
  void apply(const NamedModuleApplyFunction& function, const std::string& name_prefix = {});
  void apply(const ConstNamedModuleApplyFunction& function, const std::string& name_prefix = {}) const;
  void apply(const ModulePointerApplyFunction& function) const;
  void apply(const NamedModulePointerApplyFunction& function, const std::string& name_prefix = {}) const;

  /// Chooses between training and evaluation, here and below; Dropout behaves differently in the two.
  virtual void train(bool on = true);
  void eval() { train(false); }
  virtual bool is_training() const noexcept { return is_training_; }
  /// Makes every parameter's gradient undefined, or zeroes it. (libtorch 1.x zeroes.)
  virtual void zero_grad(bool set_to_none = true);
  /// Converts parameters and buffers, here and below, in place: the tensors stay those an optimizer knows.
  virtual void to(Device device, Dtype dtype, bool non_blocking = false);
  virtual void to(Dtype dtype, bool non_blocking = false);
  virtual void to(Device device, bool non_blocking = false);

  /// This module as an M (a module class, or its holder), or null when it is none.
  template <class M>
  auto* as() noexcept {
    if constexpr (detail::ModuleHolderLike<M>)
      return dynamic_cast<typename M::ContainedType*>(this);
    else
      return dynamic_cast<M*>(this);
  }
  template <class M>
  const auto* as() const noexcept {
    return const_cast<Module*>(this)->as<M>();
  }

  /// Writes the module's own line: its name unless overridden. operator<< adds the children.
  virtual void pretty_print(std::ostream& out) const;

 protected:
  /// What is registered, by name.
  OrderedDict<std::string, Tensor> parameters_{"Parameter"};
  OrderedDict<std::string, Tensor> buffers_{"Buffer"};
  OrderedDict<std::string, std::shared_ptr<Module>> children_{"Submodule"};

 private:
  template <class Derived>
  friend class Cloneable;

  void add_child(std::string name, std::shared_ptr<Module> module);
  void replace_child(const std::string& name, std::shared_ptr<Module> module);
  // Calls the function with everything below this module, parents before children.
  void apply_below(const NamedModulePointerApplyFunction& function, const std::string& prefix) const;
  template <class... Target>
  void convert(Target... target);
  void forget_members();
  // Clones parameters, buffers and children into `copy`, which has been reset().
  void clone_into(Module& copy, const std::optional<Device>& device) const;
  // Makes this module a clone of `source`, which is of the same class.
  virtual void assign_clone(const Module& source, const std::optional<Device>& device);
  std::shared_ptr<Module> shared_from_this_checked() const;

  mutable std::string name_;  // empty until asked for
  bool is_training_ = true;
};

/// Prints the module and, indented, everything below it, in libtorch's format.
std::ostream& operator<<(std::ostream& out, const Module& module);

/// Gives a module class a clone(). The class does all its registration in `reset()`, which its constructor
/// calls. PyTorch: nn::Cloneable.
template <class Derived>
class Cloneable : public Module {
 public:
  /// As those of Module.
  using Module::Module;

  /// Makes parameters, buffers and submodules anew.
  virtual void reset() = 0;

  /// A copy that shares no tensor and no submodule with this module.
  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;

 private:
  void assign_clone(const Module& source, const std::optional<Device>& device) final;
};

template <class Derived>
std::shared_ptr<Module> Cloneable<Derived>::clone(const std::optional<Device>& device) const {
  std::shared_ptr<Derived> copy(new Derived(static_cast<const Derived&>(*this)));
  copy->forget_members();
  copy->reset();
  clone_into(*copy, device);
  return copy;
}

template <class Derived>
void Cloneable<Derived>::assign_clone(const Module& source, const std::optional<Device>& device) {
  auto copy = std::dynamic_pointer_cast<Derived>(source.clone(device));
  check(copy != nullptr,
        "Attempted to clone submodule, but it is of a different type than the submodule it was to be "
        "cloned into");
  static_cast<Derived&>(*this) = std::move(*copy);
}

}  // namespace nn
}  // namespace xgrad
