// Transforms: what .map() of a data set takes, from one example or a whole batch to another.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <xgrad/core/factories.hpp>
#include <xgrad/nn/data/example.hpp>

namespace xgrad::data::transforms {

/// Turns a batch into another. PyTorch: torch::data::transforms::BatchTransform.
template <class InputBatch, class OutputBatch>
class BatchTransform {
 public:
  using InputBatchType = InputBatch;
  using OutputBatchType = OutputBatch;

  virtual ~BatchTransform() = default;
  /// The batch transformed.
  virtual OutputBatch apply_batch(InputBatch batch) = 0;
};

/// Turns each example of a batch into another. PyTorch: torch::data::transforms::Transform.
template <class Input, class Output>
class Transform : public BatchTransform<std::vector<Input>, std::vector<Output>> {
 public:
  using InputType = Input;
  using OutputType = Output;

  /// The example transformed.
  virtual OutputType apply(InputType input) = 0;

  /// apply() for every example.
  std::vector<Output> apply_batch(std::vector<Input> batch) override {
    std::vector<Output> result;
    result.reserve(batch.size());
    for (auto& input : batch) result.push_back(apply(std::move(input)));
    return result;
  }
};

/// A function of a batch as a transform. PyTorch: torch::data::transforms::BatchLambda.
template <class Input, class Output = Input>
class BatchLambda : public BatchTransform<Input, Output> {
 public:
  using FunctionType = std::function<Output(Input)>;

  /// Applies the function.
  explicit BatchLambda(FunctionType function) : function_(std::move(function)) {}
  Output apply_batch(Input batch) override { return function_(std::move(batch)); }

 private:
  FunctionType function_;
};

/// A function of one example as a transform. PyTorch: torch::data::transforms::Lambda.
template <class Input, class Output = Input>
class Lambda : public Transform<Input, Output> {
 public:
  using FunctionType = std::function<Output(Input)>;

  /// Applies the function.
  explicit Lambda(FunctionType function) : function_(std::move(function)) {}
  Output apply(Input input) override { return function_(std::move(input)); }

 private:
  FunctionType function_;
};

/// Makes one example of a list of them. PyTorch: torch::data::transforms::Collation.
template <class T, class BatchType = std::vector<T>>
using Collation = BatchTransform<BatchType, T>;

/// A function that makes one example of a list of them. PyTorch: torch::data::transforms::Collate.
template <class T, class BatchType = std::vector<T>>
using Collate = BatchLambda<BatchType, T>;

/// Makes one example of a list of them by stacking their tensors along a new first dimension; their shapes
/// must agree and the list must not be empty. PyTorch: torch::data::transforms::Stack.
template <class T = Example<>>
struct Stack;

/// Data and targets are stacked.
template <>
struct Stack<Example<>> : Collation<Example<>> {
  /// The examples as one.
  Example<> apply_batch(std::vector<Example<>> examples) override;
};

/// The data are stacked.
template <>
struct Stack<TensorExample> : Collation<TensorExample> {
  /// The examples as one.
  TensorExample apply_batch(std::vector<TensorExample> examples) override;
};

/// A transform of the examples' data; the targets stay. Override operator().
/// PyTorch: torch::data::transforms::TensorTransform.
template <class Target = Tensor>
class TensorTransform : public Transform<Example<Tensor, Target>, Example<Tensor, Target>> {
 public:
  /// The data of an example transformed.
  virtual Tensor operator()(Tensor input) = 0;

  /// Transforms the data and leaves the target.
  Example<Tensor, Target> apply(Example<Tensor, Target> input) override {
    input.data = (*this)(std::move(input.data));
    return input;
  }
};

/// A function of the examples' data as a transform. PyTorch: torch::data::transforms::TensorLambda.
template <class Target = Tensor>
class TensorLambda : public TensorTransform<Target> {
 public:
  using FunctionType = std::function<Tensor(Tensor)>;

  /// Applies the function.
  explicit TensorLambda(FunctionType function) : function_(std::move(function)) {}
  Tensor operator()(Tensor input) override { return function_(std::move(input)); }

 private:
  FunctionType function_;
};

namespace detail {
/// The values of one channel each as a kFloat tensor [C, 1, 1].
Tensor per_channel(ArrayRef<double> values, const char* name);
/// Refuses a standard deviation of 0.
Tensor per_channel_divisor(ArrayRef<double> values, const char* name);
/// (*x[i] - mean) / stddev for every i of the first dimension, as if done one by one and stacked.
Tensor normalize_stacked(const Tensor& batch, const Tensor& mean, const Tensor& stddev);
}  // namespace detail

/// (x - mean) / stddev, channel by channel, for images [C, H, W]; one number each serves every channel.
/// PyTorch: torch::data::transforms::Normalize.
template <class Target = Tensor>
struct Normalize : TensorTransform<Target> {
  /// One number per channel, or one for all; a deviation of 0 is refused.
  Normalize(ArrayRef<double> means, ArrayRef<double> stddevs)
      : mean(detail::per_channel(means, "mean")), stddev(detail::per_channel_divisor(stddevs, "stddev")) {}

  /// (input - mean) / stddev.
  Tensor operator()(Tensor input) override { return input.sub(mean).div(stddev); }
  /// The same for examples that are stacked already.
  Tensor stacked(const Tensor& batch) const { return detail::normalize_stacked(batch, mean, stddev); }

  Tensor mean;    ///< per channel, [C, 1, 1]
  Tensor stddev;  ///< per channel, [C, 1, 1]
};

// Compiled once, in the library, not in every program.
extern template class Transform<Example<>, Example<>>;
extern template class TensorTransform<Tensor>;
extern template struct Normalize<Tensor>;

namespace detail {
// Exact types only: a class derived from one of these may do something else.
template <class T>
inline constexpr bool is_stack = false;
template <class T>
inline constexpr bool is_stack<Stack<T>> = true;
template <class T>
inline constexpr bool is_normalize = false;
template <class Target>
inline constexpr bool is_normalize<Normalize<Target>> = true;
}  // namespace detail

}  // namespace xgrad::data::transforms
