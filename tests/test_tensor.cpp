// Tensors without gradients: factories, shapes, dtypes, indexing by views, memory.

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

TEST_CASE("tensor() infers shape and dtype", "[tensor]") {
  CHECK(tensor(3).dtype() == kLong);
  CHECK(tensor(3.5).dtype() == kFloat);
  CHECK(tensor(true).dtype() == kBool);
  CHECK(tensor({1, 2, 3}).sizes() == IntArrayRef({3}));
  CHECK(tensor({{1., 2.}, {3., 4.}}).sizes() == IntArrayRef({2, 2}));
  CHECK(tensor(std::vector<int64_t>{1, 2}, kDouble).dtype() == kDouble);
  CHECK(tensor({{{5}}}).item<int>() == 5);
  CHECK_THROWS_WITH(tensor({{1, 2}, {3}}), Contains("Expected all sub-lists to have sizes"));
  set_default_dtype(kDouble);
  CHECK(tensor(3.5).dtype() == kDouble);
  set_default_dtype(kFloat);
  CHECK_THROWS_WITH(set_default_dtype(kLong), Contains("only floating-point types"));
}

TEST_CASE("factories fill as they say", "[tensor]") {
  CHECK(equal(arange(3), tensor({0, 1, 2})));
  CHECK(equal(arange(1, 2, 0.25), tensor({1., 1.25, 1.5, 1.75})));
  CHECK(equal(linspace(0, 1, 5), tensor({0., .25, .5, .75, 1.})));
  CHECK(equal(eye(2, 3), tensor({{1., 0., 0.}, {0., 1., 0.}})));
  CHECK(equal(full({2}, 7), tensor({7, 7})));
  CHECK(full({2}, 7.).dtype() == kFloat);
  CHECK(zeros({2, 0, 3}).numel() == 0);
  CHECK(ones_like(tensor({1, 2})).dtype() == kLong);
  CHECK(zeros({2}, xgrad::dtype(kDouble).requires_grad(true)).requires_grad());
  CHECK(std::get<0>(randperm(100).view({1, 100}).max(1)).item<int>() == 99);
  CHECK_THROWS_WITH(zeros({2, -1}), Contains("negative dimension"));
  CHECK_THROWS_WITH(empty({int64_t{1} << 40, int64_t{1} << 40}), Contains("more elements than memory"));
  CHECK_THROWS_WITH(zeros({1}, kCUDA), Contains("cuda is not available"));
}

TEST_CASE("from_blob uses the caller's memory", "[tensor]") {
  float values[] = {1, 2, 3, 4, 5, 6};
  int deleted = 0;
  {
    const Tensor t = from_blob(values, {2, 3}, [&](void*) { ++deleted; });
    t[1][2] = 9.0;
    CHECK(values[5] == 9);
    CHECK(equal(from_blob(values, {3, 2}, IntArrayRef({1, 3})), t.t()));
    CHECK(deleted == 0);
  }
  CHECK(deleted == 1);
  CHECK_THROWS_WITH(from_blob(values, {2, 2}).resize_({3, 3}), Contains("belongs to the program"));
}

TEST_CASE("views share elements and copies do not", "[tensor]") {
  const Tensor x = arange(24).view({2, 3, 4});
  CHECK(x.select(1, -1)[1][2].item<int>() == 22);
  CHECK(x.slice(2, 1, 4, 2).sizes() == IntArrayRef({2, 3, 2}));
  CHECK(equal(x.transpose(0, 2).reshape({-1}).narrow(0, 0, 3), tensor({0, 12, 4})));
  CHECK(x.permute({1, 0, 2}).is_contiguous() == false);
  CHECK(x.unsqueeze(-1).squeeze().is_same(x) == false);
  x[0][0] = tensor({-1, -2, -3, -4});
  CHECK(x.flatten()[3].item<int>() == -4);
  const Tensor y = x.clone();
  y.zero_();
  CHECK(x.ne(0).to(kLong).sum().item<int>() == 24);
  CHECK_THROWS_WITH(x.transpose(0, 1).view({24}),
                    Contains("view size is not compatible") && Contains("reshape"));
  CHECK_THROWS_WITH(x.view({5, 5}), Contains("is invalid for input of size 24"));
  CHECK_THROWS_WITH(x[2], Contains("index 2 out of range"));
  CHECK_THROWS_WITH(x.size(3), Contains("Dimension out of range"));
}

TEST_CASE("elementwise operations broadcast and promote as PyTorch does", "[tensor]") {
  CHECK((tensor({1, 2}) / 2).dtype() == kFloat);
  CHECK((tensor({1, 2}) * 2.5).dtype() == kFloat);
  CHECK((ones({2}) * tensor(2.0, kDouble)).dtype() == kFloat);
  CHECK((ones({2}) * ones({2}, kDouble)).dtype() == kDouble);
  CHECK((tensor({true}) + tensor({true})).dtype() == kBool);
  CHECK(equal(ones({2, 1}) + ones({3}), full({2, 3}, 2.)));
  CHECK_THROWS_WITH(ones({2}) + ones({3}),
                    Contains("must match the size of tensor b (3) at non-singleton dimension 0"));
  CHECK_THROWS_WITH(ones({2}, kLong).add_(0.5), Contains("can't be cast to the desired output type Long"));
  CHECK_THROWS_WITH(tensor({true}) - tensor({true}), Contains("Subtraction"));
  const Tensor t = arange(9, kFloat).view({3, 3});
  CHECK_THROWS_WITH(t.add_(t.t()), Contains("some elements of the input tensor and the written-to tensor"));
  t.slice(0, 1).add_(t.slice(1, 0, 2).t());  // not one block each: computed before it is written
  CHECK(equal(t, tensor({{0., 1., 2.}, {3., 7., 11.}, {7., 11., 15.}})));
}

TEST_CASE("long sums keep their digits", "[tensor]") {
  const Tensor x = full({1 << 24}, 0.1);
  CHECK(x.sum().item<double>() == Approx((1 << 24) * static_cast<double>(0.1F)).epsilon(1e-6));
  CHECK(x.view({1 << 20, 16}).sum(0)[3].item<double>() ==
        Approx((1 << 20) * static_cast<double>(0.1F)).epsilon(1e-6));
}

TEST_CASE("item, data_ptr and undefined tensors are checked", "[tensor]") {
  CHECK_THROWS_WITH(ones({2}).item(), Contains("a Tensor with 2 elements cannot be converted to Scalar"));
  CHECK_THROWS_WITH(ones({2}).data_ptr<double>(), Contains("expected scalar type Double but found Float"));
  CHECK_THROWS_WITH(Tensor().sizes(), Contains("undefined"));
  CHECK_FALSE(ones({1}).grad().defined());
  CHECK_THROWS_WITH(ones({2, 3}).mm(ones({2, 3})),
                    Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"));
  CHECK_THROWS_WITH(gather(ones({2}), 0, tensor({5})), Contains("index 5 is out of bounds"));
}

TEST_CASE("large blocks are kept, counted and given back", "[tensor]") {
  empty_cache();
  const uint64_t before = memory_stats().bytes_in_use;
  void* address = nullptr;
  {
    const Tensor x = empty({1 << 20});
    address = x.data_ptr();
    CHECK(memory_stats().bytes_in_use >= before + (4 << 20));
  }
  CHECK(memory_stats().bytes_in_use == before);
  if (memory_stats().bytes_cached > 0) {  // not under AddressSanitizer
    CHECK(empty({1 << 20}).data_ptr() == address);
    CHECK_THROWS_WITH(empty({int64_t{1} << 45}), Contains("out of memory: the system has no 140737488355"));
    CHECK(memory_stats().bytes_in_use == before);
    CHECK(memory_stats().bytes_cached == 0);  // tried once more without it
    empty({1 << 20});
    empty_cache();
  }
  CHECK(memory_stats().bytes_cached == 0);
}
