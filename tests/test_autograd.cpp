// The tape: what backward() computes, keeps, frees and refuses.

#include <thread>

#include <xgrad/autograd/record.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

Tensor leaf(const std::vector<double>& values) { return tensor(values, kDouble).requires_grad_(); }
bool equals(const Tensor& t, const std::vector<double>& values) {
  return equal(t.detach().to(kDouble).reshape(-1), tensor(values, kDouble));
}

}  // namespace

TEST_CASE("backward adds to the leaves' gradients", "[autograd]") {
  const Tensor x = leaf({1, 2}), y = leaf({3, 4});
  CHECK_FALSE(x.grad().defined());
  (x * y + x).sum().backward();
  CHECK(equals(x.grad(), {4, 5}));
  CHECK(equals(y.grad(), {1, 2}));
  (x * 2).sum().backward();
  CHECK(equals(x.grad(), {6, 7}));
  CHECK(x.is_leaf());
  CHECK((x * 2).grad_fn()->name() == "MulBackward0");
}

TEST_CASE("a tensor used several times gets the sum over all paths", "[autograd]") {
  const Tensor x = leaf({3});
  const Tensor a = x * x, b = a + a * x;
  (b * a + x).sum().backward();
  // (x² + x³) x² + x
  CHECK(x.grad().item<double>() == Approx(4 * 27 + 5 * 81 + 1));
}

TEST_CASE("broadcast gradients are summed to the input's shape and cast to its dtype", "[autograd]") {
  const Tensor x = ones({2, 3}).requires_grad_(), row = ones({3}, kDouble).requires_grad_(),
               one = tensor(2.0).requires_grad_();
  (x * row * one).sum().backward();
  CHECK(x.grad().sizes() == IntArrayRef({2, 3}));
  CHECK(x.grad().dtype() == kFloat);
  CHECK(row.grad().dtype() == kDouble);
  CHECK(equals(row.grad(), {4, 4, 4}));
  CHECK(one.grad().dim() == 0);
  CHECK(one.grad().item<double>() == 6);
}

TEST_CASE("a leaf's gradient shares its storage with nothing", "[autograd]") {
  const Tensor x = leaf({1, 2}), y = leaf({1, 2}), g = tensor({1., 1.}, kDouble);
  (x + y).backward(g);
  x.grad().mul_(10);
  CHECK(equals(y.grad(), {1, 1}));
  CHECK(equals(g, {1, 1}));
}

TEST_CASE("the graph is freed by backward unless retained", "[autograd]") {
  const Tensor x = leaf({2});
  const Tensor y = (x * x).sum();
  y.backward({}, true);
  y.backward();
  CHECK(x.grad().item<double>() == 8);
  CHECK_THROWS_WITH(y.backward(), Contains("Trying to backward through the graph a second time") &&
                                      Contains("MulBackward0") && Contains("retain_graph=true"));
  // Nothing was saved here, so nothing is missing.
  const Tensor z = (x + 1).sum();
  z.backward();
  CHECK_NOTHROW(z.backward());
}

TEST_CASE("a retained cross-entropy graph gives the same gradient again", "[autograd]") {
  const Tensor x = randn({4, 3}, kDouble).requires_grad_();
  const Tensor loss = cross_entropy_loss(x, tensor({0, 2, 1, 1}));
  loss.backward({}, true);
  const Tensor first = x.grad().clone();
  x.grad().mul_(100);  // must not reach what the graph keeps
  x.mutable_grad() = Tensor();
  loss.backward();
  CHECK(equal(x.grad(), first));
}

TEST_CASE("create_graph gives derivatives of any order", "[autograd]") {
  const Tensor x = leaf({2});
  const Tensor third =
      autograd::grad({autograd::grad({autograd::grad({x.pow(4).sum()}, {x}, {}, true, true)[0].sum()}, {x},
                                     {}, true, true)[0]
                          .sum()},
                     {x})[0];
  CHECK(third.item<double>() == Approx(48));
}

TEST_CASE("autograd::grad returns gradients and leaves .grad alone", "[autograd]") {
  const Tensor x = leaf({1, 2}), unused = leaf({1}), hidden = x * 3;
  const auto g = autograd::grad({(hidden * hidden).sum()}, {hidden, x});
  CHECK(equals(g[0], {6, 12}));
  CHECK(equals(g[1], {18, 36}));
  CHECK_FALSE(x.grad().defined());
  CHECK_THROWS_WITH(autograd::grad({(x * 2).sum()}, {unused}),
                    Contains("appears to not have been used in the graph") && Contains("allow_unused=true"));
  CHECK_FALSE(autograd::grad({(x * 2).sum()}, {unused}, {}, nullopt, false, true)[0].defined());
  CHECK_THROWS_WITH(autograd::grad({(x * 2).sum()}, {tensor({1.0})}), Contains("does not require grad"));
}

TEST_CASE("backward with inputs fills only their gradients", "[autograd]") {
  const Tensor x = leaf({1, 2}), y = leaf({3, 4}), h = x * y;
  (h * 1).sum().backward({}, nullopt, false, TensorList{x, x});
  CHECK(equals(x.grad(), {3, 4}));
  CHECK_FALSE(y.grad().defined());
  (h * h).sum().backward({}, nullopt, false, TensorList(h));
  CHECK(equals(h.grad(), {6, 16}));
  CHECK(h.retains_grad());
  CHECK(equals(x.grad(), {3, 4}));
  CHECK_THROWS_WITH(h.sum().backward({}, nullopt, false, TensorList(ones({1}))),
                    Contains("can't retain_grad on Tensor that has requires_grad=False"));
}

TEST_CASE("backward refuses what has no gradient", "[autograd]") {
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_WITH((x * 2).backward(),
                    Contains("grad can be implicitly created only for scalar outputs") && Contains("[2]"));
  CHECK_THROWS_WITH(tensor(1.0).backward(),
                    Contains("element 0 of tensors does not require grad and does not have a grad_fn"));
  CHECK_THROWS_WITH(
      (x * 2).backward(ones({3})),
      Contains(
          "Mismatch in shape: invalid gradient at index 0 - got [3] but expected shape compatible with [2]"));
  CHECK_THROWS_WITH(tensor({1, 2}).requires_grad_(),
                    Contains("only Tensors of floating point dtype can require gradients"));
  CHECK_THROWS_WITH((x * 2).requires_grad_(false),
                    Contains("you can only change requires_grad flags of leaf variables"));
}

TEST_CASE("a saved tensor that was overwritten is refused", "[autograd]") {
  const Tensor x = leaf({1, 2}), h = x * 1;
  const Tensor y = (h * h).sum();
  h.add_(1);
  CHECK_THROWS_WITH(y.backward(), Contains("modified by an inplace operation") && Contains("version"));
  const Tensor e = exp(x);
  e.mul_(2);
  CHECK_THROWS_WITH(e.sum().backward(), Contains("output") && Contains("modified by an inplace operation"));
  // An addition needs neither of its inputs.
  const Tensor a = x * 1, b = a + 1;
  a.zero_();
  CHECK_NOTHROW(b.sum().backward());
}

TEST_CASE("writing in place goes on the tape, but not into leaves", "[autograd]") {
  const Tensor x = leaf({1, 2});
  Tensor y = x * 3;
  y.mul_(x).add_(1).div_(2);
  y.sum().backward();
  CHECK(equals(x.grad(), {3, 6}));
  CHECK_THROWS_WITH(x.add_(1),
                    Contains("a leaf Variable that requires grad is being used in an in-place operation") &&
                        Contains("NoGradGuard"));
  CHECK_THROWS_WITH(x[0].add_(1), Contains("a view of a leaf Variable that requires grad"));
  {
    const NoGradGuard off;
    x.add_(1);
    x[0] = 7.0;
  }
  CHECK(equals(x, {7, 3}));
}

TEST_CASE("NoGradGuard, detach and AutoGradMode keep off the tape", "[autograd]") {
  const Tensor x = leaf({1, 2});
  {
    const NoGradGuard off;
    CHECK_FALSE((x * 2).requires_grad());
    const AutoGradMode on(true);
    CHECK((x * 2).requires_grad());
  }
  CHECK((x * 2).requires_grad());
  const Tensor d = x.detach();
  CHECK_FALSE(d.requires_grad());
  CHECK(d.data_ptr() == x.data_ptr());
  Tensor y = x * 2;
  y.detach_();
  CHECK(y.is_leaf());
}

TEST_CASE("retain_grad and hooks see gradients on their way", "[autograd]") {
  const Tensor x = leaf({1, 2}), h = x * 3;
  h.retain_grad();
  CHECK(h.retains_grad());
  double seen = 0;
  h.register_hook([&](const Tensor& g) { seen = g.sum().item<double>(); });
  const unsigned doubled = x.register_hook([](const Tensor& g) { return g * 2; });
  (h * h).sum().backward();
  CHECK(equals(h.grad(), {6, 12}));
  CHECK(seen == 18);
  CHECK(equals(x.grad(), {36, 72}));
  x.remove_hook(doubled);
  x.mutable_grad() = Tensor();
  (x * 3).sum().backward();
  CHECK(equals(x.grad(), {3, 3}));
  CHECK_THROWS_WITH(tensor(1.0).retain_grad(),
                    Contains("can't retain_grad on Tensor that has requires_grad=False"));
}

TEST_CASE("a chain of a million nodes is differentiated and destroyed without recursion", "[autograd]") {
  const Tensor x = leaf({1}), a = tensor({1.0}, kDouble);
  {
    Tensor y = x;
    for (int i = 0; i < 1000000; ++i) y = y * a;
    y.backward();
    CHECK(x.grad().item<double>() == 1);
  }
  Tensor never_differentiated = x;
  for (int i = 0; i < 300000; ++i) never_differentiated = never_differentiated + a;
  never_differentiated = Tensor();
}

TEST_CASE("graphs of several threads that share leaves give the sum", "[autograd]") {
  const Tensor x = leaf({1, 2, 3});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) (x * x).sum().backward();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(equals(x.grad(), {400, 800, 1200}));
}

TEST_CASE("an evaluation loop without NoGradGuard keeps nothing alive", "[autograd]") {
  const Tensor x = randn({64, 1024}).requires_grad_();
  (x * 2).sum();
  const uint64_t before = memory_stats().bytes_in_use;
  for (int i = 0; i < 20; ++i) tanh(x * 2).sum();
  CHECK(memory_stats().bytes_in_use == before);
}

TEST_CASE("gradcheck finds a wrong gradient and says where", "[autograd]") {
  const autograd::TensorFunction wrong = [](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{
        x[1] * 2, autograd::record("WrongBackward0", x[1].detach() * x[1].detach(), {x[1]},
                                   [](const Tensor& g, autograd::Needs) { return autograd::grads(g * 6); })};
  };
  const Tensor unused = tensor({1.0}, kDouble), x = tensor({{3., 3.}, {3., 2.}}, kDouble).requires_grad_();
  const auto report = autograd::gradcheck(wrong, {unused, x});
  CHECK_FALSE(report.ok());
  CHECK_THAT(report.message,
             Contains("d output 1[1, 1] / d input 1[1, 1] is 6 by backward (WrongBackward0), 4") &&
                 Contains("by differences; 1 of the 16 derivatives"));
}

TEST_CASE("gradgradcheck tells inputs from upstream gradients", "[autograd]") {
  // The gradient is right, but its own gradient is lost.
  const autograd::TensorFunction wrong = [](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{autograd::record(
        "ForgetfulBackward0", x[0].detach().pow(3), {x[0]},
        [x = x[0].detach()](const Tensor& g, autograd::Needs) { return autograd::grads(g * 3 * x * x); })};
  };
  const Tensor x = leaf({0.5, 2});
  CHECK(autograd::gradcheck(wrong, {x}).ok());
  CHECK_THAT(autograd::gradgradcheck(wrong, {x}).message,
             Contains("gradgradcheck: d output 0") && Contains("/ d input 0"));
}

TEST_CASE("gradcheck asks for tensors that can be checked", "[autograd]") {
  const autograd::TensorFunction square = [](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{x[0] * x[0]};
  };
  const autograd::TensorFunction lost = [](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{x[0].detach() * 2};
  };
  CHECK_THROWS_WITH(autograd::gradcheck(square, {ones({1}, kDouble)}),
                    Contains("expects at least one input tensor to require gradient"));
  CHECK_THROWS_WITH(autograd::gradcheck(lost, {leaf({1})}), Contains("no output requires grad"));
  std::string warning;
  const WarningHandler before = set_warning_handler([&](const std::string& w) { warning = w; });
  CHECK_FALSE(autograd::gradcheck(square, {ones({1}).requires_grad_()}).ok());
  set_warning_handler(before);
  CHECK_THAT(warning,
             Contains("input 0 requires gradient and is not a double precision floating point, but Float"));
  double drift = 0;
  const autograd::TensorFunction random = [&](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{autograd::record(
        "DriftBackward0", x[0].detach() * 2, {x[0]},
        [&drift](const Tensor& g, autograd::Needs) { return autograd::grads(g * (2 + (drift += 1e-7))); })};
  };
  CHECK_THAT(autograd::gradcheck(random, {leaf({1})}).message, Contains("not reentrant"));
  CHECK(autograd::gradcheck(random, {leaf({1})}, {.nondet_tol = 1e-3}).ok());
}

TEST_CASE("backward says what took a tensor off the tape, and which pass freed it", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const std::string start = "element 0 of tensors does not require grad and does not have a grad_fn";
  const auto refusal = [](const Tensor& t) {
    try {
      t.backward();
      return std::string();
    } catch (const Error& e) {
      return std::string(e.what());
    }
  };
  CHECK_THAT(refusal(x.detach().exp().sum()),
             Contains(start) && Contains("a Double tensor of shape []") && Contains("it was detached"));
  CHECK_THAT(refusal(x.data().sum()), Contains("it was detached"));
  Tensor silent;
  {
    const NoGradGuard off;
    silent = x * 2;
  }
  CHECK_THAT(refusal((silent + 1).sum()), Contains(start) && Contains("it was made under NoGradGuard"));
  CHECK_THAT(refusal(ones({2}).sum()), Contains("no input of what it was computed from required grad"));
  CHECK_THAT(refusal(x.argmax()), Contains("a Long tensor") && Contains("have no gradient"));
  CHECK_THAT(refusal(Tensor()), Contains("undefined"));

  const Tensor y = (x * x).mean();
  y.backward();
  CHECK_THAT(refusal(y), Contains("MulBackward0, which made a Double tensor of shape [2]") &&
                             Contains("which started at the output of MeanBackward0"));
}

TEST_CASE("reading the gradient of a tensor that is no leaf warns", "[autograd]") {
  std::string warning;
  const WarningHandler before = set_warning_handler([&](const std::string& w) { warning = w; });
  const Tensor x = leaf({1, 2}), h = x * 2;
  CHECK_FALSE(h.grad().defined());
  CHECK_THAT(warning, Contains("use .retain_grad() on the non-leaf Tensor") &&
                          Contains("a Double tensor of shape [2] made by MulBackward0"));
  warning.clear();
  h.retain_grad();
  CHECK_FALSE(h.grad().defined());
  CHECK_FALSE(x.grad().defined());
  CHECK(warning == "");
  set_warning_handler(before);
}

TEST_CASE("rules are asked only for the gradients that a pass wants", "[autograd]") {
  const Tensor x = leaf({1, 2}), w = leaf({3, 4});
  int asked = 0;
  const auto product = [&] {
    return autograd::record("CountedBackward0", x.detach() * w.detach(), {x, w},
                            [&](const Tensor& g, autograd::Needs needs) {
                              asked += needs[0] + 10 * needs[1];
                              return autograd::grads(needs[0] ? g * w : autograd::none,
                                                     needs[1] ? g * x : autograd::none);
                            })
        .sum();
  };
  autograd::grad({product()}, {x});
  CHECK(asked == 1);
  product().backward({}, nullopt, false, TensorList(w));
  CHECK(asked == 11);
  product().backward();
  CHECK(asked == 22);
  CHECK(equals(x.grad(), {3, 4}));
  CHECK(equals(w.grad(), {2, 4}));
}
