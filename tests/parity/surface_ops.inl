// The surface of the interface, continued: what computes new tensors. Included by surface.inl.
#pragma once

namespace parity {
namespace {

void surface_pointwise(Surface& show) {
  const torch::Tensor x = example(), p = x.abs(), u = (x / 4).abs(),
                      y = torch::tensor({2.0, 0.5, -1.0}, at::kDouble);
  show("exp, log", x.exp(), torch::exp(x), p.log(), torch::log(p), p.log1p(), torch::log1p(p), x.expm1(),
       torch::expm1(x), x.exp2(), torch::exp2(x), p.log2(), torch::log2(p), p.log10(), torch::log10(p));
  show("powers", p.sqrt(), torch::sqrt(p), p.rsqrt(), torch::rsqrt(p), x.square(), torch::square(x),
       x.reciprocal(), torch::reciprocal(x), x.pow(2), x.pow(y), torch::pow(x, 2), torch::pow(p, y),
       torch::pow(2, x));
  show("angles", x.sin(), torch::sin(x), x.cos(), torch::cos(x), x.tan(), torch::tan(x), u.asin(),
       torch::asin(u), u.acos(), torch::acos(u), x.atan(), torch::atan(x), x.sinh(), torch::sinh(x), x.cosh(),
       torch::cosh(x), x.tanh(), torch::tanh(x), x.asinh(), torch::asinh(x), (p + 1).acosh(),
       torch::acosh(p + 1), u.atanh(), torch::atanh(u), x.atan2(y), torch::atan2(x, y), x.arctan2(y));
  show("signs", x.abs(), torch::abs(x), x.absolute(), x.neg(), torch::neg(x), x.negative(), x.positive(),
       x.sign(), torch::sign(x));
  show("rounding", x.floor(), torch::floor(x), x.ceil(), torch::ceil(x), x.round(), torch::round(x),
       x.round(1), torch::round(x, 1), x.trunc(), torch::trunc(x), x.fix(), x.frac(), torch::frac(x));
  show("special", x.erf(), torch::erf(x), x.erfc(), torch::erfc(x), x.sigmoid(), torch::sigmoid(x), u.logit(),
       torch::logit(u, 0.2), x.nan_to_num(), torch::nan_to_num(x / 0, 1, 2, 3));
  show("two", x.add(y), x.add(y, 2), x.add(1, 2), torch::add(x, y, 3), x.sub(y), torch::sub(x, 1), x.mul(y),
       torch::mul(x, y), x.mul(2), x.div(y), torch::div(x, 2), x.div(y, "floor"), torch::div(x, y, "trunc"),
       x.subtract(y), x.multiply(y), x.divide(y), x.divide(2, "floor"), x.true_divide(y), torch::rsub(x, y),
       x.fmod(y), x.fmod(2), torch::fmod(x, y), x.remainder(y), torch::remainder(x, 2), x.floor_divide(2),
       torch::floor_divide(x, y));
  show("pairs", x.maximum(y), torch::maximum(x, y), x.minimum(y), torch::minimum(x, y), x.max(y),
       torch::max(x, y), x.min(y), torch::min(x, y), x.fmax(y), torch::fmax(x, y), x.fmin(y),
       torch::fmin(x, y), x.xlogy(p), torch::xlogy(x, p), x.xlogy(2), x.logaddexp(y), torch::logaddexp(x, y),
       torch::logaddexp(y, x));
  show("three", x.lerp(y.expand_as(x), 0.5), torch::lerp(x, p, u), x.addcmul(y, y, 2),
       torch::addcmul(x, y, y), x.addcdiv(y, y), torch::addcdiv(x, y, y, 3));
  show("clamp", x.clamp(-1, 1), x.clamp(-1), x.clamp(torch::nullopt, 1), torch::clamp(x, -1, 1), x.clamp(y),
       torch::clamp(x, u, p), x.clamp_min(0), x.clamp_min(y), torch::clamp_min(x, 0), x.clamp_max(0),
       x.clamp_max(y), torch::clamp_max(x, 0), x.clip(-1, 1), torch::clip(x, -1, 1));
  show("activations", x.relu(), torch::relu(x), torch::elu(x), torch::elu(x, 2), torch::selu(x),
       torch::celu(x, 2), torch::gelu(x), torch::gelu(x, "tanh"), torch::leaky_relu(x, 0.2),
       x.prelu(torch::full({1}, 0.3, at::kDouble)), torch::softplus(x), torch::hardtanh(x), torch::relu6(x),
       x.hardshrink(), torch::softshrink(x), torch::hardswish(x), torch::hardsigmoid(x), torch::mish(x),
       torch::silu(x), torch::log_sigmoid(x), torch::threshold(x, 0.3, 9), torch::glu(x.t(), 1),
       torch::dropout(x, 0.5, false));
  show("softmax", x.softmax(1), torch::softmax(x, 0), x.log_softmax(1),
       torch::log_softmax(x, -1, torch::kFloat));
}

void surface_truth(Surface& show) {
  const torch::Tensor x = example(), y = torch::tensor({0.5, -1.25, 0.0}, at::kDouble), odd = y / 0;
  show("eq …", x.eq(y), x.eq(2), torch::eq(x, y), x.ne(y), torch::ne(x, 2), x.lt(y), torch::lt(x, 1), x.le(y),
       torch::le(x, 1), x.gt(y), torch::gt(x, 1), x.ge(y), torch::ge(x, 1));
  show("is…", odd.isnan(), torch::isnan(odd), odd.isinf(), torch::isinf(odd), odd.isfinite(),
       torch::isfinite(odd), x.isclose(y), torch::isclose(x, y));
  show("equal", x.equal(x), torch::equal(x, y), x.allclose(x + 1e-9),
       torch::allclose(x, x + 1e-3, 1e-2, 1e-2), torch::allclose(odd, odd, 1e-5, 1e-8, /*equal_nan=*/true));
  const torch::Tensor a = torch::tensor({true, false}), b = torch::tensor({true, true}), n = torch::arange(4);
  show("logical", a.logical_and(b), torch::logical_and(a, b), a.logical_or(b), torch::logical_or(a, b),
       a.logical_xor(b), torch::logical_xor(a, b), n.logical_not(), torch::logical_not(a));
  show("bitwise", n.bitwise_and(1), torch::bitwise_and(a, b), n.bitwise_or(1), torch::bitwise_or(a, b),
       n.bitwise_xor(1), torch::bitwise_xor(a, b), n.bitwise_not(), torch::bitwise_not(a));
  show("where", torch::where(x > 0, x, y), torch::where(x > 0, x, 1.0), torch::where(x > 0, 1.0, x),
       x.where(x > 0, y), torch::where(x > 0));
  show("masked", x.masked_fill(x > 0, 7), torch::masked_fill(x, x > 0, torch::tensor(7.0, at::kDouble)),
       x.masked_select(x > 0), torch::masked_select(x, x > 0), x.masked_scatter(x > 0, x.flatten()),
       torch::masked_scatter(x, x > 0, x.flatten()));
}

void surface_reductions(Surface& show) {
  const torch::Tensor x = example(), gaps = x.masked_fill(x > 2, NAN), n = torch::tensor({{1, 0}, {2, 3}});
  show("sum", x.sum(), torch::sum(x), x.sum(0), x.sum({1, 0}, /*keepdim=*/true),
       torch::sum(x, {1}, false, torch::kFloat), x.sum(torch::kFloat), n.sum(), n.sum(torch::IntArrayRef{1}));
  show("mean", x.mean(), torch::mean(x), x.mean(0), x.mean({1, 0}, true), torch::mean(x, {-1}),
       x.mean(torch::kFloat));
  show("max, min", x.max(), torch::max(x), x.max(1), torch::max(x, 0, true), x.min(), torch::min(x), x.min(1),
       torch::min(x, 0, true), x.amax(0), torch::amax(x, {0, 1}), x.amin(), torch::amin(x, 1, true),
       x.aminmax(), torch::aminmax(x, 1));
  show("argmax", x.argmax(), x.argmax(1), torch::argmax(x, 0, true), x.argmin(), torch::argmin(x, 1));
  show("any, all", (x > 2).any(), torch::any(x > 2), (x > 2).any(0), torch::any(x > 2, 1, true),
       (x > -9).all(), torch::all(x > 0), (x > 0).all(1), torch::all(x > 0, 0, true), n.count_nonzero(),
       torch::count_nonzero(n, torch::optional<int64_t>(0)));
  show("std, var", x.std(), x.std(0), x.std(false), x.std({1, 0}, true, true), torch::std(x),
       torch::std(x, 1), x.var(), x.var(0), x.var(torch::IntArrayRef{1}, false, true),
       x.var(torch::IntArrayRef{1}, torch::optional<int64_t>(0)), torch::var(x, true), torch::var(x, {0}),
       torch::std_mean(x), torch::std_mean(x, 1), torch::var_mean(x), torch::var_mean(x, {0}, false, true));
  show("norm", x.norm(), x.norm(1), torch::norm(x), x.norm(2, 0), torch::norm(x, 2, {1}, true),
       x.norm(2, {1, 0}), x.norm(INFINITY), torch::norm(x, 3), x.dist(x * 2), torch::dist(x, x + 1, 1));
  show("prod …", x.prod(), x.prod(0), torch::prod(x, 1, true), gaps.nansum(), torch::nansum(gaps, {0}),
       gaps.nanmean(), torch::nanmean(gaps, 0), x.logsumexp(0), torch::logsumexp(x, {1, 0}, true));
  show("order", x.sort(), x.sort(0, true), torch::sort(x, /*stable=*/true, 1, false), x.argsort(),
       torch::argsort(x, 0, true), x.topk(2), torch::topk(x, 1, 0, false), x.kthvalue(1),
       torch::kthvalue(x, 2, 1, true), x.median(), torch::median(x, 1), x.median(0, true));
  show("scans", x.cumsum(0), torch::cumsum(x, 1, torch::kFloat), x.cumprod(1), torch::cumprod(x, 0),
       n.cumsum(0));
}

void surface_shapes(Surface& show) {
  const torch::Tensor x = example(), cube = torch::arange(24).view({2, 3, 4});
  show("view", x.view({3, 2}), x.view(-1), x.view_as(torch::ones({6})), x.reshape({6, 1}),
       torch::reshape(x, -1), x.reshape_as(torch::ones({1, 6})), cube.flatten(), cube.flatten(1),
       torch::flatten(cube, 0, 1), x.ravel(), torch::ravel(x), x.unflatten(1, {3, 1}));
  show("order of dims", x.t(), torch::t(x), x.transpose(0, 1), torch::transpose(x, 0, -1),
       cube.permute({2, 0, 1}), torch::permute(x, {1, 0}), x.swapaxes(0, 1), torch::swapaxes(x, 0, 1),
       x.swapdims(0, 1), cube.movedim(0, 2), torch::movedim(cube, {0, 1}, {1, 0}), cube.moveaxis(0, 1));
  show("size 1", x.unsqueeze(0), torch::unsqueeze(x, -1), x.unsqueeze(1).squeeze(), x.unsqueeze(1).squeeze(1),
       torch::squeeze(x.unsqueeze(0)), torch::squeeze(x.unsqueeze(0), 0), x[0].expand({2, 3}),
       x[0].expand_as(x), x[0].broadcast_to({2, 3}), torch::broadcast_tensors({x, x[0]}),
       torch::atleast_1d(x.sum()), torch::atleast_2d(x[0]));
  show("parts", x.select(1, 2), torch::select(x, 0, -1), x.slice(1, 0, 2), torch::slice(x, 1, 0, 3, 2),
       x.slice(), x.narrow(1, 1, 2), torch::narrow(x, 0, 1, 1), x.diagonal(), torch::diagonal(x, 1),
       x.unfold(1, 2, 1), x[1], x[0][2]);
  show("cut", x.chunk(2, 1), torch::chunk(x, 2), x.split(2, 1), torch::split(x, 1), x.split({1, 2}, 1),
       torch::split_with_sizes(x, {2, 1}, 1), x.unbind(), torch::unbind(x, 1), x.tensor_split(2, 1),
       torch::tensor_split(x, {1}, 1));
  show("join", torch::cat({x, x}), torch::cat({x, x}, 1), torch::stack({x, x}), torch::stack({x, x}, -1),
       torch::concat({x, x}), torch::hstack({x, x}), torch::vstack({x, x}),
       torch::meshgrid({x[0], x[1]}, "ij"));
  show("copies", x.repeat({2, 1}), x.tile({1, 2}), torch::tile(x, 2), x.repeat_interleave(2),
       torch::repeat_interleave(x, 2, 0), x.roll(1, 1), torch::roll(x, {1, 1}, {0, 1}), x.flip(0),
       torch::flip(x, {0, 1}), x.tril(), torch::tril(x, -1), x.triu(), torch::triu(x, 1), x[0].diag(),
       torch::diag(x), x.diag_embed(), torch::diag_embed(x), x.clone(), torch::clone(x));
  show("products", x.mm(x.t()), torch::mm(x, x.t()), x.matmul(x[0]), torch::matmul(x, x.t()), x.mv(x[0]),
       torch::mv(x, x[1]), x[0].dot(x[1]), torch::dot(x[0], x[1]), x[0].outer(x[1]), torch::outer(x[0], x[1]),
       torch::ger(x[0], x[1]), x[0].inner(x[1]), cube.bmm(cube.transpose(1, 2)),
       torch::bmm(cube, cube.transpose(1, 2)), x[0].addmm(x, torch::eye(3, at::kDouble)),
       torch::addmm(x, x, torch::eye(3, at::kDouble), 2, 3), x.sum(1).addmv(x, x[0]),
       torch::addmv(x.sum(1), x, x[0]), torch::baddbmm(cube, cube, torch::ones({2, 4, 4}, at::kLong)),
       x.mm(x.t()).trace(), torch::trace(x), torch::einsum("ij,kj->ik", {x, x}));
}

void surface_picking(Surface& show) {
  using namespace torch::indexing;
  const torch::Tensor x = example(), at = torch::tensor({2, 0}), places = torch::tensor({{0, 1, 0}}),
                      cube = torch::arange(24).view({2, 3, 4});
  show("index", x.index({1}), x.index({0, 2}), x.index({Slice()}),
       x.index({Slice(None, None, 2), Slice(1, None)}), x.index({Slice(None, -1), None}), x.index({"...", 0}),
       cube.index({Ellipsis, -1}), x.index({Slice(), at}), x.index({x > 0}), x.index({true}),
       cube.index({at.slice(0, 1), Slice(1, 3), torch::tensor({3})}), x.index({torch::tensor(1)}),
       x[torch::tensor(1)], torch::index(x, {torch::tensor({1, 0}), at}));
  torch::Tensor y = x.clone();
  y.index_put_({0, 1}, 5);
  y.index_put_({1}, torch::tensor({7.0, 8.0, 9.0}, at::kDouble));
  y.index_put_({Slice(), -1}, 3.5);
  y.index_put_({y > 8}, torch::tensor(1.0, at::kDouble));
  y.index_put_({torch::tensor({0, 0}), torch::tensor({0, 0})}, torch::tensor(2.0, at::kDouble),
               /*accumulate=*/true);
  torch::index_put_(y, {torch::tensor({1})}, torch::ones({3}, at::kDouble), true);
  show("index_put_", y, torch::index_put(x, {torch::tensor({1})}, torch::ones({3}, at::kDouble)),
       x.index_put({at.slice(0, 1)}, x[1]));
  show("pick", x.gather(1, places), torch::gather(x, 0, places), x.index_select(1, at),
       torch::index_select(x, 0, places[0]), x.take(at), torch::take(x, at), x.take_along_dim(places, 0),
       torch::take_along_dim(x, places, 0), x.nonzero(), torch::nonzero(x > 0));
  show("put", x.scatter(1, places, 9), torch::scatter(x, 1, places, x), x.scatter_add(0, places, x),
       torch::scatter_add(x, 1, places, x), x.index_add(1, at, x.slice(1, 0, 2)),
       torch::index_add(x, 1, at, x.slice(1, 0, 2), 2), x.index_copy(1, at, x.slice(1, 0, 2)),
       torch::index_copy(x, 1, at, x.slice(1, 0, 2)), x.index_fill(1, at, 4), torch::index_fill(x, 1, at, 4));
  show("embedding", torch::embedding(x, places), torch::one_hot(at), torch::one_hot(at, 4));
}

void surface_losses(Surface& show) {
  const torch::Tensor x = example(), p = x.sigmoid(), logp = x.log_softmax(1), labels = torch::tensor({2, 0}),
                      y = x.roll(1, 1), w = torch::tensor({1.0, 2.0, 3.0}, at::kDouble);
  show("classes", torch::nll_loss(logp, labels), torch::nll_loss(logp, labels, {}, at::Reduction::Sum),
       torch::nll_loss(logp, labels, w, torch::Reduction::None, 0), torch::cross_entropy_loss(x, labels),
       torch::cross_entropy_loss(x, labels, w, at::Reduction::Mean, -100, 0.1));
  show("pairs", torch::l1_loss(x, y), torch::mse_loss(x, y, at::Reduction::None), torch::smooth_l1_loss(x, y),
       torch::huber_loss(x, y), torch::binary_cross_entropy(p, p.round()),
       torch::binary_cross_entropy_with_logits(x, p.round()), torch::kl_div(logp, p),
       torch::poisson_nll_loss(x, p, true, false, 1e-8, at::Reduction::Mean),
       torch::hinge_embedding_loss(x, x.sign()), torch::cosine_embedding_loss(x, y, torch::tensor({1, -1})),
       torch::margin_ranking_loss(x, y, x.sign(), 0.1), torch::soft_margin_loss(x, x.sign()),
       torch::triplet_margin_loss(x, y, p));
  show("norms", torch::layer_norm(x, {3}), torch::layer_norm(x, {3}, w, w),
       torch::group_norm(x.view({1, 2, 3}), 2), torch::batch_norm(x, w, w, {}, {}, true, 0.1, 1e-5, false),
       torch::pairwise_distance(x, y), torch::cosine_similarity(x, y), torch::cdist(x, y),
       torch::linear(x, x, w.slice(0, 0, 2)), torch::bilinear(x, x, torch::ones({1, 3, 3}, at::kDouble), {}));
}

}  // namespace
}  // namespace parity
