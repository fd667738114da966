// Indexing as in Python's brackets: where dimensions land, what masks pick, what is refused.

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::indexing;

namespace {
bool shaped(const Tensor& t, IntArrayRef sizes) { return t.sizes() == sizes; }
}  // namespace

TEST_CASE("integers, slices, None and Ellipsis make views", "[indexing]") {
  const Tensor x = arange(24).view({2, 3, 4});
  CHECK(equal(x.index({1, 2, 3}), tensor(23)));
  CHECK(equal(x.index({"...", -1}), x.select(2, 3)));
  CHECK(equal(x.index({Slice(), Slice(1, None, 2), Slice(None, -1)}),
              x.slice(1, 1, nullopt, 2).slice(2, 0, 3)));
  CHECK(shaped(x.index({None, 0, Ellipsis, None}), {1, 3, 4, 1}));
  CHECK(x.index({0, Slice(1)}).data_ptr() == x[0][1].data_ptr());
  CHECK(x.index({Ellipsis}).data_ptr() == x.data_ptr());
  CHECK(equal(x.index({tensor(1), 0}), x[1][0]));
  x.index_put_({0, Slice(), 1}, tensor({7, 8, 9}));
  CHECK(equal(x[0].select(1, 1), tensor({7, 8, 9})));
  x.index_put_({Ellipsis, 0}, -1);
  CHECK(x.select(2, 0).sum().item<int>() == -6);
}

TEST_CASE("tensors of indices are broadcast, and land in place or in front", "[indexing]") {
  const Tensor x = arange(120).view({2, 3, 4, 5}), i = tensor({{0}, {1}}), j = tensor({0, 2, 1});
  CHECK(shaped(x.index({i, j}), {2, 3, 4, 5}));
  CHECK(shaped(x.index({Slice(), j, i}), {2, 2, 3, 5}));
  CHECK(shaped(x.index({i, Slice(), j}), {2, 3, 3, 5}));
  CHECK(shaped(x.index({Slice(), j, Slice(), i}), {2, 3, 2, 4}));
  CHECK(equal(x.index({i, Slice(), j})[1][2], x[1].select(1, 1)));
  CHECK(equal(index(x, {i, j})[1][1], x[1][2]));
  CHECK(equal(index(x, {nullopt, tensor({-1})}), x.slice(1, 2)));
  CHECK(equal(x.permute({3, 1, 0, 2}).index({j, i}), x.permute({3, 1, 0, 2}).contiguous().index({j, i})));
  CHECK(equal(x[j.slice(0, 0, 1)], x.slice(0, 0, 1)));
}

TEST_CASE("masks pick where they are true", "[indexing]") {
  const Tensor x = arange(6).view({2, 3});
  CHECK(equal(x.index({x > 2}), tensor({3, 4, 5})));
  CHECK(equal(x.index({Slice(), tensor({true, false, true})}), tensor({{0, 2}, {3, 5}})));
  CHECK(equal(x.index({tensor({false, true})}), x.slice(0, 1)));
  CHECK(shaped(x.index({true}), {1, 2, 3}));
  CHECK(shaped(x.index({false, 0}), {0, 3}));
  CHECK(equal(x.nonzero()[0], tensor({0, 1})));
  CHECK(shaped(nonzero(tensor(3)), {1, 0}));
  const auto places = where(x > 3);
  CHECK(equal(x.index({places[0], places[1]}), tensor({4, 5})));
  std::string warned;
  const WarningHandler old = set_warning_handler([&](const std::string& words) { warned = words; });
  CHECK(equal(x.index({(x > 2).to(kByte)}), tensor({3, 4, 5})));
  set_warning_handler(old);
  CHECK_THAT(warned, Contains("indexing with dtype torch.uint8 is now deprecated"));
}

TEST_CASE("writes at indices", "[indexing]") {
  const Tensor x = zeros({3, 4}), rows = tensor({0, 2, 0});
  x.index_put_({rows}, ones({4}), true);
  CHECK(equal(x.sum(1), tensor({8., 0., 4.})));
  x.index_put_({x > 1}, 0);
  CHECK(x.sum().item<double>() == 4);
  x.index_put_({rows.slice(0, 0, 2), tensor({1, 1})}, tensor({5., 6.}));
  CHECK(equal(x.select(1, 1), tensor({5., 0., 6.})));
  x.t().index_put_({3, Slice(1)}, tensor({{9., 8.}}));
  CHECK(equal(x.select(1, 3), tensor({0., 9., 8.})));
  const Tensor overlapping = arange(4, kFloat);
  overlapping.index_put_({tensor({1, 2, 3})}, overlapping.slice(0, 0, 3));
  CHECK(equal(overlapping, tensor({0., 0., 1., 2.})));
}

TEST_CASE("indices that do not fit are refused in libtorch's words", "[indexing]") {
  const Tensor x = ones({2, 3});
  CHECK_THROWS_WITH(x.index({5}), Contains("index 5 is out of bounds for dimension 0 with size 2"));
  CHECK_THROWS_WITH(x.index({Slice(), tensor({-4})}), Contains("index -4 is out of bounds for dimension 1"));
  CHECK_THROWS_WITH(x.index({0, 0, 0}), Contains("too many indices for tensor of dimension 2"));
  CHECK_THROWS_WITH(
      x.index({tensor({true, true, true})}),
      Contains("The shape of the mask [3] at index 0 does not match the shape of the indexed tensor "
               "[2, 3] at index 0"));
  CHECK_THROWS_WITH(
      x.index({tensor({0, 1}), tensor({0, 1, 2})}),
      Contains("shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]"));
  CHECK_THROWS_WITH(x.index({tensor({0.5})}), Contains("tensors used as indices must be long, byte or bool"));
  CHECK_THROWS_WITH(
      x.index_put_({tensor({0, 1})}, ones({4})),
      Contains("shape mismatch: value tensor of shape [4] cannot be broadcast to indexing result of "
               "shape [2, 3]"));
  CHECK_THROWS_WITH(
      x.index_put_({tensor({0})}, tensor(1)),
      Contains("Index put requires the source and destination dtypes match, got Float for the"));
  CHECK_THROWS_WITH(tensor(1).index({0}), Contains("invalid index of a 0-dim tensor"));
  CHECK_THROWS_WITH(x.index({".."}), Contains("to represent an ellipsis index"));
  CHECK_THROWS_WITH(Slice(0, 1, -1), Contains("step must be greater than zero"));
  CHECK_THROWS_WITH(Slice(0, 1, 0), Contains("slice step cannot be zero"));
  CHECK_THROWS_WITH(x.take(tensor({9})), Contains("tried to access index 9 on a tensor of 6 elements."));
  CHECK_THROWS_WITH(x.index_select(0, tensor({2})), Contains("index out of range in self"));
  CHECK_THROWS_WITH(x.gather(0, tensor({{2}})),
                    Contains("index 2 is out of bounds for dimension 0 with size 2"));
  CHECK_THROWS_WITH(x.clone().masked_fill_(x > 0, ones({2})),
                    Contains("only supports a 0-dimensional value"));
}

TEST_CASE("an index that is written before backward is refused, not followed", "[indexing]") {
  const Tensor x = ones({4, 2}).requires_grad_(), source = ones({2, 2}).requires_grad_();
  const Tensor at = tensor({1, 3});
  const std::vector<Tensor> results{
      x.index_select(0, at),        embedding(x, at),
      x.gather(0, at.view({1, 2})), x.index_add(0, at, source),
      x.index_copy(0, at, source),  x.scatter_add(0, at.view({1, 2}), source),
  };
  at.fill_(1000000000);
  for (const Tensor& result : results)
    CHECK_THROWS_WITH(result.sum().backward(), Contains("modified by an inplace operation"));
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("an index that is the tensor written to is refused", "[indexing]") {
  // Read while it is written, it would name other places, or places outside.
  const Tensor x = tensor({3, 2, 1, 0}, kLong), high = full({4}, 1000, kLong), before = x.clone();
  const auto words = Contains("the index and the written-to tensor refer to a single memory location");
  CHECK_THROWS_WITH(Tensor(x).scatter_(0, x, high), words);
  CHECK_THROWS_WITH(Tensor(x).scatter_add_(0, x.slice(0, 0, 2), high), words);
  CHECK_THROWS_WITH(Tensor(x).index_copy_(0, x, high), words);
  CHECK_THROWS_WITH(Tensor(x).index_add_(0, x, high), words);
  CHECK(equal(x, before));
  CHECK(equal(x.scatter(0, x, high), high));
  CHECK(equal(Tensor(x).scatter_(0, x.clone(), high), high));
  const Tensor y = before.clone();
  CHECK(equal(Tensor(y).index_put_({y}, high), high));  // makes indices of its own
}
