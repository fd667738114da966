#include <xgrad/nn/init.hpp>

#include <cmath>

#include <xgrad/autograd/grad_mode.hpp>

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

}  // namespace xgrad::nn::init
