// Writing in place: the forms that end in an underscore, writes through views, and what is refused.
#include <catch2/catch.hpp>

#include <fstream>
#include <functional>
#include <regex>
#include <set>

#include <xgrad/xgrad.hpp>

using namespace xgrad;
using namespace xgrad::indexing;
using Catch::Matchers::Contains;

namespace {

Tensor leaf(IntArrayRef sizes) { return (rand(sizes, kDouble) + 0.5).detach().requires_grad_(); }

struct Twin {
  std::string name;
  std::function<void(const Tensor&, const Tensor&)> write;
  std::function<Tensor(const Tensor&, const Tensor&)> compute;
};

using T = const Tensor&;

const std::vector<Twin>& twins() {
  static const Tensor at = tensor({2, 0}), picks = tensor({{1, 0, 2}}), mask = tensor({true, false, true});
  static const std::vector<Twin> table = {
      {"add_", [](T x, T y) { x.add_(y, 2).add_(1); }, [](T x, T y) { return x.add(y, 2).add(1); }},
      {"sub_", [](T x, T y) { x.sub_(y, 2).sub_(1); }, [](T x, T y) { return x.sub(y, 2).sub(1); }},
      {"mul_", [](T x, T y) { x.mul_(y).mul_(3); }, [](T x, T y) { return x.mul(y).mul(3); }},
      {"div_", [](T x, T y) { x.div_(y).div_(3); }, [](T x, T y) { return x.div(y).div(3); }},
      {"pow_", [](T x, T y) { x.pow_(y).pow_(1.5); }, [](T x, T y) { return x.pow(y).pow(1.5); }},
      {"neg_", [](T x, T) { x.neg_(); }, [](T x, T) { return x.neg(); }},
      {"abs_", [](T x, T) { x.abs_(); }, [](T x, T) { return x.abs(); }},
      {"sign_", [](T x, T) { x.sign_(); }, [](T x, T) { return x.sign(); }},
      {"exp_", [](T x, T) { x.exp_(); }, [](T x, T) { return x.exp(); }},
      {"log_", [](T x, T) { x.log_(); }, [](T x, T) { return x.log(); }},
      {"log1p_", [](T x, T) { x.log1p_(); }, [](T x, T) { return x.log1p(); }},
      {"sqrt_", [](T x, T) { x.sqrt_(); }, [](T x, T) { return x.sqrt(); }},
      {"sin_", [](T x, T) { x.sin_(); }, [](T x, T) { return x.sin(); }},
      {"cos_", [](T x, T) { x.cos_(); }, [](T x, T) { return x.cos(); }},
      {"reciprocal_", [](T x, T) { x.reciprocal_(); }, [](T x, T) { return x.reciprocal(); }},
      {"square_", [](T x, T) { x.square_(); }, [](T x, T) { return x.square(); }},
      {"tanh_", [](T x, T) { x.tanh_(); }, [](T x, T) { return x.tanh(); }},
      {"sigmoid_", [](T x, T) { x.sigmoid_(); }, [](T x, T) { return x.sigmoid(); }},
      {"relu_", [](T x, T) { x.sub_(1).relu_(); }, [](T x, T) { return x.sub(1).relu(); }},
      {"clamp_", [](T x, T) { x.clamp_(0.7, 1.2); }, [](T x, T) { return x.clamp(0.7, 1.2); }},
      {"clamp_min_", [](T x, T) { x.clamp_min_(1); }, [](T x, T) { return x.clamp_min(1); }},
      {"clamp_max_", [](T x, T) { x.clamp_max_(1); }, [](T x, T) { return x.clamp_max(1); }},
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

TEST_CASE("every in-place method has a row", "[in_place]") {
  std::ifstream file(XGRAD_SOURCE_DIR "/core/tensor.hpp");
  const std::regex declaration(R"(^  Tensor& (\w+_)\()");
  // Random, or no write.
  std::set<std::string> rows{"detach_", "uniform_", "normal_", "bernoulli_", "random_"};
  for (const Twin& twin : twins()) rows.insert(twin.name);
  std::string line;
  int found = 0;
  while (std::getline(file, line)) {
    std::smatch match;
    if (!std::regex_search(line, match, declaration)) continue;
    ++found;
    INFO(match[1]);
    CHECK(rows.contains(match[1]));
  }
  CHECK(found > 40);
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
