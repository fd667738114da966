#include <xgrad/nn/serialize/save.hpp>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/nn/module.hpp>
#include <xgrad/nn/serialize/input.hpp>
#include <xgrad/nn/serialize/safetensors.hpp>

namespace xgrad {
namespace {

using serialize::NamedTensors;

OrderedDict<std::string, Tensor> named_tensors(const nn::Module& module) {
  auto all = module.named_parameters();
  all.update(module.named_buffers());
  return all;
}

}  // namespace

void save(const Tensor& tensor, const serialize::Sink& to) {
  if (to.has_extension(".npy")) return save_npy(tensor, to);
  NamedTensors content;
  content.tensors.insert("tensor", tensor);
  save_safetensors(content, to);
}

void load(Tensor& tensor, const serialize::Source& from) {
  serialize::Input input(from);
  if (input.peek() == serialize::npy_first_byte) {
    tensor = serialize::load_npy(input);
    return;
  }
  NamedTensors content = load_safetensors(input);
  if (content.tensors.size() != 1)
    input.refuse("it holds ", content.tensors.size(),
                 " tensors, not one. Load it into a std::vector<Tensor>, a module, or with "
                 "serialize::load_safetensors");
  tensor = *content.tensors.front();
}

void save(const std::vector<Tensor>& tensors, const serialize::Sink& to) {
  NamedTensors content;
  for (const Tensor& t : tensors) content.tensors.insert(std::to_string(content.tensors.size()), t);
  save_safetensors(content, to);
}

void load(std::vector<Tensor>& tensors, const serialize::Source& from) {
  serialize::Input input(from);
  const NamedTensors content = load_safetensors(input);
  std::vector<Tensor> loaded;
  for (size_t i = 0; i < content.tensors.size(); ++i) {
    const Tensor* t = content.tensors.find(std::to_string(i));
    if (!t)
      input.refuse(
          "it has no entry '", i, "', so it is no list of tensors but one by name, the first being '",
          content.tensors.front().key(), "'. Load it into a module, or with serialize::load_safetensors");
    loaded.push_back(*t);
  }
  tensors.insert(tensors.end(), loaded.begin(), loaded.end());
}

void save(const nn::Module& module, const serialize::Sink& to) {
  save_safetensors({named_tensors(module), {}}, to);
}

void load(nn::Module& module, const serialize::Source& from) {
  serialize::Input input(from);
  const NamedTensors content = load_safetensors(input);
  const auto wanted = named_tensors(module);
  std::string missing, unexpected, wrong;
  const auto list = [](std::string& names, const std::string& name) {
    names += (names.empty() ? "\"" : ", \"") + name + '"';
  };
  for (const auto& item : wanted) {
    const Tensor* given = content.tensors.find(item.key());
    if (!given)
      list(missing, item.key());
    else if (given->sizes() != item->sizes() || given->dtype() != item->dtype())
      wrong += detail::str("\n  ", item.key(), ": the file has shape ", given->sizes(), " and dtype ",
                           python_name(given->dtype()), ", the module ", item->sizes(), " and ",
                           python_name(item->dtype()));
  }
  for (const auto& item : content.tensors)
    if (!wanted.contains(item.key())) list(unexpected, item.key());
  if (!missing.empty()) missing = "\n  Missing key(s) in the file: " + missing;
  if (!unexpected.empty()) unexpected = "\n  Unexpected key(s) in the file: " + unexpected;
  if (const std::string all = missing + unexpected + wrong; !all.empty())
    input.refuse(
        "Error(s) in loading the parameters of ", module.name(), ", which was left as it was:", all,
        "\nMake the module that was saved, with the same layers, and convert it with to(dtype) first");
  NoGradGuard no_grad;
  for (const auto& item : wanted) item->copy_(content.tensors[item.key()]);
}

}  // namespace xgrad
