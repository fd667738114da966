// Programs about the tape, compiled against both libraries: custom Functions, hooks, and what backward() and
// grad() fill, return and refuse. Each notes what it sees; the notes must agree.
namespace parity {
namespace {

using ml::autograd::AutogradContext;
using ml::autograd::Function;
using ml::autograd::tensor_list;

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

struct Cube : Function<Cube> {
  static ml::Tensor forward(AutogradContext* ctx, const ml::Tensor& x) {
    ctx->save_for_backward({x});
    return x * x * x;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    const ml::Tensor x = ctx->get_saved_variables()[0];
    return {grads[0] * 3 * x * x};
  }
};

struct Exponential : Function<Exponential> {
  static ml::Tensor forward(AutogradContext* ctx, const ml::Tensor& x) {
    const ml::Tensor y = x.exp();
    ctx->save_for_backward({y});
    return y;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    return {grads[0] * ctx->get_saved_variables()[0]};
  }
};

struct Mixed : Function<Mixed> {
  static inline tensor_list received;
  static tensor_list forward(AutogradContext* ctx, int n, const ml::Tensor& x, bool negate, double scale,
                             ml::optional<ml::Tensor> bias, std::vector<ml::Tensor>) {
    ctx->saved_data["n"] = n;
    ctx->saved_data["negate"] = negate;
    ctx->saved_data["scale"] = scale;
    ctx->saved_data["sizes"] = x.sizes();
    ctx->saved_data["x"] = x;
    const ml::Tensor first = x * (negate ? -n : n), second = (x * scale).exp();
    ctx->save_for_backward({second, bias.has_value() ? *bias : ml::Tensor()});
    return {bias.has_value() ? first + *bias : first, second};
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    received = grads;
    const auto saved = ctx->get_saved_variables();
    const auto n = static_cast<double>(ctx->saved_data["n"].toInt());
    const bool same = ctx->saved_data["sizes"].toIntVector() == ctx->saved_data["x"].toTensor().sizes().vec();
    const ml::Tensor x = grads[0] * (ctx->saved_data["negate"].toBool() ? -n : n) +
                         grads[1] * saved[0] * ctx->saved_data["scale"].toDouble();
    return {ml::Tensor(),
            same ? x : ml::Tensor(),
            ml::Tensor(),
            ml::Tensor(),
            saved[1].defined() ? grads[0] : ml::Tensor(),
            ml::Tensor()};
  }
};

struct TwoOutputs : Function<TwoOutputs> {
  static inline bool first_defined, second_defined;
  static tensor_list forward(AutogradContext* ctx, const ml::Tensor& x, bool materialize) {
    ctx->set_materialize_grads(materialize);
    return {x * 2, x * 3};
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    first_defined = grads[0].defined();
    second_defined = grads[1].defined();
    return {first_defined ? grads[0] * 2 : grads[1] * 3, ml::Tensor()};
  }
};

struct DoubleInPlace : Function<DoubleInPlace> {
  static ml::Tensor forward(AutogradContext* ctx, ml::Tensor x) {
    x.mul_(2);
    ctx->mark_dirty({x});
    return x;
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return {grads[0] * 2}; }
};

struct Forgetful : Function<Forgetful> {
  static ml::Tensor forward(AutogradContext* ctx, ml::Tensor x) {
    ctx->mark_dirty({x});
    return x.clone();
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return grads; }
};

struct Same : Function<Same> {
  static tensor_list forward(AutogradContext*, ml::Tensor x, ml::Tensor y) { return {x, y, x * y}; }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    return {grads[0] * 10 + grads[2], grads[1] * 100 + grads[2]};
  }
};

struct Partly : Function<Partly> {
  static tensor_list forward(AutogradContext* ctx, const ml::Tensor& x) {
    const ml::Tensor doubled = x * 2;
    ctx->mark_non_differentiable({doubled});
    return {x.sum(), x.argmax(), doubled, x * 5};
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    return {grads[0].expand({3}) + grads[2] + grads[3] * 5};
  }
};

struct Wrong : Function<Wrong> {
  static ml::Tensor forward(AutogradContext* ctx, const ml::Tensor& x, int gradients, int size) {
    ctx->saved_data["gradients"] = gradients;
    ctx->saved_data["size"] = size;
    return x * 1;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list) {
    const auto count = static_cast<size_t>(ctx->saved_data["gradients"].toInt());
    return tensor_list(count, ml::ones({ctx->saved_data["size"].toInt()}, ml::kDouble));
  }
};

struct WrongShape : Function<WrongShape> {
  static ml::Tensor forward(AutogradContext*, const ml::Tensor& x) { return x * 1; }
  static tensor_list backward(AutogradContext*, tensor_list) { return {ml::ones({5}, ml::kDouble)}; }
};

struct Product : Function<Product> {
  static inline std::vector<bool> needed;
  static ml::Tensor forward(AutogradContext* ctx, const ml::Tensor& a, int, const ml::Tensor& b) {
    ctx->save_for_backward({a, b});
    return a * b;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    needed = {ctx->needs_input_grad(0), ctx->needs_input_grad(1)};
    const auto saved = ctx->get_saved_variables();
    return {grads[0] * saved[1], ml::Tensor(), grads[0] * saved[0]};
  }
};

// Has no gradient for its input, though that requires one.
struct Blocker : Function<Blocker> {
  static ml::Tensor forward(AutogradContext*, const ml::Tensor& x) { return x * 1; }
  static tensor_list backward(AutogradContext*, tensor_list) { return {ml::Tensor()}; }
};

struct SumOfList : Function<SumOfList> {
  static ml::Tensor forward(AutogradContext*, ml::TensorList tensors, int) {
    return tensors[0] + tensors[1] + tensors[2];
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    return {grads[0], grads[0] * 2, grads[0] * 3, ml::Tensor()};
  }
};

// Uses a tensor that is no argument.
struct Outside : Function<Outside> {
  static inline ml::Tensor other;
  static ml::Tensor forward(AutogradContext* ctx, const ml::Tensor& x) {
    ctx->save_for_backward({other, x});
    return x * other;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    const auto saved = ctx->get_saved_variables();
    return {grads[0] * saved[0]};
  }
};

// The value, the gradient and the gradient of the gradient's sum of squares.
template <class F>
void differentiate(Notes& log, const std::string& name, F f, const ml::Tensor& x) {
  const ml::Tensor y = f(x);
  log.value(name, y);
  log.number(name + " requires grad", y.requires_grad());
  const ml::Tensor g = ml::autograd::grad({y.sum()}, {x}, {}, true, true)[0];
  log.value(name + "'s gradient", g);
  if (g.requires_grad())
    log.value(name + "'s second", ml::autograd::grad({(g * g).sum()}, {x}, {}, {}, false, true)[0]);
}

void functions(Notes& log) {
  const ml::Tensor x = leaf({0.5, -1.5, 2});
  differentiate(
      log, "cube", [](const ml::Tensor& t) { return Cube::apply(t); }, x);
  differentiate(
      log, "exp", [](const ml::Tensor& t) { return Exponential::apply(t * t); }, x);
  for (const bool with_bias : {false, true})
    for (size_t output = 0; output < 2; ++output)
      differentiate(
          log, "mixed",
          [&](const ml::Tensor& t) {
            const ml::Tensor bias = t * t;
            return Mixed::apply(3, t, true, 0.5, with_bias ? ml::optional<ml::Tensor>(bias) : ml::nullopt,
                                std::vector<ml::Tensor>{t})[output];
          },
          x);
  log.value("zeros for the other output", Mixed::received[0]);

  for (const bool materialize : {true, false})
    for (size_t output = 0; output < 2; ++output) {
      const ml::Tensor y = leaf({1, 2});
      TwoOutputs::apply(y, materialize)[output].sum().backward();
      log.number("first gradient defined", TwoOutputs::first_defined);
      log.number("second gradient defined", TwoOutputs::second_defined);
      log.value("its gradient", y.grad());
    }

  const ml::Tensor a = leaf({2}), b = leaf({3}), c = ml::tensor({4.0}, ml::kDouble);
  SumOfList::apply(ml::TensorList({a, b, c}), 1).sum().backward();
  log.value("first of a list", a.grad());
  log.value("second of a list", b.grad());

  Outside::other = a * 2;
  const ml::Tensor outside = Outside::apply(b);
  Outside::other = ml::Tensor();
  const ml::Tensor g = ml::autograd::grad({outside}, {b}, {}, true, true)[0];
  log.value("gradient through a captured tensor", g);
  log.value("of which the gradient", ml::autograd::grad({g}, {a})[0]);

  ml::NoGradGuard off;
  log.number("recorded without grad mode", Cube::apply(x).requires_grad());
}

void function_outputs(Notes& log) {
  {
    const ml::Tensor x = leaf({1, 2}), y = leaf({3, 4});
    const auto out = Same::apply(x, y);
    log.number("an input comes back as itself", out[0].is_same(x));
    log.number("on the same memory", out[0].data_ptr() == x.data_ptr());
    log.number("as a leaf", out[0].is_leaf());
    log.number("its number", static_cast<double>(out[1].output_nr()));
    (out[0] + out[1] * 2 + out[2] * 3).sum().backward();
    log.value("first gradient", x.grad());
    log.value("second gradient", y.grad());
  }
  {
    const ml::Tensor x = leaf({1, 3, 2});
    const auto out = Partly::apply(x);
    for (const ml::Tensor& t : out) log.number("requires grad", t.requires_grad());
    for (const ml::Tensor& t : out) log.number("is leaf", t.is_leaf());
    (out[0] + out[3].sum()).backward();
    log.value("gradient", x.grad());
  }
  {
    const ml::Tensor x = leaf({1, 2}), h = x * 1, square = h * h;
    const ml::Tensor y = DoubleInPlace::apply(h);
    log.number("the dirty input comes back", y.is_same(h));
    log.value("doubled", h);
    y.sum().backward();
    log.value("gradient", x.grad());
    log.refused("its old value", "modified by an inplace operation", [&] { square.sum().backward(); });
    log.refused("a dirty leaf", "a leaf Variable that requires grad", [&] { DoubleInPlace::apply(x); });
    log.refused("not returned", "Some elements marked as dirty during the forward method were not returned",
                [&] { Forgetful::apply(x * 1); });
    const ml::Tensor plain = ml::ones({2}, ml::kDouble);
    log.value("dirty and not recorded", DoubleInPlace::apply(plain));
  }
}

void function_gradients(Notes& log) {
  const ml::Tensor x = leaf({1, 2});
  const auto run = [&](int gradients, int size) {
    return [&x, gradients, size] { Wrong::apply(x, gradients, size).sum().backward(); };
  };
  log.refused("too few", "returned an incorrect number of gradients (expected 3, got 1)", run(1, 2));
  log.refused("too many", "returned an incorrect number of gradients (expected 3, got 4)", run(4, 2));
  log.refused(
      "for a number",
      "returned a gradient different that is defined at position 2, but the corresponding forward input "
      "was not a Variable",
      run(3, 2));
  log.refused("shape",
              "returned an invalid gradient at index 0 - got [5] but expected shape compatible with [2]",
              [&] { WrongShape::apply(x).sum().backward(); });
  const ml::Tensor cube = Cube::apply(x);
  cube.sum().backward();
  log.refused("freed", "Trying to backward through the graph a second time", [&] { cube.sum().backward(); });
  const ml::Tensor h = x * 1, late = Cube::apply(h);
  h.add_(1);
  log.refused("overwritten", "modified by an inplace operation", [&] { late.sum().backward(); });

  const ml::Tensor a = leaf({2}), b = leaf({3}), c = ml::ones({1}, ml::kDouble);
  const auto needed = [&](const std::string& name) {
    for (const bool n : Product::needed) log.number(name, n);
  };
  Product::apply(a, 1, b).backward();
  needed("both needed");
  Product::apply(a, 1, c).backward();
  needed("first needed");
  ml::autograd::grad({Product::apply(a, 1, b)}, {b});
  needed("second asked for");
  ml::autograd::grad({Product::apply(a * 2, 1, b * 2)}, {a});
  needed("first asked for");

  const ml::Tensor blocked = leaf({1, 2});
  Blocker::apply(blocked).sum().backward();
  log.value("no gradient at all", blocked.grad());
  Blocker::apply(blocked * 2).sum().backward();
  log.value("no gradient, through an op", blocked.grad());
  log.refused("not used", "appears to not have been used in the graph",
              [&] { ml::autograd::grad({Blocker::apply(blocked).sum()}, {blocked}); });
}

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
  log.refused("constant", "One of the differentiated Tensors does not require grad",
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
