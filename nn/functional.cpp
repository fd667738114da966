#include <xgrad/nn/functional.hpp>

namespace xgrad::nn::functional {

Tensor relu(const Tensor& input, const ReLUFuncOptions& options) {
  if (options.inplace()) return input.copy_(xgrad::relu(input));
  return xgrad::relu(input);
}

Tensor dropout(const Tensor& input, const DropoutFuncOptions& options) {
  check(options.p() >= 0 && options.p() <= 1, "dropout probability has to be between 0 and 1, but got ",
        options.p());
  if (!options.training() || !options.inplace())
    return xgrad::dropout(input, options.p(), options.training());
  return input.copy_(xgrad::dropout(input, options.p(), true));
}

Tensor one_hot(const Tensor& indices, int64_t num_classes) {
  if (indices.dtype() != kLong)
    fail("one_hot is only applicable to index tensor. Got ", indices.dtype(),
         ": convert the labels with to(xgrad::kLong)");
  check(num_classes == -1 || num_classes > 0,
        "one_hot: num_classes must be positive, or -1 to infer it, but got ", num_classes);
  if (indices.numel() == 0) {
    check(num_classes > 0,
          "Can not infer total number of classes from empty tensor. Pass num_classes to one_hot");
  } else {
    const int64_t smallest = indices.min().item<int64_t>(), largest = indices.max().item<int64_t>();
    check(smallest >= 0, "Class values must be non-negative. one_hot was given ", smallest);
    if (num_classes == -1) num_classes = largest + 1;
    check(largest < num_classes, "Class values must be smaller than num_classes. one_hot was given ", largest,
          " with num_classes = ", num_classes);
  }
  return indices.unsqueeze(-1).eq(arange(num_classes)).to(kLong);
}

Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossFuncOptions& options) {
  if (input.sizes() != target.sizes())
    warn(detail::str("Using a target size (", target.sizes(), ") that is different to the input size (",
                     input.sizes(),
                     "). This will likely lead to incorrect results due to broadcasting. Please ensure they "
                     "have the same size: ",
                     "reshape the target with target.view_as(input)."));
  const Tensor squares = square(input - target);
  if (options.reduction().is(kNone)) return squares;
  return options.reduction().is(kSum) ? squares.sum() : squares.mean();
}

}  // namespace xgrad::nn::functional
