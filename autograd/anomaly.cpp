#include <xgrad/autograd/anomaly.hpp>

#include <sstream>

#include <xgrad/autograd/diagnosis.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/autograd/record.hpp>
#include <xgrad/autograd/statistics.hpp>
#include <xgrad/core/backtrace.hpp>
#include <xgrad/core/error.hpp>

namespace xgrad::autograd {
namespace {

// "[1, 2]", for a count in row-major order.
Dims place_of(int64_t element, IntArrayRef sizes) {
  Dims place(sizes.size(), 0);
  for (size_t d = sizes.size(); d-- > 0; element /= sizes[d]) place[d] = element % sizes[d];
  return place;
}

// "min 0, max 4, mean 1.5 of the finite ones, 1 NaN and 2 Inf among 6 elements, first at [0, 1]"
std::string statistics_of(const Tensor& t) {
  const Statistics s(t);
  std::ostringstream out;
  const int64_t finite = s.count - s.nans - s.infs;
  if (finite > 0)
    out << "min " << s.min << ", max " << s.max << ", mean " << s.mean
        << (s.finite() ? " of " : " of the finite ones; ");
  if (s.finite())
    out << s.count << " elements, all finite";
  else
    out << s.nans << " NaN and " << s.infs << " Inf among " << s.count << " elements, first at "
        << IntArrayRef(place_of(s.first_bad, t.sizes()));
  return out.str();
}

bool all_finite(const Tensor& t) { return !t.defined() || !t.is_floating_point() || Statistics(t).finite(); }

const char* worst_of(const Tensor& t) { return Statistics(t).nans > 0 ? "nan" : "inf"; }

std::string call_of(const Node& node) {
  const auto* extras = node.extras();
  if (!extras || extras->recorded_at.empty())
    return "Where " + node.name() +
           " was called is not known: anomaly mode was off then, or the system keeps no backtraces.";
  return node.name() + " was called here:\n" +
         xgrad::detail::readable_backtrace(extras->recorded_at,
                                           "xgrad::autograd::", "xgrad/autograd/record.hpp");
}

std::string describe_source(const Edge& edge) {
  const OutputMeta& meta = edge.function->outputs()[edge.input_nr];
  return xgrad::detail::str("a ", meta.dtype,
                            edge.function->is_leaf() ? " leaf of shape " : " tensor of shape ",
                            IntArrayRef(meta.shape->sizes),
                            edge.function->is_leaf() ? std::string() : " made by " + edge.function->name());
}

[[noreturn]] void refuse_gradient(const Node& node, const Grads& incoming, const Tensor& bad, size_t i) {
  std::ostringstream out;
  out << "Function '" << node.name() << "' returned " << worst_of(bad) << " values in its " << i
      << "th output.\nThe gradient for input " << i << ", " << describe_source(node.next_edge(i)) << ": "
      << statistics_of(bad) << ".\n";
  bool clean = true;
  for (size_t k = 0; k < incoming.size(); ++k) {
    if (!incoming[k].defined()) continue;
    clean = clean && all_finite(incoming[k]);
    out << "The gradient that came in for output " << k << ", of shape " << incoming[k].sizes() << ": "
        << statistics_of(incoming[k]) << ".\n";
  }
  for (const Saved* saved = node.first_saved(); saved; saved = saved->next())
    if (const Tensor& t = saved->data(); t.defined() && t.is_floating_point())
      out << "It had saved " << (saved->is_output() ? "its output" : "an input") << " of shape " << t.sizes()
          << ": " << statistics_of(t) << ".\n";
  out << (clean ? "What came in was finite: the fault is in this operation, at these values.\n"
                : "What came in was not finite already: it was passed to backward() like that.\n")
      << call_of(node);
  throw Error(out.str());
}

}  // namespace

void note_for_anomaly_mode(Node& node, const Tensor& output) {
  auto& frames = node.make_extras().recorded_at;
  if (frames.empty()) frames = xgrad::detail::capture_backtrace();
  if (!AnomalyMode::should_check_values() || node.is_leaf() || all_finite(output)) return;
  std::ostringstream out;
  out << "Function '" << node.name() << "' made " << worst_of(output) << " values in its output of shape "
      << output.sizes() << ": " << statistics_of(output) << ".\n";
  for (size_t i = 0; i < node.num_outputs(); ++i)
    if (node.next_edge(i)) out << "Input " << i << " is " << describe_source(node.next_edge(i)) << ".\n";
  throw Error(out.str() + call_of(node));
}

Grads apply_checked(Node& node, Grads&& grads) {
  const Grads incoming = grads;
  Grads results;
  try {
    results = node.apply(std::move(grads));
  } catch (const Error& e) {
    throw Error(std::string(e.what()) + "\n" + call_of(node));
  }
  if (!AnomalyMode::should_check_nan()) return results;
  for (size_t i = 0; i < results.size() && i < node.num_outputs(); ++i)
    if (node.next_edge(i) && !all_finite(results[i])) refuse_gradient(node, incoming, results[i], i);
  return results;
}

}  // namespace xgrad::autograd
