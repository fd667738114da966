// Comparing gradients with finite differences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad::autograd {

/// Tolerances of gradcheck: `eps` is the step of the central difference.
struct GradcheckOptions {
  double eps = 1e-6;
  double atol = 1e-5;
  double rtol = 1e-3;
};

/// What gradcheck found: empty `message` when all gradients agree, else which input and elements differ, and
/// by how much.
struct GradcheckReport {
  std::string message;
  bool ok() const { return message.empty(); }
  explicit operator bool() const { return ok(); }
};

/// A function of tensors under test.
using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// Compares the gradients of every floating-point output of `f` with respect to every input that requires
/// grad with central differences. Inputs should be kDouble; they are left as they were. PyTorch:
/// torch.autograd.gradcheck.
GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});

/// The same for the second derivatives: gradcheck of the gradients, at random upstream gradients.
/// PyTorch: torch.autograd.gradgradcheck.
GradcheckReport gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options = {});

}  // namespace xgrad::autograd
