#include <xgrad/autograd/gradcheck.hpp>

#include <cmath>

#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/ops.hpp>

namespace xgrad::autograd {
namespace {

// The outputs that have gradients.
std::vector<Tensor> differentiable(std::vector<Tensor> outputs) {
  std::erase_if(outputs, [](const Tensor& t) { return !t.requires_grad(); });
  return outputs;
}

// The inputs as leaves of their own, so that nothing accumulates in the caller's.
std::vector<Tensor> as_leaves(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& t : inputs)
    leaves.push_back(t.defined() ? t.detach().requires_grad_(t.requires_grad()) : t);
  return leaves;
}

// Column k of the Jacobian of output o with respect to one input, by central differences.
Tensor numerical_column(const TensorFunction& f, std::vector<Tensor> inputs, size_t which, int64_t k,
                        size_t o, double eps) {
  const auto shifted = [&](double by) {
    std::vector<Tensor> moved = inputs;
    Tensor flat = inputs[which].detach().reshape(-1).clone();
    flat[k] += by;
    moved[which] = flat.view(inputs[which].sizes()).requires_grad_();
    return differentiable(f(moved))[o].detach().to(kDouble).reshape(-1);
  };
  return (shifted(eps) - shifted(-eps)) / (2 * eps);
}

}  // namespace

GradcheckReport gradcheck(const TensorFunction& f, const std::vector<Tensor>& given,
                          const GradcheckOptions& options) {
  const std::vector<Tensor> inputs = as_leaves(given);
  std::vector<Tensor> wanted;
  std::vector<size_t> numbers;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined() || !inputs[i].requires_grad()) continue;
    wanted.push_back(inputs[i]);
    numbers.push_back(i);
  }
  check(!wanted.empty(), "gradcheck: no input requires grad: call requires_grad_() on those to be checked");
  const std::vector<Tensor> outputs = differentiable(f(inputs));
  check(!outputs.empty(),
        "gradcheck: no output requires grad: does the function use its inputs, and not detach them?");
  for (size_t o = 0; o < outputs.size(); ++o) {
    const Tensor& y = outputs[o];
    // Row j of the Jacobian: the gradient of element j.
    std::vector<std::vector<Tensor>> rows;
    for (int64_t j = 0; j < y.numel(); ++j) {
      Tensor seed = zeros({y.numel()}, y.dtype());
      seed[j] = 1;
      rows.push_back(grad(y, wanted, seed.view(y.sizes()), true, false, true));
    }
    for (size_t w = 0; w < wanted.size(); ++w) {
      for (int64_t k = 0; k < wanted[w].numel(); ++k) {
        const Tensor column = numerical_column(f, inputs, numbers[w], k, o, options.eps);
        for (int64_t j = 0; j < y.numel(); ++j) {
          const Tensor& g = rows[static_cast<size_t>(j)][w];
          const double analytic = g.defined() ? g.detach().reshape(-1)[k].item<double>() : 0;
          const double numeric = column[j].item<double>();
          if (std::abs(analytic - numeric) <= options.atol + options.rtol * std::abs(numeric)) continue;
          return {detail::str("gradcheck: d output ", o, "[", j, "] / d input ", numbers[w], "[", k, "] is ",
                              analytic, " by backward", y.grad_fn() ? " (" + y.grad_fn()->name() + ")" : "",
                              ", ", numeric,
                              " by differences; elements are counted in row-major order of shapes ",
                              y.sizes(), " and ", wanted[w].sizes())};
        }
      }
    }
  }
  return {};
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
  return gradcheck(first, inputs, options);
}

}  // namespace xgrad::autograd
