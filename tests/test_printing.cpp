// Printing, compared with what Python's PyTorch printed: tests/data/printing.txt, recorded by
// record_printing.py.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

struct Case {
  std::string dtype, shape, view, grad, default_dtype, sci_mode, values, text;
  PrintOptions options;
};

std::vector<Case> read_cases() {
  std::ifstream file(XGRAD_TEST_DATA "/printing.txt");
  REQUIRE(file);
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('|')) {
      if (!cases.back().text.empty()) cases.back().text += '\n';
      cases.back().text += line.substr(1);
      continue;
    }
    Case c;
    std::istringstream words(line);
    std::string word;
    words >> word >> c.dtype >> c.shape >> c.view >> c.grad >> c.default_dtype >> c.options.precision >>
        c.options.threshold >> c.options.edgeitems >> c.options.linewidth >> c.sci_mode;
    REQUIRE(word == "case");
    REQUIRE(words);
    if (c.sci_mode != "auto") c.options.sci_mode = c.sci_mode == "on";
    REQUIRE(std::getline(file, c.values));
    cases.push_back(c);
  }
  return cases;
}

ScalarType dtype_named(const std::string& name) {
  for (const ScalarType t : {kByte, kInt, kLong, kFloat, kDouble, kBool})
    if (name == python_name(t)) return t;
  FAIL("no dtype is called " << name);
  return kFloat;
}

Dims shape_of(const std::string& text) {
  Dims sizes;
  std::istringstream numbers(text == "-" ? "" : text);
  for (std::string number; std::getline(numbers, number, ',');) sizes.push_back(std::stoll(number));
  return sizes;
}

// The values, repeated in turn.
Tensor fill(const Case& c) {
  Tensor t = empty(shape_of(c.shape), dtype_named(c.dtype));
  std::istringstream words(c.values);
  std::vector<std::string> values{std::istream_iterator<std::string>(words), {}};
  visit(t.dtype(), [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < t.numel(); ++i) {
      const char* value = values[static_cast<size_t>(i) % values.size()].c_str();
      if constexpr (std::is_floating_point_v<T>)
        t.data_ptr<T>()[i] = static_cast<T>(std::strtod(value, nullptr));
      else
        t.data_ptr<T>()[i] = static_cast<T>(std::strtoll(value, nullptr, 10));
    }
  });
  return t;
}

Tensor build(const Case& c) {
  const Tensor base = fill(c);
  if (c.grad != "none") base.requires_grad_();
  Tensor t = base;
  if (c.view == "transpose") t = base.transpose(-1, -2);
  if (c.view == "step") t = base.slice(-1, nullopt, nullopt, 2);
  if (c.view == "narrow") t = base.slice(0, 1);
  if (c.view == "expand") {
    Dims sizes{3};
    sizes.append(base.sizes().begin(), base.sizes().end());
    t = base.expand(sizes);
  }
  if (c.grad == "mul") t = t * 1;
  if (c.grad == "neg") t = -t;
  return t;
}

// Whatever a test sets is put back.
struct Restore {
  ~Restore() {
    set_printoptions({});
    set_default_dtype(kFloat);
  }
};

std::string print(const Tensor& t) {
  std::ostringstream out;
  out << t;
  return out.str();
}

}  // namespace

TEST_CASE("tensors print as Python's PyTorch printed them", "[printing]") {
  const Restore restore;
  const std::vector<Case> cases = read_cases();
  REQUIRE(cases.size() >= 600);
  size_t line = 0;
  for (const Case& c : cases) {
    set_default_dtype(dtype_named(c.default_dtype));
    set_printoptions(c.options);
    CAPTURE(line++, c.dtype, c.shape, c.view, c.grad, c.default_dtype, c.sci_mode, c.values);
    CHECK(print(build(c)) == c.text);
  }
}

TEST_CASE("printing: the stream, toString and an undefined tensor", "[printing]") {
  CHECK(print(Tensor()) == "tensor(undefined)");
  CHECK(Tensor().toString() == "tensor(undefined)");
  CHECK(tensor({1.5, 2.}).toString() == "tensor([1.5000, 2.0000])");

  std::ostringstream out;
  out.precision(2);
  out << std::hex << std::showpos << tensor({255, 16}) << tensor(0.123456);
  CHECK(out.str() == "tensor([255,  16])tensor(0.1235)");
}

TEST_CASE("printing does not touch the tape or the version", "[printing]") {
  const Tensor x = tensor({1., 2.}, requires_grad());
  const Tensor y = x * x;
  CHECK(print(y) == "tensor([1., 4.], grad_fn=<MulBackward0>)");
  CHECK(x._version() == 0);
  y.sum().backward();
  CHECK(print(x.grad()) == "tensor([2., 4.])");
  CHECK(print(x) == "tensor([1., 2.], requires_grad=True)");
  CHECK(print(x.detach()) == "tensor([1., 2.])");
}

TEST_CASE("print options come back, are read back and are checked", "[printing]") {
  const Restore restore;
  const PrintOptions before = set_printoptions({.precision = 2});
  CHECK(before.precision == 4);
  CHECK(print(tensor({0.5})) == "tensor([0.50])");
  PrintOptions options = get_printoptions();
  CHECK(options.precision == 2);
  options.threshold = std::numeric_limits<int64_t>::max();
  options.edgeitems = std::numeric_limits<int64_t>::max();
  set_printoptions(options);
  CHECK(print(zeros({2000})).find("...") == std::string::npos);
  options.threshold = 0;
  set_printoptions(options);
  CHECK(print(zeros({2000})).find("...") == std::string::npos);

  CHECK_THROWS_WITH(set_printoptions({.precision = -1}), Contains("precision -1"));
  CHECK_THROWS_WITH(set_printoptions({.precision = 5000}), Contains("precision 5000"));
  CHECK_THROWS_WITH(set_printoptions({.threshold = -1}), Contains("threshold -1"));
  CHECK_THROWS_WITH(set_printoptions({.edgeitems = 0}), Contains("edgeitems 0"));
  CHECK_THROWS_WITH(set_printoptions({.linewidth = 0}), Contains("linewidth 0"));
  CHECK(get_printoptions().threshold == 0);
}
