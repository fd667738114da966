// Rows of the table in ops.inl, which includes this file: statistics, other shapes, products.
#pragma once

namespace parity {
namespace {

// Not all elements equal: libtorch's gradient of their deviation, 0 / 0, is noise.
ml::Tensor uneven(const ml::Tensor& x) {
  return x + ml::arange(x.numel(), ml::TensorOptions(ml::kFloat)).reshape(x.sizes()).to(x.scalar_type());
}

std::vector<Row> statistics_rows() {
  return {
      {{"any all dim", Draw::along_dim, 0, 1},
       [](Args a) {
         return Tensors{ml::any(a[0], a.n(0), a.flag(1)), ml::all(a[0], a.n(0), a.flag(1))};
       }},
      {{"var", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{a[0].var(), ml::var(a[0], false)};
       }},
      {{"var dims", Draw::along_dims, -3, 3, true},
       [](Args a) {
         const std::vector<int64_t> dims = a.list(1);
         return Tensors{ml::var(a[0], ml::IntArrayRef(dims), true, a.flag(0)),
                        ml::var(a[0], ml::IntArrayRef(dims), ml::optional<int64_t>(0), a.flag(0))};
       }},
      {{"std", Draw::one, -3, 3}, [](Args a) { return Tensors{ml::std(uneven(a[0]))}; }},
      {{"std dims", Draw::along_dims, -3, 3, true},
       [](Args a) {
         const std::vector<int64_t> dims = a.list(1);
         return Tensors{uneven(a[0]).std(ml::IntArrayRef(dims), false, a.flag(0))};
       }},
      // libtorch's mean of infinities is sometimes infinite and sometimes NaN.
      {{"var_mean", Draw::along_dims, -3, 3, true, true},
       [](Args a) {
         const std::vector<int64_t> dims = a.list(1);
         return both(ml::var_mean(a[0], ml::IntArrayRef(dims), false, a.flag(0)));
       }},
      {{"std_mean", Draw::one, -3, 3, true, true}, [](Args a) { return both(ml::std_mean(a[0], false)); }},
      {{"norm", Draw::one, -3, 3, true},
       [](Args a) {
         const ml::Tensor x = a[0].to(ml::kDouble);
         return Tensors{x.norm(), x.norm(1), x.norm(3)};
       }},
      {{"norm dims", Draw::along_dims, 0.1, 3, true},
       [](Args a) {
         const std::vector<int64_t> dims = a.list(1);
         // Not next to 0: there a second derivative is the noise that is left of two terms of size 1 / |x|.
         const ml::Tensor x = a[0].to(ml::kDouble),
                          apart = x.masked_fill(ml::logical_and(x != 0, x.abs() < 1e-6), 1);
         Tensors norms;
         for (const double p : {2.0, 1.0, 0.0, 1.5, 3.0})
           norms.push_back(ml::norm(apart, p, dims, a.flag(0)));
         return norms;
       }},
      {{"norm inf", Draw::along_dim, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::norm(a[0], HUGE_VAL, a.n(0), a.flag(1)), ml::norm(a[0], -HUGE_VAL, a.n(0))};
       }},
      {{"norm dtype", Draw::one, 0.1, 3}, [](Args a) { return Tensors{ml::norm(a[0], 2, ml::kDouble)}; }},
      {{"dist", Draw::pair, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::dist(a[0], a[1]), ml::dist(a[0], a[1], 1)};
       }},
      {{"amax", Draw::along_dims, -3, 3},
       [](Args a) { return Tensors{ml::amax(a[0], a.list(1), a.flag(0))}; }},
      {{"amin", Draw::along_dims, -3, 3},
       [](Args a) { return Tensors{ml::amin(a[0], a.list(1), a.flag(0))}; }},
      // With several zeros libtorch's second derivatives are wrong; the op table checks ours.
      {{"prod", Draw::one, 0.1, 2, true, true}, [](Args a) { return Tensors{a[0].prod()}; }},
      {{"prod dim", Draw::along_dim, 0.1, 2, true, true},
       [](Args a) { return Tensors{ml::prod(a[0], a.n(0), a.flag(1))}; }},
      {{"nansum", Draw::along_dims, -2, 2, true},
       [](Args a) { return Tensors{ml::nansum(a[0], a.list(1), a.flag(0))}; }},
      {{"nanmean", Draw::one, -2, 2, true, true}, [](Args a) { return Tensors{ml::nanmean(a[0])}; }},
      {{"count_nonzero", Draw::one, -1, 1}, [](Args a) { return Tensors{ml::count_nonzero(a[0])}; }},
      {{"sort", Draw::along_dim, -3, 3, true, true},
       [](Args a) { return both(ml::sort(a[0], a.n(0), a.flag(1))); }},
      {{"stable sort", Draw::along_dim, -3, 3},
       [](Args a) { return both(ml::sort(a[0], true, a.n(0), a.flag(1))); }},
      {{"argsort", Draw::along_dim, -3, 3, true, true},
       [](Args a) { return Tensors{ml::argsort(a[0], a.n(0), a.flag(1))}; }},
      {{"topk", Draw::along_dim, -3, 3, true, true},
       [](Args a) { return both(ml::topk(a[0], 2, a.n(0), a.flag(1))); }},
      {{"kthvalue", Draw::along_dim, -3, 3, true, true},
       [](Args a) { return both(ml::kthvalue(a[0], 2, a.n(0), a.flag(1))); }},
      {{"median", Draw::one, -3, 3, true}, [](Args a) { return Tensors{ml::median(a[0])}; }},
      {{"median dim", Draw::along_dim, -3, 3, true, true},
       [](Args a) { return both(ml::median(a[0], a.n(0), a.flag(1))); }},
      {{"cumsum", Draw::along_dim, -3, 3}, [](Args a) { return Tensors{ml::cumsum(a[0], a.n(0))}; }},
      {{"cumprod", Draw::along_dim, 0.1, 2, true, true},
       [](Args a) { return Tensors{ml::cumprod(a[0], a.n(0))}; }},
  };
}

std::vector<Row> rearranging_rows() {
  return {
      {{"unflatten", Draw::along_dim, -3, 3},
       [](Args a) {
         return Tensors{a[0].unflatten(a.n(0), {-1, 1}), a[0].unflatten(a.n(0), {2, -1})};
       }},
      {{"movedim", Draw::two_dims, -3, 3}, [](Args a) { return Tensors{ml::movedim(a[0], a.n(0), a.n(1))}; }},
      {{"diagonal", Draw::two_dims, -3, 3},
       [](Args a) {
         return Tensors{ml::diagonal(a[0], 0, a.n(0), a.n(1)), ml::diagonal(a[0], -1, a.n(0), a.n(1))};
       }},
      {{"diag_embed", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::diag_embed(a[0]), ml::diag_embed(a[0], -1, 0, -1)};
       }},
      {{"diag", Draw::mm, -3, 3},
       [](Args a) {
         return Tensors{ml::diag(a[0]), ml::diag(a[1], 1), ml::diag(a[0].reshape(-1))};
       }},
      {{"unfold", Draw::along_dim, -3, 3},
       [](Args a) {
         return Tensors{a[0].unfold(a.n(0), 2, 1), a[0].unfold(a.n(0), 1, 2)};
       }},
      {{"split_with_sizes", Draw::along_dim, -3, 3},
       [](Args a) {
         return ml::split_with_sizes(a[0], {1, a[0].size(a.n(0)) - 1}, a.n(0));
       }},
      {{"tensor_split", Draw::pieces, -3, 3}, [](Args a) { return ml::tensor_split(a[0], a.n(1), a.n(0)); }},
      {{"tensor_split at", Draw::pieces, -3, 3},
       [](Args a) {
         return ml::tensor_split(a[0], {1, a.n(1)}, a.n(0));
       }},
      {{"meshgrid", Draw::mm, -3, 3},
       [](Args a) {
         const Tensors vectors{a[0].reshape(-1), a[1].reshape(-1)};
         Tensors grids = ml::meshgrid(vectors, "xy");
         for (const ml::Tensor& grid : ml::meshgrid(vectors, "ij")) grids.push_back(grid);
         return grids;
       }},
      {{"hstack vstack", Draw::alike, -3, 3},
       [](Args a) {
         return Tensors{ml::hstack(a.inputs), ml::vstack(a.inputs), ml::concat(a.inputs, 0)};
       }},
      {{"broadcast_tensors", Draw::two, -3, 3},
       [](Args a) {
         return ml::broadcast_tensors({a[0], a[1]});
       }},
      {{"repeat", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{a[0].repeat({2, 1, 3, 1}), ml::tile(a[0], {2, 2})};
       }},
      {{"repeat_interleave", Draw::along_dim, -3, 3},
       [](Args a) {
         return Tensors{ml::repeat_interleave(a[0], 2), ml::repeat_interleave(a[0], 3, a.n(0))};
       }},
      {{"roll", Draw::along_dim, -3, 3},
       [](Args a) {
         return Tensors{ml::roll(a[0], 2), ml::roll(a[0], -1, a.n(0)), ml::roll(a[0], {1, 5}, {a.n(0), -1})};
       }},
      {{"flip", Draw::along_dims, -3, 3}, [](Args a) { return Tensors{ml::flip(a[0], a.list(1))}; }},
      {{"tril triu", Draw::one, -3, 3},
       [](Args a) {
         return Tensors{ml::tril(a[0]), ml::triu(a[0]), ml::tril(a[0], -1), a[0].triu(1)};
       }},
      {{"embedding", Draw::pick, -3, 3, true},
       [](Args a) {
         const ml::Tensor table = a[0].transpose(0, a.n(0)).flatten(1);
         return Tensors{ml::embedding(table, a[1]), ml::embedding(table, a[1], 0),
                        ml::embedding(table, a[1], -1, true)};
       }},
      {{"one_hot", Draw::pick, -3, 3}, [](Args a) { return Tensors{ml::one_hot(a[1].to(ml::kLong), 7)}; }},
  };
}

std::vector<Row> linear_algebra_rows() {
  return {
      {{"dot", Draw::pair, -3, 3, true},
       [](Args a) {
         return Tensors{ml::dot(a[0].reshape(-1), a[1].reshape(-1)),
                        ml::outer(a[0].reshape(-1), a[1].reshape(-1)), ml::inner(a[0], a[1])};
       }},
      {{"mv", Draw::mm, -3, 3}, [](Args a) { return Tensors{ml::mv(a[0], a[1].select(1, 0))}; }},
      {{"addmv", Draw::mm, -3, 3},
       [](Args a) {
         const ml::Tensor v = a[1].select(1, 0);
         return Tensors{ml::addmv(a[0].select(1, 0), a[0], v, 0.5, 2)};
       }},
      {{"baddbmm", Draw::bmm, -3, 3},
       [](Args a) { return Tensors{ml::baddbmm(a[0].slice(2, 0, 1), a[0], a[1], 0.5, 2)}; }},
      {{"trace", Draw::mm, -3, 3, false, true},
       [](Args a) { return Tensors{ml::trace(a[0].matmul(a[0].t()))}; }},
      {{"einsum", Draw::mm, -3, 3, false, true},
       [](Args a) {
         return Tensors{ml::einsum("ij,jk->ki", {a[0], a[1]}), ml::einsum("ij,jk", {a[0], a[1]}),
                        ml::einsum("ij->j", {a[0]}), ml::einsum("...j,j...->...", {a[0], a[1].t().t()[0]})};
       }},
      {{"einsum batch", Draw::bmm, -3, 3},
       [](Args a) {
         return Tensors{ml::einsum("bij,bjk->bik", {a[0], a[1]}), ml::einsum("bij,bjk->i", {a[0], a[1]}),
                        ml::einsum("...ij,...jk->...ik", {a[0], a[1]})};
       }},
      {{"tensordot", Draw::bmm, -3, 3},
       [](Args a) {
         return Tensors{ml::tensordot(a[0], a[1], {0, 2}, {0, 1})};
       }},
      {{"cosine_similarity", Draw::pair, 0.1, 3, true, true},
       [](Args a) { return Tensors{ml::cosine_similarity(a[0].to(ml::kDouble), a[1].to(ml::kDouble), -1)}; }},
      {{"pairwise_distance", Draw::pair, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::pairwise_distance(a[0], a[1]), ml::pairwise_distance(a[0], a[1], 1, 1e-6, true)};
       }},
      {{"layer_norm", Draw::linear, -3, 3, false, true},
       [](Args a) {
         const ml::Tensor w = a[1].select(0, 0), b = a[1].select(0, -1);
         const int64_t n = a[0].size(-1);
         if (n < 4) throw std::runtime_error("little but rounding errors divided by sqrt(eps)");
         return Tensors{ml::layer_norm(a[0], {n}, w, b), ml::layer_norm(a[0], {n}, w),
                        ml::layer_norm(a[0], {n}), ml::layer_norm(a[0], a[0].sizes())};
       }},
      {{"group_norm", Draw::channels, -3, 3, true, true},
       [](Args a) {
         return Tensors{ml::group_norm(a[0].to(ml::kDouble), 2, a[1].to(ml::kDouble), a[2].to(ml::kDouble)),
                        ml::group_norm(a[0].to(ml::kDouble), 1)};
       }},
      // libtorch reads a strided weight as if it were contiguous, loses three digits over one element, and
      // its gradient of an input whose channels lie last differs from the one of the same numbers laid out
      // plainly.
      {{"batch_norm", Draw::channels, -3, 3, true, true},
       [](Args a) {
         const ml::Tensor x = a[0].reshape({-1}).view(a[0].sizes()).to(ml::kDouble),
                          weight = a[1].to(ml::kDouble).contiguous(),
                          bias = a[2].to(ml::kDouble).contiguous();
         const ml::Tensor mean = ml::ones_like(weight).detach() * 0.3, var = mean + 1;
         const bool training = a[0].numel() > a[0].size(1);
         const Tensors out{ml::batch_norm(x, weight, bias, mean, var, training, 0.1, 1e-5, false),
                           ml::batch_norm(x, weight, bias, mean, var, false, 0.1, 1e-5, false), mean, var};
         return out;
       }},
  };
}

}  // namespace
}  // namespace parity
