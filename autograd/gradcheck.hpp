// Comparing gradients with finite differences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Tolerances of gradcheck: `eps` is the step of the central difference, `nondet_tol` what two backward
/// passes of the same function may differ by.
struct GradcheckOptions {
  double eps = 1e-6;
  double atol = 1e-5;
  double rtol = 1e-3;
  double nondet_tol = 0;
};

/// What gradcheck found: empty `message` when all gradients agree, else the op, which input and output
/// elements differ the most, both numbers, and how many others differ.
struct GradcheckReport {
  std::string message;
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
