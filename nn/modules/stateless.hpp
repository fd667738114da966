// Modules without parameters: a function of nn::functional with its options.
#pragma once

#include <ostream>
#include <string>
#include <type_traits>

#include <xgrad/nn/module.hpp>
#include <xgrad/nn/options.hpp>

namespace xgrad::nn {

/// Of modules that have none.
struct NoOptions {};

/// What stands in the parentheses of a printed module: "alpha=1". Most losses print nothing.
template <class Options>
void describe(std::ostream&, const Options&) {}
void describe(std::ostream& out, const ReLUOptions& options);
void describe(std::ostream& out, const ELUOptions& options);
void describe(std::ostream& out, const GLUOptions& options);
void describe(std::ostream& out, const HardshrinkOptions& options);
void describe(std::ostream& out, const HardtanhOptions& options);
void describe(std::ostream& out, const LeakyReLUOptions& options);
void describe(std::ostream& out, const RReLUOptions& options);
void describe(std::ostream& out, const PReLUOptions& options);
void describe(std::ostream& out, const SoftmaxOptions& options);
void describe(std::ostream& out, const SoftplusOptions& options);
void describe(std::ostream& out, const ThresholdOptions& options);
void describe(std::ostream& out, const DropoutOptions& options);
void describe(std::ostream& out, const CosineSimilarityOptions& options);
void describe(std::ostream& out, const PairwiseDistanceOptions& options);
void describe(std::ostream& out, const FlattenOptions& options);
void describe(std::ostream& out, const UnflattenOptions& options);
void describe(std::ostream& out, const LinearOptions& options);
void describe(std::ostream& out, const BilinearOptions& options);
void describe(std::ostream& out, const LayerNormOptions& options);
void describe(std::ostream& out, const GroupNormOptions& options);
void describe(std::ostream& out, const BatchNormOptions& options);
void describe(std::ostream& out, const EmbeddingOptions& options);
void describe(std::ostream& out, const HingeEmbeddingLossOptions& options);
void describe(std::ostream& out, const CosineEmbeddingLossOptions& options);
void describe(std::ostream& out, const TripletMarginLossOptions& options);
void describe(std::ostream& out, const TripletMarginWithDistanceLossOptions& options);

/// Whether there are parentheses at all: two losses have none in libtorch, and a loss with a layer has those
/// of its children.
template <class Options>
inline constexpr bool has_parentheses = true;
template <>
inline constexpr bool has_parentheses<SmoothL1LossOptions> = false;
template <>
inline constexpr bool has_parentheses<HuberLossOptions> = false;
template <>
inline constexpr bool has_parentheses<LinearCrossEntropyLossOptions> = false;

namespace internal {

/// Writes the class's name as libtorch does, without its "Impl".
void print_class(std::ostream& out, const std::type_info& module);

/// A module with options, which it prints.
template <class Derived, class Options>
class WithOptions : public Cloneable<Derived> {
 public:
  explicit WithOptions(const Options& module_options = {}) : options(module_options) {}
  /// From the arguments of the options' constructor.
  template <class... Args>
  requires(sizeof...(Args) > 1 &&
           std::is_constructible_v<Options, Args...>) explicit WithOptions(const Args&... args)
      : options(args...) {}

  void reset() override {}
  void pretty_print(std::ostream& out) const override;

  Options options;

 protected:
  /// The result of forward(), of which an observer is told: holders do so only for calls `fc(x)`.
  Tensor observed(Tensor result) const {
    if (detail::forward_observer) [[unlikely]]
      detail::forward_observer->saw(*this, result);
    return result;
  }
};

template <class Derived, class Options>
void WithOptions<Derived, Options>::pretty_print(std::ostream& out) const {
  print_class(out, typeid(Derived));
  if constexpr (has_parentheses<Options>) {
    out << '(';
    describe(out, options);
    out << ')';
  }
}

/// forward(input) = function(input).
template <class Derived, Tensor (*function)(const Tensor&)>
class PlainActivation : public WithOptions<Derived, NoOptions> {
 public:
  Tensor forward(const Tensor& input) { return this->observed(function(input)); }
};

/// forward(input) = function(input, options).
template <class Derived, class Options, auto function>
class Activation : public WithOptions<Derived, Options> {
 public:
  using WithOptions<Derived, Options>::WithOptions;
  Tensor forward(const Tensor& input) { return this->observed(function(input, this->options)); }
};

/// forward(input, target) = function(input, target, options).
template <class Derived, class Options, Tensor (*function)(const Tensor&, const Tensor&, const Options&)>
class Loss : public WithOptions<Derived, Options> {
 public:
  using WithOptions<Derived, Options>::WithOptions;
  Tensor forward(const Tensor& input, const Tensor& target) {
    return this->observed(function(input, target, this->options));
  }
};

/// forward(input1, input2, target) = function(input1, input2, target, options).
template <class Derived, class Options,
          Tensor (*function)(const Tensor&, const Tensor&, const Tensor&, const Options&)>
class LossOfThree : public WithOptions<Derived, Options> {
 public:
  using WithOptions<Derived, Options>::WithOptions;
  Tensor forward(const Tensor& input1, const Tensor& input2, const Tensor& target) {
    return this->observed(function(input1, input2, target, this->options));
  }
};

/// Another tensor on the same elements, so that converting the module, or a clone of it, leaves the caller's
/// alone. A weight that requires grad stays itself: whether that is an error depends on the targets.
inline Tensor own(const Tensor& weight) {
  return weight.defined() && !weight.requires_grad() ? weight.detach() : weight;
}

/// A loss with a weight, which is a buffer.
template <class Derived, class Options>
class WeightedLoss : public WithOptions<Derived, Options> {
 public:
  explicit WeightedLoss(const Options& loss_options = {});
  void reset() override;

  Tensor weight;
};

template <class Derived, class Options>
WeightedLoss<Derived, Options>::WeightedLoss(const Options& loss_options)
    : WithOptions<Derived, Options>(loss_options) {
  WeightedLoss::reset();
}

template <class Derived, class Options>
void WeightedLoss<Derived, Options>::reset() {
  weight = this->register_buffer("weight", own(this->options.weight()));
}

}  // namespace internal
}  // namespace xgrad::nn
