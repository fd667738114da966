// The numbers that stand for a tensor in messages and views. Not for programs.
#pragma once

#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Of the finite elements of a tensor, and how many are not.
struct Statistics {
  explicit Statistics(const Tensor& t);
  bool finite() const { return nans + infs == 0; }

  int64_t count = 0, nans = 0, infs = 0, zeros = 0;
  int64_t first_bad = -1;                       ///< the first that is not finite, row by row
  double min = 0, max = 0, mean = 0, norm = 0;  ///< NaN, but for the norm, if no element is finite
  std::vector<double> elements;                 ///< row by row
};

}  // namespace xgrad::autograd
