// Rows of the table in ops.inl, which includes this file: functions of one or several numbers, activations,
// losses.
#pragma once

namespace parity {
namespace {

Row unary_row(const char* name, ml::Tensor (*f)(const ml::Tensor&), double low, double high) {
  return {{name, Draw::one, low, high}, [f](Args a) { return Tensors{f(a[0])}; }};
}

// Integers from reals.
ml::Tensor whole(const ml::Tensor& x) { return (x > 0).to(ml::kInt) * 5 + (x > 1).to(ml::kInt) * 2; }

std::vector<Row> math_rows() {
  std::vector<Row> rows{
      unary_row("expm1", ml::expm1, -3, 3),
      unary_row("exp2", ml::exp2, -3, 3),
      unary_row("log2", ml::log2, 0.01, 5),
      unary_row("log10", ml::log10, 0.01, 5),
      unary_row("rsqrt", ml::rsqrt, 0.1, 5),
      unary_row("tan", ml::tan, -1.4, 1.4),
      unary_row("asin", ml::asin, -0.95, 0.95),
      unary_row("acos", ml::acos, -0.95, 0.95),
      unary_row("atan", ml::atan, -5, 5),
      unary_row("sinh", ml::sinh, -4, 4),
      unary_row("cosh", ml::cosh, -4, 4),
      unary_row("asinh", ml::asinh, -4, 4),
      unary_row("acosh", ml::acosh, 1.1, 5),
      unary_row("atanh", ml::atanh, -0.95, 0.95),
      unary_row("erf", ml::erf, -3, 3),
      unary_row("erfc", ml::erfc, -3, 3),
      unary_row("floor", ml::floor, -3, 3),
      unary_row("ceil", ml::ceil, -3, 3),
      unary_row("round", ml::round, -3, 3),
      unary_row("trunc", ml::trunc, -3, 3),
      unary_row("frac", ml::frac, -3, 3),
      unary_row("logical_not", ml::logical_not, -1, 1),
      {{"selu", Draw::one, -3, 3, true, true}, [](Args a) { return Tensors{ml::selu(a[0])}; }},
      {{"relu6", Draw::one, -3, 9, false, true}, [](Args a) { return Tensors{ml::relu6(a[0])}; }},
      {{"hardswish", Draw::one, -5, 5, true, true}, [](Args a) { return Tensors{ml::hardswish(a[0])}; }},
      // libtorch has 1 / 6 in single precision, and no second derivative.
      {{"hardsigmoid", Draw::one, -5, 5},
       [](Args a) { return Tensors{ml::hardsigmoid(a[0].detach().to(ml::kFloat))}; }},
      {{"mish", Draw::one, -5, 5, true, true}, [](Args a) { return Tensors{ml::mish(a[0])}; }},
      unary_row("silu", ml::silu, -5, 5),
      unary_row("log_sigmoid", ml::log_sigmoid, -5, 5),
      {{"round decimals", Draw::one, -30, 30, true},
       [](Args a) {
         return Tensors{ml::round(a[0], 1), ml::round(a[0], -1)};
       }},
      {{"logit", Draw::one, 0.05, 0.95, false, true},
       [](Args a) {
         return Tensors{ml::logit(a[0]), ml::logit(a[0], 0.2)};
       }},
      {{"nan_to_num", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::nan_to_num(a[0]), ml::nan_to_num(a[0], 1, 2, 3)};
       }},
      {{"fmod", Draw::two, -3, 3, true}, [](Args a) { return Tensors{ml::fmod(a[0], a[1])}; }},
      {{"fmod scalar", Draw::one, -9, 9}, [](Args a) { return Tensors{ml::fmod(a[0], 2)}; }},
      {{"remainder", Draw::two, -3, 3, true}, [](Args a) { return Tensors{ml::remainder(a[0], a[1])}; }},
      {{"remainder scalar", Draw::one, -9, 9}, [](Args a) { return Tensors{a[0] % 2}; }},
      {{"scalar remainder", Draw::one, 1, 9, true},
       [](Args a) { return Tensors{ml::remainder(7, a[0].detach())}; }},
      {{"integer rests", Draw::two, -3, 3},
       [](Args a) {
         const ml::Tensor x = whole(a[0]) - 3, y = whole(a[1]) - 1;
         return Tensors{ml::remainder(x, y),    ml::fmod(x, y),         ml::remainder(x, -2),
                        ml::div(x, y, "trunc"), ml::div(x, y, "floor"), ml::div(x, -2, "floor")};
       }},
      {{"div mode", Draw::two, -3, 3, true},
       [](Args a) {
         return Tensors{ml::div(a[0], a[1], "trunc"), ml::div(a[0], a[1], "floor")};
       }},
      {{"div mode scalar", Draw::one, -9, 9},
       [](Args a) {
         return Tensors{ml::div(a[0], 2, "trunc"), ml::div(a[0], 2.5, "floor")};
       }},
      {{"fmax", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::fmax(a[0], a[1])}; }},
      {{"fmin", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::fmin(a[0], a[1])}; }},
      {{"atan2", Draw::two, -3, 3, false, true}, [](Args a) { return Tensors{ml::atan2(a[0], a[1])}; }},
      {{"xlogy", Draw::two, 0.1, 3, true, true}, [](Args a) { return Tensors{ml::xlogy(a[0], a[1])}; }},
      {{"logaddexp", Draw::two, -9, 9, true}, [](Args a) { return Tensors{ml::logaddexp(a[0], a[1])}; }},
      {{"lerp", Draw::three, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::lerp(a[0], a[1], a[2]), ml::lerp(a[0], a[1], 0.3)};
       }},
      {{"addcmul", Draw::three, -3, 3}, [](Args a) { return Tensors{ml::addcmul(a[0], a[1], a[2], 2)}; }},
      {{"addcdiv", Draw::three, 0.2, 3, true},
       [](Args a) { return Tensors{ml::addcdiv(a[0], a[1], a[2], 2)}; }},
      {{"clamp tensors", Draw::pair, -3, 3, true},
       [](Args a) {
         return Tensors{
             ml::clamp(a[0], ml::optional<ml::Tensor>(a[1] - 1), ml::optional<ml::Tensor>(a[1] + 1)),
             ml::clamp_min(a[0], a[1]), ml::clamp_max(a[0], a[1])};
       }},
      {{"logic", Draw::two, -1, 1},
       [](Args a) {
         return Tensors{ml::logical_and(a[0], a[1]), ml::logical_or(a[0], a[1]), ml::logical_xor(a[0], a[1])};
       }},
      {{"bits", Draw::two, -2, 2},
       [](Args a) {
         const ml::Tensor x = whole(a[0]), y = whole(a[1]).to(ml::kLong), p = a[0] > 0, q = a[1] > 0;
         return Tensors{x & y, x | y, x ^ y, ~x, p & q, p | q, p ^ q, ~p, x & 3, 6 | y};
       }},
      {{"isclose", Draw::two, 0.999, 1}, [](Args a) { return Tensors{ml::isclose(a[0], a[1], 1e-3, 0)}; }},
  };
  return rows;
}

std::vector<Row> activation_rows() {
  return {
      {{"elu", Draw::one, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::elu(a[0]), ml::elu(a[0], 0.7, 1.3, 0.9)};
       }},
      {{"celu", Draw::one, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::celu(a[0]), ml::celu(a[0], 0.5)};
       }},
      {{"gelu", Draw::one, -4, 4}, [](Args a) { return Tensors{ml::gelu(a[0])}; }},
      {{"gelu tanh", Draw::one, -4, 4}, [](Args a) { return Tensors{ml::gelu(a[0], "tanh")}; }},
      {{"leaky_relu", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::leaky_relu(a[0]), ml::leaky_relu(a[0], 0.3)};
       }},
      {{"prelu", Draw::channels, -3, 3, true, true}, [](Args a) { return Tensors{ml::prelu(a[0], a[1])}; }},
      {{"softplus", Draw::one, -5, 5},
       [](Args a) {
         return Tensors{ml::softplus(a[0]), ml::softplus(a[0], 2, 3)};
       }},
      // libtorch's vector and scalar loops disagree on the gradient at NaN.
      {{"hardtanh", Draw::one, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::hardtanh(a[0]), ml::hardtanh(a[0], -0.5, 2)};
       }},
      {{"hardshrink", Draw::one, -2, 2, true, true},
       [](Args a) {
         return Tensors{ml::hardshrink(a[0]), a[0].hardshrink(1)};
       }},
      {{"softshrink", Draw::one, -2, 2, true, true},
       [](Args a) {
         return Tensors{ml::softshrink(a[0]), ml::softshrink(a[0], 1)};
       }},
      {{"glu", Draw::along_dim, -3, 3, true, true}, [](Args a) { return Tensors{ml::glu(a[0], a.n(0))}; }},
      {{"threshold", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::threshold(a[0], 1, 5)}; }},
  };
}

std::vector<Row> loss_rows() {
  std::vector<Row> rows;
  const auto add = [&](const char* name, Draw draw, double low, double high, auto loss,
                       bool distinct = false) {
    rows.push_back({{name, draw, low, high, true, distinct}, [loss](Args a) {
                      Tensors losses;
                      for (int64_t r = 0; r < 3; ++r) losses.push_back(loss(a, r));
                      return losses;
                    }});
  };
  add("l1_loss", Draw::two, -3, 3, [](Args a, int64_t r) { return ml::l1_loss(a[0], a[1], r); });
  // libtorch's gradients of broadcast means are wrong.
  add("mse_loss", Draw::pair, -3, 3, [](Args a, int64_t r) { return ml::mse_loss(a[0], a[1], r); });
  add(
      "smooth_l1_loss", Draw::pair, -3, 3,
      [](Args a, int64_t r) {
        return r ? ml::smooth_l1_loss(a[0], a[1], r, 0.6) : ml::smooth_l1_loss(a[0], a[1], r);
      },
      true);
  add(
      "huber_loss", Draw::pair, -3, 3,
      [](Args a, int64_t r) {
        return r ? ml::huber_loss(a[0], a[1], r, 0.6) : ml::huber_loss(a[0], a[1], r);
      },
      true);
  add(
      "binary_cross_entropy", Draw::pair, 0.01, 0.99,
      [](Args a, int64_t r) {
        if (r == 0) return ml::binary_cross_entropy(a[0], a[1], a[1].detach(), r);
        return ml::binary_cross_entropy(a[0], a[1], {}, r);
      },
      true);
  add(
      "binary_cross_entropy_with_logits", Draw::pair, -5, 5,
      [](Args a, int64_t r) {
        const ml::Tensor w = a[1].detach().abs();
        if (r == 0) return ml::binary_cross_entropy_with_logits(a[0], a[1], w, w, r);
        return ml::binary_cross_entropy_with_logits(a[0], a[1], {}, {}, r);
      },
      true);
  add("kl_div", Draw::pair, 0.1, 3,
      [](Args a, int64_t r) { return ml::kl_div(a[0], a[1], r) + ml::kl_div(a[0], a[1], r, true); });
  add("poisson_nll_loss", Draw::pair, 0.1, 4, [](Args a, int64_t r) {
    return ml::poisson_nll_loss(a[0], a[1], true, false, 1e-8, r) +
           ml::poisson_nll_loss(a[0], a[1], false, true, 1e-8, r);
  });
  add("hinge_embedding_loss", Draw::signs, -3, 3,
      [](Args a, int64_t r) { return ml::hinge_embedding_loss(a[0], a[1], 0.8, r); });
  add(
      "soft_margin_loss", Draw::signs, -3, 3,
      [](Args a, int64_t r) { return ml::soft_margin_loss(a[0], a[1], r); }, true);
  add("margin_ranking_loss", Draw::signs, -3, 3, [](Args a, int64_t r) {
    return ml::margin_ranking_loss(a[0], a[0].detach() * 0.5 + 0.1, a[1], 0.3, r);
  });
  add(
      "cosine_embedding_loss", Draw::pair, 0.1, 3,
      [](Args a, int64_t r) {
        const ml::Tensor target = ml::sign(a[0].detach().select(-1, 0) - 1);
        return ml::cosine_embedding_loss(a[0].to(ml::kDouble), a[1].to(ml::kDouble), target, 0.2, r);
      },
      true);
  add(
      "triplet_margin_loss", Draw::pair, -3, 3,
      [](Args a, int64_t r) {
        return ml::triplet_margin_loss(a[0], a[1], a[0].detach() * 0.5, 1, 2, 1e-6, r == 1, r);
      },
      true);
  return rows;
}

}  // namespace
}  // namespace parity
