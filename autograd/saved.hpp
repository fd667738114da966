// Tensors that an operation keeps for its gradient.
#pragma once

#include <utility>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// A tensor that a backward closure keeps. It remembers the version of the storage and refuses the tensor
/// when it has been written since; it is emptied when backward() frees the graph. Made by save() and
/// save_output().
class Saved {
 public:
  /// Of a tensor that is an input or an output of the operation, or that its rule needs besides.
  Saved() = default;
  Saved(const Tensor& t, bool is_output)
      : tensor_(t.defined() && (is_output || t.is_view()) ? xgrad::detail::alias(t) : t), is_output_(is_output) {
    // A view is kept without its base, which may come to be made by the node that keeps the view.
    if (!t.defined()) return;
    const TensorImpl& impl = GradMode::is_enabled() ? t.impl().on_tape() : t.impl();
    version_ = impl.storage()->version();
    if (!impl.requires_grad) return;  // as an operation's output, which is not on the tape yet
    output_nr_ = impl.output_nr & 0x3fffffff;
    if (!is_output) source_ = impl.node.get();
  }
  /// Moving into a node under construction also enters it in that node's list.
  inline Saved(Saved&& other) noexcept;
  Saved& operator=(Saved&&) = delete;

  /// The tensor, on the tape as it was when saved.
  Tensor operator()() const;
  /// Without the place on the tape: for formulas that end in a kernel. Undefined if none was saved.
  const Tensor& data() const;
  /// Whether a tensor was saved, perhaps freed since.
  bool defined() const { return tensor_.defined() || freed_; }
  /// Whether it is the operation's own result.
  bool is_output() const { return is_output_; }
  /// The next of the node's saved tensors.
  const Saved* next() const { return next_; }
  /// For those who look at the tape: the tensor, or undefined when it was never there, is freed, or has been
  /// written since.
  Tensor peek() const;
  /// Whether backward() has freed it.
  bool freed() const { return freed_; }
  /// What made the saved tensor, if that is on the tape: the node and which of its outputs.
  std::pair<const Node*, uint32_t> source() const {
    return {freed_ ? nullptr : is_output_ ? owner_ : source_, output_nr_};
  }
  /// Of a saved tensor that is not freed.
  IntArrayRef sizes() const { return tensor_.sizes(); }
  ScalarType dtype() const { return tensor_.dtype(); }
  size_t nbytes() const { return tensor_.nbytes(); }

 private:
  friend class Node;
  void check_usable() const;

  Tensor tensor_;
  union {
    Node* source_ = nullptr;  // the node of an input when it was saved: kept alive by the owner's edges
    const char* freed_from_;  // once freed: the pass that did it; its number is in version_
  };
  Node* owner_ = nullptr;
  Saved* next_ = nullptr;
  uint32_t version_ = 0;
  uint32_t output_nr_ : 30 = 0;
  bool is_output_ : 1 = false;
  bool freed_ : 1 = false;
};

/// Keeps an input of the operation for its backward closure.
inline Saved save(const Tensor& input) { return Saved(input, false); }
/// Keeps an input that only the gradient of `other` needs, if that will be asked for.
inline Saved save_for(const Tensor& other, const Tensor& input) {
  return other.requires_grad() ? Saved(input, false) : Saved();
}
/// Keeps the result of the operation: only its data, or the tape would hold itself.
inline Saved save_output(const Tensor& output) { return Saved(output, true); }

}  // namespace xgrad::autograd
