// Sequential: modules one after another.
#pragma once

#include <initializer_list>

#include <xgrad/nn/any_module.hpp>

namespace xgrad::nn {

/// Feeds its input to the first module, each result to the next module, and returns the last result.
/// PyTorch: nn::Sequential; here one may also contain another.
///
///     nn::Sequential model(nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));
///     nn::Sequential named({{"fc", nn::Linear(784, 10)}, {"out", nn::LogSoftmax(1)}});
///
/// Compilers may evaluate arguments in parentheses from right to left, and then draw the last layer's weights
/// first: where the numbers of a seed matter, use braces, `nn::Sequential model{…}`, or push_back.
class SequentialImpl : public Cloneable<SequentialImpl> {
 public:
  using Iterator = std::vector<AnyModule>::iterator;
  using ConstIterator = std::vector<AnyModule>::const_iterator;

  SequentialImpl() = default;
  /// From modules: holders, shared pointers, module classes or AnyModules.
  template <class... Modules>
  requires(sizeof...(Modules) > 0 && (std::is_constructible_v<AnyModule, Modules> && ...) &&
           !(std::is_same_v<std::remove_cvref_t<Modules>, SequentialImpl> &&
             ...)) explicit SequentialImpl(Modules&&... modules) {
    (push_back(AnyModule(std::forward<Modules>(modules))), ...);
  }
  explicit SequentialImpl(std::initializer_list<NamedAnyModule> modules);
  explicit SequentialImpl(OrderedDict<std::string, AnyModule>&& modules);

  std::shared_ptr<Module> clone(const std::optional<Device>& device = nullopt) const override;
  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  /// The result of the last module, of type R. The first module gets all inputs, the others one value.
  template <class R = Tensor, class... Inputs>
  R forward(Inputs&&... inputs) {
    AnyValue values[] = {AnyValue(std::forward<Inputs>(inputs))..., AnyValue()};
    AnyValue result = any_forward(values, sizeof...(Inputs));
    if (R* value = result.try_get<R>()) return std::move(*value);
    wrong_return_type(result.type_info(), typeid(R));
  }
  /// forward() for `count` boxed inputs, which are used up.
  AnyValue any_forward(AnyValue* inputs, size_t count);

  /// Adds a module at the end, named by its position unless a name is given.
  void push_back(AnyModule module);
  void push_back(std::string name, AnyModule module);
  template <class M>
  requires std::is_constructible_v<AnyModule, M>
  void push_back(M&& module) { push_back(AnyModule(std::forward<M>(module))); }
  template <class M>
  requires std::is_constructible_v<AnyModule, M>
  void push_back(std::string name, M&& module) {
    push_back(std::move(name), AnyModule(std::forward<M>(module)));
  }
  /// Adds every module of a container, or of another Sequential (`*other`).
  template <class Container>
  void extend(const Container& container) {
    for (const auto& module : container) push_back(module);
  }

  /// As those of std::vector.
  Iterator begin() { return modules_.begin(); }
  Iterator end() { return modules_.end(); }
  ConstIterator begin() const { return modules_.begin(); }
  ConstIterator end() const { return modules_.end(); }
  size_t size() const noexcept { return modules_.size(); }
  bool is_empty() const noexcept { return modules_.empty(); }

  /// The module at a position as an M (a module class); an error when it is none.
  template <detail::ModuleLike M>
  M& at(size_t index) {
    return checked(index).get<M>();
  }
  template <detail::ModuleLike M>
  const M& at(size_t index) const {
    return checked(index).get<M>();
  }
  std::shared_ptr<Module> ptr(size_t index) const { return checked(index).ptr(); }
  template <detail::ModuleLike M>
  std::shared_ptr<M> ptr(size_t index) const {
    return checked(index).ptr<M>();
  }
  std::shared_ptr<Module> operator[](size_t index) const { return ptr(index); }

 private:
  const AnyModule& checked(size_t index) const;
  [[noreturn]] static void wrong_return_type(const std::type_info& actual, const std::type_info& wanted);

  std::vector<AnyModule> modules_;
};

extern template class Cloneable<SequentialImpl>;

/// Holds a SequentialImpl.
class Sequential : public ModuleHolder<SequentialImpl> {
 public:
  using ModuleHolder<SequentialImpl>::ModuleHolder;
  using Impl = SequentialImpl;
  Sequential() = default;
  /// From modules with names: `{{"fc", nn::Linear(4, 3)}, …}`.
  Sequential(std::initializer_list<NamedAnyModule> modules);
};

}  // namespace xgrad::nn
