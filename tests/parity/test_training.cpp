// The same training program in both libraries, from the same start: every loss and the parameters agree.
#include <cmath>
#include <limits>

#include "cases.hpp"
#include "compare.hpp"
#include "tests.hpp"

using namespace parity;

namespace {

enum class Layouts { contiguous, any };  // any: with a stride of 0, say, of which all labels are the same

Training draw_training(Random& random, Type type, const std::string& optimizer,
                       std::vector<int64_t> widths = {12, 9, 7, 4}, Layouts layouts = Layouts::any) {
  Training t;
  t.optimizer = optimizer;
  t.widths = std::move(widths);
  const auto place = [&](Type dtype, const std::vector<int64_t>& sizes, const std::vector<double>& values) {
    return layouts == Layouts::any ? lay_out(random, dtype, sizes, values) : contiguous(dtype, sizes, values);
  };
  const auto array = [&](const std::vector<int64_t>& sizes, double limit) {
    size_t count = 1;
    for (const int64_t s : sizes) count *= static_cast<size_t>(s);
    std::vector<double> values(count);
    for (double& v : values) v = random.uniform(-limit, limit);
    return place(type, sizes, values);
  };
  for (size_t i = 0; i + 1 < t.widths.size(); ++i) {
    t.parameters.push_back(array({t.widths[i + 1], t.widths[i]}, 0.4));
    t.parameters.push_back(array({t.widths[i + 1]}, 0.4));
  }
  constexpr int64_t examples = 50;  // not a multiple of the batch
  t.inputs = array({examples, t.widths.front()}, 1);
  std::vector<double> labels(examples);
  for (double& v : labels) v = static_cast<double>(random.between(0, t.widths.back() - 1));
  t.labels = place(Type::i64, {examples}, labels);
  t.batch = 8;
  t.epochs = 6;
  return t;
}

void check_equal(const Training& t, Type type, double slack = 1) {
  const Trained ours = xgrad_library().train(t), theirs = libtorch_library().train(t);
  REQUIRE(theirs.error == "");
  REQUIRE(ours.error == "");
  REQUIRE(ours.losses.size() == theirs.losses.size());
  // Rounding differences grow with the steps, and where Adam divides by a small root.
  const double tolerance = slack * (type == Type::f64 ? 1e-8 : 2e-3);
  for (size_t i = 0; i < ours.losses.size(); ++i) {
    INFO("step " << i);
    REQUIRE(ours.losses[i] == Approx(theirs.losses[i]).epsilon(tolerance));
  }
  for (size_t i = 0; i < ours.path.back().size(); ++i)
    CHECK(difference("parameter " + std::to_string(i), ours.path.back()[i], theirs.path.back()[i], tolerance,
                     magnitude(theirs.path.back()[i])) == "");
}

}  // namespace

TEST_CASE("SGD's trajectories are libtorch's", "[training]") {
  for (const Type type : {Type::f64, Type::f32})
    for (int i = 0; i < 12; ++i) {
      Random random(seed(), "SGD", i);
      Training t = draw_training(random, type, "SGD");
      const bool nesterov = i % 3 == 2;
      const double momentum = i % 3 ? random.uniform(0.1, 0.95) : 0,
                   dampening = nesterov || i % 2 ? 0 : random.uniform(0, 0.5);
      t.settings = {
          {{random.uniform(0.01, 0.2), momentum, dampening, i % 4 ? 0 : random.uniform(0, 0.1)}, nesterov}};
      INFO(where("SGD", i));
      check_equal(t, type);
    }
}

TEST_CASE("Adam's and AdamW's trajectories are libtorch's", "[training]") {
  for (const std::string optimizer : {"Adam", "AdamW"})
    for (const Type type : {Type::f64, Type::f32})
      for (int i = 0; i < 8; ++i) {
        Random random(seed(), optimizer, i);
        Training t = draw_training(random, type, optimizer);
        t.settings = {{{random.uniform(0.001, 0.03), random.uniform(0.5, 0.95), random.uniform(0.9, 0.999),
                        random.pick({1e-8, 1e-6, 1e-4}), i % 2 ? 0.0 : random.uniform(0, 0.1)},
                       i % 4 == 3}};
        INFO(where(optimizer, i));
        check_equal(t, type);
      }
}

TEST_CASE("Adagrad's and RMSprop's trajectories are libtorch's", "[training]") {
  for (const Type type : {Type::f64, Type::f32})
    for (int i = 0; i < 8; ++i) {
      Random random(seed(), "Adagrad", i);
      Training t = draw_training(random, type, "Adagrad");
      t.settings = {
          {{random.uniform(0.01, 0.1), i % 2 ? 0 : random.uniform(0, 0.1), i % 3 ? 0 : random.uniform(0, 0.1),
            i % 4 ? 0.1 : 0.0, random.pick({1e-8, 1e-6, 1e-4})}}};
      INFO(where("Adagrad", i));
      check_equal(t, type);
      t.optimizer = "RMSprop";
      t.settings = {{{random.uniform(0.001, 0.01), random.uniform(0.8, 0.99), random.pick({1e-6, 1e-4, 1e-2}),
                      i % 3 ? 0 : random.uniform(0, 0.1), i % 2 ? 0 : random.uniform(0, 0.9)}}};
      t.settings[0].flag = i % 4 >= 2 && t.settings[0].numbers[2] > 1e-5;
      check_equal(t, type);
    }
}

TEST_CASE("LBFGS takes libtorch's steps", "[training]") {
  for (int i = 0; i < 8; ++i) {
    Random random(seed(), "LBFGS", i);
    Training t = draw_training(random, Type::f64, "LBFGS");
    const bool search = i % 2 == 0;
    t.settings = {{{search ? 1.0 : random.uniform(0.05, 0.3), static_cast<double>(random.between(2, 6)),
                    static_cast<double>(random.between(2, 10))},
                   search}};
    t.batch = 50;
    t.epochs = 5;
    INFO(where("LBFGS", i));
    check_equal(t, Type::f64, 100);
  }
}

namespace {

// Two or three roundings a step, of which those of some tens of steps are felt together: 2e-14.
constexpr double few_roundings = 100;

// One linear layer under cross_entropy, whose loss is smooth and convex: what one step rounds differently
// fades in the next ones instead of growing. The batches differ, so that the gradients never vanish, which
// would leave Adam only roundings to divide by each other.
Training long_training(const std::string& optimizer, std::vector<Settings> settings,
                       std::vector<int64_t> widths = {11, 5}) {
  Random random(seed(), optimizer, 1000);
  Training t = draw_training(random, Type::f64, optimizer, std::move(widths), Layouts::contiguous);
  t.settings = std::move(settings);
  t.epochs = 143;  // of 7 batches: 1001 steps
  return t;
}

// Both paths go through the same places, up to `roundings` of a parameter's largest element.
void check_path(const Training& t, double roundings) {
  const Trained ours = xgrad_library().train(t), theirs = libtorch_library().train(t);
  REQUIRE(theirs.error == "");
  REQUIRE(ours.error == "");
  REQUIRE(ours.path.size() == theirs.path.size());
  double most = 0;
  size_t where_most = 0;
  for (size_t step = 0; step < ours.path.size(); ++step)
    for (size_t p = 0; p < ours.path[step].size(); ++p) {
      const Array &mine = ours.path[step][p], &other = theirs.path[step][p];
      REQUIRE(mine.buffer.size() == other.buffer.size());
      for (size_t i = 0; i < mine.buffer.size(); ++i) {
        const double apart = std::abs(mine.buffer[i] - other.buffer[i]) / magnitude(other);
        if (!(apart <= most) && !std::isnan(most)) most = apart, where_most = step;
      }
    }
  INFO("largest difference " << most << ", of the largest element, after step " << where_most + 1 << " of "
                             << ours.path.size());
  CHECK(most <= roundings * std::numeric_limits<double>::epsilon());
}

}  // namespace

TEST_CASE("trajectories of 1000 steps are libtorch's to float64 rounding", "[training]") {
  const std::vector<std::pair<std::string, std::vector<Settings>>> optimizers{
      // lr, momentum, dampening, weight_decay; nesterov
      {"SGD",
       {{{0.05, 0, 0, 0}},
        {{0.05, 0, 0, 0.01}},
        {{0.02, 0.9, 0, 0}},
        {{0.02, 0.9, 0.3, 0.01}},
        {{0.02, 0.9, 0, 0}, true},
        {{0.05, 0.5, 0, 0.01}, true}}},
      // lr, beta1, beta2, eps, weight_decay; amsgrad
      {"Adam",
       {{{1e-3, 0.9, 0.999, 1e-8, 0}},
        {{0.01, 0.8, 0.99, 1e-8, 0}},
        {{0.01, 0.9, 0.999, 1e-3, 0.01}},
        {{0.01, 0.9, 0.999, 1e-8, 0}, true},
        {{1e-3, 0.5, 0.9, 1e-6, 0.1}, true}}},
      {"AdamW",
       {{{1e-3, 0.9, 0.999, 1e-8, 0}},
        {{0.01, 0.8, 0.99, 1e-8, 0.01}},
        {{0.01, 0.9, 0.999, 1e-3, 0.1}},
        {{0.01, 0.9, 0.999, 1e-8, 0.01}, true},
        {{1e-3, 0.5, 0.9, 1e-6, 0.1}, true}}},
      // lr, lr_decay, weight_decay, initial_accumulator_value, eps
      {"Adagrad",
       {{{0.05, 0, 0, 0, 1e-10}},
        {{0.05, 0.01, 0, 0, 1e-10}},
        {{0.05, 0, 0.01, 0, 1e-4}},
        {{0.05, 0, 0, 0.5, 1e-10}},
        {{0.1, 1e-3, 0.1, 0.1, 1e-3}}}},
      // lr, alpha, eps, weight_decay, momentum; centered
      {"RMSprop",
       {{{1e-3, 0.99, 1e-8, 0, 0}},
        {{1e-3, 0.9, 1e-4, 0.01, 0}},
        {{1e-3, 0.99, 1e-8, 0, 0.9}},
        {{1e-3, 0.99, 1e-8, 0, 0}, true},
        {{1e-3, 0.9, 1e-6, 0.1, 0.5}, true}}}};
  for (const auto& [optimizer, all_settings] : optimizers)
    for (size_t i = 0; i < all_settings.size(); ++i)
      for (const unsigned step_size : {0U, 30U}) {
        Training t = long_training(optimizer, {all_settings[i]});
        t.step_size = step_size;
        INFO(optimizer << ", row " << i << ", step_size of the StepLR " << step_size);
        check_path(t, few_roundings);
      }
}

TEST_CASE("groups with options of their own take libtorch's 1000 steps", "[training]") {
  const std::vector<std::pair<std::string, std::vector<Settings>>> groups{
      {"SGD", {{{0.05, 0.9, 0, 0.01}, true}, {{0.01, 0, 0, 0}}}},
      {"Adam", {{{1e-3, 0.9, 0.999, 1e-8, 0.1}}, {{0.02, 0.8, 0.99, 1e-4, 0}, true}}},
      {"AdamW", {{{1e-3, 0.9, 0.999, 1e-8, 0.1}, true}, {{0.02, 0.8, 0.99, 1e-4, 0}}}},
      {"Adagrad", {{{0.05, 0.01, 0, 0.2, 1e-10}}, {{0.1, 0, 0.1, 0.2, 1e-6}}}},
      {"RMSprop", {{{1e-3, 0.99, 1e-8, 0, 0.9}}, {{0.01, 0.9, 1e-4, 0.1, 0}, true}}}};
  for (const auto& [optimizer, settings] : groups) {
    Training t = long_training(optimizer, settings);
    t.step_size = 30;
    INFO(optimizer);
    check_path(t, few_roundings);
  }
}

TEST_CASE("LBFGS walks libtorch's path until it has arrived", "[training]") {
  for (const bool search : {false, true}) {
    Training t = long_training("LBFGS", {{{search ? 1 : 0.3, 4, 10}, search}}, {3, 4});
    t.batch = 50;  // all: the curvature of one batch misleads in the next
    t.epochs = 15;
    INFO((search ? "strong_wolfe" : "steps of lr"));
    check_path(t, 1e5);  // a line search divides by differences of losses, which cancel
  }
}

TEST_CASE("the 784-128-10 network trains as in libtorch", "[training]") {
  for (const std::string optimizer : {"SGD", "Adam"}) {
    Random random(seed(), "784-128-10", 0);
    Training t;
    t.optimizer = optimizer;
    t.settings = {{optimizer == "SGD" ? std::vector<double>{0.1, 0.9, 0, 0}
                                      : std::vector<double>{0.001, 0.9, 0.999, 1e-8, 0}}};
    t.widths = {784, 128, 10};
    const auto array = [&](std::vector<int64_t> sizes, double limit) {
      std::vector<double> values(static_cast<size_t>(sizes.size() > 1 ? sizes[0] * sizes[1] : sizes[0]));
      for (double& v : values) v = random.uniform(-limit, limit);
      return lay_out(random, Type::f32, std::move(sizes), values);
    };
    t.parameters = {array({128, 784}, 1 / 28.0), array({128}, 1 / 28.0), array({10, 128}, 0.088),
                    array({10}, 0.088)};
    t.inputs = array({320, 784}, 1);
    std::vector<double> labels(320);
    for (double& v : labels) v = static_cast<double>(random.between(0, 9));
    t.labels = lay_out(random, Type::i64, {320}, labels);
    t.batch = 32;
    t.epochs = 2;
    INFO(optimizer);
    check_equal(t, Type::f32);
  }
}
