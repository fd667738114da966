// Operations with a gradient of the program's own.

#include <functional>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using autograd::AutogradContext;
using autograd::Function;
using autograd::tensor_list;

namespace {

Tensor leaf(const std::vector<double>& values) { return tensor(values, kDouble).requires_grad_(); }
bool equals(const Tensor& t, const std::vector<double>& values) {
  return equal(t.detach().to(kDouble).reshape(-1), tensor(values, kDouble));
}

struct Cube : Function<Cube> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x) {
    ctx->save_for_backward({x});
    return x * x * x;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    const Tensor x = ctx->get_saved_variables()[0];
    return {grads[0] * 3 * x * x};
  }
};

struct Exp : Function<Exp> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x) {
    const Tensor y = x.exp();
    ctx->save_for_backward({y});
    return y;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    return {grads[0] * ctx->get_saved_variables()[0]};
  }
};

// Two outputs, the second of which is saved, and arguments of many kinds.
struct Mixed : Function<Mixed> {
  static inline tensor_list last_gradients;
  static tensor_list forward(AutogradContext* ctx, int n, const Tensor& x, bool negate, double scale,
                             std::optional<Tensor> bias, const std::string& label) {
    ctx->saved_data["n"] = n;
    ctx->saved_data["negate"] = negate;
    ctx->saved_data["scale"] = scale;
    ctx->saved_data["has_bias"] = bias.has_value();
    ctx->saved_data["label"] = label;
    ctx->saved_data["sizes"] = x.sizes();
    const Tensor first = x * (negate ? -n : n), second = (x * scale).exp();
    ctx->save_for_backward({x, second, bias.value_or(Tensor())});
    return {bias ? first + *bias : first, second};
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    last_gradients = grads;
    const auto saved = ctx->get_saved_variables();
    const double n = static_cast<double>(ctx->saved_data["n"].toInt());
    CHECK(ctx->saved_data["label"].toStringRef() == "mixed");
    CHECK(ctx->saved_data["sizes"].toIntVector() == saved[0].sizes().vec());
    CHECK(saved[2].defined() == ctx->saved_data["has_bias"].toBool());
    const Tensor x = grads[0] * (ctx->saved_data["negate"].toBool() ? -n : n) +
                     grads[1] * saved[1] * ctx->saved_data["scale"].toDouble();
    return {Tensor(), x, Tensor(), Tensor(), saved[2].defined() ? grads[0] : Tensor(), Tensor()};
  }
};

struct Unmaterialized : Function<Unmaterialized> {
  static tensor_list forward(AutogradContext* ctx, const Tensor& x) {
    ctx->set_materialize_grads(false);
    return {x * 2, x * 3};
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    CHECK(grads[0].defined());
    CHECK_FALSE(grads[1].defined());
    return {grads[0] * 2};
  }
};

struct DoubleInPlace : Function<DoubleInPlace> {
  static Tensor forward(AutogradContext* ctx, Tensor x) {
    x.mul_(2);
    ctx->mark_dirty({x});
    return x;
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return {grads[0] * 2}; }
};

struct Forgetful : Function<Forgetful> {
  static Tensor forward(AutogradContext* ctx, Tensor x) {
    ctx->mark_dirty({x});
    return x.clone();
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return grads; }
};

struct Identity : Function<Identity> {
  static Tensor forward(AutogradContext*, Tensor x) { return x; }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return {grads[0] * 10}; }
};

struct SortOfMax : Function<SortOfMax> {
  static tensor_list forward(AutogradContext* ctx, const Tensor& x) {
    const Tensor where = x.argmax(), doubled = x * 2;
    ctx->mark_non_differentiable({doubled});
    return {x.max(), where, doubled};
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) { return {grads[0] * ones({3}, kDouble)}; }
};

// Returns as many gradients as it is told, all of them of the shape that it is told.
struct Wrong : Function<Wrong> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, int gradients, int size) {
    ctx->saved_data["gradients"] = gradients;
    ctx->saved_data["size"] = size;
    return x * 1;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list) {
    const auto count = static_cast<size_t>(ctx->saved_data["gradients"].toInt());
    return tensor_list(count, ones({ctx->saved_data["size"].toInt()}, kDouble));
  }
};

struct Product : Function<Product> {
  static inline std::vector<bool> needed;
  static Tensor forward(AutogradContext* ctx, const Tensor& a, int, const Tensor& b) {
    ctx->save_for_backward({a, b});
    return a * b;
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list grads) {
    needed = {ctx->needs_input_grad(0), ctx->needs_input_grad(1)};
    CHECK_THROWS_WITH(ctx->needs_input_grad(2), Contains("Index out of range"));
    const auto saved = ctx->get_saved_variables();
    return {needed[0] ? grads[0] * saved[1] : Tensor(), Tensor(), needed[1] ? grads[0] * saved[0] : Tensor()};
  }
};

struct Sum : Function<Sum> {
  static Tensor forward(AutogradContext*, TensorList tensors, int) {
    Tensor sum = tensors[0];
    for (size_t i = 1; i < tensors.size(); ++i) sum = sum + tensors[i];
    return sum;
  }
  static tensor_list backward(AutogradContext*, tensor_list grads) {
    return {grads[0], grads[0], grads[0], Tensor()};
  }
};

autograd::GradcheckReport check(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const autograd::TensorFunction many = [&](const tensor_list& in) { return tensor_list{f(in[0])}; };
  const auto report = autograd::gradcheck(many, {x});
  return report ? autograd::gradgradcheck(many, {x}) : report;
}

}  // namespace

TEST_CASE("a Function goes on the tape with its own gradient", "[function]") {
  const Tensor x = leaf({1, 2, -3});
  const Tensor y = Cube::apply(x);
  CHECK(equals(y, {1, 8, -27}));
  CHECK(y.grad_fn()->name() == "CubeBackward");
  CHECK(y.toString().find("grad_fn=<CubeBackward>") != std::string::npos);
  y.sum().backward();
  CHECK(equals(x.grad(), {3, 12, 27}));
  CHECK_THROWS_WITH(y.sum().backward(), Contains("second time") && Contains("CubeBackward"));
  CHECK_FALSE(Cube::apply(x.detach()).requires_grad());
  const NoGradGuard off;
  CHECK_FALSE(Cube::apply(x).requires_grad());
}

TEST_CASE("a Function can be differentiated twice, through inputs and outputs", "[function]") {
  const Tensor x = leaf({0.3, -0.7, 1.2});
  CHECK(check([](const Tensor& t) { return Cube::apply(t); }, x).message == "");
  CHECK(check([](const Tensor& t) { return Exp::apply(t * t); }, x).message == "");
  CHECK(
      check([](const Tensor& t) { return Mixed::apply(3, t, true, 0.5, nullopt, "mixed")[1]; }, x).message ==
      "");
}

TEST_CASE("a saved output does not keep its own graph alive", "[function]") {
  const Tensor x = leaf({1});
  const int64_t before = x.use_count();
  { const Tensor y = Exp::apply(x), m = Mixed::apply(1, x, false, 1.0, nullopt, "mixed")[0]; }
  CHECK(x.use_count() == before);
}

TEST_CASE("a Function takes arguments of every kind", "[function]") {
  const Tensor x = leaf({1, 2}), bias = leaf({5, 5});
  const auto y = Mixed::apply(3, x, true, 0.0, bias, "mixed");
  CHECK(equals(y[0], {2, -1}));
  CHECK(y[1].output_nr() == 1);
  y[0].sum().backward();
  CHECK(equals(x.grad(), {-3, -3}));
  CHECK(equals(bias.grad(), {1, 1}));
  CHECK(equals(Mixed::last_gradients[1], {0, 0}));  // zeros for the output without a gradient
  Unmaterialized::apply(x)[0].sum().backward();
  CHECK(equals(x.grad(), {-1, -1}));

  const Tensor a = leaf({1}), b = leaf({2});
  Sum::apply(TensorList{a, b, a}, 7).backward();
  CHECK(equals(a.grad(), {2}));
  CHECK(equals(b.grad(), {1}));
}

TEST_CASE("needs_input_grad counts the tensors among the arguments", "[function]") {
  const Tensor a = leaf({2}), b = tensor({3.0}, kDouble);
  Product::apply(a, 1, b).backward();
  CHECK(Product::needed == std::vector<bool>{true, false});
  CHECK(equals(a.grad(), {3}));
  Product::apply(b, 1, a).backward();
  CHECK(Product::needed == std::vector<bool>{false, true});
}

TEST_CASE("mark_dirty makes an overwritten input the output", "[function]") {
  const Tensor x = leaf({1, 2});
  const Tensor h = x * 1, square = h * h;
  const Tensor y = DoubleInPlace::apply(h);
  CHECK(y.is_same(h));
  CHECK(h.grad_fn()->name() == "DoubleInPlaceBackward");
  y.sum().backward();
  CHECK(equals(x.grad(), {2, 2}));
  CHECK_THROWS_WITH(square.sum().backward(), Contains("modified by an inplace operation"));
  CHECK_THROWS_WITH(DoubleInPlace::apply(x),
                    Contains("a leaf Variable that requires grad has been used in an"));
  CHECK_THROWS_WITH(Forgetful::apply(x * 1),
                    Contains("Some elements marked as dirty during the forward method were not returned"));
}

TEST_CASE("an input returned as it came gets a place of its own on the tape", "[function]") {
  const Tensor x = leaf({1, 2});
  const Tensor y = Identity::apply(x);
  CHECK_FALSE(y.is_same(x));
  CHECK(y.data_ptr() == x.data_ptr());
  CHECK(x.is_leaf());
  y.sum().backward();
  CHECK(equals(x.grad(), {10, 10}));
}

TEST_CASE("writes through views that a Function passes on are refused, not forgotten", "[function]") {
  const Tensor x = leaf({1, 2}), h = x * 1;
  CHECK_THROWS_WITH(DoubleInPlace::apply(h[0]), Contains("in place through a view"));
  struct First : Function<First> {
    static Tensor forward(AutogradContext*, const Tensor& t) { return t[0]; }
    static tensor_list backward(AutogradContext*, tensor_list grads) {
      return {stack({grads[0], zeros_like(grads[0])})};
    }
  };
  const Tensor first = First::apply(h);
  CHECK(first.is_view());
  CHECK_THROWS_AS(first.mul_(2), Error);
  CHECK_THROWS_AS(Identity::apply(h).mul_(2), Error);
  first.backward();
  CHECK(equals(x.grad(), {1, 0}));
}

TEST_CASE("outputs marked as non-differentiable, and integers, have no gradient", "[function]") {
  const Tensor x = leaf({1, 3, 2});
  const auto y = SortOfMax::apply(x);
  CHECK(y[0].requires_grad());
  CHECK_FALSE(y[1].requires_grad());
  CHECK_FALSE(y[2].requires_grad());
  y[0].backward();
  CHECK(equals(x.grad(), {1, 1, 1}));
}

TEST_CASE("a Function's wrong gradients are refused in libtorch's words", "[function]") {
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_WITH(Wrong::apply(x, 1, 2).sum().backward(),
                    Contains("returned an incorrect number of gradients (expected 3, got 1)"));
  CHECK_THROWS_WITH(Wrong::apply(x, 4, 2).sum().backward(), Contains("(expected 3, got 4)"));
  CHECK_THROWS_WITH(
      Wrong::apply(x, 3, 2).sum().backward(),
      Contains("defined at position 2, but the corresponding forward input was not a Variable"));
  const Tensor wide = Cube::apply(x);
  struct Narrow : Function<Narrow> {
    static Tensor forward(AutogradContext*, const Tensor& t) { return t * 1; }
    static tensor_list backward(AutogradContext*, tensor_list) { return {ones({5}, kDouble)}; }
  };
  CHECK_THROWS_WITH(
      Narrow::apply(x).sum().backward(),
      Contains(
          "NarrowBackward returned an invalid gradient at index 0 - got [5] but expected shape compatible"));
}

TEST_CASE("saved tensors are refused once they are overwritten", "[function]") {
  const Tensor x = leaf({1, 2}), h = x * 1;
  const Tensor y = Cube::apply(h);
  h.add_(1);
  CHECK_THROWS_WITH(y.sum().backward(),
                    Contains("modified by an inplace operation") && Contains("CubeBackward"));
}

TEST_CASE("an IValue is taken out as the kind that was put in", "[function]") {
  IValue nothing, integer = 3, real = 2.5f, flag = true, text = "words", list = std::vector<double>{1, 2};
  CHECK(nothing.isNone());
  CHECK(integer.toInt() == 3);
  CHECK(real.toDouble() == 2.5);
  CHECK(flag.toBool());
  CHECK(text.toStringRef() == "words");
  CHECK(list.toDoubleVector().size() == 2);
  CHECK(IValue(ones({2})).toTensor().numel() == 2);
  CHECK(IValue(std::vector<Tensor>{ones({2})}).toTensorList().size() == 1);
  CHECK(IValue(std::optional<int>()).isNone());
  CHECK(integer.toScalar().toDouble() == 3);
  CHECK_THROWS_WITH(integer.toDouble(), Contains("Expected Double but got Int"));
  CHECK_THROWS_WITH(nothing.toInt(), Contains("Expected Int but got None") && Contains("nothing was put in"));
}
