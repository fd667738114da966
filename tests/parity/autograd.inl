// Programs about the tape, compiled against both libraries: custom Functions, hooks, and what backward() and
// grad() fill, return and refuse. Each notes what it sees; the notes must agree.
namespace parity {
namespace {

/// The notes of a program.
struct Notes {
  std::vector<Note> notes;
  void value(const std::string& name, const ml::Tensor& t) { notes.push_back({name, read(t), "", ""}); }
  void number(const std::string& name, double v) { value(name, ml::full({}, v, ml::kDouble)); }
  /// f must be refused by both libraries, with these words in both messages.
  template <class F>
  void refused(const std::string& name, const std::string& words, F f) {
    notes.push_back({name, {}, words, attempt(f)});
  }
};

ml::Tensor leaf(std::vector<double> values) { return ml::tensor(values, ml::kDouble).requires_grad_(); }

}  // namespace
}  // namespace parity

#include "functions.inl"

namespace parity {
namespace {

void hooks(Notes& log) {
  const ml::Tensor x = leaf({1, 2}), h = x * 3;
  std::vector<double> seen;
  h.register_hook([&](const ml::Tensor& g) { seen.push_back(g.sum().item<double>()); });
  h.register_hook([](ml::Tensor g) { return g * 2; });
  h.register_hook([&](ml::Tensor g) { seen.push_back(g.sum().item<double>()); });
  h.retain_grad();
  const unsigned tenfold = x.register_hook([](const ml::Tensor& g) { return g * 10; });
  (h * h).sum().backward();
  log.value("through a hook", x.grad());
  log.value("kept", h.grad());
  for (const double s : seen) log.number("seen", s);
  x.remove_hook(tenfold);
  x.mutable_grad() = ml::Tensor();
  (x * 3).sum().backward();
  log.value("without a hook", x.grad());
  log.refused("no such hook", "Invalid index, no hook at position", [&] { x.remove_hook(7); });
  log.refused("on a constant", "cannot register a hook on a variable that doesn't require gradient",
              [&] { ml::ones({2}).register_hook([](const ml::Tensor&) {}); });
  log.refused("of a constant", "can't retain_grad on Tensor that has requires_grad=False",
              [&] { ml::ones({2}).retain_grad(); });

  const ml::Tensor m = leaf({1, 2, 3, 4, 5, 6}), view = m.view({2, 3}), row = view[1];
  view.retain_grad();
  row.retain_grad();
  (view.sum() + (row * row).sum()).backward();
  log.value("kept by a view", view.grad());
  log.value("kept by a row", row.grad());
  log.value("the leaf's", m.grad());
  (m.view({2, 3})[0] * 2).sum().backward();
  log.value("the leaf's sum", m.grad());
}

void inputs_of_backward(Notes& log) {
  const ml::Tensor x = leaf({1, 2}), y = leaf({3, 4}), h = x * y, z = (h * h * x).sum();
  z.backward({}, true, false, {{x}});
  log.value("asked for", x.grad());
  log.value("not asked for", y.grad());
  z.backward({}, true, false, std::vector<ml::Tensor>{x, x});
  log.value("asked for twice", x.grad());
  z.backward({}, true, false, std::vector<ml::Tensor>{h});
  log.value("of an intermediate", h.grad());
  log.value("and not beyond", y.grad());
  log.number("which is kept from now on", h.retains_grad());
  z.backward({}, true, false, std::vector<ml::Tensor>{h, y});
  log.value("added up", h.grad());
  log.value("with one beyond", y.grad());
  const ml::Tensor other = leaf({1});
  z.backward({}, true, false, std::vector<ml::Tensor>{other});
  log.value("of a stranger", other.grad());
  log.refused("of a constant", "can't retain_grad on Tensor that has requires_grad=False",
              [&] { z.backward({}, true, false, std::vector<ml::Tensor>{ml::ones({1})}); });
  ml::autograd::backward({z, h}, {{}, ml::ones_like(h)}, true, false, {y});
  log.value("of two outputs", y.grad());
}

void gradients(Notes& log) {
  const ml::Tensor x = leaf({1, 2}), y = leaf({3, 4}), h = x * y, z = (h * h).sum();
  const auto g = ml::autograd::grad({z}, {h, x, z}, {}, true);
  for (const ml::Tensor& t : g) log.value("gradient", t);
  log.value("untouched", x.grad());
  log.refused("unused", "appears to not have been used in the graph",
              [&] { ml::autograd::grad({z}, {leaf({1})}, {}, true); });
  log.value("allowed", ml::autograd::grad({z}, {leaf({1})}, {}, true, false, true)[0]);
  log.refused("constant", "element 0 of the input tensors does not require grad",
              [&] { ml::autograd::grad({z}, {ml::ones({1})}, {}, true); });
  log.refused("no graph", "element 0 of tensors does not require grad and does not have a grad_fn",
              [&] { ml::ones({}).backward(); });
  log.refused("detached", "element 0 of tensors does not require grad and does not have a grad_fn",
              [&] { z.detach().backward(); });
  log.refused("second of two", "element 1 of tensors does not require grad and does not have a grad_fn", [&] {
    ml::autograd::backward({z, ml::ones({})}, {}, true);
  });
  log.refused("several elements", "grad can be implicitly created only for scalar outputs",
              [&] { h.backward(); });
  log.refused("shape", "invalid gradient at index 0 - got [3] but expected shape compatible with [2]",
              [&] { h.backward(ml::ones({3}, ml::kDouble)); });
  log.refused("count", "got 1 tensors and 2 gradients", [&] {
    ml::autograd::backward({z}, {ml::ones({}, ml::kDouble), ml::ones({}, ml::kDouble)});
  });
  ml::autograd::backward({z, z, h}, {ml::ones({}, ml::kDouble), {}, ml::ones({2}, ml::kDouble)}, true);
  log.value("of three outputs", x.grad());
  x.mutable_grad() = ml::Tensor();
  x.sum().backward();
  x.backward(ml::ones({2}, ml::kDouble));
  log.value("of itself", x.grad());
  z.backward();
  log.refused("again", "Trying to backward through the graph a second time", [&] { z.backward(); });
  const ml::Tensor added = (x + y).sum();
  added.backward();
  added.backward();
  log.value("nothing was saved", y.grad());

  x.mutable_grad() = ml::Tensor();
  (x * x * x).sum().backward({}, {}, true);
  const ml::Tensor first = x.grad();
  log.number("can be differentiated", first.requires_grad());
  x.mutable_grad() = ml::Tensor();
  first.sum().backward();
  log.value("second", x.grad());
  log.refused("a leaf in place", "a leaf Variable that requires grad is being used in an in-place operation",
              [&] { x.add_(1); });
  const ml::Tensor old = x * 1, used = old * old;
  old.add_(1);
  log.refused("overwritten",
              "one of the variables needed for gradient computation has been modified by an inplace",
              [&] { used.sum().backward(); });
}

void modes(Notes& log) {
  const ml::Tensor x = leaf({1, 2});
  const auto requires_grad = [&] { return (x * 2).requires_grad(); };
  {
    ml::NoGradGuard off;
    log.number("off", requires_grad());
    {
      ml::AutoGradMode on(true);
      log.number("on again", requires_grad());
    }
    log.number("off again", ml::GradMode::is_enabled());
  }
  log.number("on", requires_grad());
  ml::Tensor y = x * 2;
  log.number("no leaf", y.is_leaf());
  const ml::Tensor d = y.detach();
  log.number("detached", d.requires_grad() || !d.is_leaf());
  y.detach_();
  log.number("detached in place", y.requires_grad() || !y.is_leaf());
  y.requires_grad_();
  (y * y).sum().backward();
  log.value("a new leaf", y.grad());
  log.refused("no leaf's flag", "you can only change requires_grad flags of leaf variables",
              [&] { (x * 2).requires_grad_(false); });
  log.refused("integers", "can require gradients", [&] { ml::ones({1}, ml::kLong).requires_grad_(); });
  log.number("edges", static_cast<double>((x * x).grad_fn()->next_edges().size()));
  log.number("a leaf's grad_fn", static_cast<bool>(x.grad_fn()));
}

void anomalies(Notes& log) {
  const ml::Tensor x = leaf({0, 1});
  const auto nan = [&] { ((x * 0.0).sqrt() * 0.0).sum().backward(); };
  log.refused("no anomaly mode", "", nan);
  ml::autograd::DetectAnomalyGuard guard;
  log.number("enabled", ml::autograd::AnomalyMode::is_enabled());
  log.refused("nan", "returned nan values in its 0th output", nan);
  ml::autograd::AnomalyMode::set_enabled(true, false);
  log.number("checks", ml::autograd::AnomalyMode::should_check_nan());
  log.refused("not checked", "", nan);
}

std::vector<Program> autograd_programs() {
  const auto program = [](const char* name, void (*body)(Notes&)) {
    return Program{name, [body] {
                     Notes log;
                     body(log);
                     return log.notes;
                   }};
  };
  return {program("functions", functions),
          program("function outputs", function_outputs),
          program("function gradients", function_gradients),
          program("hooks", hooks),
          program("inputs of backward", inputs_of_backward),
          program("gradients", gradients),
          program("modes", modes),
          program("anomalies", anomalies)};
}

}  // namespace
}  // namespace parity
