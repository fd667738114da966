// save and load of optimizers. The file has the tensors "state.<parameter>.<name>", parameters numbered over
// all groups, and as metadata the class, the numbers of parameters, and every number by name: "group.0.lr";
// "state.<parameter>.tensors" says how many a state has.
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>

#include <xgrad/nn/module.hpp>
#include <xgrad/nn/optim/optimizer.hpp>
#include <xgrad/nn/serialize/input.hpp>
#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/nn/serialize/save.hpp>

namespace xgrad {
namespace {

using optim::Extent;
using serialize::NamedTensors;

template <class T>
std::string text_of(T number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

// Whether the text is a number, which `value` becomes.
template <class T>
bool read_number(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  if constexpr (requires { std::from_chars(text.data(), end, value); }) {
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end;
  } else {  // libc++ before 20 has from_chars for integers only
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
    char* rest = nullptr;
    value = strtod_l(text.c_str(), &rest, plain);
    return !text.empty() && rest == end;
  }
}

class Writer : public optim::FieldVisitor {
 public:
  Writer(NamedTensors& content, std::string prefix) : content_(content), prefix_(std::move(prefix)) {}

  void number(const char* name, double& value) override {
    content_.metadata[prefix_ + name] = text_of(value);
  }
  void number(const char* name, int64_t& value) override {
    content_.metadata[prefix_ + name] = text_of(value);
  }
  void tensor(const std::string& name, Tensor& value, Extent) override {
    if (value.defined()) content_.tensors.insert(prefix_ + name, value);
  }

 private:
  NamedTensors& content_;
  std::string prefix_;
};

class Reader : public optim::FieldVisitor {
 public:
  Reader(serialize::Input& input, const NamedTensors& content, std::string prefix, const Tensor& parameter,
         int64_t all)
      : input_(input), content_(content), prefix_(std::move(prefix)), parameter_(parameter), all_(all) {}

  void number(const char* name, double& value) override { parse(name, value); }
  void number(const char* name, int64_t& value) override { parse(name, value); }
  void tensor(const std::string& name, Tensor& value, Extent extent) override {
    const Tensor* given = content_.tensors.find(prefix_ + name);
    value = given ? *given : Tensor();
    if (!given) return;
    ++used;
    const Dims flat{all_}, one{1};
    const IntArrayRef sizes =
        extent == Extent::parameter ? parameter_.sizes() : IntArrayRef(extent == Extent::all ? flat : one);
    if (given->sizes() != sizes || given->dtype() != parameter_.dtype())
      input_.refuse("entry '", prefix_, name, "': it has shape ", given->sizes(), " and dtype ",
                    python_name(given->dtype()), ", but ", sizes, " and ", python_name(parameter_.dtype()),
                    " are expected for a parameter of shape ", parameter_.sizes(),
                    ". Give the optimizer the parameters that it had when it was saved");
  }

  size_t used = 0;

 private:
  template <class T>
  void parse(const std::string& name, T& value) {
    const auto at = content_.metadata.find(prefix_ + name);
    if (at == content_.metadata.end())
      input_.refuse("'", prefix_, name, "' is missing: this optimizer was not saved by the same class");
    if (!read_number(at->second, value))
      input_.refuse("'", prefix_, name, "' is '", at->second,
                    "', which is no number: save the optimizer again");
  }

  serialize::Input& input_;
  const NamedTensors& content_;
  std::string prefix_;
  Tensor parameter_;
  int64_t all_;
};

std::string class_of(const optim::Optimizer& optimizer) { return detail::type_name(typeid(optimizer)); }

// "2,1": how many parameters each group has.
std::string group_sizes(const optim::Optimizer& optimizer) {
  std::string sizes;
  for (const auto& group : optimizer.param_groups())
    sizes += (sizes.empty() ? "" : ",") + std::to_string(group.params().size());
  return sizes;
}

template <class Use>
void each_parameter(const optim::Optimizer& optimizer, const Use& use) {
  size_t number = 0;
  for (const auto& group : optimizer.param_groups())
    for (const Tensor& parameter : group.params()) use("state." + std::to_string(number++) + '.', parameter);
}

}  // namespace

void save(const optim::Optimizer& optimizer, const serialize::Sink& to) {
  NamedTensors content;
  content.metadata["optimizer"] = class_of(optimizer);
  content.metadata["parameters"] = group_sizes(optimizer);
  for (size_t i = 0; i < optimizer.param_groups().size(); ++i) {
    Writer writer(content, "group." + std::to_string(i) + '.');
    optimizer.param_groups()[i].options().clone()->visit(writer);
  }
  each_parameter(optimizer, [&](const std::string& prefix, const Tensor& parameter) {
    const auto state = optimizer.state().find(&parameter.impl());
    if (state == optimizer.state().end()) return;
    const size_t before = content.tensors.size();
    Writer writer(content, prefix);
    state->second->clone()->visit(writer);
    content.metadata[prefix + "tensors"] = text_of(content.tensors.size() - before);
  });
  save_safetensors(content, to);
}

void load(optim::Optimizer& optimizer, const serialize::Source& from) {
  serialize::Input input(from);
  NamedTensors content = load_safetensors(input);
  const auto must_be = [&](const char* key, const std::string& expected, const char* mend) {
    const std::string given = content.metadata.count(key) ? content.metadata[key] : "nothing";
    if (given != expected)
      input.refuse("the '", key, "' in the file are ", given, ", those of the optimizer ", expected, ". ",
                   mend);
  };
  must_be("optimizer", class_of(optimizer), "Load the file into an optimizer of the class that was saved");
  must_be("parameters", group_sizes(optimizer),
          "Give the optimizer the groups that it had when it was saved");

  int64_t all = 0;
  each_parameter(optimizer, [&](const std::string&, const Tensor& parameter) { all += parameter.numel(); });
  std::vector<std::unique_ptr<optim::OptimizerOptions>> options;
  for (const auto& group : optimizer.param_groups()) {
    Reader reader(input, content, "group." + std::to_string(options.size()) + '.', {}, all);
    options.push_back(group.options().clone());
    options.back()->visit(reader);
    options.back()->validate();
  }
  optim::Optimizer::State state;
  size_t used = 0;
  each_parameter(optimizer, [&](const std::string& prefix, const Tensor& parameter) {
    const auto tensors = content.metadata.find(prefix + "tensors");
    if (tensors == content.metadata.end()) return;
    auto& slot = state[&parameter.impl()] = optimizer.make_state();
    Reader reader(input, content, prefix, parameter, all);
    slot->visit(reader);
    if (text_of(reader.used) != tensors->second)
      input.refuse("of the ", tensors->second, " tensors that begin with '", prefix, "' only ", reader.used,
                   " are there: the file is damaged");
    used += reader.used;
  });
  if (used != content.tensors.size())
    input.refuse("it holds ", content.tensors.size() - used,
                 " tensors that the optimizer has no use for: it was not saved by this class");
  for (size_t i = 0; i < options.size(); ++i) optimizer.param_groups()[i].set_options(std::move(options[i]));
  optimizer.state() = std::move(state);
}

}  // namespace xgrad
