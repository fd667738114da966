// Containers that register what they hold but do not say how it is called: ModuleList, ModuleDict,
// ParameterList, ParameterDict.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <xgrad/nn/module.hpp>

namespace xgrad::nn {
namespace internal {

/// A module from a holder, a shared pointer, or a module class, which is moved or copied.
template <class M>
std::shared_ptr<Module> shared_module(M&& module) {
  if constexpr (detail::ModuleHolderLike<M>)
    return module.ptr();
  else if constexpr (detail::ModuleLike<M>)
    return std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(module));
  else
    return std::forward<M>(module);
}

/// A module as an M, or an error that names what it is.
template <class M>
std::shared_ptr<M> cast_module(const std::shared_ptr<Module>& module) {
  static_assert(detail::ModuleLike<M>, "name a module class such as nn::LinearImpl");
  auto typed = std::dynamic_pointer_cast<M>(module);
  if (!typed) fail("the module is a ", module->name(), ", not a ", detail::type_name(typeid(M)));
  return typed;
}

}  // namespace internal

/// Modules by position. PyTorch: nn.ModuleList.
///
///     nn::ModuleList layers(nn::Linear(4, 8), nn::Linear(8, 3));
///     for (const auto& layer : *layers) x = layer->as<nn::Linear>()->forward(x);
class ModuleListImpl : public Cloneable<ModuleListImpl> {
 public:
  using Iterator = std::vector<std::shared_ptr<Module>>::iterator;
  using ConstIterator = std::vector<std::shared_ptr<Module>>::const_iterator;

  ModuleListImpl() = default;
  /// From holders, shared pointers or module classes.
  template <class... Modules>
  requires(sizeof...(Modules) > 0 && !(std::is_same_v<std::remove_cvref_t<Modules>, ModuleListImpl> ||
                                       ...)) explicit ModuleListImpl(Modules&&... modules) {
    (push_back(std::forward<Modules>(modules)), ...);
  }

  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  /// Adds a module at the end, named by its position.
  void push_back(std::shared_ptr<Module> module);
  template <class M>
  void push_back(M&& module) {
    push_back(internal::shared_module(std::forward<M>(module)));
  }
  /// Adds every module of a container, or of another list (`*other`).
  template <class Container>
  void extend(const Container& container) {
    for (const auto& module : container) push_back(module);
  }
  /// Adds a module before the one at a position; those behind it are renamed.
  void insert(size_t index, std::shared_ptr<Module> module);
  template <class M>
  void insert(size_t index, M&& module) {
    insert(index, internal::shared_module(std::forward<M>(module)));
  }

  /// As those of std::vector.
  Iterator begin() { return modules_.begin(); }
  Iterator end() { return modules_.end(); }
  ConstIterator begin() const { return modules_.begin(); }
  ConstIterator end() const { return modules_.end(); }
  size_t size() const noexcept { return modules_.size(); }
  bool is_empty() const noexcept { return modules_.empty(); }

  /// The module at a position as an M (a module class); an error when it is none.
  template <class M>
  M& at(size_t index) const {
    return *ptr<M>(index);
  }
  std::shared_ptr<Module> ptr(size_t index) const;
  template <class M>
  std::shared_ptr<M> ptr(size_t index) const {
    return internal::cast_module<M>(ptr(index));
  }
  std::shared_ptr<Module> operator[](size_t index) const { return ptr(index); }

 private:
  std::vector<std::shared_ptr<Module>> modules_;
};
TORCH_MODULE(ModuleList);

/// Modules by name, in order. PyTorch: nn.ModuleDict.
class ModuleDictImpl : public Cloneable<ModuleDictImpl> {
 public:
  using Modules = OrderedDict<std::string, std::shared_ptr<Module>>;
  using Pairs = std::vector<std::pair<std::string, std::shared_ptr<Module>>>;
  using Iterator = Modules::Iterator;
  using ConstIterator = Modules::ConstIterator;

  ModuleDictImpl() = default;
  explicit ModuleDictImpl(const Pairs& modules);
  explicit ModuleDictImpl(const Modules& modules);

  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  /// Adds modules; those of names that exist are replaced.
  void update(const Pairs& modules);
  template <class Container>
  void update(const Container& container) {
    for (const auto& item : container) insert(item.key(), item.value());
  }
  /// Removes a module and returns it; an error when there is none of that name.
  std::shared_ptr<Module> pop(const std::string& key);
  void clear();

  /// As those of OrderedDict.
  Pairs items() const;
  std::vector<std::string> keys() const;
  std::vector<std::shared_ptr<Module>> values() const;
  Iterator begin() { return children_.begin(); }
  Iterator end() { return children_.end(); }
  ConstIterator begin() const { return children_.begin(); }
  ConstIterator end() const { return children_.end(); }
  size_t size() const noexcept { return children_.size(); }
  bool empty() const noexcept { return children_.is_empty(); }
  bool contains(const std::string& key) const noexcept;
  std::shared_ptr<Module> operator[](const std::string& key) const;
  /// The module of a name as an M (a module class); an error when it is none.
  template <class M>
  M& at(const std::string& key) const {
    return *internal::cast_module<M>((*this)[key]);
  }

 private:
  void insert(const std::string& key, const std::shared_ptr<Module>& module);
};
TORCH_MODULE(ModuleDict);

/// Parameters by position. PyTorch: nn.ParameterList.
class ParameterListImpl : public Cloneable<ParameterListImpl> {
 public:
  using Item = OrderedDict<std::string, Tensor>::Item;
  using Iterator = OrderedDict<std::string, Tensor>::Iterator;
  using ConstIterator = OrderedDict<std::string, Tensor>::ConstIterator;

  ParameterListImpl() = default;
  /// From tensors.
  template <class... Tensors>
  requires(sizeof...(Tensors) > 0 && (std::is_convertible_v<Tensors, Tensor> &&
                                      ...)) explicit ParameterListImpl(const Tensors&... tensors) {
    (append(tensors), ...);
  }

  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  /// Adds a tensor at the end, named by its position; it is trained if it requires grad.
  void append(const Tensor& parameter);
  void append(const Item& item) { append(item.value()); }
  /// Adds every tensor of a container, or of another list (`*other`).
  template <class Container>
  void extend(const Container& container) {
    for (const auto& parameter : container) append(parameter);
  }
  template <class Container>
  ParameterListImpl& operator+=(const Container& container) {
    extend(container);
    return *this;
  }

  /// As those of std::vector.
  Iterator begin() { return parameters_.begin(); }
  Iterator end() { return parameters_.end(); }
  ConstIterator begin() const { return parameters_.begin(); }
  ConstIterator end() const { return parameters_.end(); }
  size_t size() const noexcept { return parameters_.size(); }
  bool is_empty() const noexcept { return parameters_.is_empty(); }
  /// The parameter at a position; an error when out of range.
  Tensor& at(size_t index) { return checked(index); }
  const Tensor& at(size_t index) const { return const_cast<ParameterListImpl*>(this)->checked(index); }
  Tensor& operator[](size_t index) { return at(index); }
  const Tensor& operator[](size_t index) const { return at(index); }

 private:
  Tensor& checked(size_t index);
};
TORCH_MODULE(ParameterList);

/// Parameters by name, in order. PyTorch: nn.ParameterDict.
class ParameterDictImpl : public Cloneable<ParameterDictImpl> {
 public:
  using Iterator = OrderedDict<std::string, Tensor>::Iterator;
  using ConstIterator = OrderedDict<std::string, Tensor>::ConstIterator;

  ParameterDictImpl() = default;
  explicit ParameterDictImpl(const OrderedDict<std::string, Tensor>& parameters);

  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  /// Adds a tensor of a new name; it is trained if it requires grad.
  Tensor& insert(std::string key, Tensor parameter);
  /// Adds the items of another dictionary; tensors of names that exist are replaced.
  template <class Container>
  void update(const Container& container) {
    for (const auto& item : container) set(item.key(), item.value());
  }
  /// Removes a parameter and returns it; an error when there is none of that name.
  Tensor pop(const std::string& key);
  void clear();

  /// As those of OrderedDict.
  std::vector<std::string> keys() const;
  std::vector<Tensor> values() const;
  Iterator begin() { return parameters_.begin(); }
  Iterator end() { return parameters_.end(); }
  ConstIterator begin() const { return parameters_.begin(); }
  ConstIterator end() const { return parameters_.end(); }
  size_t size() const noexcept { return parameters_.size(); }
  bool empty() const noexcept { return parameters_.is_empty(); }
  bool contains(const std::string& key) const noexcept;
  /// The parameter of a name; an error when there is none.
  Tensor& get(const std::string& key);
  const Tensor& get(const std::string& key) const;
  Tensor& operator[](const std::string& key) { return get(key); }
  const Tensor& operator[](const std::string& key) const { return get(key); }

 private:
  void set(const std::string& key, const Tensor& parameter);
};
TORCH_MODULE(ParameterDict);

}  // namespace xgrad::nn
