// Programs about custom Functions: what they save, return, mark and are refused. For autograd.inl.
namespace parity {
namespace {

using ml::autograd::AutogradContext;
using ml::autograd::Function;
using ml::autograd::tensor_list;

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

}  // namespace
}  // namespace parity
