#include <xgrad/core/random.hpp>

#include <random>

#include <xgrad/core/kernels/simd/random.hpp>

namespace xgrad {

Mt19937::Mt19937(std::uint64_t seed) {
  state_[0] = static_cast<std::uint32_t>(seed);
  for (std::uint32_t i = 1; i < block; ++i)
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void Mt19937::refill() {
  kernels::dispatch([&](auto arch) { kernels::mt19937_block<decltype(arch)>(state_.data(), words_.data()); });
  next_ = 0;
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
