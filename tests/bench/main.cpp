// xgrad beside libtorch in one process: every row of the table runs turn by turn in both, and medians are
// compared.
//
// It is a Google Benchmark program: --benchmark_filter=chain, --benchmark_repetitions=21 and the like work.
// Each library has one thread and is at its best: memory that libtorch frees stays mapped, and AVX-512 is
// allowed. Times are processor times of the process: what other programs do disturbs them least, and a second
// thread would be counted.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "work.hpp"

namespace bench {
namespace {

constexpr int64_t chain_links = 1000;  // two operations each
constexpr int64_t deep_nodes = 1000000;
constexpr int64_t largest = 2048LL * 32000;

// One row: xgrad's time divided into libtorch's, or xgrad's over that of a yardstick, against the bar.
struct Row {
  std::string work;
  std::string against;  // "libtorch", or what xgrad's time is a multiple of; "" when the bar is a time in ns
  double bar;
  double operations = 1;  // that one turn does
};
std::vector<Row> rows;

void time_work(benchmark::State& state, const std::function<Work()>& make) {
  const Work work = make();
  work();
  for (auto _ : state) work();
}

void add(const std::string& name, const std::function<Work()>& make) {
  benchmark::RegisterBenchmark(name.c_str(), [make](benchmark::State& state) {
    time_work(state, make);
  })->MeasureProcessCPUTime();
}

template <class Make>
void add_both(const std::string& work, Make make) {
  for (const Library* library : {&xgrad_library(), &libtorch_library()})
    add(work + "/" + library->name, [=] { return make(*library); });
}

// Logits and labels for every shape: the front of one buffer.
std::vector<float>& logits() {
  static std::vector<float> values = [] {
    std::vector<float> random(static_cast<size_t>(largest));
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    for (size_t i = 0; i < random.size(); ++i)
      random[i] = i < (1 << 20) ? normal(engine) : random[i - (1 << 20)];
    return random;
  }();
  return values;
}

const std::vector<int64_t>& labels(int64_t rows_, int64_t classes) {
  static std::map<std::pair<int64_t, int64_t>, std::vector<int64_t>> all;
  std::vector<int64_t>& some = all[{rows_, classes}];
  for (int64_t i = static_cast<int64_t>(some.size()); i < rows_; ++i) some.push_back(i * 7919 % classes);
  return some;
}

void register_chains() {
  for (const bool leaves : {false, true}) {
    const std::string name = leaves ? "chain_of_leaves/" : "chain/";
    for (const auto& [elements, bar] : {std::pair<int64_t, double>{1, 40}, {64, 30}}) {
      const std::string work = name + std::to_string(elements);
      add_both(work, [elements = elements, leaves](const Library& l) {
        return l.chain(elements, chain_links, leaves);
      });
      rows.push_back({work, "libtorch", bar, 2 * chain_links});
    }
    rows.push_back({name + "1", "", 150, 2 * chain_links});
  }

  for (const Library* library : {&xgrad_library(), &libtorch_library()})
    benchmark::RegisterBenchmark((std::string("deep_chain/") + library->name).c_str(),
                                 [library](benchmark::State& state) {
                                   for (auto _ : state)
                                     state.SetIterationTime(library->deep_chain(deep_nodes));
                                 })
        ->UseManualTime()
        ->Iterations(1);
  rows.push_back({"deep_chain", "", 0.3e9});
}

void register_cross_entropies() {
  struct Shape {
    int64_t rows, classes;
    double bar;
    bool against_memcpy;
  };
  for (const auto& [n, classes, bar, against_memcpy] : {Shape{3, 5, 25, false},
                                                        {32, 10, 12, false},
                                                        {128, 10, 8, false},
                                                        {256, 1000, 3, false},
                                                        {4096, 1000, 3, false},
                                                        {2048, 32000, 3, true},
                                                        {1024, 50257, 3, true}}) {
    const std::string work = "cross_entropy/" + std::to_string(n) + "x" + std::to_string(classes);
    add_both(work, [n = n, c = classes](const Library& l) {
      return l.cross_entropy(n, c, logits().data(), labels(n, c).data());
    });
    rows.push_back({work, "libtorch", bar});
    if (!against_memcpy) continue;
    const auto count = static_cast<size_t>(n * classes);
    add(work + "/memcpy", [count] {
      return [count, copy = std::vector<float>(count)]() mutable {
        std::memcpy(copy.data(), logits().data(), count * sizeof(float));
        benchmark::ClobberMemory();
      };
    });
    rows.push_back({work, "memcpy", 1.3});
  }
}

void register_training() {
  struct Setting {
    int64_t batch;
    Optimizer optimizer;
    double bar;
  };
  for (const auto& [batch, optimizer, bar] : {Setting{32, Optimizer::sgd, 1.8},
                                              {32, Optimizer::adam, 1.9},
                                              {128, Optimizer::sgd, 1.3},
                                              {128, Optimizer::adam, 1.35}}) {
    const std::string work = std::string("train/") + (optimizer == Optimizer::sgd ? "sgd" : "adam") +
                             "/batch:" + std::to_string(batch);
    const Training start(batch, optimizer);
    add_both(work, [start](const Library& l) { return l.training_step(start); });
    rows.push_back({work, "libtorch", bar});
    add(work + "/by_hand", [start] { return training_by_hand(start); });
    rows.push_back({work, "by_hand", 1.15});
  }
}

void register_optimizers() {
  constexpr int64_t elements = 1000000;
  for (const auto& [optimizer, name, updated] :
       {std::tuple{Optimizer::sgd, "sgd", 1}, {Optimizer::adam, "adam", 3}, {Optimizer::adamw, "adamw", 3}}) {
    const std::string work = std::string("step_1M/") + name;
    add_both(work, [o = optimizer](const Library& l) { return l.optimizer_step(o, elements); });
    rows.push_back({work, "libtorch", 1});
    add(work + "/memory", [n = updated] { return memory_pass(n, elements); });
    rows.push_back({work, "memory", 1.3});
  }
}

void register_ops() {
  const std::vector<NamedWork> ours = xgrad_library().ops(), theirs = libtorch_library().ops();
  for (size_t i = 0; i < ours.size(); ++i) {
    const std::string work = "op/" + ours[i].name;
    add(work + "/xgrad", ours[i].make);
    add(work + "/libtorch", theirs[i].make);
    rows.push_back({work, "libtorch", ours[i].bar});
  }
  // What moves 16M floats can at best take as long as these.
  constexpr int64_t many = 1 << 24;
  add("limit/read", [] { return read_pass(many); });
  add("limit/triad", [] { return triad_pass(many); });
  add("limit/memcpy", [] {
    return [copy = std::vector<float>(many)]() mutable {
      std::memcpy(copy.data(), logits().data(), many * sizeof(float));
      benchmark::ClobberMemory();
    };
  });
  for (const char* op : {"relu", "exp"})
    rows.push_back({std::string("op/") + op + "/16M", "limit/memcpy", 1 / 0.85});
  for (const char* op : {"add", "mul"})
    rows.push_back({std::string("op/") + op + "/16M", "limit/triad", 1 / 0.85});
  rows.push_back({"op/sum/16M/all", "limit/read", 1 / 0.85});
}

// Debian's Fashion-MNIST as the plain files that libtorch wants, in a folder of its own; gone with this
// object.
class PlainImages {
 public:
  PlainImages() {
    std::filesystem::create_directory(folder);
    const std::string unpack =
        "for f in /usr/share/datasets/fashion-mnist/train*.gz; do gzip -dc \"$f\" > \"" + folder +
        "/$(basename \"$f\" .gz)\" || exit 1; done";
    complete = std::system(unpack.c_str()) == 0;
    if (!complete) std::fprintf(stderr, "load_images: left out: dataset-fashion-mnist is not installed\n");
  }
  ~PlainImages() { std::filesystem::remove_all(folder); }

  const std::string folder =
      std::filesystem::temp_directory_path() / ("xgrad_bench_" + std::to_string(getpid()));
  bool complete = false;
};

// Per image, in real time: the workers' processor time is not what a training loop waits for.
void register_loaders(const std::string& folder) {
  for (const size_t workers : {size_t{1}, size_t{2}}) {
    const std::string work = "load_images/workers:" + std::to_string(workers);
    for (const Library* library : {&xgrad_library(), &libtorch_library()})
      benchmark::RegisterBenchmark((work + "/" + library->name).c_str(), [=](benchmark::State& state) {
        time_work(state, [=] { return library->load_images(folder, workers); });
      })->UseRealTime();
    rows.push_back({work, "libtorch", 1, images_per_epoch});
  }
}

// Keeps the medians, and prints the table at the end.
class Table : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred)
        std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
      if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
      const std::string name = run.run_name.function_name;
      const bool real = name.starts_with("deep_chain") || name.starts_with("load_images");
      medians_[name] = real ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime();
      std::fprintf(stderr, "%-36s %12s\n", name.c_str(), time(medians_[name]).c_str());
    }
  }

  void Finalize() override {
    std::printf("\n%-26s %12s %12s %-10s %8s %10s  %s\n", "work (medians)", "xgrad", "other", "", "ratio",
                "bar", "met");
    for (const Row& row : rows) {
      const double ours = find(row.work + "/xgrad") / row.operations;
      const bool limit = row.against.starts_with("limit/");
      const double theirs =
          row.against.empty() ? 0 : find(limit ? row.against : row.work + "/" + row.against) / row.operations;
      if (std::isnan(ours) || std::isnan(theirs)) continue;
      char ratio[32] = "", bar[32];
      bool met;
      if (row.against.empty()) {
        std::snprintf(bar, sizeof bar, "<= %s", time(row.bar).c_str());
        met = ours <= row.bar;
      } else if (row.against == "libtorch") {
        std::snprintf(ratio, sizeof ratio, "%.2f", theirs / ours);
        std::snprintf(bar, sizeof bar, ">= %.4g", row.bar);
        met = theirs / ours >= row.bar;
      } else {
        std::snprintf(ratio, sizeof ratio, "%.2f", ours / theirs);
        std::snprintf(bar, sizeof bar, "<= %.4g", row.bar);
        met = ours / theirs <= row.bar;
      }
      std::printf("%-26s %12s %12s %-10s %8s %10s  %s\n",
                  (row.work + (row.operations > 1 ? ", per op" : "")).c_str(), time(ours).c_str(),
                  row.against.empty() ? "" : time(theirs).c_str(), row.against.c_str(), ratio, bar,
                  met ? "yes" : "NO");
    }
  }

 private:
  static std::string time(double ns) {
    char text[32];
    if (ns < 1e4)
      std::snprintf(text, sizeof text, "%.1f ns", ns);
    else if (ns < 1e7)
      std::snprintf(text, sizeof text, "%.1f us", ns / 1e3);
    else
      std::snprintf(text, sizeof text, "%.1f ms", ns / 1e6);
    return text;
  }
  double find(const std::string& name) const {
    const auto at = medians_.find(name);
    return at == medians_.end() ? std::nan("") : at->second;
  }

  std::map<std::string, double> medians_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  // Before anybody asks: libtorch chooses its kernels at its first operation.
  setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  bench::xgrad_library().use_one_thread();
  bench::libtorch_library().use_one_thread();

  std::string defaults[] = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=9",
                            "--benchmark_min_time=0.05"};
  std::vector<char*> args{argv[0]};
  for (std::string& argument : defaults) args.push_back(argument.data());
  args.insert(args.end(), argv + 1, argv + argc);
  int count = static_cast<int>(args.size());
  benchmark::Initialize(&count, args.data());
  if (benchmark::ReportUnrecognizedArguments(count, args.data())) return 1;

  bench::register_chains();
  bench::register_cross_entropies();
  bench::register_training();
  bench::register_optimizers();
  bench::register_ops();
  bench::register_linear_cross_entropy();
  bench::rows.push_back({"linear_cross_entropy", "unfused", 1});
  const bench::PlainImages images;
  if (images.complete) bench::register_loaders(images.folder);
  bench::Table table;
  benchmark::RunSpecifiedBenchmarks(&table);
}
