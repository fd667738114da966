// Random numbers: the generator behind rand, randn, dropout and the like.
//
//   xgrad::manual_seed(0);                            // the default generator
//   xgrad::Generator mine(42);                        // or one of your own
//   auto saved = mine.get_state();  ...  mine.set_state(saved);
//
// The same seed gives the numbers PyTorch gives on the CPU (core/kernels/random.hpp says which draws each
// fill makes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace xgrad {

/// Mersenne Twister 19937 (Matsumoto & Nishimura, 1998), the stream of std::mt19937, made 624 words at a time
/// with vector instructions. Meets std::uniform_random_bit_generator. Not thread-safe: Generator adds the
/// lock.
class Mt19937 {
 public:
  /// As the standard's engines.
  using result_type = std::uint32_t;
  /// Words made at a time.
  static constexpr std::size_t block = 624;

  /// Uses the low 32 bits of `seed`, as PyTorch does.
  explicit Mt19937(std::uint64_t seed);

  /// The smallest and the largest word.
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffff; }

  /// The next 32-bit word.
  result_type operator()() {
    if (next_ == block) refill();
    return words_[next_++];
  }

  /// The words made and not yet used, ready_count() of them: at least one. skip() marks the first `count` of
  /// them as used.
  const result_type* ready() {
    if (next_ == block) refill();
    return words_ + next_;
  }
  std::size_t ready_count() const { return block - next_; }
  void skip(std::size_t count) { next_ += count; }

  /// Whether the same words are to come.
  bool operator==(const Mt19937&) const = default;

 private:
  void refill();

  result_type state_[block];
  result_type words_[block] = {};  // the state, tempered
  std::size_t next_ = block;
};

/// A source of random numbers, as at::Generator on the CPU. Thread-safe: each call, and each tensor filled,
/// holds the lock once.
class Generator {
 public:
  /// The seed of a Generator that nobody has seeded. PyTorch: c10::detail::default_rng_seed_val.
  static constexpr std::uint64_t default_seed = 67280421310721;

  /// All that decides the numbers to come. Copy it to save the stream; its members are the library's
  /// business.
  struct State {
    Mt19937 engine;                     ///< the words to come
    std::uint64_t seed;                 ///< what the stream was started with
    std::optional<double> next_normal;  ///< the second of a pair that normal() made one value at a time

    /// The start of the stream of a seed.
    explicit State(std::uint64_t seed_) : engine(seed_), seed(seed_) {}
    /// Whether the same numbers are to come.
    bool operator==(const State&) const = default;
  };

  /// Starts the stream of `seed`.
  explicit Generator(std::uint64_t seed = default_seed);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Starts the stream of `seed`; of a seed above 32 bits the low 32 decide.
  void manual_seed(std::uint64_t seed) { set_state(State(seed)); }

  /// The seed the stream was started with.
  std::uint64_t initial_seed() const { return get_state().seed; }

  /// A copy of the state, and its return (torch.Generator.get_state and set_state).
  State get_state() const;
  void set_state(const State& state);

  /// Runs f(state) with the lock held: how the fills draw.
  template <class F>
  void locked(const F& f) {
    const Lock lock(*this);
    f(state_);
  }

 private:
  struct Mutex;  // a std::mutex, whose header every program would compile
  class Lock {
   public:
    explicit Lock(const Generator& generator);
    ~Lock();
    Lock(const Lock&) = delete;

   private:
    Mutex& mutex_;
  };

  Mutex* mutex_;  // owned
  State state_;
};

/// The generator used where none is named. Its first seed is unpredictable, as PyTorch's is.
Generator& default_generator();

/// Seeds the default generator (torch::manual_seed).
void manual_seed(std::uint64_t seed);

}  // namespace xgrad
