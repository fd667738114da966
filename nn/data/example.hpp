// One example, or one batch, of a data set.
#pragma once

#include <utility>

#include <xgrad/core/tensor.hpp>

namespace xgrad::data {

/// What a data set holds at one index, and also a batch of such: data and what a model shall make of it.
/// PyTorch: torch::data::Example.
template <class Data = Tensor, class Target = Tensor>
struct Example {
  using DataType = Data;
  using TargetType = Target;

  /// Of undefined tensors, or of these.
  Example() = default;
  Example(Data d, Target t) : data(std::move(d)), target(std::move(t)) {}

  Data data;      ///< what the model is given
  Target target;  ///< what it shall make of it
};

namespace example {
/// The Target of examples that have none.
using NoTarget = void;
}  // namespace example

/// An example without a target; converts to and from its data.
template <class Data>
struct Example<Data, example::NoTarget> {
  using DataType = Data;
  using TargetType = example::NoTarget;

  /// Of an undefined tensor, or of this one.
  Example() = default;
  Example(Data d) : data(std::move(d)) {}

  /// The data.
  operator Data&() { return data; }
  operator const Data&() const { return data; }

  Data data;  ///< what the model is given
};

/// A tensor alone. PyTorch: torch::data::TensorExample.
using TensorExample = Example<Tensor, example::NoTarget>;

}  // namespace xgrad::data
