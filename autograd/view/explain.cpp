#include <xgrad/autograd/view/explain.hpp>

#include <cstdio>
#include <sstream>

#include <xgrad/autograd/view/walk.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

constexpr int64_t written_out = 16;

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", x == 0 ? 0.0 : x);  // no "-0"
  return text;
}

std::string nested(const std::vector<double>& elements, IntArrayRef sizes, size_t dim, size_t& next) {
  if (dim == sizes.size()) return number(elements[next++]);
  std::string text = "[";
  for (int64_t i = 0; i < sizes[dim]; ++i) text += (i ? ", " : "") + nested(elements, sizes, dim + 1, next);
  return text + "]";
}

// "[1, 0.5]", or "(Float [64, 10]: min -1, max 1, mean 0, norm 3)".
std::string written(const Tensor& t) {
  const Statistics s(t);
  size_t next = 0;
  if (t.numel() <= written_out) return nested(s.elements, t.sizes(), 0, next);
  std::string text = xgrad::detail::str('(', t.dtype(), ' ', t.sizes(), ": min ", number(s.min), ", max ",
                                        number(s.max), ", mean ", number(s.mean), ", norm ", number(s.norm));
  if (s.nans) text += ", " + std::to_string(s.nans) + " NaN";
  if (s.infs) text += ", " + std::to_string(s.infs) + " Inf";
  return text + ')';
}

std::string plural(size_t count, const char* noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

void explain_input(std::ostream& out, const Tape& tape, const Step& step, const StepInput& input) {
  out << "    " << tape.label(tape.nodes[step.node].inputs[input.input]) << ": ";
  if (!input.contribution.defined()) {
    out << "nothing: the rule has no gradient for it\n";
    return;
  }
  if (input.local.defined())
    out << written(step.incoming[0]) << " × " << written(input.local) << " → ";
  else
    out << "the rule's vector-Jacobian product → ";
  out << written(input.contribution);
  if (input.broadcast) out << ", summed over what was broadcast";
  out << '\n';
  // One path, all of it here: the contribution is the gradient.
  if (!input.sum.is_same(input.contribution) || input.to_come > 0) {
    out << "        sum: " << written(input.sum);
    if (input.to_come > 0) out << " so far, " << plural(input.to_come, "path") << " not computed yet";
    out << '\n';
  }
}

}  // namespace

std::string explain(const Tensor& loss) {
  const Tape recorded = tape(loss);
  std::ostringstream out;
  std::vector<bool> reached(recorded.nodes.size(), false);
  out << "backward from " << recorded.label(recorded.loss) << " = " << written(loss) << '\n';
  walk(loss, recorded, written_out, [&](const Step& step) {
    const TapeNode& node = recorded.nodes[step.node];
    reached[step.node] = true;
    for (size_t i = 0; i < step.incoming.size(); ++i) {
      if (!step.incoming[i].defined()) continue;
      const TapeInput output{static_cast<int>(step.node), static_cast<uint32_t>(i)};
      out << recorded.label(output)
          << (node.leaf ? " is a leaf; its .grad receives " : " = " + node.op + "; gradient ")
          << written(step.incoming[i]) << '\n';
    }
    for (const StepInput& input : step.inputs) explain_input(out, recorded, step, input);
  });
  for (size_t i = 0; i < reached.size(); ++i)
    if (!reached[i])
      out << recorded.label({static_cast<int>(i), 0}) << ": not computed, no gradient came here\n";
  return out.str();
}

}  // namespace xgrad::autograd
