// What must hold for every differentiable op: see tests/op_table.hpp.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "op_table.hpp"

using namespace xgrad;

namespace {

bool differentiable(const Tensor& t) { return t.defined() && t.requires_grad(); }

// The same values on other memory: every second element of a buffer, dimensions in reverse order.
Tensor strided(const Tensor& t) {
  if (t.dim() == 0) return t;
  Dims reversed;
  for (int64_t d = t.dim(); d-- > 0;) reversed.push_back(d);
  const Tensor back = t.detach().permute(reversed).clone();
  return stack({back, back}, -1).select(-1, 1).permute(reversed);
}

std::vector<Tensor> map(const std::vector<Tensor>& inputs, const std::function<Tensor(const Tensor&)>& f) {
  std::vector<Tensor> mapped;
  for (const Tensor& t : inputs) mapped.push_back(f(t));
  return mapped;
}

std::vector<Tensor> leaves(const std::vector<Tensor>& inputs) {
  return map(inputs,
             [](const Tensor& t) { return differentiable(t) ? t.detach().clone().requires_grad_() : t; });
}

// The gradients of a weighted sum of all outputs with respect to the inputs that require grad.
std::vector<Tensor> gradients(const OpRow& row, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> outputs, seeds, wanted;
  for (const Tensor& y : row.f(inputs)) {
    if (!y.requires_grad()) continue;
    outputs.push_back(y);
    seeds.push_back(linspace(0.5, 1.5, y.numel(), y.dtype()).view(y.sizes()));
  }
  for (const Tensor& t : inputs)
    if (differentiable(t)) wanted.push_back(t);
  return outputs.empty() ? std::vector<Tensor>(wanted.size())
                         : autograd::grad(outputs, wanted, seeds, false, false, true);
}

void check_close(const std::vector<Tensor>& a, const std::vector<Tensor>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i].defined() == b[i].defined());
    if (!a[i].defined()) continue;
    REQUIRE(a[i].sizes() == b[i].sizes());
    CHECK(allclose(a[i].detach().to(kDouble), b[i].detach().to(kDouble), tolerance, tolerance, true));
  }
}

template <class Property>
void for_each_row(const Property& property) {
  const std::vector<OpRow> table = op_table();
  for (size_t i = 0; i < table.size(); ++i) {
    INFO("row " << i << ": " << table[i].name);
    property(table[i]);
  }
}

}  // namespace

TEST_CASE("first derivatives equal finite differences") {
  for_each_row([](const OpRow& row) {
    const autograd::GradcheckReport report = autograd::gradcheck(row.f, row.inputs);
    INFO(report.message);
    CHECK(report.ok());
  });
}

TEST_CASE("second derivatives equal finite differences") {
  for_each_row([](const OpRow& row) {
    const autograd::GradcheckReport report = autograd::gradgradcheck(row.f, row.inputs);
    INFO(report.message);
    CHECK(report.ok());
  });
}

TEST_CASE("float32 agrees with float64") {
  for_each_row([](const OpRow& row) {
    const auto single = map(row.inputs, [](const Tensor& t) {
      return differentiable(t) ? t.detach().to(kFloat).requires_grad_() : t;
    });
    // Constants inside a row are double, so a result may be; its value is still that of single inputs.
    std::vector<Tensor> in_single;
    try {
      in_single = row.f(single);
    } catch (const Error&) {
      return;  // the row's constants fix the dtype
    }
    check_close(in_single, row.f(row.inputs), 2e-5);
  });
}

TEST_CASE("strided inputs give what contiguous ones give") {
  for_each_row([](const OpRow& row) {
    if (row.name == "dropout") return;  // which draws in the order of memory: test_modules.cpp
    const auto other =
        map(row.inputs, [](const Tensor& t) { return differentiable(t) ? strided(t).requires_grad_() : t; });
    check_close(row.f(other), row.f(row.inputs), 1e-12);
    check_close(gradients(row, other), gradients(row, leaves(row.inputs)), 1e-12);
  });
}

// The inputs as rows of n elements, none like another.
std::vector<Tensor> as_rows(const std::vector<Tensor>& inputs, int64_t n, ScalarType dtype) {
  return map(inputs, [&](const Tensor& t) {
    const Tensor row = t.detach().flatten().index_select(0, arange(n).remainder(t.numel()));
    return differentiable(t) ? (row * linspace(1, 1.1, n, kDouble)).to(dtype).requires_grad_() : row;
  });
}

// Outputs and gradients.
std::vector<Tensor> results(const OpRow& row, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> all = row.f(inputs), wanted;
  const std::vector<Tensor> outputs = all;
  for (const Tensor& t : inputs)
    if (differentiable(t)) wanted.push_back(t);
  for (const Tensor& y : outputs) {
    if (!y.requires_grad()) continue;
    for (const Tensor& g : autograd::grad({y}, wanted, {full_like(y.detach(), 0.7)}, true, false, true))
      if (g.defined()) all.push_back(g);
  }
  return map(all, [](const Tensor& t) { return t.detach().to(kDouble); });
}

TEST_CASE("elementwise ops give a lone element what they give it in a row") {
  constexpr int64_t n = 37;  // ends with a part of any register
  int elementwise = 0;
  for_each_row([&](const OpRow& row) {
    for (const ScalarType dtype : {kFloat, kDouble}) {
      const std::vector<Tensor> inputs = as_rows(row.inputs, n, dtype);
      std::vector<Tensor> together;
      std::vector<std::vector<Tensor>> alone;
      try {
        together = results(row, inputs);
        for (int64_t i = 0; i < n; ++i)
          alone.push_back(results(row, map(inputs, [&](const Tensor& t) {
                                    const Tensor one = t.detach().slice(0, i, i + 1);
                                    return differentiable(t) ? one.requires_grad_() : one;
                                  })));
      } catch (const Error&) {
        return;  // the op wants other shapes
      }
      // An op that gives all elements nearly what they get alone is meant to be elementwise.
      std::vector<Tensor> rows;
      for (size_t k = 0; k < together.size(); ++k) {
        std::vector<Tensor> parts;
        for (const auto& one : alone) parts.push_back(one[k]);
        if (together[k].sizes() != IntArrayRef({n}) || parts[0].sizes() != IntArrayRef({1})) return;
        rows.push_back(cat(parts));
        if (!allclose(together[k], rows[k], 1e-4, 1e-6, true)) return;
      }
      ++elementwise;
      INFO(dtype);
      for (size_t k = 0; k < together.size(); ++k) CHECK(allclose(together[k], rows[k], 0, 0, true));
    }
  });
  CHECK(elementwise > 150);
}

TEST_CASE("each subset of inputs that require grad gets the same gradients") {
  for_each_row([](const OpRow& row) {
    const std::vector<Tensor> all = gradients(row, leaves(row.inputs));
    std::vector<size_t> which;
    for (size_t i = 0; i < row.inputs.size(); ++i)
      if (differentiable(row.inputs[i])) which.push_back(i);
    for (unsigned subset = 1; subset + 1 < 1u << which.size(); ++subset) {
      std::vector<Tensor> inputs = leaves(row.inputs), expected;
      for (size_t k = 0; k < which.size(); ++k) {
        inputs[which[k]].requires_grad_(subset >> k & 1);
        if (subset >> k & 1) expected.push_back(all[k]);
      }
      check_close(gradients(row, inputs), expected, 1e-12);
    }
  });
}

TEST_CASE("the same tensor twice gets the sum of both gradients") {
  for_each_row([](const OpRow& row) {
    if (row.inputs.size() != 2 || !differentiable(row.inputs[0]) || !differentiable(row.inputs[1])) return;
    const Tensor a = row.inputs[0].detach().clone().requires_grad_();
    std::vector<Tensor> apart, together;
    try {
      apart = gradients(row, {a, a.detach().clone().requires_grad_()});
      together = gradients(row, {a, a});
    } catch (const Error&) {
      return;  // the op needs two different shapes
    }
    check_close({together[0]}, {apart[0] + apart[1]}, 1e-12);
  });
}

TEST_CASE("nothing is recorded under NoGradGuard") {
  for_each_row([](const OpRow& row) {
    const NoGradGuard off;
    for (const Tensor& y : row.f(row.inputs)) {
      const bool is_input =
          std::any_of(row.inputs.begin(), row.inputs.end(), [&](const Tensor& t) { return t.is_same(y); });
      CHECK((is_input || !y.requires_grad()));
    }
  });
}

TEST_CASE("empty inputs give empty results and gradients of the input's shape") {
  for (const auto& f : {exp, relu, tanh, sqrt, neg, clone}) {
    const Tensor x = zeros({0, 3}, kDouble).requires_grad_();
    f(x).sum().backward();
    CHECK(x.grad().sizes() == x.sizes());
  }
  const Tensor x = zeros({0, 3}).requires_grad_(), y = zeros({3}).requires_grad_();
  (x * y + x).sum().backward();
  CHECK(x.grad().sizes() == x.sizes());
  CHECK(equal(y.grad(), zeros({3})));
  CHECK(x.mm(zeros({3, 2})).sizes() == IntArrayRef({0, 2}));
  CHECK(equal(zeros({2, 0}).mm(zeros({0, 3})), zeros({2, 3})));
  CHECK(softmax(x, 1).sizes() == x.sizes());
  CHECK(std::isnan(x.mean().item<double>()));
}

// The declarations of autograd/ops.hpp and of the headers by subject that it includes.
std::string op_declarations() {
  const auto read = [](const std::string& path) {
    std::ifstream file(XGRAD_SOURCE_DIR + path);
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  };
  const std::string main = read("/autograd/ops.hpp");
  std::string all = main;
  const std::regex include(R"(#include <xgrad(/autograd/ops/\w+\.hpp)>)");
  for (std::sregex_iterator it(main.begin(), main.end(), include), end; it != end; ++it)
    all += read((*it)[1]);
  return all;
}

TEST_CASE("every differentiable op of autograd/ops.hpp has a row") {
  std::istringstream file(op_declarations());
  const std::regex declaration(
      R"(^(?:inline )?(?:Tensor|std::vector<Tensor>|std::tuple<Tensor, Tensor>) (\w+)\()");
  // Their results are bool, integers or drawn.
  const std::set<std::string> not_differentiable{
      "eq",          "ne",          "lt",          "le",          "gt",          "ge",
      "isnan",       "isinf",       "isfinite",    "any",         "all",         "argmax",
      "argmin",      "isclose",     "logical_and", "logical_or",  "logical_xor", "logical_not",
      "bitwise_and", "bitwise_or",  "bitwise_xor", "bitwise_not", "argsort",     "count_nonzero",
      "one_hot",     "multinomial", "bernoulli",   "nonzero",     "detach"};
  // Second names of others.
  const std::set<std::string> second_names{
      "subtract", "rsub",     "multiply", "divide",      "true_divide", "arctan2",  "fix",
      "positive", "negative", "absolute", "clip",        "swapaxes",    "swapdims", "moveaxis",
      "concat",   "ger",      "ravel",    "concatenate", "broadcast_to"};
  std::set<std::string> rows;
  for (const OpRow& row : op_table()) rows.insert(row.name);
  std::string line;
  int found = 0;
  while (std::getline(file, line)) {
    std::smatch match;
    if (!std::regex_search(line, match, declaration)) continue;
    ++found;
    INFO(match[1]);
    CHECK((rows.contains(match[1]) || not_differentiable.contains(match[1]) ||
           second_names.contains(match[1])));
  }
  CHECK(found > 150);
}
