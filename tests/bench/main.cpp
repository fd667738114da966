// xgrad beside libtorch in one process: every row of the table runs turn by turn in both (rows.hpp).
//
// It is a Google Benchmark program: --benchmark_filter=chain, --benchmark_repetitions=21 and the like work.
// Of its own it has --quick (fewer repetitions, nothing of 16M elements) and --results=FILE (the report as a
// file too).
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "memory.hpp"
#include "rows.hpp"
#include "table.hpp"

int main(int argc, char** argv) {
  // Before anybody asks: libtorch chooses its kernels at its first operation.
  setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
  for (const bench::Library* library : {&bench::xgrad_library(), &bench::libtorch_library()})
    library->set_threads(1);

  std::vector<std::string> arguments{argv[0], "--benchmark_enable_random_interleaving=true",
                                     "--benchmark_repetitions=9", "--benchmark_min_time=0.02"};
  std::string results;
  bool filtered = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--memory=")) return bench::measure_memory(argument.substr(9));
    if (argument.starts_with("--results=")) {
      results = argument.substr(10);
    } else if (argument == "--quick") {
      for (const char* less :
           {"--benchmark_repetitions=3", "--benchmark_min_time=0.003", "--benchmark_filter=-16M"})
        arguments.emplace_back(less);
    } else {
      filtered = filtered || argument.starts_with("--benchmark_filter");
      arguments.push_back(argument);
    }
  }
  // What is freed stays mapped, large blocks and small ones; a process that measures memory has returned
  // before.
  bench::keep_libtorch_blocks();
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);

  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;

  bench::add_limits();
  bench::add_tape();
  bench::add_training();
  bench::add_operations();
  bench::add_linear_cross_entropy();
  bench::Table table;
  for (const auto phase : {bench::Phase::one_thread, bench::Phase::threads}) {
    benchmark::ClearRegisteredBenchmarks();
    bench::register_groups(phase);
    benchmark::RunSpecifiedBenchmarks(&table);
  }

  const std::vector<bench::Line> memory = filtered ? std::vector<bench::Line>{} : bench::memory_lines();
  table.write(stdout, memory, !filtered);
  if (results.empty()) return 0;
  std::FILE* file = std::fopen(results.c_str(), "w");
  if (file) table.write(file, memory, true);
  if (!file || std::fclose(file) != 0) {
    std::fprintf(stderr, "cannot write the report to %s\n", results.c_str());
    return 1;
  }
}
