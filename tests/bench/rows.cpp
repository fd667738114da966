#include "rows.hpp"

#include <benchmark/benchmark.h>

namespace bench {
namespace {

void set_threads(int threads) {
  for (const Library* library : {&xgrad_library(), &libtorch_library()}) library->set_threads(threads);
}

bool has_two_threads(const std::string& name) { return name.ends_with(":2"); }
// Those that start threads, and those that are compared with them.
bool is_threaded(const std::string& name) {
  return has_two_threads(name) || name.ends_with(":1") || name.starts_with("load_images");
}

struct Measurement {
  std::string name;
  std::function<Work()> make;
};
std::vector<Measurement> threaded;

void register_now(const Measurement& m) {
  auto* measurement = benchmark::RegisterBenchmark(m.name.c_str(), [=](benchmark::State& state) {
    set_threads(has_two_threads(m.name) ? 2 : 1);
    const Work work = m.make();
    // The first turns meet memory that was never touched, which a virtual machine's host may not have yet
    // either.
    for (int i = 0; i < 3; ++i) work();
    for (auto _ : state) work();
    set_threads(1);
  });
  if (is_wall(m.name))
    measurement->UseRealTime();
  else
    measurement->MeasureProcessCPUTime();
}

}  // namespace

std::vector<Row>& rows() {
  static std::vector<Row> all;
  return all;
}

bool is_wall(const std::string& name) { return is_threaded(name) || name.starts_with("deep_chain"); }

void add(const std::string& name, const std::function<Work()>& make) {
  const Measurement m{name, make};
  if (is_threaded(name))
    threaded.push_back(m);
  else
    register_now(m);
}
void register_threaded() {
  for (const Measurement& m : threaded) register_now(m);
}

void add_both(const Both& row, const std::function<Work()>& ours, const std::function<Work()>& theirs) {
  for (const std::string threads : {"", ":2"}) {
    if (!threads.empty() && !row.threads) break;
    add(row.work + "/xgrad" + threads, ours);
    add(row.work + "/libtorch" + threads, theirs);
  }
  add_row(row, row.work + "/libtorch", "libtorch", Bar::faster, row.bar, row.operations);
  if (!row.threads) return;
  const std::string alone = row.work + "/xgrad:1", two = row.work + "/xgrad:2";
  add(alone, ours);
  rows().push_back({"Two threads", row.work, two, alone, "one thread", Bar::threads});
  rows().push_back({"Two threads beside libtorch's two", row.work, two, row.work + "/libtorch:2", "libtorch",
                    Bar::faster, 1});
}

void add_both(const Both& row, const std::function<Work(const Library&)>& make) {
  add_both(
      row, [=] { return make(xgrad_library()); }, [=] { return make(libtorch_library()); });
}

void add_row(const Both& row, const std::string& theirs, const std::string& against, Bar kind, double bar,
             double their_operations) {
  rows().push_back({row.subject, row.work, row.work + "/xgrad", theirs, against, kind, bar, row.operations,
                    their_operations});
}

}  // namespace bench
