#include <xgrad/core/random.hpp>

#include <mutex>
#include <random>

#include <xgrad/core/kernels/simd/random.hpp>

namespace xgrad {

Mt19937::Mt19937(std::uint64_t seed) {
  state_[0] = static_cast<std::uint32_t>(seed);
  for (std::uint32_t i = 1; i < block; ++i)
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void Mt19937::refill() {
  kernels::dispatch([&](auto arch) { kernels::mt19937_block<decltype(arch)>(state_, words_); });
  next_ = 0;
}

struct Generator::Mutex : std::mutex {};

Generator::Generator(std::uint64_t seed) : mutex_(new Mutex), state_(seed) {}
Generator::~Generator() { delete mutex_; }

Generator::Lock::Lock(const Generator& generator) : mutex_(*generator.mutex_) { mutex_.lock(); }
Generator::Lock::~Lock() { mutex_.unlock(); }

Generator::State Generator::get_state() const {
  const Lock lock(*this);
  return state_;
}
void Generator::set_state(const State& state) {
  const Lock lock(*this);
  state_ = state;
}

Generator& default_generator() {
  static Generator generator([] {
    std::random_device device;
    const std::uint64_t high = device();
    return high << 32 | device();
  }());
  return generator;
}

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

}  // namespace xgrad
