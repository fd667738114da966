#include <xgrad/autograd/saved.hpp>

#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/record.hpp>

namespace xgrad::autograd {

void Saved::check_usable() const {
  if (freed_) refuse_freed(*owner_, {version_, freed_from_});
  if (tensor_.defined() && tensor_.impl().storage()->version() != version_)
    refuse_overwritten(tensor_, version_, owner_, is_output_ ? owner_ : source_, is_output_);
}

Tensor Saved::peek() const {
  if (!tensor_.defined() || tensor_.impl().storage()->version() != version_) return {};
  Tensor t = detail::alias(tensor_);
  if (const std::string& name = tensor_.name(); !name.empty()) t.set_name(name);
  return t;
}

const Tensor& Saved::data() const {
  check_usable();
  return tensor_;
}

Tensor Saved::operator()() const {
  check_usable();
  if (!tensor_.defined() || !GradMode::is_enabled()) return tensor_;
  const TensorImpl& impl = tensor_.impl();
  Node* node = is_output_ ? owner_ : source_;
  if (!node || (impl.node.get() == node && !is_output_)) return tensor_;
  Tensor t = detail::alias(tensor_);
  t.impl().node = Ref<Node>::share(node);
  t.impl().output_nr = output_nr_;
  t.impl().requires_grad = true;
  return t;
}

}  // namespace xgrad::autograd
