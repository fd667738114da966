// The rows of the op table beyond what a classifier needs.
#include "op_table.hpp"

#include <limits>

using namespace xgrad;

namespace {

OpRow row_of(const char* name, Tensor (*f)(const Tensor&), const Tensor& x) {
  return {name, [f](List in) { return std::vector{f(in[0])}; }, {x}};
}

Tensor within(double low, double high, IntArrayRef sizes) {
  return (rand(sizes, kDouble) * (high - low) + low).detach().requires_grad_();
}

}  // namespace

std::vector<OpRow> math_rows() {
  std::vector<OpRow> rows{
      row_of("expm1", expm1, normal({2, 3})),
      row_of("exp2", exp2, normal({2, 3})),
      row_of("log2", log2, positive({2, 3})),
      row_of("log10", log10, positive({2, 3})),
      row_of("rsqrt", rsqrt, positive({2, 3})),
      row_of("tan", tan, within(-1.2, 1.2, {2, 3})),
      row_of("asin", asin, within(-0.8, 0.8, {2, 3})),
      row_of("acos", acos, within(-0.8, 0.8, {2, 3})),
      row_of("atan", atan, normal({2, 3})),
      row_of("sinh", sinh, normal({2, 3})),
      row_of("cosh", cosh, normal({2, 3})),
      row_of("asinh", asinh, normal({2, 3})),
      row_of("acosh", acosh, within(1.2, 3, {2, 3})),
      row_of("atanh", atanh, within(-0.8, 0.8, {2, 3})),
      row_of("erf", erf, normal({2, 3})),
      row_of("erfc", erfc, normal({2, 3})),
      row_of("floor", floor, spread({2, 3})),
      row_of("ceil", ceil, spread({2, 3})),
      row_of("trunc", trunc, spread({2, 3})),
      row_of("frac", frac, spread({2, 3})),
  };
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List x) { return std::vector<Tensor>(f(x)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  add("round",
      [](List x) {
        return Out{round(x[0]), round(x[0], 1), round(x[0], -1)};
      },
      {within(0.12, 0.14, {2, 3})});
  add("logit",
      [](List x) {
        return Out{logit(x[0]), logit(x[0], 0.25)};
      },
      {tensor({0.1, 0.3, 0.5, 0.7, 0.9}, kDouble).requires_grad_()});
  add("nan_to_num", [](List x) { return Out{nan_to_num(x[0])}; }, {normal({2, 3})});
  add("fmod",
      [](List x) {
        return Out{fmod(x[0], 0.9), fmod(x[0], x[1])};
      },
      {spread({2, 3}), tensor({0.75, -0.45, 2.3}, kDouble).requires_grad_()});
  add("remainder",
      [](List x) {
        return Out{remainder(x[0], 0.9), remainder(x[0], x[1]), remainder(2.2, x[1])};
      },
      {spread({2, 3}), tensor({0.75, -0.45, 2.3}, kDouble).requires_grad_()});
  add("div",
      [](List x) {
        return Out{div(x[0], x[1], "floor"), div(x[0], x[1], "trunc")};
      },
      {spread({2, 3}), tensor({0.75, -0.45, 2.3}, kDouble).requires_grad_()});
  add("floor_divide",
      [](List x) {
        return Out{floor_divide(x[0], x[1]), floor_divide(x[0], 0.75)};
      },
      {spread({2, 3}), tensor({0.75, -0.45, 2.3}, kDouble).requires_grad_()});
  const Tensor zero = zeros({2, 1}, kDouble).requires_grad_();
  add("fmax", [](List x) { return Out{fmax(x[0], x[1])}; }, {spread({2, 3}), zero});
  add("fmin", [](List x) { return Out{fmin(x[0], x[1])}; }, {spread({2, 3}), zero});
  add("atan2", [](List x) { return Out{atan2(x[0], x[1])}; }, {spread({2, 3}), spread({3})});
  add("xlogy",
      [](List x) {
        return Out{xlogy(x[0], x[1]), xlogy(x[0], 0.3), xlogy(2, x[1])};
      },
      {normal({2, 3}), positive({3})});
  add("logaddexp", [](List x) { return Out{logaddexp(x[0], x[1])}; }, {normal({2, 3}), normal({3})});
  add("lerp",
      [](List x) {
        return Out{lerp(x[0], x[1], 0.3), lerp(x[0], x[1], x[2])};
      },
      {normal({2, 3}), normal({3}), positive({2, 3})});
  add("addcmul", [](List x) { return Out{addcmul(x[0], x[1], x[2], 0.5)}; },
      {normal({2, 3}), normal({3}), normal({2, 1})});
  add("addcdiv", [](List x) { return Out{addcdiv(x[0], x[1], x[2], 0.5)}; },
      {normal({2, 3}), normal({3}), positive({2, 1})});
  add("clamp",
      [](List x) {
        return Out{clamp(x[0], x[1], x[2]), clamp_min(x[0], x[1]), clamp_max(x[0], x[2])};
      },
      {spread({2, 5}), full({5}, -0.35, kDouble).requires_grad_(),
       full({2, 1}, 0.6, kDouble).requires_grad_()});
  return rows;
}

std::vector<OpRow> activation_rows() {
  const Tensor x = spread({3, 4});
  std::vector<OpRow> rows{row_of("selu", selu, x),
                          row_of("hardswish", hardswish, spread({4, 6})),
                          row_of("hardsigmoid", hardsigmoid, spread({4, 6})),
                          row_of("relu6", relu6, spread({4, 6})),
                          row_of("mish", mish, normal({2, 3})),
                          row_of("silu", silu, normal({2, 3})),
                          row_of("log_sigmoid", log_sigmoid, normal({2, 3}))};
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>(f(in)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  add("elu", [](List t) { return Out{elu(t[0]), elu(t[0], 0.7, 1.3, 0.9)}; }, {x});
  add("celu", [](List t) { return Out{celu(t[0]), celu(t[0], 0.6)}; }, {x});
  add("gelu", [](List t) { return Out{gelu(t[0]), gelu(t[0], "tanh")}; }, {normal({2, 3})});
  add("leaky_relu", [](List t) { return Out{leaky_relu(t[0]), leaky_relu(t[0], -0.3)}; }, {x});
  add("prelu",
      [](List t) {
        return Out{prelu(t[0], t[1]), prelu(t[0], t[2])};
      },
      {spread({2, 3, 2}), normal({3}), normal({1})});
  add("softplus", [](List t) { return Out{softplus(t[0]), softplus(t[0], 2, 0.9)}; }, {x});
  add("hardtanh", [](List t) { return Out{hardtanh(t[0] + 0.05), hardtanh(t[0] + 0.05, -0.25, 0.5)}; }, {x});
  add("hardshrink", [](List t) { return Out{hardshrink(t[0] + 0.05), hardshrink(t[0] + 0.05, 0.25)}; }, {x});
  add("softshrink", [](List t) { return Out{softshrink(t[0] + 0.05), softshrink(t[0] + 0.05, 0.25)}; }, {x});
  add("glu", [](List t) { return Out{glu(t[0]), glu(t[0], 0)}; }, {normal({2, 4})});
  add("threshold", [](List t) { return Out{threshold(t[0], 0.25, 7)}; }, {x});
  return rows;
}

std::vector<OpRow> statistics_rows() {
  std::vector<OpRow> rows;
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>(f(in)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  const auto both = [](const std::tuple<Tensor, Tensor>& pair) {
    return Out{std::get<0>(pair), std::get<1>(pair)};
  };
  const Tensor x = normal({3, 4, 2});
  add("var",
      [](List t) {
        return Out{var(t[0]), var(t[0], false), var(t[0], IntArrayRef({0, 2}), true, true),
                   var(t[0], IntArrayRef(1), std::optional<int64_t>(2))};
      },
      {x});
  add("std",
      [](List t) {
        return Out{xgrad::std(t[0]), xgrad::std(t[0], IntArrayRef({0, 2}), false, true),
                   xgrad::std(t[0], IntArrayRef(1), std::optional<int64_t>(0))};
      },
      {x});
  add("var_mean", [both](List t) { return both(var_mean(t[0], IntArrayRef(1), true, true)); }, {x});
  add("std_mean", [both](List t) { return both(std_mean(t[0], IntArrayRef(1))); }, {x});
  add("norm",
      [](List t) {
        return Out{norm(t[0]),        norm(t[0], 1),
                   norm(t[0], 3, 1),  norm(t[0], 1.5, {0, 2}, true),
                   norm(t[0], 2, -1), norm(t[0], std::numeric_limits<double>::infinity(), 1),
                   norm(t[0], 0)};
      },
      {spread({3, 2, 2})});
  add("dist",
      [](List t) {
        return Out{dist(t[0], t[1]), dist(t[0], t[1], 3)};
      },
      {normal({2, 3}), normal({3})});
  add("amax", [](List t) { return Out{amax(t[0]), amax(t[0], {0, 2}, true)}; }, {spread({2, 3, 2})});
  add("amin", [](List t) { return Out{amin(t[0]), amin(t[0], 1)}; }, {spread({2, 3, 2})});
  add("aminmax", [both](List t) { return both(aminmax(t[0], 1)); }, {spread({2, 3, 2})});
  add("prod", [](List t) { return Out{prod(t[0]), prod(t[0], 1), prod(t[0], 0, true)}; }, {normal({2, 3})});
  add("prod",
      [](List t) {
        return Out{prod(t[0]), prod(t[0], 1)};
      },
      {tensor({{1., 0., 2.}, {0., 3., 0.}, {4., 5., 6.}}, kDouble).requires_grad_()});
  add("nansum", [](List t) { return Out{nansum(t[0]), nansum(t[0], 1)}; }, {normal({2, 3})});
  add("nanmean", [](List t) { return Out{nanmean(t[0]), nanmean(t[0], 1, true)}; }, {normal({2, 3})});
  add("sort",
      [](List t) {
        return Out{std::get<0>(sort(t[0])), std::get<0>(sort(t[0], 0, true))};
      },
      {spread({3, 4})});
  add("topk",
      [](List t) {
        return Out{std::get<0>(topk(t[0], 2)), std::get<0>(topk(t[0], 2, 0, false))};
      },
      {spread({3, 4})});
  add("kthvalue",
      [](List t) {
        return Out{std::get<0>(kthvalue(t[0], 2)), std::get<0>(kthvalue(t[0], 3, 0, true))};
      },
      {spread({3, 4})});
  add("median", [](List t) { return Out{median(t[0]), std::get<0>(median(t[0], 1))}; }, {spread({3, 4})});
  add("cumsum", [](List t) { return Out{cumsum(t[0], 1), cumsum(t[0], 0)}; }, {normal({3, 4})});
  add("cumprod", [](List t) { return Out{cumprod(t[0], 1), cumprod(t[0], 0)}; }, {normal({3, 4})});
  add("cumprod", [](List t) { return Out{cumprod(t[0], 1)}; },
      {tensor({{1., 0., 2.}, {0., 3., 0.}}, kDouble).requires_grad_()});
  return rows;
}

std::vector<OpRow> rearranging_rows() {
  std::vector<OpRow> rows;
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>(f(in)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  const Tensor x = normal({2, 3, 4});
  add("unflatten", [](List t) { return Out{unflatten(t[0], 2, {2, -1})}; }, {x});
  add("movedim", [](List t) { return Out{movedim(t[0], 0, -1), movedim(t[0], {0, 1}, {2, 0})}; }, {x});
  add("diagonal",
      [](List t) {
        return Out{diagonal(t[0]), diagonal(t[0], 1, 2, 1), diagonal(t[0], -1, 1, 2)};
      },
      {x});
  add("diag_embed",
      [](List t) {
        return Out{diag_embed(t[0]), diag_embed(t[0], 1, 0, 2)};
      },
      {normal({2, 3})});
  add("diag",
      [](List t) {
        return Out{diag(t[0]), diag(t[0], -1), diag(t[1], 1)};
      },
      {normal({2, 3}), normal({3})});
  add("unfold", [](List t) { return Out{unfold(t[0], 2, 2, 1), unfold(t[0], 1, 2, 2)}; }, {x});
  add("broadcast_tensors",
      [](List t) {
        return broadcast_tensors({t[0], t[1]});
      },
      {normal({2, 1}), normal({3})});
  add("atleast_1d", [](List t) { return Out{atleast_1d(t[0])}; }, {normal({})});
  add("atleast_2d", [](List t) { return Out{atleast_2d(t[0])}; }, {normal({3})});
  add("split_with_sizes", [](List t) { return split_with_sizes(t[0], {1, 3}, 2); }, {x});
  add("tensor_split", [](List t) { return tensor_split(t[0], 3, 2); }, {x});
  add("tensor_split", [](List t) { return tensor_split(t[0], IntArrayRef({1, 2}), 2); }, {x});
  add("meshgrid", [](List t) { return meshgrid({t[0], t[1]}, "xy"); }, {normal({2}), normal({3})});
  add("hstack", [](List t) { return Out{hstack({t[0], t[1]})}; }, {normal({2, 3}), normal({2, 1})});
  add("vstack", [](List t) { return Out{vstack({t[0], t[1]})}; }, {normal({2, 3}), normal({3})});
  add("repeat", [](List t) { return Out{repeat(t[0], {2, 1, 3})}; }, {normal({2, 3})});
  add("tile", [](List t) { return Out{tile(t[0], 2)}; }, {normal({2, 3})});
  add("repeat_interleave",
      [](List t) {
        return Out{repeat_interleave(t[0], 2), repeat_interleave(t[0], tensor({1, 0, 2}), 1)};
      },
      {normal({2, 3})});
  add("roll", [](List t) { return Out{roll(t[0], 1), roll(t[0], {1, -2}, {0, 1})}; }, {normal({2, 3})});
  add("flip", [](List t) { return Out{flip(t[0], 0), flip(t[0], {0, -1})}; }, {normal({2, 3})});
  add("tril", [](List t) { return Out{tril(t[0]), tril(t[0], 1)}; }, {normal({2, 3, 3})});
  add("triu", [](List t) { return Out{triu(t[0]), triu(t[0], 1)}; }, {normal({2, 3, 3})});
  const Tensor indices = tensor({{0, 2}, {2, 1}});
  add("embedding", [indices](List t) { return Out{embedding(t[0], indices)}; }, {normal({3, 2})});
  return rows;
}

std::vector<OpRow> linear_algebra_rows() {
  std::vector<OpRow> rows;
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>(f(in)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  add("dot", [](List t) { return Out{dot(t[0], t[1])}; }, {normal({3}), normal({3})});
  add("mv", [](List t) { return Out{mv(t[0], t[1])}; }, {normal({2, 3}), normal({3})});
  add("outer", [](List t) { return Out{outer(t[0], t[1])}; }, {normal({2}), normal({3})});
  add("inner", [](List t) { return Out{inner(t[0], t[1])}; }, {normal({2, 3}), normal({2, 3})});
  add("addmv", [](List t) { return Out{addmv(t[0], t[1], t[2], 0.5, 2)}; },
      {normal({2}), normal({2, 3}), normal({3})});
  add("baddbmm", [](List t) { return Out{baddbmm(t[0], t[1], t[2], 0.5, 2)}; },
      {normal({2, 1}), normal({3, 2, 2}), normal({3, 2, 4})});
  add("trace", [](List t) { return Out{trace(t[0])}; }, {normal({2, 3})});
  add("einsum",
      [](List t) {
        return Out{einsum("ij,jk->ki", {t[0], t[1]}), einsum("ij,jk", {t[0], t[1]}), einsum("ij->j", {t[0]}),
                   einsum("...j,jk->...", {t[0], t[1]}), einsum("ii->i", {t[0].matmul(t[0].t())})};
      },
      {normal({2, 3}), normal({3, 2})});
  add("tensordot",
      [](List t) {
        return Out{tensordot(t[0], t[1], {1, 2}, {0, 1})};
      },
      {normal({2, 3, 2}), normal({3, 2, 2})});
  add("bilinear", [](List t) { return Out{bilinear(t[0], t[1], t[2], t[3])}; },
      {normal({2, 3}), normal({2, 2}), normal({4, 3, 2}), normal({4})});
  add("cosine_similarity", [](List t) { return Out{cosine_similarity(t[0], t[1])}; },
      {normal({2, 3}), normal({2, 3})});
  add("pairwise_distance",
      [](List t) {
        return Out{pairwise_distance(t[0], t[1]), pairwise_distance(t[0], t[1], 3)};
      },
      {normal({2, 3}), normal({2, 3})});
  add("cdist",
      [](List t) {
        return Out{cdist(t[0], t[1]), cdist(t[0], t[1], 1)};
      },
      {normal({2, 3}), normal({4, 3})});
  add("layer_norm",
      [](List t) {
        return Out{layer_norm(t[0], 3, t[1], t[2]), layer_norm(t[0], {2, 3})};
      },
      {normal({4, 2, 3}), normal({3}), normal({3})});
  add("group_norm", [](List t) { return Out{group_norm(t[0], 2, t[1], t[2])}; },
      {normal({2, 4, 3}), normal({4}), normal({4})});
  add("batch_norm",
      [](List t) {
        return Out{
            batch_norm(t[0], t[1], t[2], nullopt, nullopt, true, 0.1, 1e-5),
            batch_norm(t[0], t[1], t[2], full({2}, 0.3, kDouble), full({2}, 1.5, kDouble), false, 0.1, 1e-5)};
      },
      {normal({4, 2, 3}), normal({2}), normal({2})});
  return rows;
}

std::vector<OpRow> loss_rows() {
  std::vector<OpRow> rows;
  const auto add = [&](const char* name, auto f, std::vector<Tensor> inputs) {
    rows.push_back({name, [f](List in) { return std::vector<Tensor>(f(in)); }, std::move(inputs)});
  };
  using Out = std::vector<Tensor>;
  const Tensor signs = tensor({{1., -1., 1.}, {-1., 1., -1.}}, kDouble), sides = tensor({1., -1.}, kDouble);
  const Tensor zero = zeros({2, 3}, kDouble).requires_grad_(),
               counts = tensor({{0., 1., 2.}, {3., 4., 5.}}, kDouble);
  for (const int64_t r : {Reduction::None, Reduction::Mean, Reduction::Sum}) {
    add("l1_loss", [r](List t) { return Out{l1_loss(t[0], t[1], r)}; }, {spread({2, 3}), zero});
    add("mse_loss", [r](List t) { return Out{mse_loss(t[0], t[1], r)}; }, {normal({2, 3}), normal({3})});
    add("smooth_l1_loss",
        [r](List t) {
          return Out{smooth_l1_loss(t[0], t[1], r), smooth_l1_loss(t[0], t[1], r, 0.3)};
        },
        {spread({2, 3}), zero});
    add("huber_loss",
        [r](List t) {
          return Out{huber_loss(t[0], t[1], r), huber_loss(t[0], t[1], r, 0.3)};
        },
        {spread({2, 3}), zero});
    add("binary_cross_entropy",
        [r](List t) { return Out{binary_cross_entropy(t[0], t[1], t[2].detach(), r)}; },
        {within(0.1, 0.9, {2, 3}), within(0.1, 0.9, {2, 3}), positive({3}).detach()});
    add("binary_cross_entropy_with_logits",
        [r](List t) {
          return Out{binary_cross_entropy_with_logits(t[0], t[1], nullopt, nullopt, r),
                     binary_cross_entropy_with_logits(t[0], t[1], t[2], t[2], r)};
        },
        {normal({2, 3}), within(0.1, 0.9, {2, 3}), positive({3}).detach()});
    add("kl_div",
        [r](List t) {
          return Out{kl_div(t[0], t[1], r), kl_div(t[0], t[1], r, true)};
        },
        {normal({2, 3}), positive({2, 3})});
    add("poisson_nll_loss",
        [r, counts](List t) {
          return Out{poisson_nll_loss(t[0], counts, true, true, 1e-8, r),
                     poisson_nll_loss(t[0], counts, false, false, 1e-8, r)};
        },
        {positive({2, 3})});
    add("hinge_embedding_loss",
        [r, signs](List t) { return Out{hinge_embedding_loss(t[0], signs, 0.85, r)}; }, {spread({2, 3})});
    add("cosine_embedding_loss",
        [r, sides](List t) { return Out{cosine_embedding_loss(t[0], t[1], sides, -0.9, r)}; },
        {positive({2, 3}), positive({2, 3})});
    add("margin_ranking_loss",
        [r, signs](List t) { return Out{margin_ranking_loss(t[0], t[1], signs, 0.25, r)}; },
        {spread({2, 3}), zero});
    add("soft_margin_loss", [r, signs](List t) { return Out{soft_margin_loss(t[0], signs, r)}; },
        {normal({2, 3})});
    add("triplet_margin_loss",
        [r](List t) { return Out{triplet_margin_loss(t[0], t[1], t[2], 5, 2, 1e-6, true, r)}; },
        {normal({2, 3}), normal({2, 3}), normal({2, 3})});
  }
  return rows;
}
