#include <cmath>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

namespace optim = xgrad::optim;
using xgrad::Tensor;

namespace {

constexpr int64_t count = 19;  // whole batches of every width, and a rest

template <class T>
void fill_gradient(const Tensor& grad, const Tensor& parameter, int64_t step) {
  T* g = grad.data_ptr<T>();
  const T* p = parameter.data_ptr<T>();
  for (int64_t i = 0; i < count; ++i)
    g[i] = static_cast<T>(0.3) * p[i] +
           static_cast<T>(static_cast<double>((37 * step + 11 * i) % 17 - 8) / 16 + 0.0137);
}

std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& name, const Tensor& parameter,
                                                 std::istream& numbers) {
  double lr, a, b, c, d;
  int flag;
  numbers >> lr >> a >> b >> c >> d;
  if (name == "SGD") {
    flag = static_cast<int>(d);
    return std::make_unique<optim::SGD>(
        std::vector<Tensor>{parameter},
        optim::SGDOptions(lr).momentum(a).dampening(b).weight_decay(c).nesterov(flag != 0));
  }
  if (name == "Adagrad") {
    return std::make_unique<optim::Adagrad>(
        std::vector<Tensor>{parameter},
        optim::AdagradOptions(lr).lr_decay(a).weight_decay(b).initial_accumulator_value(c).eps(d));
  }
  numbers >> flag;
  if (name == "RMSprop")
    return std::make_unique<optim::RMSprop>(
        std::vector<Tensor>{parameter},
        optim::RMSpropOptions(lr).alpha(a).eps(b).weight_decay(c).momentum(d).centered(flag != 0));
  if (name == "Adam")
    return std::make_unique<optim::Adam>(
        std::vector<Tensor>{parameter},
        optim::AdamOptions(lr).betas(std::make_tuple(a, b)).eps(c).weight_decay(d).amsgrad(flag != 0));
  return std::make_unique<optim::AdamW>(
      std::vector<Tensor>{parameter},
      optim::AdamWOptions(lr).betas(std::make_tuple(a, b)).eps(c).weight_decay(d).amsgrad(flag != 0));
}

// LBFGS on the Rosenbrock function of four variables in two tensors.
void follow_lbfgs(std::istringstream& line) {
  double lr;
  int64_t max_iter, history;
  bool search;
  line >> lr >> max_iter >> history >> search;
  auto options = optim::LBFGSOptions(lr).max_iter(max_iter).history_size(history);
  if (search) options.line_search_fn("strong_wolfe");
  const Tensor a = xgrad::tensor({-1.2, 1.0}, xgrad::kDouble).requires_grad_();
  const Tensor b = xgrad::tensor({0.5, -0.7}, xgrad::kDouble).requires_grad_();
  optim::LBFGS optimizer({a, b}, options);
  const auto closure = [&] {
    optimizer.zero_grad();
    const Tensor x = xgrad::cat({a, b}), head = x.slice(0, 0, 3), tail = x.slice(0, 1, 4);
    const Tensor loss = (100 * (tail - head.square()).square() + (1 - head).square()).sum();
    loss.backward();
    return loss;
  };
  std::string separator;
  int steps = 0;
  for (; line >> separator; ++steps) {
    std::vector<double> ours{optimizer.step(closure).item<double>()};
    for (const Tensor& p : {a, b}) ours.insert(ours.end(), p.data_ptr<double>(), p.data_ptr<double>() + 2);
    for (const double value : ours) {
      double expected;
      line >> expected;
      CAPTURE(steps);
      REQUIRE(value == Approx(expected).epsilon(1e-7).margin(1e-9));
    }
  }
  REQUIRE(steps == 12);
}

template <class T>
void follow(const std::string& name, std::istringstream& line, double tolerance) {
  Tensor parameter = xgrad::empty({count}, xgrad::dtype_of<T>);
  for (int64_t i = 0; i < count; ++i) parameter.data_ptr<T>()[i] = static_cast<T>(i - 9) / 8;
  parameter.requires_grad_();
  parameter.mutable_grad() = xgrad::empty({count}, xgrad::dtype_of<T>);
  const auto optimizer = make_optimizer(name, parameter, line);
  std::string separator;
  int64_t step = 0;
  int checked = 0;
  while (line >> separator) {
    int64_t until;
    line >> until;
    for (; step < until; ++step) {
      fill_gradient<T>(parameter.grad(), parameter, step + 1);
      optimizer->step();
    }
    for (int64_t i = 0; i < count; ++i, ++checked) {
      double expected;
      line >> expected;
      CAPTURE(step, i);
      REQUIRE(static_cast<double>(parameter.data_ptr<T>()[i]) ==
              Approx(expected).epsilon(tolerance).margin(tolerance));
    }
  }
  REQUIRE(checked == 6 * count);
}

Tensor leaf(std::vector<double> values) { return xgrad::tensor(values, xgrad::kDouble).requires_grad_(); }

}  // namespace

TEST_CASE("optimizers follow PyTorch's paths over 1000 steps", "[optim]") {
  std::ifstream file(XGRAD_TEST_DATA "/optim.txt");
  REQUIRE(file);
  int lines = 0;
  for (std::string text; std::getline(file, text); ++lines) {
    INFO(text.substr(0, 60));
    std::istringstream line(text);
    std::string name, dtype;
    line >> name;
    if (name == "LBFGS") {
      follow_lbfgs(line);
      continue;
    }
    line >> dtype;
    if (dtype == "float64")
      follow<double>(name, line, 1e-12);
    else
      follow<float>(name, line, 2e-5);
  }
  REQUIRE(lines == 44);
}

TEST_CASE("a strided parameter or gradient is optimised like a contiguous one", "[optim]") {
  const auto steps = [](bool strided_parameter, bool strided_gradient) {
    Tensor base = xgrad::arange(12, xgrad::kDouble).reshape({3, 4});
    Tensor parameter = strided_parameter ? base.t().contiguous().t() : base.clone();
    parameter = parameter.detach();
    parameter.requires_grad_();
    optim::Adam optimizer({parameter}, optim::AdamOptions(0.1).weight_decay(0.01));
    for (int i = 0; i < 5; ++i) {
      Tensor grad = (parameter.detach() * 0.5 - 1).contiguous();
      parameter.mutable_grad() = strided_gradient ? grad.t().contiguous().t() : grad;
      REQUIRE(parameter.grad().is_contiguous() == !strided_gradient);
      optimizer.step();
    }
    REQUIRE(parameter.is_contiguous() == !strided_parameter);
    return parameter.detach().contiguous();
  };
  const Tensor expected = steps(false, false);
  CHECK(xgrad::equal(steps(true, false), expected));
  CHECK(xgrad::equal(steps(false, true), expected));
  CHECK(xgrad::equal(steps(true, true), expected));
}

TEST_CASE("step leaves gradients alone, skips parameters without one, and raises the version", "[optim]") {
  Tensor a = leaf({1, 2, 3}), b = leaf({4, 5});
  optim::SGD optimizer({a, b}, optim::SGDOptions(0.5).momentum(0.9));
  a.mutable_grad() = xgrad::tensor({1., 1., 2.}, xgrad::kDouble);
  const Tensor grad = a.grad().clone();
  const auto version = a._version();
  optimizer.step();
  CHECK(xgrad::equal(a.detach(), xgrad::tensor({0.5, 1.5, 2.}, xgrad::kDouble)));
  CHECK(xgrad::equal(a.grad(), grad));
  CHECK(a._version() == version + 1);
  CHECK(xgrad::equal(b.detach(), xgrad::tensor({4., 5.}, xgrad::kDouble)));
  CHECK(optimizer.state().size() == 1);
  CHECK(optimizer.state().count(&a.impl()) == 1);
}

TEST_CASE("a parameter that was stepped since the forward pass is refused by backward", "[optim]") {
  Tensor a = leaf({1, 2, 3});
  optim::SGD optimizer({a}, 0.1);
  const Tensor loss = (a * a).sum();
  loss.backward({}, true);
  optimizer.step();
  CHECK_THROWS_WITH(loss.backward(), Contains("modified by an inplace operation"));
}

TEST_CASE("closures compute the loss with gradients on", "[optim]") {
  Tensor a = leaf({3});
  optim::SGD optimizer({a}, 0.25);
  xgrad::NoGradGuard no_grad;
  const Tensor loss = optimizer.step([&] {
    optimizer.zero_grad();
    Tensor l = (a * a).sum();
    l.backward();
    return l;
  });
  CHECK(loss.item<double>() == 9);
  CHECK(a.item<double>() == 1.5);
  CHECK_FALSE(optimizer.step().defined());
}

TEST_CASE("an optimizer's zero_grad zeroes or undefines", "[optim]") {
  Tensor a = leaf({3});
  optim::SGD optimizer({a}, 0.25);
  optimizer.zero_grad();
  CHECK_FALSE(a.grad().defined());
  (a * a).sum().backward();
  const Tensor grad = a.grad();
  optimizer.zero_grad(false);
  CHECK(a.grad().is_same(grad));
  CHECK(grad.item<double>() == 0);
  optimizer.zero_grad();
  CHECK_FALSE(a.grad().defined());
}

TEST_CASE("parameter groups have options of their own", "[optim]") {
  Tensor a = leaf({1}), b = leaf({1}), c = leaf({1});
  std::vector<optim::OptimizerParamGroup> groups;
  groups.emplace_back(std::vector<Tensor>{a});
  groups.emplace_back(std::vector<Tensor>{b}, std::make_unique<optim::SGDOptions>(0.5));
  optim::SGD optimizer(groups, optim::SGDOptions(0.1));
  optimizer.add_param_group(optim::OptimizerParamGroup({c}, std::make_unique<optim::SGDOptions>(0.25)));
  for (Tensor* p : {&a, &b, &c}) p->mutable_grad() = xgrad::ones({1}, xgrad::kDouble);
  optimizer.step();
  CHECK(a.item<double>() == Approx(0.9));
  CHECK(b.item<double>() == Approx(0.5));
  CHECK(c.item<double>() == Approx(0.75));
  for (auto& group : optimizer.param_groups()) group.options().set_lr(group.options().get_lr() * 2);
  static_cast<optim::SGDOptions&>(optimizer.param_groups()[2].options()).lr(0);
  optimizer.step();
  CHECK(a.item<double>() == Approx(0.7));
  CHECK(b.item<double>() == Approx(-0.5));
  CHECK(c.item<double>() == Approx(0.75));
  CHECK(optimizer.size() == 3);
  CHECK(static_cast<optim::SGDOptions&>(optimizer.defaults()).lr() == 0.1);
}

TEST_CASE("a module converted between steps takes its state along", "[optim]") {
  xgrad::nn::Linear fc(2, 1);
  optim::Adam optimizer(fc->parameters(), optim::AdamOptions(0.1));
  const Tensor x = xgrad::ones({1, 2});
  fc(x).sum().backward();
  optimizer.step();
  fc->to(xgrad::kDouble);
  optimizer.zero_grad();
  fc(x.to(xgrad::kDouble)).sum().backward();
  const Tensor before = fc->weight.detach().clone();
  optimizer.step();
  // The same gradient again: Adam moves by lr.
  CHECK(xgrad::allclose(before - 0.1, fc->weight.detach(), 1e-5, 1e-6));
}

TEST_CASE("optimizers refuse what they cannot optimise", "[optim]") {
  Tensor a = leaf({1, 2});
  const std::vector<Tensor> nothing;
  CHECK_THROWS_WITH(optim::SGD(nothing, 0.1),
                    Contains("optimizer got an empty parameter list") && Contains("register_parameter"));
  CHECK_THROWS_WITH(optim::SGD({a * 2}, 0.1),
                    Contains("can't optimize a non-leaf Tensor") && Contains("parameter 0"));
  CHECK_THROWS_WITH(optim::SGD({a, a}, 0.1),
                    Contains("some parameters appear in more than one parameter group"));
  CHECK_THROWS_WITH(optim::SGD({Tensor()}, 0.1), Contains("parameter 0 is undefined"));
  CHECK_THROWS_WITH(optim::SGD({xgrad::ones({2}, xgrad::kLong)}, 0.1),
                    Contains("only floating-point tensors"));
  optim::SGD optimizer({a}, 0.1);
  CHECK_THROWS_WITH(optimizer.add_param_group({{a}}),
                    Contains("some parameters appear in more than one parameter group"));
  Tensor b = leaf({1});
  CHECK_THROWS_WITH(optimizer.add_param_group({{b}, std::make_unique<optim::AdamOptions>()}),
                    Contains("AdamOptions") && Contains("expected xgrad::optim::SGDOptions"));
  CHECK(optimizer.size() == 1);
  a.mutable_grad() = xgrad::ones({3}, xgrad::kDouble);
  CHECK_THROWS_WITH(optimizer.step(), Contains("the gradient has shape [3], its parameter [2]"));
}

TEST_CASE("optimizers refuse numbers that make no sense", "[optim]") {
  const std::vector<Tensor> p{leaf({1})};
  CHECK_THROWS_WITH(optim::SGD(p, -1), Contains("Invalid learning rate: -1"));
  CHECK_THROWS_WITH(optim::SGD(p, std::nan("")), Contains("Invalid learning rate: nan"));
  CHECK_THROWS_WITH(optim::SGD(p, optim::SGDOptions(1).momentum(-0.5)),
                    Contains("Invalid momentum value: -0.5"));
  CHECK_THROWS_WITH(optim::SGD(p, optim::SGDOptions(1).weight_decay(-2)),
                    Contains("Invalid weight_decay value: -2"));
  CHECK_THROWS_WITH(optim::SGD(p, optim::SGDOptions(1).nesterov(true)),
                    Contains("Nesterov momentum requires a momentum and zero dampening"));
  CHECK_THROWS_WITH(optim::SGD(p, optim::SGDOptions(1).nesterov(true).momentum(0.9).dampening(0.1)),
                    Contains("Nesterov momentum requires a momentum and zero dampening"));
  CHECK_THROWS_WITH(optim::Adam(p, -1), Contains("Invalid learning rate: -1"));
  CHECK_THROWS_WITH(optim::Adam(p, optim::AdamOptions().eps(-1)), Contains("Invalid epsilon value: -1"));
  CHECK_THROWS_WITH(optim::Adam(p, optim::AdamOptions().betas(std::make_tuple(1.0, 0.9))),
                    Contains("Invalid beta parameter at index 0: 1"));
  CHECK_THROWS_WITH(optim::AdamW(p, optim::AdamWOptions().betas(std::make_tuple(0.9, -0.5))),
                    Contains("Invalid beta parameter at index 1: -0.5"));
  CHECK_THROWS_WITH(optim::AdamW(p, optim::AdamWOptions().weight_decay(-1)),
                    Contains("Invalid weight_decay value: -1"));
}

TEST_CASE("LBFGS refuses what it cannot do", "[optim]") {
  const Tensor a = leaf({1}), b = leaf({2});
  optim::LBFGS optimizer({a});
  CHECK_THROWS_WITH(optimizer.step(nullptr), Contains("requires a closure"));
  const std::vector<optim::OptimizerParamGroup> groups{std::vector<Tensor>{a}, std::vector<Tensor>{b}};
  CHECK_THROWS_WITH(optim::LBFGS(groups), Contains("parameter groups"));
  CHECK_THROWS_WITH(optim::LBFGS({a}, optim::LBFGSOptions().line_search_fn("armijo")),
                    Contains("'strong_wolfe'"));
  CHECK_THROWS_WITH(optim::LBFGS({a}, optim::LBFGSOptions().history_size(0)), Contains("history_size"));
  CHECK_THROWS_WITH(optim::RMSprop({a}, optim::RMSpropOptions().alpha(-1)), Contains("Invalid alpha value"));
  CHECK_THROWS_WITH(optim::Adagrad({a}, optim::AdagradOptions().lr_decay(-1)),
                    Contains("Invalid lr_decay value"));
}

TEST_CASE("the defaults are PyTorch's", "[optim]") {
  const optim::AdamOptions adam;
  CHECK((adam.lr() == 1e-3 && adam.betas() == std::make_tuple(0.9, 0.999) && adam.eps() == 1e-8 &&
         adam.weight_decay() == 0 && !adam.amsgrad()));
  const optim::AdamWOptions adamw;
  CHECK((adamw.lr() == 1e-3 && adamw.betas() == std::make_tuple(0.9, 0.999) && adamw.eps() == 1e-8 &&
         adamw.weight_decay() == 1e-2));
  const optim::AdagradOptions adagrad;
  CHECK((adagrad.lr() == 1e-2 && adagrad.lr_decay() == 0 && adagrad.weight_decay() == 0 &&
         adagrad.initial_accumulator_value() == 0 && adagrad.eps() == 1e-10));
  const optim::RMSpropOptions rmsprop;
  CHECK((rmsprop.lr() == 1e-2 && rmsprop.alpha() == 0.99 && rmsprop.eps() == 1e-8 &&
         rmsprop.momentum() == 0 && rmsprop.weight_decay() == 0 && !rmsprop.centered()));
  const optim::LBFGSOptions lbfgs;
  CHECK((lbfgs.lr() == 1 && lbfgs.max_iter() == 20 && !lbfgs.max_eval() && lbfgs.tolerance_grad() == 1e-7 &&
         lbfgs.tolerance_change() == 1e-9 && lbfgs.history_size() == 100 && !lbfgs.line_search_fn()));
  const optim::SGDOptions sgd(0.1);
  CHECK((sgd.momentum() == 0 && sgd.dampening() == 0 && sgd.weight_decay() == 0 && !sgd.nesterov()));
}
