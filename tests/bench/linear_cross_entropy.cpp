// The loss of a language model's last layer, fused and as two operations: xgrad beside itself, in time and in
// memory.
#include <xgrad/xgrad.hpp>

#include "memory.hpp"
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

struct Head {
  static constexpr int64_t rows = 4096, features = 256, classes = 50257;
  Tensor x = xgrad::randn({rows, features}).requires_grad_(),
         w = (xgrad::randn({classes, features}) * 0.05).detach().requires_grad_(),
         y = xgrad::randint(0, classes, {rows}, xgrad::kLong);

  // Forward and backward.
  void turn(Tensor (*loss)(const Tensor&, const Tensor&, const Tensor&)) const {
    x.mutable_grad() = w.mutable_grad() = Tensor();
    loss(x, w, y).backward();
  }
};

}  // namespace

double fused_loss_bytes() {
  const Head head;
  xgrad::reset_peak_memory();
  const uint64_t before = xgrad::memory_stats().bytes_in_use;
  head.turn(fused);
  const xgrad::MemoryStats after = xgrad::memory_stats();
  const uint64_t gradients = after.bytes_in_use - before;
  return static_cast<double>(after.peak_bytes_in_use - before - gradients);
}
double fused_loss_logit_bytes() { return 4.0 * Head::rows * Head::classes; }

void add_linear_cross_entropy() {
  const auto add_loss = [](const char* name, auto loss) {
    add(name, [=] { return Work([head = Head(), loss] { head.turn(loss); }); });
  };
  add_loss("linear_cross_entropy/xgrad", fused);
  add_loss("linear_cross_entropy/unfused", unfused);
  add_row({"Losses", "linear_cross_entropy", 0}, "linear_cross_entropy/unfused", "unfused", Bar::multiple, 1);
}

}  // namespace bench
