// Writing in place: the forms that end in an underscore, writes through views, and what is refused.

#include <algorithm>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::indexing;

namespace {

Tensor leaf(IntArrayRef sizes) { return (rand(sizes, kDouble) + 0.5).detach().requires_grad_(); }

struct Twin {
  std::string name;
  std::function<void(const Tensor&, const Tensor&)> write;
  std::function<Tensor(const Tensor&, const Tensor&)> compute;
};

using T = const Tensor&;

// Functions of one tensor, tried on numbers between 0.5 and 1.5 times `scale`.
struct Unary {
  const char* name;
  Tensor& (InPlaceMethods::*write)() const;
  Tensor (*compute)(T);
  double scale = 1;
};

std::vector<Twin> unary_twins() {
  std::vector<Twin> table;
  for (const Unary& u : std::initializer_list<Unary>{
           {"neg_", &Tensor::neg_, neg},
           {"abs_", &Tensor::abs_, abs, -1},
           {"sign_", &Tensor::sign_, sign, -1},
           {"exp_", &Tensor::exp_, exp},
           {"exp2_", &Tensor::exp2_, exp2},
           {"expm1_", &Tensor::expm1_, expm1},
           {"log_", &Tensor::log_, log},
           {"log1p_", &Tensor::log1p_, log1p},
           {"log2_", &Tensor::log2_, log2},
           {"log10_", &Tensor::log10_, log10},
           {"sqrt_", &Tensor::sqrt_, sqrt},
           {"rsqrt_", &Tensor::rsqrt_, rsqrt},
           {"reciprocal_", &Tensor::reciprocal_, reciprocal},
           {"square_", &Tensor::square_, square},
           {"sin_", &Tensor::sin_, sin},
           {"cos_", &Tensor::cos_, cos},
           {"tan_", &Tensor::tan_, tan},
           {"asin_", &Tensor::asin_, asin, 0.5},
           {"acos_", &Tensor::acos_, acos, 0.5},
           {"atan_", &Tensor::atan_, atan},
           {"sinh_", &Tensor::sinh_, sinh},
           {"cosh_", &Tensor::cosh_, cosh},
           {"tanh_", &Tensor::tanh_, tanh},
           {"asinh_", &Tensor::asinh_, asinh},
           {"acosh_", &Tensor::acosh_, acosh, 4},
           {"atanh_", &Tensor::atanh_, atanh, 0.5},
           {"erf_", &Tensor::erf_, erf},
           {"erfc_", &Tensor::erfc_, erfc},
           {"sigmoid_", &Tensor::sigmoid_, sigmoid},
           {"relu_", &Tensor::relu_, relu},
           {"floor_", &Tensor::floor_, floor, 3},
           {"ceil_", &Tensor::ceil_, ceil, 3},
           {"round_", &Tensor::round_, round, 3},
           {"trunc_", &Tensor::trunc_, trunc, 3},
           {"fix_", &Tensor::fix_, fix, 3},
           {"frac_", &Tensor::frac_, frac, 3},
           {"negative_", &Tensor::negative_, negative},
           {"absolute_", &Tensor::absolute_, absolute, -1},
           {"logical_not_", &Tensor::logical_not_, [](T x) { return x * 0 + logical_not(x); }},
       })
    table.push_back({u.name, [u](T x, T) { (x.mul_(u.scale).*u.write)(); },
                     [u](T x, T) { return u.compute(x * u.scale); }});
  return table;
}

std::vector<Twin> other_twins() {
  static const Tensor at = tensor({2, 0}), picks = tensor({{1, 0, 2}}), mask = tensor({true, false, true});
  return {
      {"add_", [](T x, T y) { x.add_(y, 2).add_(1); }, [](T x, T y) { return x.add(y, 2).add(1); }},
      {"sub_", [](T x, T y) { x.sub_(y, 2).sub_(1); }, [](T x, T y) { return x.sub(y, 2).sub(1); }},
      {"mul_", [](T x, T y) { x.mul_(y).mul_(3); }, [](T x, T y) { return x.mul(y).mul(3); }},
      {"div_", [](T x, T y) { x.div_(y).div_(3); }, [](T x, T y) { return x.div(y).div(3); }},
      {"pow_", [](T x, T y) { x.pow_(y).pow_(1.5); }, [](T x, T y) { return x.pow(y).pow(1.5); }},
      {"subtract_", [](T x, T y) { x.subtract_(y, 2).subtract_(1); }, [](T x, T y) { return x - y * 2 - 1; }},
      {"multiply_", [](T x, T y) { x.multiply_(y).multiply_(3); }, [](T x, T y) { return x * y * 3; }},
      {"divide_", [](T x, T y) { x.divide_(y).divide_(3, nullopt); }, [](T x, T y) { return x / y / 3; }},
      {"true_divide_", [](T x, T y) { x.true_divide_(y).true_divide_(3); },
       [](T x, T y) { return x / y / 3; }},
      {"floor_divide_", [](T x, T y) { x.mul_(9).floor_divide_(y).floor_divide_(2); },
       [](T x, T y) { return (x * 9).floor_divide(y).floor_divide(2); }},
      {"fmod_", [](T x, T y) { x.mul_(5).fmod_(y).fmod_(0.3); },
       [](T x, T y) { return (x * 5).fmod(y).fmod(0.3); }},
      {"remainder_", [](T x, T y) { x.mul_(-5).remainder_(y).remainder_(0.3); },
       [](T x, T y) { return (x * -5).remainder(y).remainder(0.3); }},
      {"atan2_", [](T x, T y) { x.atan2_(y); }, [](T x, T y) { return x.atan2(y); }},
      {"arctan2_", [](T x, T y) { x.arctan2_(y); }, [](T x, T y) { return x.atan2(y); }},
      {"xlogy_", [](T x, T y) { x.xlogy_(y).xlogy_(2); }, [](T x, T y) { return x.xlogy(y).xlogy(2); }},
      {"lerp_",
       [](T x, T y) {
         x.lerp_(y.expand({3, 3}), 0.3).lerp_(x.detach() * 2, y);
       },
       [](T x, T y) {
         const Tensor first = x.lerp(y.expand({3, 3}), 0.3);
         return first.lerp(first.detach() * 2, y);
       }},
      {"addcmul_", [](T x, T y) { x.addcmul_(y, y, 2); }, [](T x, T y) { return x.addcmul(y, y, 2); }},
      {"addcdiv_", [](T x, T y) { x.addcdiv_(y, y.square(), 2); },
       [](T x, T y) { return x.addcdiv(y, y.square(), 2); }},
      {"addmm_", [](T x, T y) { x.addmm_(y.unsqueeze(1), y.unsqueeze(0), 2, 3); },
       [](T x, T y) { return x.addmm(y.unsqueeze(1), y.unsqueeze(0), 2, 3); }},
      {"cumsum_", [](T x, T) { x.cumsum_(0); }, [](T x, T) { return x.cumsum(0); }},
      {"cumprod_", [](T x, T) { x.cumprod_(1); }, [](T x, T) { return x.cumprod(1); }},
      {"logit_", [](T x, T) { x.mul_(0.5).logit_().logit_(0.1); },
       [](T x, T) { return x.mul(0.5).logit().logit(0.1); }},
      {"nan_to_num_", [](T x, T) { x.nan_to_num_(1); }, [](T x, T) { return x.nan_to_num(1); }},
      {"tril_", [](T x, T) { x.tril_(1); }, [](T x, T) { return x.tril(1); }},
      {"triu_", [](T x, T) { x.triu_(-1); }, [](T x, T) { return x.triu(-1); }},
      {"clamp_", [](T x, T) { x.clamp_(0.7, 1.2); }, [](T x, T) { return x.clamp(0.7, 1.2); }},
      {"clamp_ to tensors", [](T x, T y) { x.clamp_(y.mul(0.5)).clamp_(nullopt, optional<Tensor>(y)); },
       [](T x, T y) { return x.clamp(y.mul(0.5)).clamp_max(y); }},
      {"clip_", [](T x, T y) { x.clip_(0.7, 1.2).clip_(y.mul(0.5)); },
       [](T x, T y) { return x.clip(0.7, 1.2).clip(y.mul(0.5)); }},
      {"clamp_min_", [](T x, T y) { x.clamp_min_(1).clamp_min_(y); },
       [](T x, T y) { return x.clamp_min(1).clamp_min(y); }},
      {"clamp_max_", [](T x, T y) { x.clamp_max_(1).clamp_max_(y); },
       [](T x, T y) { return x.clamp_max(1).clamp_max(y); }},
      {"elu_", [](T x, T) { elu_(x.sub_(1), 2, 3, 1); }, [](T x, T) { return elu(x - 1, 2, 3, 1); }},
      {"selu_", [](T x, T) { selu_(x.sub_(1)); }, [](T x, T) { return selu(x - 1); }},
      {"celu_", [](T x, T) { celu_(x.sub_(1), 2); }, [](T x, T) { return celu(x - 1, 2); }},
      {"gelu_", [](T x, T) { gelu_(x, "tanh"); }, [](T x, T) { return gelu(x, "tanh"); }},
      {"leaky_relu_", [](T x, T) { leaky_relu_(x.sub_(1), 0.2); },
       [](T x, T) { return leaky_relu(x - 1, 0.2); }},
      {"hardtanh_", [](T x, T) { hardtanh_(x.sub_(1), -0.2, 0.3); },
       [](T x, T) { return hardtanh(x - 1, -0.2, 0.3); }},
      {"relu6_", [](T x, T) { relu6_(x.mul_(5)); }, [](T x, T) { return relu6(x * 5); }},
      {"hardswish_", [](T x, T) { hardswish_(x.mul_(2)); }, [](T x, T) { return hardswish(x * 2); }},
      {"hardsigmoid_", [](T x, T) { hardsigmoid_(x.mul_(2)); }, [](T x, T) { return hardsigmoid(x * 2); }},
      {"mish_", [](T x, T) { mish_(x); }, [](T x, T) { return mish(x); }},
      {"silu_", [](T x, T) { silu_(x); }, [](T x, T) { return silu(x); }},
      {"threshold_", [](T x, T) { threshold_(x, 1, 0.5); }, [](T x, T) { return threshold(x, 1, 0.5); }},
      {"dropout_", [](T x, T) { manual_seed(1), dropout_(x, 0.5, true); },
       [](T x, T) { return manual_seed(1), dropout(x, 0.5, true); }},
      {"logical_and_", [](T x, T y) { x.logical_and_(y); },
       [](T x, T y) { return x * 0 + x.logical_and(y); }},
      {"logical_or_", [](T x, T y) { x.logical_or_(y); }, [](T x, T y) { return x * 0 + x.logical_or(y); }},
      {"logical_xor_", [](T x, T y) { x.logical_xor_(y); },
       [](T x, T y) { return x * 0 + x.logical_xor(y); }},
      {"eq_", [](T x, T y) { x.eq_(y).eq_(0); }, [](T x, T y) { return x * 0 + x.eq(y).eq(0); }},
      {"ne_", [](T x, T y) { x.ne_(y).ne_(0); }, [](T x, T y) { return x * 0 + x.ne(y).ne(0); }},
      {"lt_", [](T x, T y) { x.lt_(y).lt_(0.5); }, [](T x, T y) { return x * 0 + x.lt(y).lt(0.5); }},
      {"le_", [](T x, T y) { x.le_(y).le_(0.5); }, [](T x, T y) { return x * 0 + x.le(y).le(0.5); }},
      {"gt_", [](T x, T y) { x.gt_(y).gt_(0.5); }, [](T x, T y) { return x * 0 + x.gt(y).gt(0.5); }},
      {"ge_", [](T x, T y) { x.ge_(y).ge_(0.5); }, [](T x, T y) { return x * 0 + x.ge(y).ge(0.5); }},
      {"copy_", [](T x, T y) { x.copy_(y); }, [](T x, T y) { return x * 0 + y; }},
      {"fill_", [](T x, T y) { x.fill_(3).fill_(y.sum()); }, [](T x, T y) { return x * 0 + y.sum(); }},
      {"zero_", [](T x, T) { x.zero_(); }, [](T x, T) { return x * 0; }},
      {"masked_fill_", [](T x, T y) { x.masked_fill_(mask, 3).masked_fill_(mask.unsqueeze(-1), y.sum()); },
       [](T x, T y) { return x.masked_fill(mask, 3).masked_fill(mask.unsqueeze(-1), y.sum()); }},
      {"masked_scatter_", [](T x, T y) { x.masked_scatter_(mask, y.repeat(3)); },
       [](T x, T y) { return x.masked_scatter(mask, y.repeat(3)); }},
      {"index_put_",
       [](T x, T y) {
         x.index_put_({at}, y, true).index_put_({1, at}, y.index({at}));
       },
       [](T x, T y) {
         return x.index_put({at}, y, true).index_put({tensor(1), at}, y.index({at}));
       }},
      {"index_add_",
       [](T x, T y) {
         x.index_add_(0, at, y.expand({2, 3}), 2);
       },
       [](T x, T y) {
         return x.index_add(0, at, y.expand({2, 3}), 2);
       }},
      {"index_copy_",
       [](T x, T y) {
         x.index_copy_(0, at, y.expand({2, 3}));
       },
       [](T x, T y) {
         return x.index_copy(0, at, y.expand({2, 3}));
       }},
      {"index_fill_", [](T x, T y) { x.index_fill_(0, at, 2).index_fill_(1, at, y.sum()); },
       [](T x, T y) { return x.index_fill(0, at, 2).index_fill(1, at, y.sum()); }},
      {"scatter_", [](T x, T y) { x.scatter_(0, picks, y.unsqueeze(0)).scatter_(1, picks, 2); },
       [](T x, T y) { return x.scatter(0, picks, y.unsqueeze(0)).scatter(1, picks, 2); }},
      {"scatter_add_", [](T x, T y) { x.scatter_add_(0, picks, y.unsqueeze(0)); },
       [](T x, T y) { return x.scatter_add(0, picks, y.unsqueeze(0)); }},
  };
}

const std::vector<Twin>& twins() {
  static const std::vector<Twin> table = [] {
    std::vector<Twin> all = unary_twins();
    for (Twin& twin : other_twins()) all.push_back(std::move(twin));
    return all;
  }();
  return table;
}

// What a computation gives, and its first and second derivatives.
std::vector<Tensor> derivatives(const std::function<Tensor(T, T)>& f) {
  manual_seed(3);
  const Tensor x = leaf({3, 3}), y = leaf({3});
  const Tensor out = f(x, y), weight = linspace(1, 2, out.numel(), kDouble).view(out.sizes());
  std::vector<Tensor> result{out.detach()};
  auto first = autograd::grad({(out * out * weight).sum()}, {x, y}, {}, true, true, true);
  Tensor sum = zeros({}, kDouble);
  for (Tensor& g : first) {
    result.push_back(g.defined() ? g.detach() : zeros({}, kDouble));
    if (g.defined()) sum = sum + (g * g).sum();
  }
  if (!sum.requires_grad()) return result;
  for (const Tensor& g : autograd::grad({sum}, {x, y}, {}, false, false, true))
    result.push_back(g.defined() ? g : zeros({}, kDouble));
  return result;
}

void check_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() >= 3);
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    INFO("result " << i);
    const Tensor zero = zeros({}, kDouble);
    CHECK(allclose((i < a.size() ? a[i] : zero).expand_as(i < b.size() ? b[i] : a[i]),
                   i < b.size() ? b[i] : zero));
  }
}

}  // namespace

TEST_CASE("an in-place form does what the function does, derivatives included", "[in_place]") {
  for (const Twin& twin : twins()) {
    INFO(twin.name);
    const auto expected = derivatives(twin.compute);
    check_same(derivatives([&](T x, T y) {
                 const Tensor z = x * 1;
                 twin.write(z, y);
                 return z;
               }),
               expected);
    INFO("through a view");
    check_same(derivatives([&](T x, T y) {
                 const Tensor whole = zeros({4, 3, 2}, kDouble);
                 whole.slice(0, 1).select(2, 1).copy_(x);
                 twin.write(whole.select(2, 1).slice(0, 1), y);
                 return whole.slice(0, 1).select(2, 1);
               }),
               expected);
  }
}

TEST_CASE("every in-place method and function has a row", "[in_place]") {
  // Random, no write, or in tests of their own.
  std::set<std::string> rows{"detach_",      "uniform_",    "normal_",      "bernoulli_",   "random_",
                             "bitwise_and_", "bitwise_or_", "bitwise_xor_", "bitwise_not_", "t_",
                             "transpose_",   "swapaxes_",   "swapdims_",    "squeeze_",     "unsqueeze_",
                             "addmv_",       "baddbmm_"};
  for (const Twin& twin : twins()) rows.insert(twin.name);
  const std::regex declaration(R"(^ *(?:inline )?Tensor& (\w+_)\()");
  int found = 0;
  for (const char* header : {"/core/tensor_in_place.hpp", "/autograd/ops/in_place.hpp"}) {
    std::ifstream file(std::string(XGRAD_SOURCE_DIR) + header);
    std::string line;
    while (std::getline(file, line)) {
      std::smatch match;
      if (!std::regex_search(line, match, declaration)) continue;
      ++found;
      INFO(match[1]);
      CHECK(rows.contains(match[1]));
    }
  }
  CHECK(found > 180);
}

TEST_CASE("bits and products are written in place", "[in_place]") {
  const Tensor n = arange(8), m = tensor({1, 6, 3, 0, 7, 7, 2, 5});
  CHECK(equal(n.clone().bitwise_and_(m).bitwise_and_(3), n & m & 3));
  CHECK(equal(n.clone().bitwise_or_(m).bitwise_or_(8), n | m | 8));
  CHECK(equal(n.clone().bitwise_xor_(m).bitwise_xor_(5), n ^ m ^ 5));
  CHECK(equal(n.clone().bitwise_not_(), ~n));
  Tensor k = n.clone();
  k &= m;
  k |= n;
  k ^= m;
  CHECK(equal(k, ((n & m) | n) ^ m));
  const Tensor v = leaf({2}), a = leaf({2, 3}), b = leaf({3}), c = leaf({4, 2, 3}), d = leaf({4, 3, 2});
  CHECK(equal((v * 1).addmv_(a, b, 2, 3), v.addmv(a, b, 2, 3)));
  CHECK(equal(zeros({4, 2, 2}, kDouble).baddbmm_(c, d, 2, 3), zeros({4, 2, 2}, kDouble).baddbmm(c, d, 2, 3)));
}

TEST_CASE("an in-place change of shape is a view that takes the tensor's place", "[in_place]") {
  const std::vector<std::tuple<std::string, std::function<void(T)>, std::function<Tensor(T)>>> changes{
      {"t_", [](T x) { x.t_(); }, [](T x) { return x.t(); }},
      {"transpose_", [](T x) { x.transpose_(0, 1); }, [](T x) { return x.transpose(0, 1); }},
      {"swapaxes_", [](T x) { x.swapaxes_(0, -1); }, [](T x) { return x.transpose(0, 1); }},
      {"swapdims_", [](T x) { x.swapdims_(1, 0); }, [](T x) { return x.transpose(0, 1); }},
      {"unsqueeze_", [](T x) { x.unsqueeze_(1); }, [](T x) { return x.unsqueeze(1); }},
      {"squeeze_", [](T x) { x.unsqueeze_(0).unsqueeze_(2).squeeze_(); }, [](T x) { return x; }},
      {"squeeze_ dim", [](T x) { x.unsqueeze_(0).squeeze_(0).squeeze_(1); }, [](T x) { return x; }},
  };
  for (const auto& [name, write, compute] : changes) {
    INFO(name);
    const Tensor x = leaf({2, 3}), y = x * 2, row = y[1], part = y.slice(1, 1), expected = compute(y);
    const void* address = y.data_ptr();
    write(y);
    CHECK(y.data_ptr() == address);
    CHECK(equal(y, expected));
    CHECK(y.strides() == expected.strides());
    const Tensor weight = linspace(1, 2, 6, kDouble).view(y.sizes());
    const Tensor wanted = autograd::grad({(expected * expected * weight).sum()}, {x}, {}, true)[0];
    CHECK(allclose(autograd::grad({(y * y * weight).sum()}, {x}, {}, true)[0], wanted));
    INFO("views of the tensor stay what they were");
    CHECK(
        equal(autograd::grad({row.sum()}, {x}, {}, true)[0], tensor({{0., 0., 0.}, {2., 2., 2.}}, kDouble)));
    INFO("a view is changed, its base is not");
    const Tensor z = x * 3, view = z.slice(1, 1);
    write(view);
    CHECK(z.sizes() == IntArrayRef({2, 3}));
    CHECK(equal(view, compute(z.slice(1, 1))));
    view.mul_(2);
    CHECK(equal(autograd::grad({z.sum()}, {x})[0], tensor({{3., 6., 6.}, {3., 6., 6.}}, kDouble)));
  }

  const Tensor x = leaf({2, 3}), y = x * 1, square = y * y;
  CHECK_THROWS_WITH(x.t_(), Contains("a leaf Variable that requires grad is being used in an in-place"));
  CHECK_THROWS_WITH(x[0].unsqueeze_(0), Contains("a view of a leaf Variable that requires grad"));
  CHECK_THROWS_WITH(y.unbind()[0].unsqueeze_(0), Contains("Output 0 of UnbindBackward0 is a view"));
  CHECK_THROWS_WITH(y.unsqueeze_(4), Contains("unsqueeze"));
  CHECK(y.sizes() == IntArrayRef({2, 3}));
  const Tensor w = leaf({2, 3});
  {
    const NoGradGuard off;
    y.t_();
    w.t_();
  }
  CHECK_THROWS_WITH(square.sum().backward(), Contains("modified by an inplace operation"));
  y.backward(tensor({{1., 2.}, {3., 4.}, {5., 6.}}, kDouble));
  CHECK(equal(x.grad(), tensor({{1., 3., 5.}, {2., 4., 6.}}, kDouble)));
  (w * 2).sum().backward();
  CHECK(equal(w.grad(), full({3, 2}, 2., kDouble)));
}

TEST_CASE("a write through a view is seen, with its gradient, by the base and by other views", "[in_place]") {
  const Tensor x = leaf({3, 2}), w = leaf({2});
  const Tensor y = x * 1, first = y[0], column = y.select(1, 1), flat = y.view({6});
  first.mul_(w);
  CHECK(y.grad_fn()->name() == "CopySlices");
  CHECK(first.grad_fn()->name() == "AsStridedBackward0");
  CHECK(first.requires_grad());
  CHECK(equal(flat.slice(0, 0, 2), x.detach()[0] * w.detach()));
  column.sum().backward({}, true);
  CHECK(equal(x.grad(), tensor({{0., w[1].item<double>()}, {0., 1.}, {0., 1.}}, kDouble)));
  CHECK(equal(w.grad(), tensor({0., x[0][1].item<double>()}, kDouble)));

  // A base without history gets one.
  const Tensor plain = zeros({2, 2}, kDouble), row = plain[1];
  CHECK_FALSE(row.requires_grad());
  plain[1] = w;
  CHECK(plain.requires_grad());
  CHECK(row.requires_grad());
  CHECK(equal(autograd::grad({row.sum() + plain.sum()}, {w})[0], full({2}, 2., kDouble)));
}

TEST_CASE("element and slice assignment is differentiable", "[in_place]") {
  const Tensor x = leaf({3, 3});
  Tensor y = x.clone();
  y[0][1] = 5;
  y[1] = x[2] * 2;
  y.index({Slice(), 2}) = x[0];
  const Tensor g = autograd::grad({y.sum()}, {x})[0];
  CHECK(equal(g, tensor({{2., 1., 1.}, {0., 0., 0.}, {3., 3., 0.}}, kDouble)));
}

TEST_CASE("what a write would falsify is refused in libtorch's words", "[in_place]") {
  const Tensor x = leaf({3, 2});
  CHECK_THROWS_WITH(x.exp_(), Contains("a leaf Variable that requires grad is being used in an in-place"));
  CHECK_THROWS_WITH(x[0].exp_(), Contains("a view of a leaf Variable that requires grad is being used"));
  CHECK_THROWS_WITH(x.index_put_({0}, 1), Contains("a view of a leaf Variable that requires grad"));
  const Tensor y = x * 1;
  CHECK_THROWS_WITH(y.unbind()[1].mul_(2),
                    Contains("Output 1 of UnbindBackward0 is a view and is being modified") &&
                        Contains("returns multiple views"));
  CHECK_THROWS_WITH(y.chunk(3)[2].zero_(), Contains("Output 2 of SplitBackward0 is a view"));
  CHECK_THROWS_WITH(y.split(1)[0][0].zero_(), Contains("Output 0 of SelectBackward0 is a view"));
  const Tensor part = y.unbind()[0];
  Tensor hidden;
  {
    const NoGradGuard off;
    hidden = y[0];
  }
  CHECK_THROWS_WITH(hidden.mul_(2),
                    Contains("A view was created in no_grad mode and is being modified inplace"));
  y.mul_(2);
  CHECK_THROWS_WITH(part * 2, Contains("its base or another view of its base has been modified inplace"));
  CHECK_THROWS_WITH(y[0].detach_(), Contains("Can't detach views in-place. Use detach() instead"));
  const Tensor wide = zeros({1, 2}).expand({3, 2}), z = arange(6, kFloat);
  CHECK_THROWS_WITH(wide.add_(1),
                    Contains("more than one element of the written-to tensor refers to a single"));
  CHECK_THROWS_WITH(wide.exp_(), Contains("Please clone() the tensor before performing the operation"));
  CHECK_NOTHROW(wide.fill_(1));
  CHECK_THROWS_WITH(
      z.slice(0, 0, 3).add_(z.slice(0, 1, 4)),
      Contains("some elements of the input tensor and the written-to tensor refer to a single"));
  CHECK_THROWS_WITH(arange(3).exp_(),
                    Contains("result type Float can't be cast to the desired output type Long"));
  CHECK_THROWS_WITH(ones({3}).pow_(ones({2, 3})), Contains("doesn't match the broadcast shape [2, 3]"));
  // Views of what no graph knows are free.
  CHECK_NOTHROW(zeros({3, 2}).unbind()[0].add_(1));
  const NoGradGuard off;
  x[0].fill_(7);
  CHECK(x[0][1].item<double>() == 7);
}

TEST_CASE("a saved tensor is refused after a write to its storage through any view", "[in_place]") {
  const Tensor x = leaf({3, 2}), h = x * 1, out = (h * h).sum(), other = h.view({6});
  other[0].zero_();
  CHECK_THROWS_WITH(out.backward(), Contains("modified by an inplace operation"));
  const Tensor y = x * 1;
  y.mul_(y);
  CHECK_THROWS_WITH(y.sum().backward(), Contains("modified by an inplace operation"));
}

TEST_CASE("writes through views keep nothing alive", "[in_place]") {
  const Tensor x = leaf({64, 64});
  const auto run = [&] {
    const Tensor y = x * 1;
    y[0].mul_(y[1]);
    y.mul_(y);
    y.select(1, 0).exp_();
    y[2] = y[3];
  };
  run();
  const uint64_t before = memory_stats().bytes_in_use;
  for (int i = 0; i < 10; ++i) run();
  CHECK(memory_stats().bytes_in_use == before);
}
