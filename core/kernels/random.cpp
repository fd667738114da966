#include <xgrad/core/kernels/random.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <type_traits>

#include <xgrad/core/error.hpp>
#include <xgrad/core/kernels/simd/random.hpp>

namespace xgrad::random_fill {
namespace {

using std::int32_t, std::int64_t, std::uint32_t, std::uint64_t, std::uint8_t;
using State = Generator::State;

// As libtorch names them in these messages.
template <class T>
constexpr const char* type_name() {
  if constexpr (std::is_same_v<T, bool>) return "bool";
  if constexpr (std::is_same_v<T, uint8_t>) return "unsigned char";
  if constexpr (std::is_same_v<T, int32_t>) return "int";
  if constexpr (std::is_same_v<T, int64_t>) return "long int";
  if constexpr (std::is_same_v<T, float>) return "float";
  return "double";
}

// Hands out the next n * Words words in runs: f(words, first, count) makes values [first, first + count).
template <std::size_t Words, class F>
void in_runs(Mt19937& engine, int64_t n, F&& f) {
  for (int64_t done = 0; done < n;) {
    const uint32_t* words = engine.ready();
    const auto count = std::min(n - done, static_cast<int64_t>(engine.ready_count() / Words));
    if (count > 0) {
      f(words, done, count);
      engine.skip(static_cast<std::size_t>(count) * Words);
      done += count;
    } else {  // one word is left where a value needs two
      const uint32_t pair[2] = {engine(), engine()};
      f(pair, done, int64_t{1});
      ++done;
    }
  }
}

// out[i] = value(draw, i), a Draw being uint32_t or uint64_t.
template <class Draw, class T, class F>
void fill(Mt19937& engine, T* out, int64_t n, F value) {
  constexpr std::size_t words_per_draw = sizeof(Draw) / sizeof(uint32_t);
  in_runs<words_per_draw>(engine, n, [&](const uint32_t* words, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      Draw draw;
      if constexpr (words_per_draw == 2) {
        draw = uint64_t{words[2 * i]} << 32 | words[2 * i + 1];
      } else {
        draw = words[i];
      }
      out[first + i] = value(draw, first + i);
    }
  });
}

// The draw that makes a uniform T in [0, 1), and that number.
template <class T>
using RealDraw = std::conditional_t<std::is_same_v<T, double>, uint64_t, uint32_t>;

template <class T>
T unit(RealDraw<T> draw) {
  constexpr auto steps = uint64_t{1} << std::numeric_limits<T>::digits;
  // Through int64_t: the processor converts signed integers faster.
  return static_cast<T>(static_cast<int64_t>(draw & (steps - 1))) * (T(1) / static_cast<T>(steps));
}

double next_unit(Mt19937& engine) {
  const uint64_t high = engine();
  return unit<double>(high << 32 | engine());
}

template <class T>
void fill_uniform(Mt19937& engine, T* out, int64_t n, T from, T range) {
  in_runs<sizeof(T) / sizeof(uint32_t)>(engine, n, [&](const uint32_t* words, int64_t first, int64_t count) {
    kernels::dispatch([&](auto arch) {
      kernels::uniform_from_words<decltype(arch)>(words, out + first, count, from, range);
    });
  });
}

// 1 or 0. Through int: from bool to float g++ would branch, on what cannot be predicted.
template <class T>
T yes_no(bool x) {
  return static_cast<T>(static_cast<int>(x));
}

// Whole numbers reach a float tensor rounded. These move a bound that rounding would pass to the next number
// inside [from, to) that T holds.
template <class T>
int64_t round_from(int64_t from) {
  const auto next = static_cast<T>(from + 1);
  if (next >= 0x1p63 || static_cast<int64_t>(next) >= from) return from;
  const auto bits = std::bit_width(static_cast<uint64_t>(std::abs(from + 1)));
  return static_cast<int64_t>(next) + (int64_t{1} << (bits - std::numeric_limits<T>::digits));
}

template <class T>
int64_t round_to(int64_t to) {
  const auto last = static_cast<T>(to - 1);
  if (last >= 0x1p63 || static_cast<int64_t>(last) < to) return to;
  const auto bits = std::bit_width(static_cast<uint64_t>(std::abs(to - 1)));
  return static_cast<int64_t>(last) - (int64_t{1} << (bits - std::numeric_limits<T>::digits));
}

// The largest integer random_() gives in T.
template <class T>
constexpr int64_t largest() {
  if constexpr (std::is_floating_point_v<T>) return int64_t{1} << std::numeric_limits<T>::digits;
  return static_cast<int64_t>(std::numeric_limits<T>::max());
}

void check_std(double std) { check(std >= 0.0, "normal expects std >= 0.0, but found std ", std); }

template <class T>
void fill_normal_one_by_one(State& state, T* out, int64_t n, double mean, double std) {
  for (int64_t i = 0; i < n; ++i) {
    double z;
    if (state.next_normal) {
      z = *state.next_normal;
      state.next_normal.reset();
    } else {
      const double angle = 2.0 * std::numbers::pi * next_unit(state.engine);
      const double radius = std::sqrt(-2.0 * std::log(1.0 - next_unit(state.engine)));
      state.next_normal = radius * std::sin(angle);
      z = radius * std::cos(angle);
    }
    out[i] = static_cast<T>(z * std + mean);
  }
}

template <class T>
void box_muller(T* data, int64_t n, T mean, T std) {
  kernels::dispatch([&](auto arch) { kernels::box_muller<decltype(arch)>(data, n, mean, std); });
}

}  // namespace

template <class T>
void uniform(T* out, int64_t n, double from, double to, Generator& generator) {
  constexpr auto limit = static_cast<double>(std::numeric_limits<T>::max());
  const auto in_range = [](double x) { return x >= -limit && x <= limit; };
  check(in_range(from), "uniform_: from is out of bounds for ", type_name<T>(), ": got ", from);
  check(in_range(to), "uniform_: to is out of bounds for ", type_name<T>(), ": got ", to);
  check(from <= to, "uniform_ expects to return a [from, to) range, but found from=", from, " > to=", to,
        "; give the lower bound first");
  check(to - from <= limit, "uniform_ expects to-from <= the largest ", type_name<T>(), ", but found to=", to,
        " and from=", from, " which result in to-from to exceed the limit");
  const auto low = static_cast<T>(from);
  const T range = static_cast<T>(to) - low;
  generator.locked([&](State& state) { fill_uniform(state.engine, out, n, low, range); });
}

template <class T>
void integers(T* out, int64_t n, int64_t from, std::optional<int64_t> to, Generator& generator) {
  constexpr bool real = std::is_floating_point_v<T>;
  int64_t last = largest<T>();
  if (to) {
    check(from < *to, "random_ expects 'from' to be less than 'to', but got from=", from, " >= to=", *to,
          "; the upper bound is exclusive");
    int64_t end = *to;
    if constexpr (real) {
      from = round_from<T>(from);
      end = round_to<T>(end);
      check(from < end,
            "random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from=",
            from, " >= to=", end, "; a ", type_name<T>(), " holds no whole number between");
    }
    last = end - 1;
  } else if (from == std::numeric_limits<int64_t>::min()) {
    // No bounds at all: any 64-bit number.
    if constexpr (real) last = std::numeric_limits<int64_t>::max();
  } else if constexpr (real) {
    if (from < last) from = round_from<T>(from);
    check(from < last,
          "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, ",
          "but got from=", from, " > to_inc=", last, "; give 'to' as well");
  }
  if constexpr (!real) {
    constexpr auto low = static_cast<int64_t>(std::numeric_limits<T>::lowest());
    const auto fits = [](int64_t x) { return x >= low && x <= largest<T>(); };
    check(fits(from), "random_: from is out of bounds for ", type_name<T>(), ": got from=", from,
          ", but the dtype holds ", low, " to ", largest<T>());
    check(fits(last), "random_: to - 1 is out of bounds for ", type_name<T>(), ": got to - 1=", last,
          ", but the dtype holds ", low, " to ", largest<T>());
  }
  // One less than the range, which may be 2^64: then a draw is the number itself.
  const uint64_t span = static_cast<uint64_t>(last) - static_cast<uint64_t>(from);
  const uint64_t base = span == std::numeric_limits<uint64_t>::max() ? 0 : static_cast<uint64_t>(from);

  const auto draw_all = [&]<class Draw>(Draw modulus) {
    generator.locked([&](State& state) {
      fill<Draw>(state.engine, out, n, [=](Draw draw, int64_t) {
        const uint64_t offset = modulus == 0 ? draw : draw % modulus;  // 0: the range is all of Draw
        return static_cast<T>(static_cast<int64_t>(offset + base));
      });
    });
  };
  constexpr bool wide = real || std::is_same_v<T, int64_t>;
  if (wide && span >= std::numeric_limits<uint32_t>::max()) {
    draw_all(span + 1);
  } else {
    draw_all(static_cast<uint32_t>(span + 1));
  }
}

template <class T>
void integers(T* out, int64_t n, Generator& generator) {
  using Draw = std::conditional_t<sizeof(T) == sizeof(uint64_t), uint64_t, uint32_t>;
  constexpr auto modulus = static_cast<Draw>(static_cast<uint64_t>(largest<T>()) + 1);
  generator.locked([&](State& state) {
    fill<Draw>(state.engine, out, n, [](Draw draw, int64_t) { return static_cast<T>(draw % modulus); });
  });
}

template <class T>
void permutation(T* out, int64_t n, Generator& generator) {
  check(n >= 0, "randperm: Trying to create tensor with negative dimension ", n, ": [", n,
        "]; n must be 0 or more");
  constexpr int64_t most =
      largest<T>() == std::numeric_limits<int64_t>::max() ? largest<T>() : largest<T>() + 1;
  check(n <= most, "randperm: n cannot be greater than ", most, " for ", type_name<T>(),
        " type, but got n=", n);
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(i);
  generator.locked([&](State& state) {
    for (int64_t i = 0; i + 1 < n; ++i)
      std::swap(out[i], out[i + static_cast<int64_t>(state.engine() % static_cast<uint64_t>(n - i))]);
  });
}

template <class T>
void normal(T* out, int64_t n, double mean, double std, Generator& generator) {
  check_std(std);
  constexpr int64_t block = 16, chunk = 4096;  // a chunk stays in the first-level cache
  const auto m = static_cast<T>(mean), s = static_cast<T>(std);
  generator.locked([&](State& state) {
    if (n < block) return fill_normal_one_by_one(state, out, n, mean, std);
    for (int64_t done = 0; done < n; done += chunk) {
      const auto count = std::min(chunk, n - done);
      fill_uniform(state.engine, out + done, count, T(0), T(1));
      box_muller(out + done, count / block * block, m, s);
    }
    if (n % block == 0) return;
    fill_uniform(state.engine, out + n - block, block, T(0), T(1));
    box_muller(out + n - block, block, m, s);
  });
}

template <class T>
void normal_one_by_one(T* out, int64_t n, double mean, double std, Generator& generator) {
  check_std(std);
  generator.locked([&](State& state) { fill_normal_one_by_one(state, out, n, mean, std); });
}

template <class T>
void bernoulli(T* out, int64_t n, double p, Generator& generator) {
  check(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
  // unit(draw) < p, without leaving the integers.
  constexpr uint64_t steps = uint64_t{1} << 53;
  const auto below = static_cast<uint64_t>(std::ceil(p * static_cast<double>(steps)));
  generator.locked([&](State& state) {
    fill<uint64_t>(state.engine, out, n,
                   [=](uint64_t draw, int64_t) { return yes_no<T>((draw & (steps - 1)) < below); });
  });
}

template <class T, class P>
void bernoulli(T* out, const P* p, int64_t n, Generator& generator) {
  const P* bad = std::find_if_not(p, p + n, [](P x) { return x >= 0 && x <= 1; });
  if (bad != p + n)
    fail("bernoulli: Expected p_in >= 0 && p_in <= 1 to be true, but got p=", *bad, " at element ", bad - p,
         "; every probability must lie in [0, 1]");
  generator.locked([&](State& state) {
    fill<RealDraw<P>>(state.engine, out, n,
                      [=](RealDraw<P> draw, int64_t i) { return yes_no<T>(unit<P>(draw) < p[i]); });
  });
}

template <class T>
void exponential(T* out, int64_t n, double lambda, Generator& generator) {
  check(lambda >= 0.0, "exponential_ expects lambda >= 0.0, but found lambda=", lambda);
  generator.locked([&](State& state) {
    fill<uint64_t>(state.engine, out, n, [=](uint64_t draw, int64_t) {
      return static_cast<T>(-1.0 / lambda * std::log(1.0 - unit<double>(draw)));
    });
  });
}

// Every instance the header promises.
template void uniform(float*, int64_t, double, double, Generator&);
template void uniform(double*, int64_t, double, double, Generator&);
template void normal(float*, int64_t, double, double, Generator&);
template void normal(double*, int64_t, double, double, Generator&);
template void normal_one_by_one(float*, int64_t, double, double, Generator&);
template void normal_one_by_one(double*, int64_t, double, double, Generator&);
template void exponential(float*, int64_t, double, Generator&);
template void exponential(double*, int64_t, double, Generator&);
template void permutation(uint8_t*, int64_t, Generator&);
template void permutation(int32_t*, int64_t, Generator&);
template void permutation(int64_t*, int64_t, Generator&);
template void permutation(float*, int64_t, Generator&);
template void permutation(double*, int64_t, Generator&);
template void integers(bool*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(uint8_t*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(int32_t*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(int64_t*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(float*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(double*, int64_t, int64_t, std::optional<int64_t>, Generator&);
template void integers(bool*, int64_t, Generator&);
template void integers(uint8_t*, int64_t, Generator&);
template void integers(int32_t*, int64_t, Generator&);
template void integers(int64_t*, int64_t, Generator&);
template void integers(float*, int64_t, Generator&);
template void integers(double*, int64_t, Generator&);
template void bernoulli(bool*, int64_t, double, Generator&);
template void bernoulli(uint8_t*, int64_t, double, Generator&);
template void bernoulli(int32_t*, int64_t, double, Generator&);
template void bernoulli(int64_t*, int64_t, double, Generator&);
template void bernoulli(float*, int64_t, double, Generator&);
template void bernoulli(double*, int64_t, double, Generator&);
template void bernoulli(bool*, const float*, int64_t, Generator&);
template void bernoulli(uint8_t*, const float*, int64_t, Generator&);
template void bernoulli(int32_t*, const float*, int64_t, Generator&);
template void bernoulli(int64_t*, const float*, int64_t, Generator&);
template void bernoulli(float*, const float*, int64_t, Generator&);
template void bernoulli(double*, const float*, int64_t, Generator&);
template void bernoulli(bool*, const double*, int64_t, Generator&);
template void bernoulli(uint8_t*, const double*, int64_t, Generator&);
template void bernoulli(int32_t*, const double*, int64_t, Generator&);
template void bernoulli(int64_t*, const double*, int64_t, Generator&);
template void bernoulli(float*, const double*, int64_t, Generator&);
template void bernoulli(double*, const double*, int64_t, Generator&);

}  // namespace xgrad::random_fill
