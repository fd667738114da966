#include <xgrad/nn/data/transforms.hpp>

#include <algorithm>

#include <xgrad/autograd/ops.hpp>

namespace xgrad::data::transforms {

template class Transform<Example<>, Example<>>;
template class TensorTransform<Tensor>;
template struct Normalize<Tensor>;

namespace {
template <class E>
std::vector<Tensor> take(std::vector<E>& examples, Tensor E::*member) {
  check(!examples.empty(),
        "transforms::Stack: expected a non-empty batch of examples, got none: stack expects a non-empty "
        "TensorList");
  std::vector<Tensor> tensors;
  tensors.reserve(examples.size());
  for (auto& example : examples) tensors.push_back(std::move(example.*member));
  return tensors;
}
}  // namespace

Example<> Stack<Example<>>::apply_batch(std::vector<Example<>> examples) {
  return {stack(take(examples, &Example<>::data)), stack(take(examples, &Example<>::target))};
}

TensorExample Stack<TensorExample>::apply_batch(std::vector<TensorExample> examples) {
  return stack(take(examples, &TensorExample::data));
}

namespace detail {

Tensor per_channel(ArrayRef<double> values, const char* name) {
  check(!values.empty(), "transforms::Normalize: ", name,
        " is empty; give one number, or one for each channel");
  return tensor(values, kFloat).unsqueeze(1).unsqueeze(2);
}

Tensor per_channel_divisor(ArrayRef<double> values, const char* name) {
  check(std::find(values.begin(), values.end(), 0.0) == values.end(), "transforms::Normalize: ", name, " ",
        values,
        " contains 0, which would make every element inf or nan; give a channel that never varies the ", name,
        " 1");
  return per_channel(values, name);
}

Tensor normalize_stacked(const Tensor& batch, const Tensor& mean, const Tensor& stddev) {
  // Broadcasting lines up from the last dimension, so that only images [C, H, W] may be treated all at once.
  if (batch.dim() == 4) return batch.sub(mean).div(stddev);
  std::vector<Tensor> rows = batch.unbind();
  for (auto& row : rows) row = row.sub(mean).div(stddev);
  return stack(rows);
}

}  // namespace detail
}  // namespace xgrad::data::transforms
