// What tests/gdb/run.sh looks at in gdb.
#include <xgrad/xgrad.hpp>

namespace {

[[gnu::noinline]] void stop_here(const xgrad::Tensor&) { asm volatile(""); }

}  // namespace

int main() {
  const xgrad::Tensor undefined;
  const xgrad::Tensor x = xgrad::tensor({{1.0F, 2.5F, 3.0F}, {4.0F, 5.0F, 6.0F}}).requires_grad_();
  const xgrad::Tensor transposed = x.t();
  const xgrad::Tensor labels = xgrad::tensor({7, 8, 9}).slice(0, 1);
  const xgrad::Tensor scalar = xgrad::tensor(-1.5, xgrad::kDouble);
  const xgrad::Tensor mask = xgrad::tensor({true, false});
  const xgrad::Tensor deep = xgrad::ones({1, 2, 1, 1, 2, 1, 1});
  const xgrad::Tensor large = xgrad::full({100, 10}, 3.0);
  stop_here(x);
  return undefined.defined() ? 1 : 0;
}
