// Anomaly mode: what is said about the first NaN or Inf.

#include <cmath>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using autograd::AnomalyMode;
using autograd::DetectAnomalyGuard;

namespace {

Tensor leaf(const std::vector<double>& values) { return tensor(values, kDouble).requires_grad_(); }

// What backward() from `y` says.
std::string refusal(const Tensor& y) {
  try {
    y.sum().backward();
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

// Without libbacktrace the names of the functions in a program are not known.
#ifdef XGRAD_TEST_HAS_LIBBACKTRACE
const std::string called = "xgrad::log";
#else
const std::string called;
#endif

[[gnu::noinline]] Tensor unlucky_logarithm(const Tensor& x) { return log(x.reshape({2, 2})); }

}  // namespace

TEST_CASE("the anomaly guards set and restore the mode", "[anomaly]") {
  CHECK_FALSE(AnomalyMode::is_enabled());
  {
    const DetectAnomalyGuard guard;
    CHECK(AnomalyMode::is_enabled());
    CHECK(AnomalyMode::should_check_nan());
    CHECK_FALSE(AnomalyMode::should_check_values());
    const DetectAnomalyGuard inner(false, true);
    CHECK_FALSE(AnomalyMode::should_check_nan());
    CHECK(AnomalyMode::should_check_values());
  }
  CHECK_FALSE(AnomalyMode::is_enabled());
  autograd::set_detect_anomaly(true);
  CHECK(AnomalyMode::is_enabled());
  autograd::set_detect_anomaly(false);
  CHECK_FALSE(AnomalyMode::should_check_nan());
}

TEST_CASE("the first infinite gradient stops backward and is described", "[anomaly]") {
  const Tensor x = leaf({1, 2, 0, 4});
  CHECK(refusal(unlucky_logarithm(x * 1)) == "");  // off: infinities pass
  const DetectAnomalyGuard guard;
  const std::string message = refusal(unlucky_logarithm(x * 1));
  CHECK_THAT(message, Contains("Function 'LogBackward0' returned inf values in its 0th output"));
  CHECK_THAT(message, Contains("The gradient for input 0, a Double tensor of shape [2, 2] made by"));
  CHECK_THAT(message, Contains("min 0.25, max 1, mean 0.583333 of the finite ones; 0 NaN and 1 Inf among 4 "
                               "elements, first at [1, 0]"));
  CHECK_THAT(message,
             Contains("The gradient that came in for output 0, of shape [2, 2]: min 1, max 1, mean 1 of 4 "
                      "elements, all finite"));
  CHECK_THAT(message, Contains("It had saved an input of shape [2, 2]: min 0, max 4"));
  CHECK_THAT(message, Contains("the fault is in this operation"));
  CHECK_THAT(message, Contains("LogBackward0 was called here:\n  " + called));
}

TEST_CASE("the backtrace names the functions that called the operation", "[anomaly]") {
#ifdef XGRAD_TEST_HAS_LIBBACKTRACE
  const DetectAnomalyGuard guard;
  CHECK_THAT(refusal(unlucky_logarithm(leaf({0, 1, 2, 3}))), Contains("unlucky_logarithm"));
#endif
}

TEST_CASE("the operation that makes the first NaN is named, with the leaf behind it", "[anomaly]") {
  const DetectAnomalyGuard guard;
  const Tensor x = leaf({0, 1});
  CHECK_THAT(refusal(x * tensor({NAN, 1.0}, kDouble)),
             Contains("Function 'MulBackward0' returned nan values in its 0th output") &&
                 Contains("a Double leaf of shape [2]") && Contains("1 NaN and 0 Inf among 2"));
  CHECK_THAT(refusal(x.sqrt()), Contains("SqrtBackward0"));
}

TEST_CASE("a gradient that came in as NaN is told from one that arose", "[anomaly]") {
  const DetectAnomalyGuard guard;
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_WITH((x * 2).backward(tensor({NAN, 1.0}, kDouble)),
                    Contains("MulBackward0") && Contains("What came in was not finite already"));
}

TEST_CASE("anomaly mode can look at values, or at nothing", "[anomaly]") {
  const Tensor x = leaf({0, 1});
  {
    const DetectAnomalyGuard guard(false);
    CHECK(refusal(x.log()) == "");
  }
  const DetectAnomalyGuard guard(true, true);
  CHECK_THROWS_WITH(x.log(), Contains("Function 'LogBackward0' made inf values in its output of shape [2]") &&
                                 Contains("Input 0 is a Double leaf of shape [2]") && Contains(called));
}

TEST_CASE("in anomaly mode an error of backward says where the operation was called", "[anomaly]") {
  const Tensor x = leaf({1, 2});
  const DetectAnomalyGuard guard;
  const Tensor h = x * 1, y = h * h;
  h.add_(1);
  CHECK_THAT(refusal(y),
             Contains("modified by an inplace operation") && Contains("MulBackward0 was called here:"));
  Tensor z;
  {
    autograd::set_detect_anomaly(false);
    z = x.log();
    autograd::set_detect_anomaly(true);
  }
  CHECK_THROWS_WITH(z.backward(tensor({INFINITY, 1.0}, kDouble)),
                    Contains("Where LogBackward0 was called is not known"));
}
