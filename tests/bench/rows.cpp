#include "rows.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <map>

namespace bench {
namespace {

struct Measurement {
  std::string name;
  std::function<Work()> make;
  std::function<double()> timed;  // instead of it
};
struct Group {
  std::string test;
  std::vector<Measurement> members;
};
std::vector<Group> groups[2];  // by Phase

bool has_two_threads(const std::string& name) { return name.ends_with(":2"); }
// Those that start threads, and those that are compared with them.
bool is_threaded(const std::string& name) {
  return has_two_threads(name) || name.ends_with(":1") || name.starts_with("load_images");
}

std::map<std::string, std::vector<double>>& all_times() {
  static std::map<std::string, std::vector<double>> times;
  return times;
}

double now(bool wall) {
  std::timespec t{};
  clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// A measurement while its group runs.
class Running {
 public:
  explicit Running(const Measurement& m) : m_(m) {
    if (m.timed) return;
    set_threads();
    work_ = m.make();
    // The first turns meet memory that was never touched, which a virtual machine's host may not have yet
    // either.
    double spent = turn_ = time(1);
    for (int i = 1; i < 3 && spent < long_turn; ++i) {
      const double turn = time(1);
      spent += turn;
      turn_ = std::min(turn_, turn);
    }
    turns_ = static_cast<int>(std::clamp(slice / turn_, 1.0, 1e5));
  }

  // The time of a turn, also kept.
  double take() {
    double turn = 0;
    if (m_.timed) {
      turn = m_.timed();
    } else {
      set_threads();
      if (turn_ < long_turn) work_();  // fills the caches after the others' turns
      turn = time(turns_) / turns_;
    }
    all_times()[m_.name].push_back(turn);
    return turn * turns_;
  }

 private:
  static constexpr double slice = 5e5, long_turn = 1e8;

  void set_threads() const {
    for (const Library* library : {&xgrad_library(), &libtorch_library()})
      library->set_threads(has_two_threads(m_.name) ? 2 : 1);
  }
  double time(int turns) const {
    const double start = now(is_threaded(m_.name));
    for (int i = 0; i < turns; ++i) work_();
    return now(is_threaded(m_.name)) - start;
  }

  const Measurement& m_;
  Work work_;
  double turn_ = 0;
  int turns_ = 1;
};

void run(benchmark::State& state, const Group& group) {
  std::vector<Running> members(group.members.begin(), group.members.end());
  size_t first = 0;
  for (auto _ : state) {
    double timed = 0;
    for (size_t i = 0; i < members.size(); ++i) timed += members[(first + i) % members.size()].take();
    ++first;
    state.SetIterationTime(timed / 1e9);
  }
}

void add(Measurement m, const std::string& group) {
  const bool threaded = is_threaded(m.name);
  const std::string test = group + (threaded ? "/threads" : "");
  std::vector<Group>& of_phase = groups[threaded];
  auto at = std::find_if(of_phase.begin(), of_phase.end(), [&](const Group& g) { return g.test == test; });
  if (at == of_phase.end()) at = of_phase.insert(at, Group{test, {}});
  at->members.push_back(std::move(m));
}

std::string before_last_slash(const std::string& name) { return name.substr(0, name.rfind('/')); }

}  // namespace

std::vector<Row>& rows() {
  static std::vector<Row> all;
  return all;
}

void add(const std::string& name, const std::function<Work()>& make, std::string group) {
  add({name, make, {}}, group.empty() ? before_last_slash(name) : group);
}
void add_timed(const std::string& name, const std::function<double()>& turn) {
  add({name, {}, turn}, before_last_slash(name));
}

void register_groups(Phase phase) {
  for (const Group& group : groups[static_cast<size_t>(phase)])
    benchmark::RegisterBenchmark(group.test.c_str(), [&group](benchmark::State& state) {
      run(state, group);
    })->UseManualTime();
}

std::vector<std::string> members_of(const std::string& test) {
  std::vector<std::string> names;
  for (const std::vector<Group>& of_phase : groups)
    for (const Group& group : of_phase)
      if (group.test == test)
        for (const Measurement& m : group.members) names.push_back(m.name);
  return names;
}

const std::vector<double>& times_of(const std::string& name) { return all_times()[name]; }

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
