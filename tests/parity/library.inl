// One implementation for both libraries: with_xgrad.cpp and with_libtorch.cpp include it with `namespace ml`
// naming the library, which is all that differs.
#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "core_types.inl"
#include "library.hpp"
#include "ops.inl"

namespace parity {
namespace {

template <class Element>
ml::Tensor make_as(const Array& a, ml::ScalarType dtype) {
  auto* memory = new Element[a.buffer.size() + 1];
  std::transform(a.buffer.begin(), a.buffer.end(), memory, [](double v) { return static_cast<Element>(v); });
  return ml::from_blob(
      memory + a.offset, a.sizes, a.strides, [memory](void*) { delete[] memory; }, dtype);
}

ml::Tensor make(const Array& a) {
  if (!a.defined) return {};
  const auto tensor = [&] {
    switch (a.type) {
      case Type::u8:
        return make_as<uint8_t>(a, ml::kByte);
      case Type::i32:
        return make_as<int32_t>(a, ml::kInt);
      case Type::i64:
        return make_as<int64_t>(a, ml::kLong);
      case Type::f32:
        return make_as<float>(a, ml::kFloat);
      case Type::f64:
        return make_as<double>(a, ml::kDouble);
      default:
        return make_as<bool>(a, ml::kBool);
    }
  }();
  return a.requires_grad ? tensor.requires_grad_() : tensor;
}

Type type_of(const ml::Tensor& t) {
  const ml::ScalarType types[] = {ml::kByte, ml::kInt, ml::kLong, ml::kFloat, ml::kDouble, ml::kBool};
  const auto* at = std::find(std::begin(types), std::end(types), t.scalar_type());
  if (at == std::end(types)) throw std::logic_error("a dtype that xgrad does not have");
  return static_cast<Type>(at - std::begin(types));
}

Array read(const ml::Tensor& t) {
  Array a;
  if (!t.defined()) return a;
  a.defined = true;
  a.type = type_of(t);
  a.sizes.assign(t.sizes().begin(), t.sizes().end());
  a.requires_grad = t.requires_grad();
  // A copy into memory of our own: libtorch has zero tensors without memory.
  const ml::Tensor values = ml::empty(t.sizes(), ml::kDouble);
  values.copy_(t.detach());
  const double* data = values.data_ptr<double>();
  a.buffer.assign(data, data + values.numel());
  a.strides.assign(values.strides().begin(), values.strides().end());
  return a;
}

// Runs f; the message if it throws, without libtorch's list of stack frames.
template <class F>
std::string attempt(F f) {
  try {
    f();
    return {};
  } catch (const std::exception& e) {
    const std::string message = e.what();
    return message.empty() ? "an exception without words"
                           : message.substr(0, message.find("\nException raised from"));
  }
}

// Numbers that no formula treats specially, as a tensor like t.
ml::Tensor ripple(const ml::Tensor& t, double phase) {
  std::vector<double> values(static_cast<size_t>(t.numel()));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = std::cos(phase + 0.7 * static_cast<double>(i)) + 0.25;
  return ml::from_blob(values.data(), t.sizes(), ml::kDouble).to(t.scalar_type(), false, true);
}

Tensors differentiable(const Tensors& tensors) {
  Tensors result;
  for (const ml::Tensor& t : tensors)
    if (t.defined() && t.requires_grad()) result.push_back(t);
  return result;
}

Result run(const Case& c) {
  Result result;
  const auto row =
      std::find_if(table().begin(), table().end(), [&](const Row& r) { return r.op.name == c.op; });
  Tensors inputs;
  for (const Array& a : c.inputs) inputs.push_back(make(a));
  const auto forward = [&] { return row->forward(Args{inputs, c}); };

  Tensors outputs;
  result.error = attempt([&] {
    for (const ml::Tensor& t : outputs = forward()) result.outputs.push_back(read(t));
  });
  outputs = differentiable(outputs);
  if (!result.error.empty() || outputs.empty()) return result;

  result.backward_error = attempt([&] {
    Tensors seeds;
    for (const ml::Tensor& t : outputs) seeds.push_back(ripple(t, 1));
    ml::autograd::backward(outputs, seeds);
    for (const ml::Tensor& t : inputs) result.grads.push_back(t.defined() ? read(t.grad()) : Array());
  });
  if (!result.backward_error.empty()) return result;

  result.second_error = attempt([&] {
    outputs = differentiable(forward());
    Tensors wanted = differentiable(inputs), seeds;
    for (const ml::Tensor& t : outputs) seeds.push_back(ripple(t, 1).requires_grad_());
    const Tensors grads = differentiable(ml::autograd::grad(outputs, wanted, seeds, ml::nullopt, true, true));
    if (grads.empty()) return;
    Tensors directions;
    for (const ml::Tensor& t : grads) directions.push_back(ripple(t, 2));
    wanted.insert(wanted.end(), seeds.begin(), seeds.end());
    for (const ml::Tensor& t : ml::autograd::grad(grads, wanted, directions, ml::nullopt, false, true))
      result.second.push_back(read(t));
  });
  return result;
}

class Net : public ml::nn::Module {
 public:
  explicit Net(const std::vector<int64_t>& widths) {
    for (size_t i = 0; i + 1 < widths.size(); ++i)
      layers_.push_back(register_module("fc" + std::to_string(i), ml::nn::Linear(widths[i], widths[i + 1])));
  }
  ml::Tensor forward(ml::Tensor x) {
    for (size_t i = 0; i < layers_.size(); ++i) x = layers_[i](i ? ml::relu(x) : x);
    return x;
  }

 private:
  std::vector<ml::nn::Linear> layers_;
};

// Of all parameters; or of groups with one parameter each, where each has its own settings.
template <class Optimizer, class OptionsOf>
std::shared_ptr<ml::optim::Optimizer> make_optimizer(const Training& t,
                                                     const std::vector<ml::Tensor>& parameters,
                                                     OptionsOf options_of) {
  const auto options = options_of(t.settings[0].numbers, t.settings[0].flag);
  if (t.settings.size() == 1) return std::make_shared<Optimizer>(parameters, options);
  std::vector<ml::optim::OptimizerParamGroup> groups;
  for (size_t i = 0; i < t.settings.size(); ++i) {
    const auto own = options_of(t.settings[i].numbers, t.settings[i].flag);
    groups.emplace_back(std::vector<ml::Tensor>{parameters[i]},
                        std::make_unique<std::remove_const_t<decltype(own)>>(own));
  }
  return std::make_shared<Optimizer>(groups, options);
}

std::shared_ptr<ml::optim::Optimizer> make_optimizer(const Training& t,
                                                     const std::vector<ml::Tensor>& parameters) {
  namespace optim = ml::optim;
  using Numbers = const std::vector<double>&;
  const auto adam = [](auto options, Numbers o, bool amsgrad) {
    return options.betas(std::make_tuple(o[1], o[2])).eps(o[3]).weight_decay(o[4]).amsgrad(amsgrad);
  };
  if (t.optimizer == "SGD")
    return make_optimizer<optim::SGD>(t, parameters, [](Numbers o, bool nesterov) {
      return optim::SGDOptions(o[0]).momentum(o[1]).dampening(o[2]).weight_decay(o[3]).nesterov(nesterov);
    });
  if (t.optimizer == "Adam")
    return make_optimizer<optim::Adam>(
        t, parameters, [&](Numbers o, bool amsgrad) { return adam(optim::AdamOptions(o[0]), o, amsgrad); });
  if (t.optimizer == "AdamW")
    return make_optimizer<optim::AdamW>(
        t, parameters, [&](Numbers o, bool amsgrad) { return adam(optim::AdamWOptions(o[0]), o, amsgrad); });
  if (t.optimizer == "Adagrad")
    return make_optimizer<optim::Adagrad>(t, parameters, [](Numbers o, bool) {
      return optim::AdagradOptions(o[0])
          .lr_decay(o[1])
          .weight_decay(o[2])
          .initial_accumulator_value(o[3])
          .eps(o[4]);
    });
  if (t.optimizer == "RMSprop")
    return make_optimizer<optim::RMSprop>(t, parameters, [](Numbers o, bool centered) {
      return optim::RMSpropOptions(o[0]).alpha(o[1]).eps(o[2]).weight_decay(o[3]).momentum(o[4]).centered(
          centered);
    });
  return make_optimizer<optim::LBFGS>(t, parameters, [](Numbers o, bool search) {
    auto options = optim::LBFGSOptions(o[0])
                       .max_iter(static_cast<int64_t>(o[1]))
                       .history_size(static_cast<int64_t>(o[2]));
    if (search) options.line_search_fn(std::string("strong_wolfe"));
    return options;
  });
}

Trained train(const Training& t) {
  Trained result;
  result.error = attempt([&] {
    auto net = std::make_shared<Net>(t.widths);
    net->to(make(t.inputs).scalar_type());
    const std::vector<ml::Tensor> parameters = net->parameters();
    {
      ml::NoGradGuard no_grad;
      for (size_t i = 0; i < parameters.size(); ++i) parameters[i].copy_(make(t.parameters[i]));
    }
    const ml::Tensor inputs = make(t.inputs), labels = make(t.labels);
    const auto optimizer = make_optimizer(t, parameters);
    std::unique_ptr<ml::optim::StepLR> schedule;
    if (t.step_size > 0) schedule = std::make_unique<ml::optim::StepLR>(*optimizer, t.step_size, 0.7);
    ml::nn::CrossEntropyLoss criterion;
    for (int64_t epoch = 0; epoch < t.epochs; ++epoch) {
      for (int64_t at = 0; at < inputs.size(0); at += t.batch) {
        const ml::Tensor x = inputs.slice(0, at, at + t.batch), y = labels.slice(0, at, at + t.batch);
        const ml::Tensor loss = optimizer->step([&] {
          const ml::Tensor l = criterion(net->forward(x), y);
          optimizer->zero_grad();
          l.backward();
          return l;
        });
        result.losses.push_back(loss.item<double>());
        auto& places = result.path.emplace_back();
        for (const ml::Tensor& p : parameters) places.push_back(read(p));
      }
      if (schedule) schedule->step();
    }
  });
  return result;
}

}  // namespace
}  // namespace parity

#include "autograd.inl"
#include "modules.inl"
#include "surface.inl"
#include "tutorials.inl"

#include "nn_surface.inl"
#include "training_surface.inl"

namespace parity {
namespace {

Library make_library(const char* name, int version) {
  ml::set_num_threads(1);
  Library library{name,    version,      {},           run,        train,     autograd_programs(), core_types,
                  surface, module_ops(), print_module, run_module, tutorials, nn_surface};
  for (const Row& row : table()) library.ops.push_back(row.op);
  return library;
}

}  // namespace
}  // namespace parity
