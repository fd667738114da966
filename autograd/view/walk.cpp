#include <xgrad/autograd/view/walk.hpp>

#include <cmath>
#include <map>

#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/engine.hpp>
#include <xgrad/autograd/ops.hpp>

namespace xgrad::autograd {
namespace {

// Numbers without a pattern that a rule could follow, the same in every run and off the random stream.
Tensor probe_like(const Tensor& t) {
  Tensor probe = detail::make_tensor(t.sizes(), kDouble);
  double* out = probe.data_ptr<double>();
  double x = 0.3;
  for (int64_t i = 0; i < probe.numel(); ++i) {
    x = std::fmod(x * 7919 + 0.61803398875, 1.0);
    out[i] = 0.5 + x;
  }
  return probe.to(t.dtype());
}

// Whether what the rule made of the probe is the probe times what it made of ones.
bool is_product(const Tensor& of_probe, const Tensor& probe, const Tensor& of_ones) {
  const double tolerance = of_ones.dtype() == kDouble ? 1e-9 : 1e-4;
  const Statistics of_p(of_probe), of_1(of_ones), numbers(probe);
  const auto &a = of_p.elements, &b = of_1.elements, &p = numbers.elements;
  for (size_t i = 0; i < a.size(); ++i) {
    const double expected = p[i] * b[i];
    if (a[i] == expected || (std::isnan(a[i]) && std::isnan(expected))) continue;
    if (!(std::abs(a[i] - expected) <= tolerance * std::abs(expected))) return false;
  }
  return true;
}

// A rule is linear in the gradient. Where the result has one element, it multiplies that by what it makes of
// 1. Where a random gradient comes out as itself times what ones come out as, it is a product element by
// element: any other linear rule passes with probability zero.
Grads local_factors(Node& node, const Tensor& grad) {
  const Tensor ones = ones_like(grad);
  const auto apply = [&](const Tensor& g) {
    Grads in;
    in.push_back(g);
    return node.apply(std::move(in));
  };
  Grads factors = apply(ones);
  if (grad.numel() == 1) return factors;
  const Tensor probe = probe_like(grad);
  const Grads probed = apply(probe);
  for (size_t i = 0; i < factors.size(); ++i)
    if (factors[i].defined() &&
        (i >= probed.size() || !probed[i].defined() || factors[i].sizes() != grad.sizes() ||
         probed[i].sizes() != grad.sizes() || !is_product(probed[i], probe, factors[i])))
      factors[i] = Tensor();
  return factors;
}

class Walker {
 public:
  Walker(const Tape& tape, int64_t small) : tape_(tape), small_(small), uses_(tape.nodes.size()) {
    for (const TapeNode& node : tape.nodes)
      for (const TapeInput& input : node.inputs)
        if (input.node >= 0) ++uses_of(input);
  }

  void run(const Tensor& seed, const std::function<void(const Step&)>& look) {
    const auto start = static_cast<size_t>(tape_.loss.node);
    pending(start)[tape_.loss.output] = seed;
    while (!waiting_.empty()) {
      const auto newest = std::prev(waiting_.end());
      Step step{newest->first, std::move(newest->second), {}};
      waiting_.erase(newest);
      take(step);
      look(step);
    }
  }

 private:
  size_t& uses_of(const TapeInput& output) {
    auto& uses = uses_[static_cast<size_t>(output.node)];
    if (uses.size() <= output.output) uses.resize(output.output + 1);
    return uses[output.output];
  }
  Grads& pending(size_t node) {
    Grads& grads = waiting_[node];
    grads.resize(tape_.nodes[node].outputs.size());
    return grads;
  }

  void take(Step& step) {
    const TapeNode& entry = tape_.nodes[step.node];
    if (entry.leaf) return;
    Grads incoming = step.incoming;
    const Grads results = entry.node->apply(std::move(incoming));
    Grads local;
    if (step.incoming.size() == 1 && step.incoming[0].numel() <= small_)
      local = local_factors(*entry.node, step.incoming[0]);
    for (size_t i = 0; i < entry.inputs.size(); ++i) {
      const TapeInput& from = entry.inputs[i];
      if (from.node < 0) continue;
      StepInput input{i, {}, {}, {}, --uses_of(from), false};
      if (i < results.size() && results[i].defined()) {
        const Edge& edge = entry.node->next_edge(i);
        const OutputMeta& meta = edge.function->outputs()[edge.input_nr];
        input.contribution = fit(results[i], meta, entry.node.get(), i);
        input.broadcast = input.contribution.sizes() != results[i].sizes();
        if (i < local.size()) input.local = local[i];
        Tensor& sum = pending(static_cast<size_t>(from.node))[from.output];
        sum = sum.defined() ? sum + input.contribution : input.contribution;
        input.sum = sum;
      }
      step.inputs.push_back(std::move(input));
    }
  }

  const Tape& tape_;
  int64_t small_;
  std::vector<std::vector<size_t>> uses_;  // per node and output: those that have not been walked
  std::map<size_t, Grads> waiting_;        // the gradients that have come in so far
};

}  // namespace

void walk(const Tensor& loss, const Tape& tape, int64_t small, const std::function<void(const Step&)>& look) {
  if (loss.numel() != 1) refuse_implicit_gradient(loss, 0);
  const NoGradGuard off;
  Walker(tape, small).run(ones_like(loss), look);
}

}  // namespace xgrad::autograd
