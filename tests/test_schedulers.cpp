// Schedulers against the learning rates of Python's PyTorch (tests/record_schedulers.py).
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::optim;

namespace {

/// An optimizer with two groups, as in the script.
template <class O, class Options>
std::unique_ptr<O> two_groups(Options options) {
  std::vector<OptimizerParamGroup> groups;
  for (const double lr : {0.1, 0.05}) {
    auto own = std::make_unique<Options>(options);
    own->lr(lr);
    groups.emplace_back(std::vector<Tensor>{zeros({1}, requires_grad())}, std::move(own));
  }
  return std::make_unique<O>(groups, options);
}
std::unique_ptr<SGD> two_groups() { return two_groups<SGD>(SGDOptions(1).momentum(0.5)); }

double rate(const Optimizer& optimizer) { return optimizer.param_groups()[1].options().get_lr(); }

const std::vector<double>& recorded(const char* name) {
  static const auto all = [] {
    std::map<std::string, std::vector<double>> lines;
    std::ifstream file(XGRAD_TEST_DATA "/schedulers.txt");
    for (std::string text; std::getline(file, text);) {
      std::istringstream line(text);
      std::string key, word;
      line >> key;
      std::vector<double>* values = &lines[key];
      while (line >> word)
        if (word == "momentum")
          values = &lines[key + " momentum"];
        else
          values->push_back(std::stod(word));
    }
    return lines;
  }();
  REQUIRE(all.count(name) == 1);
  REQUIRE(all.at(name).size() >= 30);
  return all.at(name);
}

template <class Scheduler, class... Args>
void follow(const char* name, const Args&... args) {
  INFO(name);
  auto optimizer = two_groups();
  Scheduler scheduler(*optimizer, args...);
  int step = 0;
  for (const double expected : recorded(name)) {
    CAPTURE(step);
    if (step++ > 0) scheduler.step();
    CHECK(rate(*optimizer) == Approx(expected).epsilon(1e-12));
  }
}

double wave(int step) { return std::exp(-0.3 * step) + 0.2 * (step % 5); }

}  // namespace

TEST_CASE("schedulers give Python's rates", "[optim]") {
  follow<MultiStepLR>("MultiStepLR", std::vector<unsigned>{3, 7, 7, 20}, 0.3);
  follow<ExponentialLR>("ExponentialLR", 0.9);
  follow<CosineAnnealingLR>("CosineAnnealingLR", 10u, 0.01);
  follow<LambdaLR>("LambdaLR", [](unsigned epoch) { return 1.0 / (epoch + 2); });
}

TEST_CASE("StepLR counts as libtorch's, one step behind Python's", "[optim]") {
  auto optimizer = two_groups();
  StepLR scheduler(*optimizer, 4, 0.5);
  const auto& python = recorded("StepLR");
  for (size_t step = 0; step < python.size(); ++step) {
    scheduler.step();
    CHECK(rate(*optimizer) == Approx(python[step]).epsilon(1e-12));
  }
}

TEST_CASE("OneCycleLR gives Python's rates and momenta", "[optim]") {
  auto sgd = two_groups();
  auto adam = two_groups<Adam>(AdamOptions(1));
  OneCycleLR cosine(*sgd, {0.4, 30});
  OneCycleLR linear(*adam, OneCycleLROptions(0.4, 30)
                               .pct_start(0.4)
                               .anneal_strategy("linear")
                               .three_phase(true)
                               .div_factor(10)
                               .final_div_factor(100)
                               .base_momentum(0.8)
                               .max_momentum(0.9));
  for (size_t step = 0; step < 30; ++step) {
    CAPTURE(step);
    if (step > 0) {
      cosine.step();
      linear.step();
    }
    CHECK(rate(*sgd) == Approx(recorded("OneCycleLR")[step]).epsilon(1e-12));
    CHECK(rate(*adam) == Approx(recorded("OneCycleLR-linear")[step]).epsilon(1e-12));
    CHECK(static_cast<SGDOptions&>(sgd->param_groups()[1].options()).momentum() ==
          Approx(recorded("OneCycleLR momentum")[step]).epsilon(1e-12));
    CHECK(std::get<0>(static_cast<AdamOptions&>(adam->param_groups()[1].options()).betas()) ==
          Approx(recorded("OneCycleLR-linear momentum")[step]).epsilon(1e-12));
  }
  cosine.step();
  CHECK_THROWS_WITH(cosine.step(), Contains("Tried to step 31 times"));
  auto adagrad = two_groups<Adagrad>(AdagradOptions(1));
  CHECK_THROWS_WITH(OneCycleLR(*adagrad, {0.4, 30}), Contains("cycle_momentum(false)"));
  CHECK_THROWS_WITH(OneCycleLR(*sgd, {0.4, 0}), Contains("total_steps"));
}

TEST_CASE("ReduceLROnPlateau lowers the rates as in Python", "[optim]") {
  auto a = two_groups(), b = two_groups();
  ReduceLROnPlateau lowest(*a, ReduceLROnPlateauOptions().factor(0.5).patience(2).cooldown(1).min_lr(0.004));
  ReduceLROnPlateau highest(
      *b,
      ReduceLROnPlateauOptions().mode("max").factor(0.3).patience(1).threshold(0.05).threshold_mode("abs"));
  for (int step = 1; step <= 30; ++step) {
    CAPTURE(step);
    lowest.step(wave(step));
    highest.step(wave(step));
    CHECK(rate(*a) == Approx(recorded("ReduceLROnPlateau")[static_cast<size_t>(step)]).epsilon(1e-12));
    CHECK(rate(*b) == Approx(recorded("ReduceLROnPlateau-max")[static_cast<size_t>(step)]).epsilon(1e-12));
  }
  CHECK(rate(*a) < 0.05);
  CHECK_THROWS_WITH(ReduceLROnPlateau(*a, ReduceLROnPlateauOptions().factor(1)),
                    Contains("Factor should be < 1.0"));
  CHECK_THROWS_WITH(ReduceLROnPlateau(*a, ReduceLROnPlateauOptions().mode("low")),
                    Contains("mode low is unknown"));
}

TEST_CASE("what schedulers refuse, and one of one's own", "[optim]") {
  auto optimizer = two_groups();
  CHECK_THROWS_WITH(StepLR(*optimizer, 0), Contains("step_size is 0"));
  CHECK_THROWS_WITH(CosineAnnealingLR(*optimizer, 0), Contains("T_max is 0"));
  ExponentialLR exponential(*optimizer, 0.5);
  optimizer->add_param_group(OptimizerParamGroup({zeros({1}, requires_grad())}));
  CHECK_THROWS_WITH(exponential.step(), Contains("Expected: 3, but got: 2"));
  struct Halve : LRScheduler {
    using LRScheduler::LRScheduler;
    std::vector<double> get_lrs() override {
      auto rates = get_current_lrs();
      for (double& r : rates) r /= 2;
      return rates;
    }
  };
  Halve halve(*optimizer);
  halve.step();
  CHECK(rate(*optimizer) == 0.025);
}
