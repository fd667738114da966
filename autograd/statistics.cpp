#include <xgrad/autograd/statistics.hpp>

#include <algorithm>
#include <cmath>

#include <xgrad/autograd/grad_mode.hpp>

namespace xgrad::autograd {

Statistics::Statistics(const Tensor& t) : count(t.numel()) {
  const NoGradGuard off;
  const Tensor values = t.detach().to(kDouble).contiguous();
  elements.assign(values.data_ptr<double>(), values.data_ptr<double>() + count);
  double sum = 0, squares = 0;
  min = INFINITY;
  max = -INFINITY;
  for (int64_t i = 0; i < count; ++i) {
    const double x = elements[static_cast<size_t>(i)];
    if (!std::isfinite(x)) {
      ++(std::isnan(x) ? nans : infs);
      if (first_bad < 0) first_bad = i;
      continue;
    }
    min = std::min(min, x);
    max = std::max(max, x);
    sum += x;
    squares += x * x;
    zeros += x == 0;
  }
  const int64_t finite_ones = count - nans - infs;
  if (finite_ones == 0) min = max = NAN;
  mean = sum / static_cast<double>(finite_ones);
  norm = std::sqrt(squares);
}

}  // namespace xgrad::autograd
