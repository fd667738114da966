// Tensors and tapes in several threads: run under ThreadSanitizer too (preset tsan).

#include <atomic>
#include <functional>
#include <thread>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

// Runs f(0), f(1), … each in a thread of its own.
void in_threads(int count, const std::function<void(int)>& f) {
  std::vector<std::thread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back(f, t);
  for (std::thread& thread : threads) thread.join();
}

// A thread of a kernel or of a product is not what is tested here.
struct OneThreadEach {
  int before = get_num_threads();
  OneThreadEach() { set_num_threads(1); }
  ~OneThreadEach() { set_num_threads(before); }
};

constexpr int thread_count = 4;

}  // namespace

TEST_CASE("disjoint graphs in several threads do not meet", "[threads]") {
  const OneThreadEach guard;
  std::vector<Tensor> grads(thread_count);
  in_threads(thread_count, [&](int t) {
    const Tensor x = tensor({1.0, 2.0, 3.0 + t}, kDouble).requires_grad_();
    for (int i = 0; i < 50; ++i) {
      Tensor y = x;
      for (int k = 0; k < 20; ++k) y = (y * x).tanh() + x.exp().log();
      y.sum().backward();
    }
    grads[static_cast<size_t>(t)] = x.grad();
  });
  for (int t = 0; t < thread_count; ++t) {
    const Tensor x = tensor({1.0, 2.0, 3.0 + t}, kDouble).requires_grad_();
    Tensor y = x;
    for (int k = 0; k < 20; ++k) y = (y * x).tanh() + x.exp().log();
    y.sum().backward();
    CHECK(allclose(grads[static_cast<size_t>(t)], x.grad() * 50, 1e-10));
  }
}

TEST_CASE("graphs of several threads add to the leaves that they share", "[threads]") {
  const OneThreadEach guard;
  nn::Sequential model(nn::Linear(8, 16), nn::Tanh(), nn::Linear(16, 4));
  model->to(kDouble);
  constexpr int64_t rows = 6;
  const Tensor x = randn({thread_count * rows, 8}, kDouble),
               labels = randint(4, {thread_count * rows}, kLong);
  const auto differentiate = [&](int64_t from, int64_t to) {
    cross_entropy_loss(model->forward(x.slice(0, from, to)), labels.slice(0, from, to), {}, Reduction::Sum)
        .backward();
  };
  std::vector<Tensor> sums;
  in_threads(thread_count, [&](int t) {
    for (int i = 0; i < 20; ++i) differentiate(t * rows, (t + 1) * rows);
  });
  for (const Tensor& p : model->parameters()) sums.push_back(p.grad().clone());
  model->zero_grad();
  differentiate(0, thread_count * rows);
  for (size_t i = 0; i < sums.size(); ++i)
    CHECK(allclose(sums[i], model->parameters()[i].grad() * 20, 1e-10));
}

TEST_CASE("several threads may differentiate one retained graph", "[threads]") {
  const OneThreadEach guard;
  const Tensor x = tensor({0.5, -1.0}, kDouble).requires_grad_();
  const Tensor y = ((x * x).tanh() * x).sum();
  in_threads(thread_count, [&](int) {
    for (int i = 0; i < 25; ++i) y.backward({}, true);
  });
  const Tensor sum = x.grad().clone();
  x.mutable_grad() = Tensor();
  y.backward();
  CHECK(allclose(sum, x.grad() * (25 * thread_count), 1e-10));
}

TEST_CASE("a tensor may be made in one thread and freed in another", "[threads]") {
  const OneThreadEach guard;
  // Each slot is filled by one thread and emptied by the next.
  constexpr int rounds = 200;
  std::vector<std::vector<Tensor>> slots(thread_count, std::vector<Tensor>(rounds));
  std::vector<std::atomic<int>> filled(thread_count);
  std::atomic<int> wrong = 0;
  in_threads(thread_count, [&](int t) {
    const auto own = static_cast<size_t>(t), other = static_cast<size_t>((t + 1) % thread_count);
    const Tensor x = full({1 + 40 * t}, 1.0, kFloat).requires_grad_();
    for (int i = 0; i < rounds; ++i) {
      slots[own][static_cast<size_t>(i)] = (x * static_cast<double>(i)).sum();
      filled[own].store(i + 1, std::memory_order_release);
      while (filled[other].load(std::memory_order_acquire) <= i) std::this_thread::yield();
      Tensor taken = std::move(slots[other][static_cast<size_t>(i)]);
      const double expected = static_cast<double>(i) * (1 + 40.0 * static_cast<double>(other));
      if (taken.item<double>() != expected) ++wrong;
    }
  });
  CHECK(wrong == 0);
}

TEST_CASE("leaves, hooks and Functions work in several threads", "[threads]") {
  const OneThreadEach guard;
  struct Square : autograd::Function<Square> {
    static Tensor forward(autograd::AutogradContext* ctx, const Tensor& x) {
      ctx->save_for_backward({x});
      return x * x;
    }
    static autograd::tensor_list backward(autograd::AutogradContext* ctx, autograd::tensor_list grads) {
      ctx->saved_data["calls"] = 1;
      return {grads[0] * 2 * ctx->get_saved_variables()[0]};
    }
  };
  const Tensor x = tensor({1.0, 2.0}, kDouble).requires_grad_();
  std::atomic<int> calls = 0;
  x.register_hook([&](const Tensor&) { ++calls; });
  const Tensor shared = Square::apply(x).sum();
  in_threads(thread_count, [&](int) {
    for (int i = 0; i < 25; ++i) {
      Square::apply(x).sum().backward();
      shared.backward({}, true);
      autograd::grad({Square::apply(x).sum()}, {x});
    }
  });
  CHECK(calls == 25 * thread_count * 3);
  CHECK(equal(x.grad(), x.detach() * (2 * 2 * 25 * thread_count)));
}

TEST_CASE("random numbers may be drawn in several threads", "[threads]") {
  const OneThreadEach guard;
  std::vector<double> sums(thread_count);
  in_threads(thread_count, [&](int t) {
    for (int i = 0; i < 50; ++i) sums[static_cast<size_t>(t)] += rand({33}).sum().item<double>();
  });
  for (const double sum : sums) CHECK(sum == Approx(50 * 33 * 0.5).epsilon(0.1));
}
