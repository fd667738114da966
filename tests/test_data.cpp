// Data sets, samplers, transforms and the loader.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <xgrad/nn/data.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

/// Example i is ([i], i).
struct Count : Dataset<Count> {
  explicit Count(size_t count) : n(count) {}
  Example<> get(size_t i) override {
    return {full({1}, static_cast<double>(i)), tensor(static_cast<int64_t>(i))};
  }
  optional<size_t> size() const override { return n; }
  size_t n;
};

/// Gives back the indices it is asked for, after calling a function with them.
struct Indices : datasets::BatchDataset<Indices, std::vector<size_t>> {
  using Seen = std::function<void(ArrayRef<size_t>)>;
  explicit Indices(
      size_t count, Seen when_asked = [](ArrayRef<size_t>) {})
      : n(count), seen(std::move(when_asked)) {}
  std::vector<size_t> get_batch(ArrayRef<size_t> indices) override {
    seen(indices);
    return indices.vec();
  }
  optional<size_t> size() const override { return n; }
  size_t n;
  Seen seen;
};

using Batches = std::vector<std::vector<size_t>>;
template <class Loader>
Batches run(Loader& loader) {
  Batches batches;
  for (auto& batch : *loader) batches.push_back(batch);
  return batches;
}
std::vector<size_t> joined(const Batches& batches) {
  std::vector<size_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}
std::vector<size_t> iota(size_t n) {
  std::vector<size_t> v(n);
  std::iota(v.begin(), v.end(), size_t{0});
  return v;
}

}  // namespace

TEST_CASE("RandomSampler draws libtorch's order", "[data]") {
  manual_seed(0);
  samplers::RandomSampler sampler(10);
  CHECK(*sampler.next(10) == std::vector<size_t>{4, 1, 7, 5, 3, 9, 0, 8, 6, 2});
  CHECK_FALSE(sampler.next(10));
  sampler.reset();
  CHECK(*sampler.next(10) == std::vector<size_t>{3, 9, 4, 2, 7, 8, 6, 0, 5, 1});
  sampler.reset(5);
  CHECK(*sampler.next(10) == std::vector<size_t>{4, 2, 0, 1, 3});

  manual_seed(7);  // the loader makes a sampler, which draws, and begin() resets it, which draws again
  auto loader = make_data_loader(Indices(10), 4);
  CHECK(joined(run(loader)) == std::vector<size_t>{1, 8, 9, 5, 7, 4, 0, 3, 6, 2});
  CHECK(joined(run(loader)) == std::vector<size_t>{3, 7, 6, 2, 9, 0, 5, 4, 1, 8});
}

TEST_CASE("samplers count what they hand out", "[data]") {
  samplers::RandomSampler random(5);
  samplers::SequentialSampler sequential(5);
  CHECK(random.next(3)->size() == 3);
  CHECK(random.index() == 3);
  CHECK(random.next(3)->size() == 2);
  CHECK_FALSE(random.next(3));
  random.reset();
  CHECK(random.index() == 0);
  CHECK(*sequential.next(3) == std::vector<size_t>{0, 1, 2});
  CHECK(*sequential.next(3) == std::vector<size_t>{3, 4});
  CHECK(sequential.index() == 5);
  CHECK_FALSE(sequential.next(3));
  sequential.reset(2);
  CHECK(*sequential.next(3) == std::vector<size_t>{0, 1});
  CHECK_THROWS_WITH(samplers::RandomSampler(-1), Contains("non-negative"));
  CHECK_FALSE(samplers::RandomSampler(0).next(1));
}

TEST_CASE("TensorDataset hands out rows", "[data]") {
  datasets::TensorDataset set(arange(6, kFloat).view({3, 2}));
  CHECK(*set.size() == 3);
  CHECK(equal(set.get(1).data, tensor({2.f, 3.f})));
  CHECK(set.get_batch({2, 0}).size() == 2);
  CHECK(equal(set.gather({2, 0}).data, tensor({{4.f, 5.f}, {0.f, 1.f}})));
  CHECK(equal(datasets::TensorDataset(std::vector<Tensor>{ones({2}), zeros({2})}).tensor,
              tensor({{1.f, 1.f}, {0.f, 0.f}})));

  const Tensor row = set.get(2);  // a TensorExample is its data
  CHECK(row.size(0) == 2);
  CHECK_THROWS_WITH(set.get(3), Contains("index 3") && Contains("3 examples"));
  CHECK_THROWS_WITH(set.gather({0, 7}), Contains("index 7"));
  CHECK_THROWS_WITH(datasets::TensorDataset(tensor(1.f)), Contains("0-d"));
  CHECK_THROWS_WITH(datasets::TensorDataset(Tensor()), Contains("undefined"));
  CHECK_THROWS_WITH(datasets::TensorDataset(std::vector<Tensor>()), Contains("non-empty TensorList"));
}

TEST_CASE("batches of a TensorDataset are differentiable", "[data]") {
  const Tensor x = ones({3, 2}, requires_grad());
  auto set = datasets::TensorDataset(x).map(transforms::Stack<TensorExample>());
  set.get_batch(std::vector<size_t>{0, 0, 2}).data.sum().backward();
  CHECK(equal(x.grad(), tensor({{2.f, 2.f}, {0.f, 0.f}, {1.f, 1.f}})));
}

TEST_CASE("transforms are applied in order", "[data]") {
  auto set =
      Count(10)
          .map(transforms::Lambda<Example<>>([](Example<> e) {
            return Example<>{e.data * 2, e.target};
          }))
          .map(transforms::TensorLambda<>([](const Tensor& x) { return x + 1; }))
          .map(transforms::Lambda<Example<>, Tensor>([](const Example<>& e) { return e.data; }))
          .map(transforms::Collate<Tensor>([](const std::vector<Tensor>& batch) { return stack(batch); }))
          .map(transforms::BatchLambda<Tensor, double>(
              [](const Tensor& x) { return x.sum().item<double>(); }));
  CHECK(set.get_batch(std::vector<size_t>{1, 4}) == 12.0);
  CHECK(*set.size() == 10);

  struct Halve : transforms::TensorTransform<> {
    Tensor operator()(Tensor x) override { return x / 2; }
  };
  auto halves = datasets::map(Count(10), Halve());
  CHECK(halves.get_batch(std::vector<size_t>{3})[0].data.item<float>() == 1.5f);
  CHECK(halves.get_batch(std::vector<size_t>{3})[0].target.item<int64_t>() == 3);
  CHECK(*halves.dataset().size() == 10);
}

TEST_CASE("Stack joins examples along a new first dimension", "[data]") {
  transforms::Stack<> stack_examples;
  const Example<> batch = stack_examples.apply_batch({{ones({2}), tensor(1)}, {zeros({2}), tensor(0)}});
  CHECK(equal(batch.data, tensor({{1.f, 1.f}, {0.f, 0.f}})));
  CHECK(equal(batch.target, tensor({1, 0})));
  CHECK_THROWS_WITH(stack_examples.apply_batch({}), Contains("non-empty"));
  CHECK_THROWS_AS(stack_examples.apply_batch({{ones({2}), tensor(1)}, {ones({3}), tensor(0)}}), Error);
  CHECK_THROWS_WITH(Count(3).map(transforms::Stack<>()).get_batch({}), Contains("non-empty"));
}

TEST_CASE("Normalize works channel by channel", "[data]") {
  transforms::Normalize<> one(0.5, 0.25), three({0., 1., 2.}, {1., 2., 4.});
  CHECK(equal(one(full({2, 1, 2}, 1.0)), full({2, 1, 2}, 2.0)));
  const Tensor y = three(full({3, 1, 1}, 4.0));
  CHECK(equal(y.flatten(), tensor({4.f, 1.5f, 0.5f})));
  CHECK(one.mean.sizes() == IntArrayRef{1, 1, 1});
  CHECK_THROWS_WITH(transforms::Normalize<>(0.0, 0.0), Contains("stddev"));
  CHECK_THROWS_WITH(transforms::Normalize<>(ArrayRef<double>(), 1.0), Contains("mean is empty"));
}

TEST_CASE("stacking in one copy gives what stacking example by example gives", "[data]") {
  const auto shape = GENERATE(Dims{5, 1, 4, 3}, Dims{5, 3, 4, 3}, Dims{5, 4, 3}, Dims{5, 4}, Dims{5});
  const datasets::TensorDataset set(rand(shape));
  const std::vector<size_t> indices{3, 1, 1, 4};
  const std::vector<double> means{0.1, 0.2, 0.3}, stddevs{0.5, 0.6, 0.7};
  const size_t channels = GENERATE(size_t{1}, size_t{3});
  transforms::Normalize<void> normalize(ArrayRef<double>(means.data(), channels),
                                        ArrayRef<double>(stddevs.data(), channels));
  // As a function it is not recognised, and applied to each example.
  transforms::TensorLambda<void> one_by_one([&](const Tensor& x) { return normalize(x); });

  auto fast = datasets::TensorDataset(set).map(normalize).map(transforms::Stack<TensorExample>());
  auto slow = datasets::TensorDataset(set).map(one_by_one).map(transforms::Stack<TensorExample>());
  static_assert(
      datasets::Gathers<datasets::MapDataset<datasets::TensorDataset, transforms::Normalize<void>>>);
  static_assert(
      !datasets::Gathers<datasets::MapDataset<datasets::TensorDataset, transforms::TensorLambda<void>>>);
  const Tensor expected = slow.get_batch(indices);
  const Tensor actual = fast.get_batch(indices);
  CHECK(equal(actual, expected));
  CHECK_THROWS_WITH(fast.get_batch(std::vector<size_t>{5}), Contains("index 5"));
}

TEST_CASE("a class derived from a data set is asked for its own examples", "[data]") {
  struct Doubled : datasets::TensorDataset {
    using TensorDataset::TensorDataset;
    TensorExample get(size_t i) override { return TensorDataset::get(i).data * 2; }
  };
  auto set = datasets::map(Doubled(ones({3, 1})), transforms::Stack<TensorExample>());
  CHECK(set.get_batch(std::vector<size_t>{0}).data.item<float>() == 2.f);
}

TEST_CASE("the loader cuts an epoch into batches", "[data]") {
  const size_t workers = GENERATE(size_t{0}, size_t{1}, size_t{3});
  const auto options = DataLoaderOptions(4).workers(workers);
  auto loader = make_data_loader<samplers::SequentialSampler>(Indices(10), options);
  const Batches expected{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}};
  CHECK(run(loader) == expected);
  CHECK(run(loader) == expected);
  auto full_only =
      make_data_loader<samplers::SequentialSampler>(Indices(10), DataLoaderOptions(options).drop_last(true));
  CHECK(run(full_only) == Batches{{0, 1, 2, 3}, {4, 5, 6, 7}});
  auto one_job =
      make_data_loader(Indices(10), samplers::SequentialSampler(10), DataLoaderOptions(options).max_jobs(1));
  CHECK(run(one_job) == expected);
  auto larger_than_set = make_data_loader<samplers::SequentialSampler>(Indices(2), options);
  CHECK(run(larger_than_set) == Batches{{0, 1}});
  CHECK(loader->options().batch_size == 4);
  CHECK(loader->options().max_jobs == 2 * workers);
}

TEST_CASE("a loader of tensors", "[data]") {
  auto loader = make_data_loader<samplers::SequentialSampler>(Count(5).map(transforms::Stack<>()), 2);
  std::vector<int64_t> targets;
  for (Example<>& batch : *loader) {
    CHECK(batch.data.sizes() == IntArrayRef{batch.target.size(0), 1});
    for (int64_t i = 0; i < batch.target.size(0); ++i) targets.push_back(batch.target[i].item<int64_t>());
  }
  CHECK(targets == std::vector<int64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("the loader's iterators", "[data]") {
  const size_t workers = GENERATE(size_t{0}, size_t{2});
  auto loader =
      make_data_loader<samplers::SequentialSampler>(Indices(3), DataLoaderOptions(2).workers(workers));
  auto it = loader->begin();
  CHECK(it == it);
  CHECK(it != loader->end());
  CHECK(*it == std::vector<size_t>{0, 1});
  CHECK(it->size() == 2);
  CHECK(*++it == std::vector<size_t>{2});
  ++it;
  CHECK(it == loader->end());
  CHECK(loader->end() == it);
  CHECK(loader->end() == loader->end());
  CHECK_THROWS_WITH(++it, Contains("Attempted to increment iterator past the end"));
  CHECK_THROWS_WITH(*it, Contains("Attempted to dereference iterator that was past the end"));
  auto end = loader->end();
  CHECK_THROWS_WITH(++end, Contains("Incrementing the DataLoader's past-the-end iterator is not allowed"));
  CHECK_THROWS_WITH(*end, Contains("Dereferencing the DataLoader's past-the-end iterator is not allowed"));
  static_assert(std::input_iterator<decltype(it)>);

  Batches copied;
  std::copy(loader->begin(), loader->end(), std::back_inserter(copied));
  CHECK(copied == Batches{{0, 1}, {2}});
}

TEST_CASE("ordered workers keep the order, others lose nothing", "[data]") {
  const bool ordered = GENERATE(true, false);
  const auto uneven = [](ArrayRef<size_t> indices) {
    std::this_thread::sleep_for(std::chrono::microseconds(indices[0] * 7919 % 5 * 100));
  };
  auto loader = make_data_loader<samplers::SequentialSampler>(
      Indices(100, uneven), DataLoaderOptions(3).workers(4).max_jobs(7).enforce_ordering(ordered));
  for (int epoch = 0; epoch < 3; ++epoch) {
    auto all = joined(run(loader));
    if (!ordered) std::sort(all.begin(), all.end());
    CHECK(all == iota(100));
  }
}

TEST_CASE("a batch that is ready is not kept back unless the order is enforced", "[data]") {
  const bool ordered = GENERATE(true, false);
  std::atomic<bool> second_done = false;
  const auto first_waits = [&](ArrayRef<size_t> indices) {
    if (indices[0] == 1) second_done = true;
    while (indices[0] == 0 && !second_done) std::this_thread::yield();
    if (indices[0] == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  auto loader = make_data_loader<samplers::SequentialSampler>(
      Indices(2, first_waits), DataLoaderOptions(1).workers(2).enforce_ordering(ordered));
  CHECK(joined(run(loader)) == (ordered ? std::vector<size_t>{0, 1} : std::vector<size_t>{1, 0}));
}

TEST_CASE("each worker has its own copy of the data set", "[data]") {
  struct Own : datasets::BatchDataset<Own, std::vector<size_t>> {
    std::vector<size_t> get_batch(ArrayRef<size_t> indices) override {
      ++calls;  // a race, if it were shared
      return indices.vec();
    }
    optional<size_t> size() const override { return 200; }
    size_t calls = 0;
  };
  auto loader = make_data_loader<samplers::SequentialSampler>(Own(), DataLoaderOptions(1).workers(4));
  CHECK(joined(run(loader)) == iota(200));
}

TEST_CASE("an exception in a worker arrives in the loop, which can go on", "[data]") {
  const auto broken = [](ArrayRef<size_t> indices) {
    if (indices[0] == 2) throw std::invalid_argument("two is bad");
    if (indices[0] == 3) throw 3;
  };
  auto loader =
      make_data_loader<samplers::SequentialSampler>(Indices(6, broken), DataLoaderOptions(1).workers(2));
  auto it = loader->begin();
  CHECK((*it)[0] == 0);
  CHECK((*++it)[0] == 1);
  try {
    ++it;
    FAIL("no exception");
  } catch (const WorkerException& e) {
    CHECK(e.what() ==
          std::string("Caught exception in DataLoader worker thread. Original message: two is bad"));
    CHECK_THROWS_AS(std::rethrow_exception(e.original_exception), std::invalid_argument);
  }
  CHECK_THROWS_WITH(++it, Contains("no std::exception"));
  CHECK((*++it)[0] == 4);
  CHECK((*++it)[0] == 5);
  CHECK(++it == loader->end());

  auto direct = make_data_loader<samplers::SequentialSampler>(Indices(6, broken), 1);
  CHECK_THROWS_AS(run(direct), std::invalid_argument);
}

TEST_CASE("a loop may be left early", "[data]") {
  const size_t workers = GENERATE(size_t{0}, size_t{2});
  auto loader =
      make_data_loader<samplers::SequentialSampler>(Indices(50), DataLoaderOptions(1).workers(workers));
  for (auto& batch : *loader)
    if (batch[0] == 3) break;
  CHECK(joined(run(loader)) == iota(50));
  if (workers == 0) return;
  auto it = loader->begin();
  CHECK_THROWS_WITH(
      loader->begin(),
      Contains("Attempted to get a new DataLoader iterator while another iterator is not yet exhausted"));
  it = loader->end();
  CHECK(joined(run(loader)) == iota(50));
  it = loader->begin();
  loader->join();
  CHECK_THROWS_WITH(run(loader), Contains("joined"));
}

TEST_CASE("a loop may be left at any batch, also for good", "[data]") {
  const bool ordered = GENERATE(true, false);
  const size_t last_batch = GENERATE(size_t{0}, size_t{5}, size_t{11});  // many pending, some, none
  std::atomic<int> busy = 0;
  const auto slowly = [&](ArrayRef<size_t>) {
    ++busy;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --busy;
  };
  auto loader = make_data_loader<samplers::SequentialSampler>(
      Indices(12, slowly), DataLoaderOptions(1).workers(3).max_jobs(6).enforce_ordering(ordered));
  const auto leave = [&] {
    size_t seen = 0;
    for (auto& batch : *loader)
      if (batch.size() == 1 && seen++ == last_batch) throw std::runtime_error("left");
  };
  CHECK_THROWS_WITH(leave(), "left");
  auto all = joined(run(loader));  // without what was pending
  if (!ordered) std::sort(all.begin(), all.end());
  CHECK(all == iota(12));
  CHECK_THROWS_WITH(leave(), "left");
  loader.reset();  // waits for the workers
  CHECK(busy == 0);
}

TEST_CASE("exceptions of several workers lose no other batch", "[data]") {
  const bool ordered = GENERATE(true, false);
  const auto broken = [](ArrayRef<size_t> indices) {
    if (indices[0] % 3 == 1) throw std::out_of_range("no such example");
  };
  auto loader = make_data_loader<samplers::SequentialSampler>(
      Indices(30, broken), DataLoaderOptions(1).workers(3).max_jobs(5).enforce_ordering(ordered));
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::set<size_t> seen;
    int failures = 0;
    const auto succeeds = [&](auto step) {
      try {
        step();
        return true;
      } catch (const WorkerException&) {
        ++failures;
        return false;
      }
    };
    auto it = loader->begin();
    while (!succeeds([&] { (void)(it == loader->end()); })) continue;  // makes the first batch
    while (it != loader->end()) {
      seen.insert((*it)[0]);
      while (!succeeds([&] { ++it; })) continue;
    }
    CHECK(failures == 10);
    CHECK(seen.size() == 20);
  }
}

TEST_CASE("an iterator that outlives its loader is refused", "[data]") {
  const size_t workers = GENERATE(size_t{0}, size_t{2});
  auto loader = make_data_loader(Indices(3), DataLoaderOptions(1).workers(workers));
  auto it = loader->begin();
  CHECK(it->size() == 1);
  loader.reset();
  CHECK_THROWS_WITH(++it, Contains("loader of this iterator is gone"));
  CHECK(it->size() == 1);
}

TEST_CASE("a worker that takes too long is reported", "[data]") {
  std::atomic<bool> go = false;
  const auto wait = [&](ArrayRef<size_t>) {
    while (!go) std::this_thread::yield();
  };
  auto loader = make_data_loader(Indices(2, wait),
                                 DataLoaderOptions(1).workers(1).timeout(std::chrono::milliseconds(5)));
  CHECK_THROWS_WITH(run(loader),
                    Contains("Timeout in DataLoader queue while waiting for next batch (timeout was 5 ms)"));
  go = true;
}

TEST_CASE("what a loader refuses", "[data]") {
  CHECK_THROWS_WITH(make_data_loader(Indices(0), 4), Contains("data set is empty"));
  CHECK_THROWS_WITH(make_data_loader(datasets::TensorDataset(empty({0, 3})), 4),
                    Contains("data set is empty"));
  CHECK_THROWS_WITH(make_data_loader(Indices(3), 0), Contains("batch_size is 0"));
  CHECK_THROWS_WITH(make_data_loader(Indices(3), DataLoaderOptions(1).workers(2).max_jobs(0)),
                    Contains("max_jobs is 0"));
  CHECK_THROWS_WITH(make_data_loader(Indices(3), DataLoaderOptions(1).workers(static_cast<size_t>(-1))),
                    Contains("1024"));
  struct Unsized : Indices {
    Unsized() : Indices(1) {}
    optional<size_t> size() const override { return nullopt; }
  };
  CHECK_THROWS_WITH(make_data_loader(Unsized(), 1),
                    Contains("Expected the dataset to be sized in order to construct the Sampler"));
  auto beyond =
      make_data_loader(datasets::TensorDataset(ones({3, 1})).map(transforms::Stack<TensorExample>()),
                       samplers::SequentialSampler(4), 4);
  CHECK_THROWS_WITH(beyond->begin() == beyond->end(), Contains("index 3") && Contains("3 examples"));
}

TEST_CASE("a sampler of one's own", "[data]") {
  struct Evens : samplers::Sampler<> {
    void reset(optional<size_t> = nullopt) override { at = 0; }
    optional<std::vector<size_t>> next(size_t count) override {
      std::vector<size_t> indices;
      for (; indices.size() < count && at < 10; at += 2) indices.push_back(at);
      if (indices.empty()) return nullopt;
      return indices;
    }
    size_t at = 0;
  };
  auto loader = make_data_loader(Indices(10), Evens(), 2);
  CHECK(run(loader) == Batches{{0, 2}, {4, 6}, {8}});
}
