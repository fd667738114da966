// A table of a model's layers.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/module.hpp>

namespace xgrad::nn {

/// What summary() finds out; `std::cout << summary(…)` prints it as a table.
struct Summary {
  /// A module. Parameters are its own, without those of the modules below it.
  struct Layer {
    std::string name;                   ///< "encoder.fc"; empty for the model
    std::string type;                   ///< "Linear"
    size_t depth;                       ///< 0 for the model
    bool called;                        ///< whether output_shape is known
    std::vector<int64_t> output_shape;  ///< of its result in this call
    int64_t parameters;                 ///< how many numbers they are
    int64_t bytes;                      ///< what they occupy
  };
  std::vector<Layer> layers;  ///< the model, and all below it, parents before children
  // Of the model. A tensor that several layers share counts once here.
  int64_t parameters = 0;            ///< how many numbers its parameters are
  int64_t trainable_parameters = 0;  ///< and those of them that require grad
  int64_t parameter_bytes = 0;       ///< what they occupy
  int64_t buffer_bytes = 0;          ///< what its buffers occupy
};
std::ostream& operator<<(std::ostream& out, const Summary& summary);

namespace internal {

/// While it lives the model is off the tape and without Dropout and its like, and the shapes of what its
/// modules return are collected.
class TrialRun {
 public:
  explicit TrialRun(Module& model);
  ~TrialRun();
  TrialRun(const TrialRun&) = delete;
  TrialRun& operator=(const TrialRun&) = delete;

  /// Of the model, which has returned `result`.
  Summary summary(const Tensor& result);

 private:
  struct Record;
  Record* record_;  // owned
};

}  // namespace internal

/// Calls the model once, in evaluation mode and without a tape, and lists its layers with the shapes of their
/// results, parameters and bytes:
///
///     std::cout << nn::summary(model, torch::zeros({32, 784}));
///
/// The model is a holder, a module or a shared pointer to one. A layer that forward() does not call, or
/// calls in a way that cannot be seen (`layer->forward(x)` of a class of your own), has the shape `-`.
template <class Model, class... Inputs>
Summary summary(Model&& model, const Inputs&... inputs) {
  if constexpr (detail::ModuleHolderLike<Model>) {
    return summary(*model.ptr(), inputs...);
  } else if constexpr (!detail::ModuleLike<Model>) {
    return summary(*model, inputs...);
  } else {
    internal::TrialRun run(model);
    return run.summary(model.forward(inputs...));
  }
}

}  // namespace xgrad::nn
