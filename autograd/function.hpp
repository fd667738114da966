// Operations whose gradient the program writes itself:
//
//   struct Square : autograd::Function<Square> {
//     static Tensor forward(AutogradContext* ctx, const Tensor& x) {
//       ctx->save_for_backward({x});
//       return x * x;
//     }
//     static tensor_list backward(AutogradContext* ctx, tensor_list grad_outputs) {
//       return {2 * ctx->get_saved_variables()[0] * grad_outputs[0]};
//     }
//   };
//   Tensor y = Square::apply(x);
#pragma once

#include <string>
#include <typeinfo>
#include <unordered_map>

#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/core/ivalue.hpp>

namespace xgrad::autograd {

class FunctionNode;

/// What the forward of a Function leaves for its backward. PyTorch: torch::autograd::AutogradContext.
struct AutogradContext {
  AutogradContext();  ///< Function::apply() makes it.
  ~AutogradContext();
  AutogradContext(const AutogradContext&) = delete;
  AutogradContext& operator=(const AutogradContext&) = delete;

  /// Anything but inputs and outputs: `ctx->saved_data["n"] = 3`, later `ctx->saved_data["n"].toInt()`.
  /// An output kept here would keep the graph alive for ever: outputs belong in save_for_backward().
  std::unordered_map<std::string, IValue> saved_data;

  /// Keeps tensors for backward: inputs, outputs or others; undefined ones too. Once per forward.
  void save_for_backward(variable_list tensors);
  /// What save_for_backward() was given, in its order. Refuses tensors that have been written since, and all
  /// of them when an earlier backward() has freed the graph.
  variable_list get_saved_variables() const;
  /// Says that forward wrote into these inputs; it must return each of them.
  void mark_dirty(const variable_list& inputs);
  /// Says that these outputs have no gradient.
  void mark_non_differentiable(const variable_list& outputs);
  /// Whether backward gets zeros, not undefined tensors, for outputs without a gradient: true unless set.
  void set_materialize_grads(bool value) { materialize_grads_ = value; }
  /// In backward: whether anybody wants the gradient of the i-th of the tensors among forward's arguments.
  bool needs_input_grad(size_t i) const;

 private:
  friend class FunctionNode;
  FunctionNode* node_ = nullptr;
  variable_list to_save_, dirty_, non_differentiable_;
  bool materialize_grads_ = true;
};

/// One call of a Function: everything about it that does not depend on the types of forward's arguments.
class FunctionCall {
 public:
  /// A Function's backward().
  using Rule = variable_list (*)(AutogradContext*, variable_list&);

  /// Makes the node, which is not on the tape yet.
  FunctionCall(const char* name, Rule rule);

  /// Takes note of an argument of forward: tensors become inputs of the node.
  template <class Arg>
  void add_argument(const Arg& arg) {
    if constexpr (std::is_same_v<Arg, Tensor>) {
      add_tensor(arg);
    } else if constexpr (std::is_same_v<Arg, TensorList>) {
      for (const Tensor& t : arg) add_tensor(t);
    } else if constexpr (std::is_same_v<Arg, std::optional<Tensor>>) {
      if (arg && arg->defined())
        add_tensor(*arg);
      else
        add_other();
    } else {
      add_other();
    }
  }
  /// Connects the node to the arguments, if they have to be recorded: before forward runs.
  void connect_inputs();
  /// What forward() leaves for backward().
  AutogradContext* context();
  /// Puts forward's outputs on the tape, each as its marks say, and keeps what was saved.
  void finish(Tensor* outputs, size_t count);

 private:
  void add_tensor(const Tensor& t);
  void add_other();

  Ref<Node> node_;
};

/// "SquareBackward" for struct Square, whatever namespace it is in.
std::string function_name(const std::type_info& type);

/// Base of an operation `T` with a gradient of its own. T has two static functions:
///
/// `forward(AutogradContext*, args…)` takes any arguments and returns a Tensor or a tensor_list. Tensors
/// among the arguments (as Tensor, optional<Tensor> or TensorList) are the inputs; a vector of tensors is not
/// looked into. Nothing in it is recorded.
///
/// `backward(AutogradContext*, tensor_list grad_outputs)` gets a gradient per output and returns one per
/// argument of forward, undefined for those that are no tensors. Written with differentiable operations, it
/// can be differentiated again.
///
/// `T::apply(args…)` calls forward and records it. PyTorch: torch::autograd::Function.
template <class T>
struct Function {
  /// forward(args…), recorded.
  // X is T: what it declares is not known yet where this class is instantiated.
  template <class X = T, class... Args>
  requires std::is_same_v<X, T>
  static auto apply(Args&&... args) {
    using Output = decltype(X::forward(static_cast<AutogradContext*>(nullptr), std::declval<Args>()...));
    static_assert(std::is_same_v<Output, Tensor> || std::is_same_v<Output, variable_list>,
                  "forward returns a Tensor or a tensor_list");
    static const std::string name = function_name(typeid(X));
    FunctionCall call(name.c_str(), [](AutogradContext* context, variable_list& grads) {
      return variable_list(X::backward(context, grads));
    });
    (call.add_argument(std::as_const(args)), ...);
    call.connect_inputs();
    Output output = [&] {
      const NoGradGuard off;
      return X::forward(call.context(), std::forward<Args>(args)...);
    }();
    if constexpr (std::is_same_v<Output, Tensor>)
      call.finish(&output, 1);
    else
      call.finish(output.data(), output.size());
    return output;
  }
};

}  // namespace xgrad::autograd
