// The loss of a language model's last layer, fused and as two operations: xgrad beside itself, in time and in
// memory.
#include <cstdio>

#include <benchmark/benchmark.h>

#include <xgrad/xgrad.hpp>

#include "rows.hpp"

namespace bench {
namespace {

using xgrad::Tensor;

Tensor fused(const Tensor& x, const Tensor& w, const Tensor& y) {
  return xgrad::linear_cross_entropy(x, w, y);
}
Tensor unfused(const Tensor& x, const Tensor& w, const Tensor& y) {
  return xgrad::cross_entropy_loss(xgrad::linear(x, w), y);
}

// Forward and backward, once per turn; the first turn tells how much memory it took.
void time_loss(benchmark::State& state, const char* name,
               Tensor (*loss)(const Tensor&, const Tensor&, const Tensor&)) {
  constexpr int64_t rows = 4096, features = 256, classes = 50257;
  const Tensor x = xgrad::randn({rows, features}).requires_grad_(),
               w = (xgrad::randn({classes, features}) * 0.05).detach().requires_grad_(),
               y = xgrad::randint(0, classes, {rows}, xgrad::kLong);
  const auto turn = [&] {
    x.mutable_grad() = w.mutable_grad() = Tensor();
    loss(x, w, y).backward();
  };
  xgrad::reset_peak_memory();
  const uint64_t before = xgrad::memory_stats().bytes_in_use;
  turn();
  const xgrad::MemoryStats after = xgrad::memory_stats();
  const auto megabytes = [](uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  const double gradients = megabytes(after.bytes_in_use - before),
               peak = megabytes(after.peak_bytes_in_use - before);
  state.counters["gradients_MB"] = gradients;
  state.counters["peak_beyond_gradients_MB"] = peak - gradients;
  std::fprintf(stderr, "%s: peak of %.1f MB beyond the inputs, of which %.1f MB are their gradients\n", name,
               peak, gradients);
  for (auto _ : state) turn();
}

}  // namespace

void register_linear_cross_entropy() {
  const auto add = [](const char* name, auto loss) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
      time_loss(state, name, loss);
    })->MeasureProcessCPUTime();
  };
  add("linear_cross_entropy/xgrad", fused);
  add("linear_cross_entropy/unfused", unfused);
  add_row({"Losses", "linear_cross_entropy", 0}, "linear_cross_entropy/unfused", "unfused", Bar::multiple, 1);
}

}  // namespace bench
