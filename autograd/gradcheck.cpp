#include <xgrad/autograd/gradcheck.hpp>

#include <cmath>

#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

// The outputs that have gradients.
std::vector<Tensor> differentiable(std::vector<Tensor> outputs) {
  std::erase_if(outputs, [](const Tensor& t) { return !t.defined() || !t.requires_grad(); });
  return outputs;
}

// The inputs as leaves of their own, so that nothing accumulates in the caller's.
std::vector<Tensor> as_leaves(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& t : inputs)
    leaves.push_back(t.defined() ? t.detach().requires_grad_(t.requires_grad()) : t);
  return leaves;
}

// "[1, 2]", for an element's number in row-major order.
std::string place(int64_t element, IntArrayRef sizes) {
  Dims index(sizes.size(), 0);
  for (size_t d = sizes.size(); d-- > 0; element /= sizes[d]) index[d] = element % sizes[d];
  return detail::str(IntArrayRef(index));
}

// d outputs / d inputs, both flattened: an [output elements, input elements] matrix of kDouble for each pair
// of an output and an input.
using Jacobians = std::vector<std::vector<Tensor>>;

Jacobians zero_jacobians(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs) {
  Jacobians jacobians;
  for (const Tensor& y : outputs) {
    jacobians.emplace_back();
    for (const Tensor& x : inputs) jacobians.back().push_back(zeros({y.numel(), x.numel()}, kDouble));
  }
  return jacobians;
}

// A backward pass gives a row.
Jacobians by_backward(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs) {
  Jacobians jacobians = zero_jacobians(outputs, inputs);
  for (size_t o = 0; o < outputs.size(); ++o) {
    const Tensor& y = outputs[o];
    for (int64_t j = 0; j < y.numel(); ++j) {
      Tensor seed = zeros({y.numel()}, y.dtype());
      seed[j] = 1;
      const auto gradients = grad(y, inputs, seed.view(y.sizes()), true, false, true);
      for (size_t i = 0; i < inputs.size(); ++i)
        if (gradients[i].defined()) jacobians[o][i][j].copy_(gradients[i].detach().reshape(-1));
    }
  }
  return jacobians;
}

// Moving an element of an input gives a column.
Jacobians by_differences(const TensorFunction& f, const std::vector<Tensor>& outputs,
                         const std::vector<Tensor>& all, const std::vector<size_t>& wanted, double eps) {
  std::vector<Tensor> inputs;
  for (const size_t number : wanted) inputs.push_back(all[number]);
  Jacobians jacobians = zero_jacobians(outputs, inputs);
  const auto shifted = [&](size_t i, int64_t k, double by) {
    std::vector<Tensor> moved = all;
    const Tensor flat = inputs[i].detach().reshape(-1).clone();
    flat[k] += by;
    moved[wanted[i]] = flat.view(inputs[i].sizes()).requires_grad_();
    return differentiable(f(moved));
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (int64_t k = 0; k < inputs[i].numel(); ++k) {
      const std::vector<Tensor> above = shifted(i, k, eps), below = shifted(i, k, -eps);
      check(above.size() == outputs.size() && below.size() == outputs.size(),
            "gradcheck: the function returned ", outputs.size(), " differentiable outputs, and ",
            above.size(), " and ", below.size(), " when element ", k, " of input ", wanted[i],
            " moved: it must return the same number each time");
      for (size_t o = 0; o < outputs.size(); ++o) {
        const Tensor rise = above[o].detach().to(kDouble) - below[o].detach().to(kDouble);
        jacobians[o][i].select(1, k).copy_((rise / (2 * eps)).reshape(-1));
      }
    }
  }
  return jacobians;
}

// The element of two Jacobians that differs the most, and how many do.
struct Difference {
  int64_t row = 0, column = 0, count = 0;
  double left = 0, right = 0;

  Difference(const Tensor& a, const Tensor& b, double atol, double rtol) {
    const double *x = a.data_ptr<double>(), *y = b.data_ptr<double>();
    double worst = -1;
    for (int64_t at = 0; at < a.numel(); ++at) {
      const double distance = std::abs(x[at] - y[at]);
      if (distance <= atol + rtol * std::abs(y[at])) continue;
      if (std::isinf(x[at]) && x[at] == y[at]) continue;
      ++count;
      if (!(distance > worst) && !std::isnan(distance)) continue;
      worst = std::isnan(distance) ? INFINITY : distance;
      row = at / a.size(1);
      column = at % a.size(1);
      left = x[at];
      right = y[at];
    }
  }
};

std::string described(const Difference& d, const std::string& check, const Tensor& y, size_t o,
                      const Tensor& x, const std::string& input, const char* left, const char* right,
                      int64_t elements) {
  return detail::str(check, ": d output ", o, place(d.row, y.sizes()), " / d ", input,
                     place(d.column, x.sizes()), " is ", d.left, " by ", left,
                     y.grad_fn() ? " (" + y.grad_fn()->name() + ")" : "", ", ", d.right, " by ", right, "; ",
                     d.count, " of the ", elements, " derivatives of this output, of shape ", y.sizes(),
                     ", by this input, of shape ", x.sizes(), ", differ");
}

// gradcheck, under the name `check`; `name` says what an input is called.
GradcheckReport compare(const TensorFunction& f, const std::vector<Tensor>& given,
                        const GradcheckOptions& options, const std::string& checked,
                        const std::function<std::string(size_t)>& name) {
  const std::vector<Tensor> all = as_leaves(given);
  std::vector<Tensor> inputs;
  std::vector<size_t> wanted;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!all[i].defined() || !all[i].requires_grad()) continue;
    if (all[i].dtype() != kDouble)
      warn(detail::str(checked, ": ", name(i),
                       " requires gradient and is not a double precision floating point, but ",
                       all[i].dtype(), ". This check will likely fail: pass x.to(xgrad::kDouble)"));
    inputs.push_back(all[i]);
    wanted.push_back(i);
  }
  check(!inputs.empty(), checked,
        " expects at least one input tensor to require gradient, but none of the them have "
        "requires_grad=True: call "
        "requires_grad_() on those to be checked");
  const std::vector<Tensor> outputs = differentiable(f(all));
  check(!outputs.empty(), checked,
        ": no output requires grad: does the function use its inputs, and not detach them?");

  const Jacobians analytic = by_backward(outputs, inputs), again = by_backward(outputs, inputs),
                  numeric = by_differences(f, outputs, all, wanted, options.eps);
  for (size_t o = 0; o < outputs.size(); ++o) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Tensor& jacobian = analytic[o][i];
      const auto report = [&](const Difference& d, const char* left, const char* right) {
        return GradcheckReport{
            described(d, checked, outputs[o], o, inputs[i], name(wanted[i]), left, right, jacobian.numel())};
      };
      if (const Difference d(jacobian, numeric[o][i], options.atol, options.rtol); d.count > 0)
        return report(d, "backward", "differences");
      if (const Difference d(jacobian, again[o][i], options.nondet_tol, 0); d.count > 0)
        return report(d, "backward", "a second backward, so that Backward is not reentrant");
    }
  }
  return {};
}

}  // namespace

GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options) {
  return compare(f, inputs, options, "gradcheck", [](size_t i) { return "input " + std::to_string(i); });
}

GradcheckReport gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& given,
                              const GradcheckOptions& options) {
  const size_t count = given.size();
  std::vector<Tensor> inputs = given;
  for (const Tensor& y : differentiable(f(as_leaves(given))))
    inputs.push_back(randn(y.sizes(), y.dtype()).requires_grad_());
  // The inputs followed by the upstream gradients, as one function whose values are the gradients.
  const TensorFunction first = [&](const std::vector<Tensor>& all) {
    const std::vector<Tensor> x(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    const std::vector<Tensor> seeds(all.begin() + static_cast<std::ptrdiff_t>(count), all.end());
    std::vector<Tensor> wanted;
    for (const Tensor& t : x)
      if (t.defined() && t.requires_grad()) wanted.push_back(t);
    std::vector<Tensor> gradients = grad(differentiable(f(x)), wanted, seeds, true, true, true);
    std::erase_if(gradients, [](const Tensor& t) { return !t.defined(); });
    return gradients;
  };
  if (differentiable(first(as_leaves(inputs))).empty())
    return {};  // constant gradients, such as those of sign
  return compare(first, inputs, options, "gradgradcheck", [count](size_t i) {
    return i < count ? "input " + std::to_string(i) : "upstream gradient " + std::to_string(i - count);
  });
}

}  // namespace xgrad::autograd
