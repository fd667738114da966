// Data sets and samplers with a state: streams, saving where they are, and loaders under stress.
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

/// Counts to `n` once in every epoch, whoever asks; copies count together.
struct Counter : datasets::StatefulDataset<Counter, std::vector<Tensor>> {
  explicit Counter(int64_t count) : n(count) {}
  optional<std::vector<Tensor>> get_batch(size_t count) override {
    std::lock_guard lock(*mutex);
    if (*at == n) return nullopt;
    std::vector<Tensor> batch;
    for (; batch.size() < count && *at < n; ++*at) batch.push_back(tensor(*at));
    return batch;
  }
  void reset() override { *at = 0; }
  optional<size_t> size() const override { return nullopt; }

  int64_t n;
  std::shared_ptr<int64_t> at = std::make_shared<int64_t>(0);
  std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
};

/// Makes numbers of its own choice, as many as it is asked for.
struct Sevens : datasets::StreamDataset<Sevens, std::vector<int>> {
  std::vector<int> get_batch(size_t count) override { return std::vector<int>(count, 7); }
  optional<size_t> size() const override { return nullopt; }
};

/// One tensor for each index; now and then it throws.
struct Rows : Dataset<Rows, Tensor> {
  explicit Rows(size_t n, size_t bad_row) : count(n), bad(bad_row) {}
  Tensor get(size_t i) override {
    if (i == bad) throw std::runtime_error("bad row");
    return full({32}, static_cast<int64_t>(i), kLong);
  }
  optional<size_t> size() const override { return count; }
  size_t count, bad;
};

size_t threads_of_process() {
  const auto all = std::filesystem::directory_iterator("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

template <class S>
void check_saved(S sampler, S other) {
  (void)sampler.next(3);
  std::stringstream stream;
  save(sampler, stream);
  load(other, stream);
  while (const auto expected = sampler.next(2)) CHECK(*other.next(2) == *expected);
  CHECK_FALSE(other.next(2));
}

}  // namespace

TEST_CASE("a stateful data set decides where its epoch ends", "[data]") {
  const size_t workers = GENERATE(size_t{0}, size_t{1}, size_t{3});
  auto loader = make_data_loader(
      Counter(10).map(transforms::Collate<Tensor>([](std::vector<Tensor> batch) { return stack(batch); })),
      DataLoaderOptions(4).workers(workers));
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::multiset<int64_t> seen;
    std::multiset<int64_t> lengths;
    for (Tensor& batch : *loader) {
      lengths.insert(batch.size(0));
      for (int64_t i = 0; i < batch.size(0); ++i) seen.insert(batch[i].item<int64_t>());
    }
    CHECK(std::vector<int64_t>(seen.begin(), seen.end()) ==
          std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(lengths == std::multiset<int64_t>{2, 4, 4});
  }
  for (Tensor& batch : *loader)  // left early
    if (batch.size(0) > 0) break;
  size_t batches = 0;
  for (auto it = loader->begin(); it != loader->end(); ++it) ++batches;
  CHECK(batches == 3);
  serialize::OutputArchive archive;
  CHECK_THROWS_WITH(Counter(1).save(archive), Contains("override save"));
}

TEST_CASE("a stream is asked for a number of examples", "[data]") {
  auto loader = make_data_loader(Sevens(), samplers::StreamSampler(10), DataLoaderOptions(4).workers(1));
  std::vector<size_t> lengths;
  for (auto& batch : *loader) lengths.push_back(batch.size());
  CHECK(lengths == std::vector<size_t>{4, 4, 2});
}

TEST_CASE("a restored sampler goes on where the saved one was", "[data][serialize]") {
  check_saved(samplers::RandomSampler(11), samplers::RandomSampler(2));
  check_saved(samplers::SequentialSampler(11), samplers::SequentialSampler(11));
  check_saved(samplers::StreamSampler(11), samplers::StreamSampler(11));

  std::stringstream stream;
  samplers::SequentialSampler longer(20), shorter(5);
  (void)longer.next(15);
  save(longer, stream);
  CHECK_THROWS_WITH(load(shorter, stream), Contains("from 0 to 5"));
  CHECK(shorter.index() == 0);
  serialize::OutputArchive wrong;
  wrong.write("index", tensor(0));
  wrong.write("indices", tensor({0, 0, 1}));
  std::stringstream other;
  wrong.save_to(other);
  samplers::RandomSampler random(3);
  CHECK_THROWS_WITH(load(random, other), Contains("'indices' is not an order"));
  struct Mine : samplers::Sampler<> {
    void reset(optional<size_t>) override {}
    optional<std::vector<size_t>> next(size_t) override { return nullopt; }
  };
  CHECK_THROWS_WITH(save(Mine(), stream), Contains("override save"));
}

TEST_CASE("loaders that are left early, fail or are thrown away neither hang nor leak", "[data]") {
  const size_t threads = threads_of_process();
  for (size_t round = 0; round < 150; ++round) {
    const size_t workers = 1 + round % 4, stop = round * 7 % 20;
    const size_t bad = round % 3 ? static_cast<size_t>(-1) : round % 40;
    auto loader = make_data_loader<samplers::SequentialSampler>(
        Rows(40, bad),
        DataLoaderOptions(2).workers(workers).max_jobs(1 + round % 5).enforce_ordering(round % 2 == 0));
    for (int epoch = 0; epoch < 2; ++epoch) {
      size_t seen = 0;
      try {
        for (auto& batch : *loader) {
          REQUIRE(batch.size() == 2);
          if (++seen > stop) break;
        }
      } catch (const WorkerException& e) {
        CHECK_THAT(e.what(), Contains("bad row"));
      }
    }
    if (round % 5 == 0) loader->join();
  }
  CHECK(threads_of_process() == threads);
}
