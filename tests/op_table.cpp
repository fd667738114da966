#include "op_table.hpp"

using namespace xgrad;

Tensor normal(IntArrayRef sizes) { return randn(sizes, kDouble).requires_grad_(); }
Tensor positive(IntArrayRef sizes) { return (rand(sizes, kDouble) + 0.5).detach().requires_grad_(); }
// Distinct values with gaps that a finite difference does not cross, none near a half-integer times 0.3.
Tensor spread(IntArrayRef sizes) {
  int64_t n = 1;
  for (const int64_t s : sizes) n *= s;
  return ((randperm(n, kDouble) - n / 2) * 0.3 + 0.1).view(sizes).requires_grad_();
}

namespace {

std::vector<OpRow> arithmetic() {
  return {
      {"add", [](List x) { return std::vector{add(x[0], x[1], 2.5)}; }, {normal({2, 3}), normal({3})}},
      {"add", [](List x) { return std::vector{add(x[0], 2.5, 3)}; }, {normal({2, 3})}},
      {"sub", [](List x) { return std::vector{sub(x[0], x[1], 1.5)}; }, {normal({2, 1}), normal({2, 3})}},
      {"sub", [](List x) { return std::vector{1 - x[0] - 2}; }, {normal({4})}},
      {"mul", [](List x) { return std::vector{x[0] * x[1]}; }, {normal({2, 3}), normal({2, 1})}},
      {"mul", [](List x) { return std::vector{x[0] * 3}; }, {normal({2, 3})}},
      {"div", [](List x) { return std::vector{x[0] / x[1]}; }, {normal({2, 3}), positive({3})}},
      {"div", [](List x) { return std::vector{2 / x[0] + x[0] / 4}; }, {positive({2, 3})}},
      {"pow", [](List x) { return std::vector{pow(x[0], x[1])}; }, {positive({2, 3}), normal({2, 1})}},
      {"pow",
       [](List x) {
         return std::vector{pow(x[0], 3), pow(x[0], 2), pow(x[0], 1), pow(x[0], 0)};
       },
       {normal({2, 3})}},
      {"pow",
       [](List x) {
         return std::vector{pow(x[0], 1.7), pow(x[0], 0.5), pow(x[0], -0.5), pow(x[0], -1), pow(x[0], -2)};
       },
       {positive({3})}},
      {"pow", [](List x) { return std::vector{pow(2.5, x[0])}; }, {normal({2, 3})}},
      {"maximum",
       [](List x) { return std::vector{maximum(x[0], x[1])}; },
       {spread({2, 3}), zeros({2, 1}, kDouble).requires_grad_()}},
      {"minimum",
       [](List x) { return std::vector{minimum(x[0], x[1])}; },
       {spread({2, 3}), zeros({2, 1}, kDouble).requires_grad_()}},
  };
}

std::vector<OpRow> pointwise() {
  std::vector<OpRow> rows;
  const auto unary = [&](const char* name, Tensor (*f)(const Tensor&), const Tensor& x) {
    rows.push_back({name, [f](List in) { return std::vector{f(in[0])}; }, {x}});
  };
  unary("neg", neg, normal({2, 3}));
  unary("abs", abs, spread({2, 3}));
  unary("sign", sign, spread({2, 3}));
  unary("exp", exp, normal({2, 3}));
  unary("log", log, positive({2, 3}));
  unary("log1p", log1p, positive({2, 3}));
  unary("sqrt", sqrt, positive({2, 3}));
  unary("sin", sin, normal({2, 3}));
  unary("cos", cos, normal({2, 3}));
  unary("reciprocal", reciprocal, positive({2, 3}));
  unary("square", square, normal({2, 3}));
  unary("tanh", tanh, normal({2, 3}));
  unary("sigmoid", sigmoid, normal({2, 3}));
  unary("relu", relu, spread({2, 3}));
  unary("clone", clone, normal({2, 3}));
  rows.push_back({"clamp",
                  [](List x) {
                    return std::vector{clamp(x[0], -0.7, 0.55), clamp(x[0], nullopt, 0.2)};
                  },
                  {spread({2, 5})}});
  rows.push_back({"clamp_min", [](List x) { return std::vector{clamp_min(x[0], 0)}; }, {spread({2, 5})}});
  rows.push_back({"clamp_max", [](List x) { return std::vector{clamp_max(x[0], 0)}; }, {spread({2, 5})}});
  rows.push_back(
      {"dropout",
       [](List x) {
         manual_seed(1);
         return std::vector{dropout(x[0], 0.4, true), dropout(x[0], 0.4, false), dropout(x[0], 1, true)};
       },
       {normal({4, 5})}});
  rows.push_back({"where",
                  [](List x) {
                    return std::vector{where(x[2], x[0], x[1]), where(x[2], x[0], 2.0), where(x[2], 3, x[1])};
                  },
                  {normal({2, 3}), normal({3}), tensor({{true, false, true}, {false, false, true}})}});
  rows.push_back({"masked_fill",
                  [](List x) { return std::vector{masked_fill(x[0], x[1], 7)}; },
                  {normal({2, 3}), tensor({true, false, true})}});
  return rows;
}

std::vector<OpRow> reductions() {
  return {
      {"sum",
       [](List x) {
         return std::vector{sum(x[0]), sum(x[0], {0, 2}), sum(x[0], 1, true), sum(x[0], -1)};
       },
       {normal({2, 3, 2})}},
      {"mean",
       [](List x) {
         return std::vector{mean(x[0]), mean(x[0], {0, 2}), mean(x[0], 1, true)};
       },
       {normal({2, 3, 2})}},
      {"max",
       [](List x) {
         return std::vector{max(x[0]), std::get<0>(max(x[0], 1)), std::get<0>(max(x[0], 0, true)),
                            max(x[0], x[1])};
       },
       {spread({3, 4}), zeros({4}, kDouble).requires_grad_()}},
      {"min",
       [](List x) {
         return std::vector{min(x[0]), std::get<0>(min(x[0], 1)), std::get<0>(min(x[0], 0, true)),
                            min(x[0], x[1])};
       },
       {spread({3, 4}), zeros({4}, kDouble).requires_grad_()}},
      {"logsumexp",
       [](List x) {
         return std::vector{logsumexp(x[0], 1), logsumexp(x[0], {0, 1}, true)};
       },
       {normal({3, 4})}},
      {"sum_to_size",
       [](List x) {
         return std::vector{sum_to_size(x[0], {3, 1}), sum_to_size(x[0], {1})};
       },
       {normal({2, 3, 2})}},
  };
}

std::vector<OpRow> shapes() {
  std::vector<OpRow> rows;
  const auto shape = [&](const char* name, auto f, const Tensor& x) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>{f(in[0])}; }, {x}});
  };
  const Tensor x = normal({2, 3, 4});
  shape(
      "view",
      [](const Tensor& t) {
        return view(t.contiguous(), {6, -1});
      },
      x);
  shape(
      "reshape",
      [](const Tensor& t) {
        return reshape(t.transpose(0, 2), {4, 6});
      },
      x);
  shape(
      "flatten", [](const Tensor& t) { return flatten(t, 1); }, x);
  shape(
      "transpose", [](const Tensor& t) { return transpose(t, 0, -1); }, x);
  shape(
      "permute",
      [](const Tensor& t) {
        return permute(t, {2, 0, 1});
      },
      x);
  shape(
      "t", [](const Tensor& m) { return xgrad::t(m); }, normal({2, 3}));
  shape(
      "unsqueeze", [](const Tensor& t) { return unsqueeze(t, -2); }, x);
  shape(
      "squeeze", [](const Tensor& t) { return squeeze(squeeze(t, 1)); }, normal({2, 1, 1, 3}));
  shape(
      "expand",
      [](const Tensor& t) {
        return expand(t, {4, 2, 3});
      },
      normal({2, 1}));
  shape(
      "select", [](const Tensor& t) { return select(t, 1, -1); }, x);
  shape(
      "slice", [](const Tensor& t) { return slice(t, 2, 1, 4, 2); }, x);
  shape(
      "narrow", [](const Tensor& t) { return narrow(t, 1, 1, 2); }, x);
  rows.push_back({"chunk", [](List in) { return chunk(in[0], 2, 1); }, {x}});
  rows.push_back({"split", [](List in) { return split(in[0], 3, 2); }, {x}});
  rows.push_back({"unbind", [](List in) { return unbind(in[0], 1); }, {x}});
  rows.push_back({"cat",
                  [](List in) {
                    return std::vector{cat({in[0], in[1]}, 1)};
                  },
                  {normal({2, 3}), normal({2, 2})}});
  rows.push_back({"stack",
                  [](List in) {
                    return std::vector{stack({in[0], in[1]}, -1)};
                  },
                  {normal({2, 3}), normal({2, 3})}});
  const Tensor picks = tensor({{0, 2, 1}, {2, 2, 0}}), rows_picked = tensor({1, 0, 1});
  rows.push_back(
      {"gather", [picks](List in) { return std::vector{gather(in[0], 0, picks)}; }, {normal({3, 3})}});
  rows.push_back({"index_select",
                  [rows_picked](List in) { return std::vector{index_select(in[0], 1, rows_picked)}; },
                  {normal({2, 3, 2})}});
  rows.push_back({"scatter_add",
                  [picks](List in) { return std::vector{scatter_add(in[0], 0, picks, in[1])}; },
                  {normal({3, 3}), normal({2, 4})}});
  rows.push_back({"index_add",
                  [rows_picked](List in) { return std::vector{index_add(in[0], 0, rows_picked, in[1])}; },
                  {normal({2, 3}), normal({3, 3})}});
  return rows;
}

std::vector<OpRow> products() {
  return {
      {"mm",
       [](List x) {
         return std::vector{mm(x[0], x[1]), mm(x[1].t(), x[0].t())};
       },
       {normal({2, 3}), normal({3, 4})}},
      {"bmm", [](List x) { return std::vector{bmm(x[0], x[1])}; }, {normal({2, 2, 3}), normal({2, 3, 2})}},
      {"matmul",
       [](List x) { return std::vector{matmul(x[0], x[1])}; },
       {normal({2, 1, 2, 3}), normal({2, 3, 2})}},
      {"matmul",
       [](List x) {
         return std::vector{matmul(x[0], x[1]), matmul(x[1], x[1]), matmul(x[1], x[0].t())};
       },
       {normal({2, 3}), normal({3})}},
      {"addmm",
       [](List x) { return std::vector{addmm(x[0], x[1], x[2], 0.5, 2)}; },
       {normal({3}), normal({2, 4}), normal({4, 3})}},
      {"linear",
       [](List x) { return std::vector{linear(x[0], x[1], x[2])}; },
       {normal({2, 3}), normal({4, 3}), normal({4})}},
      {"linear",
       [](List x) {
         return std::vector{linear(x[0], x[1]), linear(x[0], x[1], x[2])};
       },
       {normal({2, 2, 3}), normal({4, 3}), normal({4})}},
  };
}

std::vector<OpRow> losses() {
  std::vector<OpRow> rows{
      {"softmax",
       [](List x) {
         return std::vector{softmax(x[0], 1), softmax(x[0], 0)};
       },
       {normal({2, 3})}},
      {"log_softmax",
       [](List x) {
         return std::vector{log_softmax(x[0], 1), log_softmax(x[0], 0)};
       },
       {normal({2, 3})}},
  };
  const Tensor weight = tensor({0.5, 2.0, 1.5}, kDouble), labels = tensor({2, 0, 1, -100});
  const Tensor probabilities = positive({4, 3}).detach();
  const Tensor image_labels = tensor({{{0, 1}, {2, -100}}, {{2, 2}, {1, 0}}});
  for (const int64_t reduction : {Reduction::None, Reduction::Mean, Reduction::Sum}) {
    rows.push_back({"nll_loss",
                    [=](List x) { return std::vector{nll_loss(x[0], labels, weight, reduction)}; },
                    {normal({4, 3})}});
    rows.push_back({"nll_loss",
                    [=](List x) { return std::vector{nll_loss(x[0], image_labels, {}, reduction)}; },
                    {normal({2, 3, 2, 2})}});
    for (const double smoothing : {0.0, 0.2}) {
      const auto loss = [=](const Tensor& x, const Tensor& target, const Tensor& w) {
        return std::vector{cross_entropy_loss(x, target, w, reduction, -100, smoothing)};
      };
      rows.push_back(
          {"cross_entropy_loss", [=](List x) { return loss(x[0], labels, weight); }, {normal({4, 3})}});
      rows.push_back({"cross_entropy_loss",
                      [=](List x) { return loss(x[0], image_labels, {}); },
                      {normal({2, 3, 2, 2})}});
      rows.push_back({"cross_entropy_loss",
                      [=](List x) { return loss(x[0], x[1], weight); },
                      {normal({4, 3}), positive({4, 3})}});
      rows.push_back({"cross_entropy_loss",
                      [=](List x) { return loss(x[0], x[1], x[2]); },
                      {normal({2, 3, 2}), normal({2, 3, 2}), positive({3})}});
      const auto linear_loss = [=](List t, const Tensor& target, const Tensor& w) {
        const Tensor bias = t.size() > 2 ? t[2] : Tensor();
        return std::vector{linear_cross_entropy(t[0], t[1], target, bias, w, reduction, -100, smoothing)};
      };
      rows.push_back({"linear_cross_entropy",
                      [=](List x) { return linear_loss(x, labels, weight); },
                      {normal({4, 2}), normal({3, 2}), normal({3})}});
      rows.push_back({"linear_cross_entropy",
                      [=](List x) { return linear_loss(x, labels.select(0, 0), {}); },
                      {normal({2}), normal({3, 2})}});
      rows.push_back({"linear_cross_entropy",
                      [=](List x) { return linear_loss(x, probabilities, weight); },
                      {normal({4, 2}), normal({3, 2}), normal({3})}});
      rows.push_back({"linear_cross_entropy",
                      [=](List x) {
                        return linear_loss({x[0], x[1]}, x[2], x[3]);
                      },
                      {normal({4, 2}), normal({3, 2}), positive({4, 3}), positive({3})}});
    }
  }
  return rows;
}

}  // namespace

std::vector<OpRow> op_table() {
  manual_seed(7);
  std::vector<OpRow> table;
  for (auto* family : {arithmetic, pointwise, reductions, shapes, indexing_rows, products, losses, math_rows,
                       activation_rows, statistics_rows, rearranging_rows, linear_algebra_rows, loss_rows}) {
    std::vector<OpRow> rows = family();
    table.insert(table.end(), rows.begin(), rows.end());
  }
  return table;
}
