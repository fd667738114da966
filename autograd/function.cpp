#include <xgrad/autograd/function.hpp>

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/record.hpp>

namespace xgrad::autograd {
namespace {

bool contains(const variable_list& list, const Tensor& t) {
  return std::any_of(list.begin(), list.end(), [&](const Tensor& other) { return other.is_same(t); });
}

}  // namespace

/// The node that a Function puts on the tape.
class FunctionNode final : public Node {
 public:
  FunctionNode(const char* name, FunctionCall::Rule rule) : Node(name), rule_(rule) { context.node_ = this; }

  void add_tensor(const Tensor& t) {
    is_tensor_.push_back(true);
    inputs_.push_back(t);
  }
  void add_other() { is_tensor_.push_back(false); }
  /// How many arguments are tensors.
  size_t tensor_arguments() const;
  void connect_inputs();
  void finish(const Ref<Node>& self, Tensor* outputs, size_t count);
  variable_list saved_variables() const;

  Grads apply(Grads&& grads) override;

  AutogradContext context;

 private:
  void put_on_tape(const Ref<Node>& self, Tensor& output, size_t count);
  void check_dirty(const Tensor& output, size_t count) const;
  void separate_from_inputs(Tensor& output) const;
  void save_tensors();

  FunctionCall::Rule rule_;
  std::vector<bool> is_tensor_;  // per argument of forward
  variable_list inputs_;         // until finish()
  std::vector<Saved> saved_;     // what context.save_for_backward() was given
  bool recorded_ = false;
  std::mutex mutex_;  // a rule may write into its context
};

FunctionCall::FunctionCall(const char* name, Rule rule)
    : node_(Ref<Node>::adopt(new FunctionNode(name, rule))) {}
void FunctionCall::add_tensor(const Tensor& t) { static_cast<FunctionNode&>(*node_).add_tensor(t); }
void FunctionCall::add_other() { static_cast<FunctionNode&>(*node_).add_other(); }
void FunctionCall::connect_inputs() { static_cast<FunctionNode&>(*node_).connect_inputs(); }
AutogradContext* FunctionCall::context() { return &static_cast<FunctionNode&>(*node_).context; }
void FunctionCall::finish(Tensor* outputs, size_t count) {
  static_cast<FunctionNode&>(*node_).finish(node_, outputs, count);
}

AutogradContext::AutogradContext() = default;
AutogradContext::~AutogradContext() = default;

void AutogradContext::save_for_backward(variable_list tensors) { to_save_ = std::move(tensors); }
void AutogradContext::mark_dirty(const variable_list& inputs) { dirty_ = inputs; }
void AutogradContext::mark_non_differentiable(const variable_list& outputs) { non_differentiable_ = outputs; }

variable_list AutogradContext::get_saved_variables() const { return node_->saved_variables(); }

variable_list FunctionNode::saved_variables() const {
  variable_list result;
  result.reserve(saved_.size());
  for (const Saved& saved : saved_) result.push_back(saved());
  return result;
}

bool AutogradContext::needs_input_grad(size_t i) const {
  const size_t count = node_->tensor_arguments();
  check(i < count, "needs_input_grad: Index out of range: input ", i, " of ", node_->name(), ", which has ",
        count, " tensors among its arguments");
  return i < node_->num_outputs() && Needs(node_->next_edges())[i];
}

size_t FunctionNode::tensor_arguments() const {
  return static_cast<size_t>(std::count(is_tensor_.begin(), is_tensor_.end(), true));
}

void FunctionNode::connect_inputs() {
  recorded_ = NodeBuilder::needed(TensorList(inputs_));
  if (recorded_) NodeBuilder::connect(*this, TensorList(inputs_));
}

void FunctionNode::finish(const Ref<Node>& self, Tensor* outputs, size_t count) {
  for (const Tensor& t : context.dirty_) {
    check(std::any_of(outputs, outputs + count, [&](const Tensor& o) { return o.is_same(t); }), name(),
          ": Some elements marked as dirty during the forward method were not returned as output. The inputs "
          "that are modified inplace must all be outputs of the Function: return the tensors given to "
          "mark_dirty()");
    t.impl().storage()->bump_version();
  }
  for (size_t i = 0; i < count; ++i) put_on_tape(self, outputs[i], count);
  if (recorded_) save_tensors();
  inputs_.clear();
  context.to_save_.clear();
  context.dirty_.clear();
  context.non_differentiable_.clear();
}

void FunctionNode::put_on_tape(const Ref<Node>& self, Tensor& output, size_t count) {
  const bool differentiable = recorded_ && output.defined() && output.is_floating_point() &&
                              !contains(context.non_differentiable_, output);
  if (!differentiable) {
    if (recorded_) NodeBuilder::add_output_off_tape(*this, output);
    if (output.defined() && output.requires_grad()) output = output.detach();
    return;
  }
  if (contains(context.dirty_, output))
    check_dirty(output, count);
  else
    separate_from_inputs(output);
  NodeBuilder::add_output(self, output);
}

void FunctionNode::check_dirty(const Tensor& output, size_t count) const {
  check(
      !output.is_leaf() || !output.requires_grad(), name(),
      ": a leaf Variable that requires grad has been used in an in-place operation. Pass a tensor that is no "
      "leaf, e.g. x.clone(), or return a new tensor");
  check(!output.is_view() || count == 1, name(),
        ": If your Function modifies inplace an input that is a view of another Tensor, your Function cannot "
        "return "
        "more than one Tensor. Return only the modified view, or clone() it first");
  check(!output.is_view(), name(),
        ": recording a write in place through a view is not supported: clone() the view first");
  if (!contains(inputs_, output))
    warn(name() +
         ": Only input Tensors should be given to ctx.mark_dirty(). If a Tensor is not an input, there is no "
         "need "
         "to pass it to mark_dirty().");
}

// An output on the elements of an input is a view of that input at a place of its own on the tape.
void FunctionNode::separate_from_inputs(Tensor& output) const {
  const auto shares = [&](const Tensor& t) {
    return t.defined() && t.impl().storage() == output.impl().storage();
  };
  const auto input = std::find_if(inputs_.begin(), inputs_.end(), shares);
  if (input == inputs_.end()) return;
  if (contains(inputs_, output)) output = xgrad::detail::alias(output);
  follow(output, *input, ViewKind::function);
}

// A tensor that is neither an input nor an output is held with its place on the tape: no edge keeps it.
void FunctionNode::save_tensors() {
  saved_.reserve(context.to_save_.size());  // what is saved must not move any more
  under_construction = this;
  for (const Tensor& t : context.to_save_) {
    const bool is_output = t.defined() && t.impl().node.get() == this;
    if (t.defined() && t.requires_grad() && !is_output && !contains(inputs_, t)) {
      Tensor held = xgrad::detail::alias(t);
      held.impl().node = t.impl().node;
      held.impl().output_nr = t.impl().output_nr;
      held.impl().requires_grad = true;
      saved_.push_back(save(held));
    } else {
      saved_.push_back(is_output ? save_output(t) : save(t));
    }
  }
  under_construction = nullptr;
}

Grads FunctionNode::apply(Grads&& grads) {
  variable_list incoming(grads.begin(), grads.end());
  if (context.materialize_grads_) {
    for (size_t i = 0; i < incoming.size(); ++i)
      if (!incoming[i].defined()) incoming[i] = zeros(outputs()[i].shape->sizes, outputs()[i].dtype);
  }
  const std::lock_guard lock(mutex_);
  variable_list results = rule_(&context, incoming);

  const size_t expected = is_tensor_.size();
  while (results.size() > expected && !results.back().defined()) results.pop_back();
  check(results.size() == expected, "function ", name(),
        " returned an incorrect number of gradients (expected ", expected, ", got ", results.size(),
        "): backward returns one per argument of forward, an undefined Tensor for those that are no tensors");
  Grads gradients;
  for (size_t i = 0; i < expected; ++i) {
    if (is_tensor_[i])
      gradients.push_back(std::move(results[i]));
    else
      check(!results[i].defined(), "function ", name(),
            " returned a gradient different that is defined at position ", i + 1,
            ", but the corresponding forward input was not a Variable: return Tensor() for it");
  }
  return gradients;
}

std::string function_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  std::string name = status == 0 ? readable.get() : type.name();
  // The last component, but for the namespaces in a template's arguments.
  if (const size_t at = name.substr(0, name.find('<')).rfind("::"); at != std::string::npos)
    name = name.substr(at + 2);
  return name + "Backward";
}

}  // namespace xgrad::autograd
