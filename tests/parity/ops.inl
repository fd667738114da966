// Every differentiable function of the public interface, written once for both libraries: one row each.
// A row names how its arguments are drawn and between which numbers.
#pragma once

#include <functional>

#include "library.hpp"

namespace parity {
namespace {

using Tensors = std::vector<ml::Tensor>;

// The arguments of a row.
struct Args {
  const Tensors& inputs;
  const Case& given;
  const ml::Tensor& operator[](size_t i) const { return inputs[i]; }
  int64_t n(size_t i) const { return given.ints[i]; }
  double x(size_t i) const { return given.reals[i]; }
  bool flag(size_t i) const { return given.ints[i] != 0; }
  std::vector<int64_t> list(size_t from) const {
    return {given.ints.begin() + static_cast<std::ptrdiff_t>(from), given.ints.end()};
  }
  // A number of the kind that was drawn: an integer or a real.
  ml::Scalar scalar() const { return given.ints.empty() ? ml::Scalar(x(0)) : ml::Scalar(n(0)); }
};

struct Row {
  Op op;
  std::function<Tensors(const Args&)> forward;
};

template <class First, class Second>
Tensors both(const std::tuple<First, Second>& pair) {
  return {std::get<0>(pair), std::get<1>(pair)};
}

// Writes into a copy, because a leaf that requires grad cannot be written.
template <class Write>
Tensors written(const ml::Tensor& x, Write write) {
  ml::Tensor y = x.clone();
  write(y);
  return {y};
}

template <class Options>
Options cross_entropy_options(const Args& a) {
  Options options;
  options.ignore_index(a.n(1)).label_smoothing(a.x(0)).weight(a[2]);
  if (a.n(0) == 0)
    options.reduction(ml::kNone);
  else if (a.n(0) == 1)
    options.reduction(ml::kMean);
  else
    options.reduction(ml::kSum);
  return options;
}
ml::Tensor cross_entropy(const Args& a) {
  namespace nn = ml::nn;
  if (a.flag(2))
    return nn::CrossEntropyLoss(cross_entropy_options<nn::CrossEntropyLossOptions>(a))(a[0], a[1]);
  return nn::functional::cross_entropy(a[0], a[1],
                                       cross_entropy_options<nn::functional::CrossEntropyFuncOptions>(a));
}

}  // namespace
}  // namespace parity

#include "ops_arrays.inl"
#include "ops_indexing.inl"
#include "ops_math.inl"

namespace parity {
namespace {

std::vector<Row> with_further_rows(std::vector<Row> rows) {
  for (auto* family : {math_rows, activation_rows, statistics_rows, rearranging_rows, linear_algebra_rows,
                       loss_rows, indexing_rows})
    for (Row& row : family()) rows.push_back(std::move(row));
  return rows;
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows = with_further_rows({
      // Arithmetic.
      {{"add", Draw::two, -3, 3}, [](Args a) { return Tensors{a[0] + a[1]}; }},
      {{"add alpha", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::add(a[0], a[1], 2)}; }},
      {{"add scalar", Draw::two_scalar, -3, 3},
       [](Args a) {
         return Tensors{a[0] + a.scalar(), a.scalar() + a[0]};
       }},
      {{"sub", Draw::two, -3, 3}, [](Args a) { return Tensors{a[0] - a[1]}; }},
      {{"sub alpha", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::sub(a[0], a[1], 3)}; }},
      {{"sub scalar", Draw::two_scalar, -3, 3}, [](Args a) { return Tensors{a[0] - a.scalar()}; }},
      {{"scalar sub", Draw::two_scalar, -3, 3, true}, [](Args a) { return Tensors{a.scalar() - a[0]}; }},
      {{"mul", Draw::two, -3, 3}, [](Args a) { return Tensors{a[0] * a[1]}; }},
      {{"mul scalar", Draw::two_scalar, -3, 3},
       [](Args a) {
         return Tensors{a[0] * a.scalar(), a.scalar() * a[0]};
       }},
      {{"mul itself", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0] * a[0]}; }},
      {{"div", Draw::two, -3, 3}, [](Args a) { return Tensors{a[0] / a[1]}; }},
      {{"div scalar", Draw::two_scalar, -3, 3}, [](Args a) { return Tensors{a[0] / a.scalar()}; }},
      {{"scalar div", Draw::two_scalar, -3, 3, true}, [](Args a) { return Tensors{a.scalar() / a[0]}; }},
      {{"pow", Draw::two, 0.1, 3}, [](Args a) { return Tensors{ml::pow(a[0], a[1])}; }},
      {{"pow signed", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::pow(a[0], a[1])}; }},
      {{"pow scalar", Draw::two_scalar, -3, 3}, [](Args a) { return Tensors{ml::pow(a[0], a.scalar())}; }},
      {{"pow square", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::pow(a[0], 2)}; }},
      {{"scalar pow", Draw::two_scalar, -3, 3}, [](Args a) { return Tensors{ml::pow(a.scalar(), a[0])}; }},
      {{"maximum", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::maximum(a[0], a[1])}; }},
      {{"minimum", Draw::two, -3, 3}, [](Args a) { return Tensors{ml::minimum(a[0], a[1])}; }},
      // In place, and through views.
      {{"add_", Draw::two, -3, 3}, [](Args a) { return written(a[0], [&](ml::Tensor& y) { y += a[1]; }); }},
      {{"sub_", Draw::two, -3, 3}, [](Args a) { return written(a[0], [&](ml::Tensor& y) { y -= a[1]; }); }},
      {{"mul_", Draw::two, -3, 3}, [](Args a) { return written(a[0], [&](ml::Tensor& y) { y *= a[1]; }); }},
      {{"div_", Draw::two, -3, 3}, [](Args a) { return written(a[0], [&](ml::Tensor& y) { y /= a[1]; }); }},
      {{"mul_ scalar", Draw::two_scalar, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y *= a.scalar(); }); }},
      {{"clamp_", Draw::one, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.clamp_(-1, 1); }); }},
      {{"copy_", Draw::two, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.copy_(a[1]); }); }},
      {{"zero_", Draw::one, -3, 3}, [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.zero_(); }); }},
      {{"fill_", Draw::two_scalar, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.fill_(a.scalar()); }); }},
      {{"write a row", Draw::one, -3, 3},
       [](Args a) { return written(a[0].detach(), [&](ml::Tensor& y) { y[0] = 7; }); }},
      {{"scale a row", Draw::one, -3, 3},
       [](Args a) { return written(a[0].detach(), [&](ml::Tensor& y) { y[0].mul_(a[0].detach()[0]); }); }},
      // Functions of one tensor.
      {{"neg", Draw::one, -3, 3}, [](Args a) { return Tensors{-a[0]}; }},
      {{"abs", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::abs(a[0])}; }},
      {{"sign", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::sign(a[0])}; }},
      {{"exp", Draw::one, -5, 5}, [](Args a) { return Tensors{ml::exp(a[0])}; }},
      {{"log", Draw::one, 0.01, 5}, [](Args a) { return Tensors{ml::log(a[0])}; }},
      {{"log1p", Draw::one, -0.9, 5}, [](Args a) { return Tensors{ml::log1p(a[0])}; }},
      {{"sqrt", Draw::one, 0.01, 5}, [](Args a) { return Tensors{ml::sqrt(a[0])}; }},
      {{"sin", Draw::one, -9, 9}, [](Args a) { return Tensors{ml::sin(a[0])}; }},
      {{"cos", Draw::one, -9, 9}, [](Args a) { return Tensors{ml::cos(a[0])}; }},
      {{"reciprocal", Draw::one, 0.1, 5}, [](Args a) { return Tensors{ml::reciprocal(a[0])}; }},
      {{"square", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::square(a[0])}; }},
      {{"tanh", Draw::one, -9, 9}, [](Args a) { return Tensors{ml::tanh(a[0])}; }},
      {{"sigmoid", Draw::one, -9, 9}, [](Args a) { return Tensors{ml::sigmoid(a[0])}; }},
      {{"relu", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::relu(a[0])}; }},
      {{"clamp", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::clamp(a[0], -1.5, 1), ml::clamp(a[0], ml::nullopt, 0.5)};
       }},
      {{"clamp_min", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::clamp_min(a[0], 0.5)}; }},
      {{"clamp_max", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::clamp_max(a[0], 0.5)}; }},
      {{"dropout", Draw::one, -3, 3},
       [](Args a) {
         ml::manual_seed(5);
         return Tensors{ml::dropout(a[0], 0.4, true), ml::dropout(a[0], 0.4, false),
                        ml::dropout(a[0], 1, true)};
       }},
      {{"to double", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{a[0].to(ml::kDouble), a[0].to(ml::kFloat)};
       }},
      {{"to integer", Draw::one, 0, 3},
       [](Args a) {
         return Tensors{a[0].to(ml::kLong), a[0].to(ml::kBool)};
       }},
      {{"clone", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{a[0].clone(), a[0].contiguous(), a[0].detach()};
       }},
      // Choosing and comparing.
      {{"where", Draw::choice, -3, 3}, [](Args a) { return Tensors{ml::where(a[0], a[1], a[2])}; }},
      {{"where scalar", Draw::choice, -3, 3},
       [](Args a) {
         return Tensors{ml::where(a[0], a[1], 2.5), ml::where(a[0], -1.5, a[2])};
       }},
      {{"masked_fill", Draw::mask, -3, 3}, [](Args a) { return Tensors{ml::masked_fill(a[0], a[1], 2)}; }},
      {{"compare", Draw::two, -2, 2},
       [](Args a) {
         return Tensors{a[0] == a[1], a[0] != a[1], a[0]<a[1], a[0] <= a[1], a[0]> a[1], a[0] >= a[1]};
       }},
      {{"compare scalar", Draw::two_scalar, -2, 2},
       [](Args a) {
         const ml::Scalar s = a.scalar();
         return Tensors{a[0] == s, a[0] != s, a[0]<s, a[0] <= s, a[0]> s, a[0] >= s};
       }},
      {{"is…", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::isnan(a[0]), ml::isinf(a[0]), ml::isfinite(a[0])};
       }},
      {{"equal", Draw::two, 0, 1},
       [](Args a) {
         return Tensors{ml::tensor(static_cast<int64_t>(ml::equal(a[0], a[1]))),
                        ml::tensor(static_cast<int64_t>(ml::equal(a[0], a[0])))};
       }},
      {{"allclose", Draw::two, 0.999, 1},
       [](Args a) { return Tensors{ml::tensor(static_cast<int64_t>(ml::allclose(a[0], a[1], 1e-3, 0)))}; }},
      // Reductions.
      {{"sum", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].sum()}; }},
      {{"sum dims", Draw::along_dims, -3, 3},
       [](Args a) { return Tensors{ml::sum(a[0], a.list(1), a.flag(0))}; }},
      {{"sum to double", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::sum(a[0], ml::kDouble)}; }},
      {{"mean", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].mean()}; }},
      {{"mean dims", Draw::along_dims, -3, 3},
       [](Args a) { return Tensors{ml::mean(a[0], a.list(1), a.flag(0))}; }},
      {{"max", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].max()}; }},
      {{"min", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].min()}; }},
      {{"max dim", Draw::along_dim, -3, 3}, [](Args a) { return both(ml::max(a[0], a.n(0), a.flag(1))); }},
      {{"min dim", Draw::along_dim, -3, 3}, [](Args a) { return both(ml::min(a[0], a.n(0), a.flag(1))); }},
      {{"argmax", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].argmax()}; }},
      {{"argmin", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].argmin()}; }},
      {{"argmax dim", Draw::along_dim, -3, 3},
       [](Args a) { return Tensors{ml::argmax(a[0], a.n(0), a.flag(1))}; }},
      {{"argmin dim", Draw::along_dim, -3, 3},
       [](Args a) { return Tensors{ml::argmin(a[0], a.n(0), a.flag(1))}; }},
      {{"any all", Draw::one, 0, 1},
       [](Args a) {
         return Tensors{ml::any(a[0]), ml::all(a[0])};
       }},
      {{"logsumexp", Draw::along_some_dims, -9, 9, true},
       [](Args a) { return Tensors{ml::logsumexp(a[0], a.list(1), a.flag(0))}; }},
      {{"softmax", Draw::along_dim, -9, 9, true}, [](Args a) { return Tensors{ml::softmax(a[0], a.n(0))}; }},
      {{"log_softmax", Draw::along_dim, -9, 9, true},
       [](Args a) { return Tensors{ml::log_softmax(a[0], a.n(0))}; }},
      {{"softmax to double", Draw::along_dim, -9, 9, true},
       [](Args a) {
         return Tensors{ml::softmax(a[0], a.n(0), ml::kDouble), ml::log_softmax(a[0], a.n(0), ml::kDouble)};
       }},
      // Shapes.
      {{"view", Draw::resize, -3, 3}, [](Args a) { return Tensors{a[0].view(a.list(0))}; }},
      {{"reshape", Draw::resize, -3, 3}, [](Args a) { return Tensors{ml::reshape(a[0], a.list(0))}; }},
      {{"flatten", Draw::two_dims, -3, 3}, [](Args a) { return Tensors{ml::flatten(a[0], a.n(0), a.n(1))}; }},
      {{"transpose", Draw::two_dims, -3, 3},
       [](Args a) { return Tensors{ml::transpose(a[0], a.n(0), a.n(1))}; }},
      {{"permute", Draw::permute, -3, 3}, [](Args a) { return Tensors{ml::permute(a[0], a.list(0))}; }},
      {{"t", Draw::one, -3, 3}, [](Args a) { return Tensors{a[0].t()}; }},
      {{"unsqueeze", Draw::along_dim, -3, 3}, [](Args a) { return Tensors{ml::unsqueeze(a[0], a.n(0))}; }},
      {{"squeeze", Draw::along_dim, -3, 3},
       [](Args a) { return Tensors{ml::squeeze(a[0]), ml::squeeze(a[0], a.n(0))}; }},
      {{"expand", Draw::expand, -3, 3}, [](Args a) { return Tensors{a[0].expand(a.list(0))}; }},
      {{"sum_to_size", Draw::shrink, -3, 3, true},
       [](Args a) { return Tensors{sum_to_size(a[0], a.list(0))}; }},
      {{"select", Draw::slice, -3, 3}, [](Args a) { return Tensors{ml::select(a[0], a.n(0), a.n(1))}; }},
      {{"slice", Draw::slice, -3, 3},
       [](Args a) { return Tensors{ml::slice(a[0], a.n(0), a.n(1), a.n(2), a.n(3))}; }},
      {{"narrow", Draw::slice, -3, 3},
       [](Args a) { return Tensors{ml::narrow(a[0], a.n(0), a.n(1), a.n(3))}; }},
      {{"chunk", Draw::pieces, -3, 3}, [](Args a) { return ml::chunk(a[0], a.n(1), a.n(0)); }},
      {{"split", Draw::pieces, -3, 3}, [](Args a) { return ml::split(a[0], a.n(1), a.n(0)); }},
      {{"unbind", Draw::along_dim, -3, 3}, [](Args a) { return ml::unbind(a[0], a.n(0)); }},
      {{"cat", Draw::several, -3, 3}, [](Args a) { return Tensors{ml::cat(a.inputs, a.n(0))}; }},
      {{"stack", Draw::alike, -3, 3}, [](Args a) { return Tensors{ml::stack(a.inputs, a.n(0))}; }},
      // Indexing.
      {{"gather", Draw::gather, -3, 3}, [](Args a) { return Tensors{ml::gather(a[0], a.n(0), a[1])}; }},
      {{"index_select", Draw::pick, -3, 3},
       [](Args a) { return Tensors{ml::index_select(a[0], a.n(0), a[1])}; }},
      {{"scatter_add", Draw::scatter, -3, 3},
       [](Args a) { return Tensors{ml::scatter_add(a[0], a.n(0), a[1], a[2])}; }},
      {{"index_add", Draw::index_add, -3, 3},
       [](Args a) { return Tensors{ml::index_add(a[0], a.n(0), a[1], a[2])}; }},
      // Products.
      {{"mm", Draw::mm, -2, 2}, [](Args a) { return Tensors{ml::mm(a[0], a[1])}; }},
      {{"bmm", Draw::bmm, -2, 2}, [](Args a) { return Tensors{ml::bmm(a[0], a[1])}; }},
      {{"matmul", Draw::matmul, -2, 2}, [](Args a) { return Tensors{ml::matmul(a[0], a[1])}; }},
      {{"addmm", Draw::addmm, -2, 2},
       [](Args a) { return Tensors{ml::addmm(a[0], a[1], a[2]), ml::addmm(a[0], a[1], a[2], 0.5, 3)}; }},
      {{"linear", Draw::linear, -2, 2}, [](Args a) { return Tensors{ml::linear(a[0], a[1], a[2])}; }},
      // Losses.
      {{"nll_loss", Draw::nll, -5, 0},
       [](Args a) { return Tensors{ml::nll_loss(a[0], a[1], a[2], a.n(0), a.n(1))}; }},
      {{"cross_entropy", Draw::cross_entropy, -3, 3}, [](Args a) { return Tensors{cross_entropy(a)}; }},
      {{"linear_cross_entropy", Draw::linear_cross_entropy, -1, 1},
       [](Args a) {
         return Tensors{linear_cross_entropy(a[0], a[3], a[4], a[1], cross_entropy_options<LinearCrossEntropyOptions>(a))};
       }},
  });
  return rows;
}

}  // namespace
}  // namespace parity
