// Comparing gradients with finite differences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Tolerances of gradcheck.
struct GradcheckOptions {
  double eps = 1e-6;      ///< the step of the central difference
  double atol = 1e-5;     ///< what a derivative may differ by, …
  double rtol = 1e-3;     ///< … plus this share of it
  double nondet_tol = 0;  ///< what two backward passes of the same function may differ by
};

/// What gradcheck found.
struct GradcheckReport {
  /// Empty when all gradients agree, else the op, which input and output elements differ the most, both
  /// numbers, and how many others differ.
  std::string message;

  /// Whether all gradients agree.
  bool ok() const { return message.empty(); }
  explicit operator bool() const { return ok(); }
};

/// A function of tensors under test.
using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// Compares the gradients of every floating-point output of `f` with respect to every input that requires
/// grad with central differences, and two backward passes with each other. Inputs should be kDouble: others
/// cause a warning, since differences drown in their rounding. They are left as they were. An error when no
/// input requires grad or `f` loses the tape. PyTorch: torch.autograd.gradcheck.
GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});

/// The same for the second derivatives: gradcheck of the gradients, at random upstream gradients.
/// PyTorch: torch.autograd.gradgradcheck.
GradcheckReport gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options = {});

}  // namespace xgrad::autograd
