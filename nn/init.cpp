#include <xgrad/nn/init.hpp>

#include <cmath>
#include <vector>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/ops.hpp>

namespace xgrad::nn::init {
namespace {

double xavier_std(const Tensor& tensor, double gain) {
  const auto [fan_in, fan_out] = _calculate_fan_in_and_fan_out(tensor);
  return gain * std::sqrt(2.0 / static_cast<double>(fan_in + fan_out));
}

double kaiming_std(const Tensor& tensor, double a, FanModeType mode, NonlinearityType nonlinearity) {
  const auto [fan_in, fan_out] = _calculate_fan_in_and_fan_out(tensor);
  return calculate_gain(nonlinearity, a) / std::sqrt(static_cast<double>(mode.is(kFanIn) ? fan_in : fan_out));
}

// A tensor without elements has nothing to fill, and no bounds that make sense.
Tensor fill_uniform(Tensor tensor, double std) {
  const double bound = std::sqrt(3.0) * std;
  return tensor.numel() == 0 ? tensor : uniform_(std::move(tensor), -bound, bound);
}

Tensor fill_normal(Tensor tensor, double std) {
  return tensor.numel() == 0 ? tensor : normal_(std::move(tensor), 0, std);
}

// Makes the columns of x (kDouble, [rows, columns], rows >= columns) orthonormal, each on the side of those
// before it: the Q of the QR decomposition whose R has a positive diagonal. The second pass removes what
// rounding left.
Tensor orthonormal_columns(const Tensor& x) {
  std::vector<Tensor> columns;
  for (int64_t j = 0; j < x.size(1); ++j) {
    Tensor column = x.select(1, j).clone();
    for (int pass = 0; pass < 2; ++pass)
      for (const Tensor& before : columns) column -= before * before.dot(column);
    columns.push_back(column / column.norm());
  }
  return stack(columns, 1);
}

}  // namespace

double calculate_gain(NonlinearityType nonlinearity, double param) {
  if (nonlinearity.is(kTanh)) return 5.0 / 3.0;
  if (nonlinearity.is(kReLU)) return std::sqrt(2.0);
  if (nonlinearity.is(kLeakyReLU)) return std::sqrt(2.0 / (1 + param * param));
  return 1.0;
}

Tensor constant_(Tensor tensor, const Scalar& value) {
  NoGradGuard no_grad;
  return tensor.fill_(value);
}

Tensor ones_(Tensor tensor) { return constant_(std::move(tensor), 1); }
Tensor zeros_(Tensor tensor) { return constant_(std::move(tensor), 0); }

Tensor uniform_(Tensor tensor, double low, double high) {
  NoGradGuard no_grad;
  return tensor.uniform_(low, high);
}

Tensor normal_(Tensor tensor, double mean, double std) {
  NoGradGuard no_grad;
  return tensor.normal_(mean, std);
}

std::pair<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor) {
  if (tensor.dim() < 2)
    fail(
        "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions. The tensor's shape "
        "is ",
        tensor.sizes(), ": biases are initialised with zeros_, constant_ or uniform_");
  int64_t receptive_field = 1;
  for (int64_t d = 2; d < tensor.dim(); ++d) receptive_field *= tensor.size(d);
  return {tensor.size(1) * receptive_field, tensor.size(0) * receptive_field};
}

Tensor xavier_uniform_(Tensor tensor, double gain) { return fill_uniform(tensor, xavier_std(tensor, gain)); }
Tensor xavier_normal_(Tensor tensor, double gain) { return fill_normal(tensor, xavier_std(tensor, gain)); }
Tensor kaiming_uniform_(Tensor tensor, double a, FanModeType mode, NonlinearityType nonlinearity) {
  return fill_uniform(tensor, kaiming_std(tensor, a, mode, nonlinearity));
}
Tensor kaiming_normal_(Tensor tensor, double a, FanModeType mode, NonlinearityType nonlinearity) {
  return fill_normal(tensor, kaiming_std(tensor, a, mode, nonlinearity));
}

Tensor eye_(Tensor matrix) {
  check(matrix.dim() == 2, "eye_: Only tensors with 2 dimensions are supported, but got shape ",
        matrix.sizes());
  const NoGradGuard no_grad;
  return matrix.copy_(eye(matrix.size(0), matrix.size(1)));
}

Tensor dirac_(Tensor tensor) {
  check(tensor.dim() >= 3 && tensor.dim() <= 5,
        "dirac_: Only tensors with 3, 4, or 5 dimensions are supported, but got shape ", tensor.sizes());
  const NoGradGuard no_grad;
  tensor.zero_();
  for (int64_t channel = 0; channel < std::min(tensor.size(0), tensor.size(1)); ++channel) {
    Tensor centre = tensor[channel][channel];
    while (centre.dim() > 0) centre = centre[centre.size(0) / 2];
    centre.fill_(1);
  }
  return tensor;
}

Tensor orthogonal_(Tensor tensor, double gain) {
  check(tensor.dim() >= 2,
        "orthogonal_: Only tensors with 2 or more dimensions are supported, but got shape ", tensor.sizes());
  const NoGradGuard no_grad;
  if (tensor.numel() == 0) return tensor;
  const int64_t rows = tensor.size(0), columns = tensor.numel() / rows;
  const Tensor drawn = randn({rows, columns}).to(kDouble);
  const Tensor q = rows < columns ? orthonormal_columns(drawn.t()).t() : orthonormal_columns(drawn);
  return tensor.copy_((q * gain).reshape(tensor.sizes()));
}

Tensor sparse_(Tensor tensor, double sparsity, double std) {
  check(tensor.dim() == 2, "sparse_: Only tensors with 2 dimensions are supported, but got shape ",
        tensor.sizes());
  const NoGradGuard no_grad;
  const int64_t rows = tensor.size(0);
  const auto zeros_per_column = static_cast<int64_t>(std::ceil(sparsity * static_cast<double>(rows)));
  tensor.normal_(0, std);
  for (int64_t column = 0; column < tensor.size(1); ++column)
    tensor.select(1, column).index_fill_(0, randperm(rows).slice(0, 0, zeros_per_column), 0);
  return tensor;
}

}  // namespace xgrad::nn::init
