#include <xgrad/nn/serialize/archive.hpp>

#include <xgrad/nn/serialize/safetensors.hpp>

namespace xgrad::serialize {

void OutputArchive::save_to(const Sink& sink) const { save_safetensors({content_, {}}, sink); }
std::vector<std::string> InputArchive::keys() const { return content_.keys(); }

void OutputArchive::write(const std::string& key, const Tensor& tensor, bool) {
  content_.insert(key, tensor);
}

void OutputArchive::write(const std::string& key, const OutputArchive& nested) {
  for (const auto& item : nested.content_) content_.insert(key + '.' + item.key(), *item);
}

void InputArchive::load_from(const Source& source) { content_ = load_safetensors(source).tensors; }

void InputArchive::read(const std::string& key, Tensor& tensor, bool) const {
  if (!try_read(key, tensor)) missing(key);
}

void InputArchive::read(const std::string& key, InputArchive& nested) const {
  if (!try_read(key, nested)) missing(key);
}

bool InputArchive::try_read(const std::string& key, Tensor& tensor, bool) const {
  const Tensor* found = content_.find(key);
  if (found) tensor = *found;
  return found != nullptr;
}

bool InputArchive::try_read(const std::string& key, InputArchive& nested) const {
  OrderedDict<std::string, Tensor> below("Entry");
  const std::string prefix = key + '.';
  for (const auto& item : content_)
    if (item.key().starts_with(prefix)) below.insert(item.key().substr(prefix.size()), *item);
  if (below.is_empty()) return false;
  nested.content_ = std::move(below);
  return true;
}

void InputArchive::missing(const std::string& key) const {
  std::string all;
  for (const std::string& k : keys()) all += (all.empty() ? "'" : ", '") + k + "'";
  fail("No such serialized tensor '", key, "': the archive holds ", all.empty() ? "nothing" : all);
}

}  // namespace xgrad::serialize
