#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <xgrad/core/error.hpp>
#include <xgrad/core/kernels/random.hpp>
#include <xgrad/core/kernels/simd/random.hpp>
#include <xgrad/core/random.hpp>

#include "catch.hpp"

namespace fill = xgrad::random_fill;
using xgrad::Generator;

namespace {

// Memory for n values; unlike std::vector<bool> it has a pointer.
template <class T>
struct Values {
  explicit Values(std::int64_t n_) : n(n_), data(std::make_unique<T[]>(static_cast<std::size_t>(n_))) {}
  T* begin() const { return data.get(); }
  T* end() const { return data.get() + n; }
  T& operator[](std::int64_t i) const { return data[static_cast<std::size_t>(i)]; }
  operator std::vector<T>() const { return {begin(), end()}; }

  std::int64_t n;
  std::unique_ptr<T[]> data;
};

// One line of tests/data/random.txt.
struct Line {
  explicit Line(const std::string& line) : text(line), words(line) { words >> op >> dtype >> n; }

  template <class T>
  T next() {
    std::string word;
    words >> word;
    if constexpr (std::is_same_v<T, std::string>) return word;
    if constexpr (std::is_same_v<T, float>) return std::strtof(word.c_str(), nullptr);
    if constexpr (std::is_same_v<T, double>) return std::strtod(word.c_str(), nullptr);
    if constexpr (std::is_integral_v<T>) return static_cast<T>(std::strtoll(word.c_str(), nullptr, 10));
  }

  std::string text, op, dtype;
  std::istringstream words;
  std::int64_t n = 0;
};

// Compares the values kept on the line (see kept() in record_random.py). Tolerance 0 asks for the same bits.
template <class T>
void expect(Line& line, const Values<T>& got, double tolerance = 0) {
  REQUIRE(line.next<std::string>() == ":");
  const auto step = std::max<std::int64_t>(1, got.n / 12);
  for (std::int64_t i = 0; i < got.n; i = i < got.n - 1 ? std::min(i + step, got.n - 1) : got.n) {
    const T expected = line.next<T>();
    const bool same = tolerance == 0
                          ? got[i] == expected
                          : std::abs(static_cast<double>(got[i]) - static_cast<double>(expected)) <=
                                tolerance * (1 + std::abs(static_cast<double>(expected)));
    if (same) continue;
    CAPTURE(line.text, i, got[i], expected);
    FAIL("another value than PyTorch's");
  }
  CHECK((line.words >> std::ws).eof());
}

template <class T>
constexpr double rounding = std::is_same_v<T, float> ? 1e-6 : 1e-14;

// The fills of every dtype.
template <class T>
void replay(Line& line, Generator& g) {
  const Values<T> out(line.n);
  if (line.op == "integers") {
    const auto from = line.next<std::int64_t>(), to = line.next<std::int64_t>();
    fill::integers(out.begin(), line.n, from, to, g);
  } else if (line.op == "integers_from") {
    fill::integers(out.begin(), line.n, line.next<std::int64_t>(), std::nullopt, g);
  } else if (line.op == "integers_all") {
    fill::integers(out.begin(), line.n, g);
  } else if (line.op == "bernoulli") {
    fill::bernoulli(out.begin(), line.n, line.next<double>(), g);
  } else if (line.op == "dropout") {
    fill::bernoulli(out.begin(), line.n, 1 - line.next<double>(), g);
  } else if (line.op == "bernoulli_each") {
    const auto bernoulli = [&]<class P>(P) {
      const Values<P> p(line.n);
      for (std::int64_t i = 0; i < line.n; ++i) p[i] = static_cast<P>(i % 17) / P(16);
      fill::bernoulli(out.begin(), p.begin(), line.n, g);
    };
    line.next<std::string>() == "float32" ? bernoulli(0.0f) : bernoulli(0.0);
  } else if constexpr (!std::is_same_v<T, bool>) {
    REQUIRE(line.op == "permutation");
    fill::permutation(out.begin(), line.n, g);
  }
  expect(line, out);
}

// The fills of real dtypes; false if the line is another.
template <class T>
bool replay_real(Line& line, Generator& g) {
  const Values<T> out(line.n);
  const bool one_by_one = line.op == "normal_one_by_one";
  if (line.op == "uniform") {
    const auto from = line.next<double>(), to = line.next<double>();
    fill::uniform(out.begin(), line.n, from, to, g);
    expect(line, out);
  } else if (line.op == "normal" || one_by_one) {
    const auto mean = line.next<double>(), std = line.next<double>();
    (one_by_one ? fill::normal_one_by_one<T> : fill::normal<T>)(out.begin(), line.n, mean, std, g);
    expect(line, out, std::max(1.0, std) * rounding<T>);
  } else if (line.op == "exponential") {
    fill::exponential(out.begin(), line.n, line.next<double>(), g);
    expect(line, out, rounding<T>);
  } else if (line.op == "multinomial") {
    const auto categories = line.next<std::int64_t>(), samples = line.next<std::int64_t>();
    const auto replacement = line.next<std::int64_t>() == 1;
    const Values<T> weights(line.n * categories);
    for (std::int64_t i = 0; i < weights.n; ++i) weights[i] = static_cast<T>(i * 7919 % 97 + 1) / T(64);
    const Values<std::int64_t> indices(line.n * samples);
    fill::multinomial(indices.begin(), weights.begin(), line.n, categories, samples, replacement, g);
    expect(line, indices);
  } else {
    return false;
  }
  return true;
}

template <class T>
std::vector<T> uniform(std::int64_t n, Generator& g) {
  const Values<T> out(n);
  fill::uniform(out.begin(), n, 0, 1, g);
  return out;
}

template <class T>
std::vector<T> normal(std::int64_t n, Generator& g) {
  const Values<T> out(n);
  fill::normal(out.begin(), n, 0, 1, g);
  return out;
}

// Calls f(Arch{}) for every architecture this processor can run.
template <class F>
void for_each_architecture(F f) {
  f(xgrad::kernels::Baseline{});
#if defined(__x86_64__)
  using xgrad::kernels::SimdLevel;
  if (xgrad::kernels::simd_level >= SimdLevel::avx2) f(xgrad::kernels::Avx2{});
  if (xgrad::kernels::simd_level >= SimdLevel::avx512) f(xgrad::kernels::Avx512{});
#endif
}

}  // namespace

TEST_CASE("every fill draws what PyTorch draws") {
  std::ifstream file(XGRAD_TEST_DATA "/random.txt");
  REQUIRE(file);
  Generator g;
  int lines = 0;
  for (std::string text; std::getline(file, text); ++lines) {
    if (text.starts_with("seed ")) {
      g.manual_seed(std::strtoull(text.c_str() + 5, nullptr, 10));
      continue;
    }
    Line line(text);
    if (line.dtype == "float32") {
      if (!replay_real<float>(line, g)) replay<float>(line, g);
    } else if (line.dtype == "float64") {
      if (!replay_real<double>(line, g)) replay<double>(line, g);
    } else if (line.dtype == "int64") {
      replay<std::int64_t>(line, g);
    } else if (line.dtype == "int32") {
      replay<std::int32_t>(line, g);
    } else if (line.dtype == "uint8") {
      replay<std::uint8_t>(line, g);
    } else {
      REQUIRE(line.dtype == "bool");
      replay<bool>(line, g);
    }
  }
  CHECK(lines > 1000);
}

TEST_CASE("Mt19937 is the stream of std::mt19937") {
  for (const std::uint32_t seed : {0u, 5489u, 0xffffffffu}) {
    std::mt19937 expected(seed);
    xgrad::Mt19937 engine(seed);
    bool same = true;
    for (int i = 0; i < 10000; ++i) same = same && engine() == expected();
    CHECK(same);
  }
  std::vector<int> deck(52), sorted(52);
  std::iota(sorted.begin(), sorted.end(), 0);
  deck = sorted;
  std::shuffle(deck.begin(), deck.end(), xgrad::Mt19937(1));
  CHECK(deck != sorted);
  CHECK(std::is_permutation(deck.begin(), deck.end(), sorted.begin()));
}

TEST_CASE("each architecture makes the same words and uniform values, and normal ones to rounding") {
  std::vector<std::uint32_t> start(624);
  std::iota(start.begin(), start.end(), 1u);
  const auto run = [&]<class Arch>(Arch) {
    auto state = start;
    std::vector<std::uint32_t> words(624);
    for (int i = 0; i < 3; ++i) xgrad::kernels::mt19937_block<Arch>(state.data(), words.data());
    return std::pair(state, words);
  };
  const auto expected = run(xgrad::kernels::Baseline{});
  const std::uint32_t* words = expected.second.data();
  for_each_architecture([&]<class Arch>(Arch arch) {
    CHECK(run(arch) == expected);
    const auto check = [&]<class T>(T) {
      const std::int64_t n = 304;
      const T from = T(-0.3), range = T(1.07);
      std::vector<T> values(n), shifted(n), normals;
      xgrad::kernels::uniform_from_words<Arch>(words, values.data(), n, T(0), T(1));
      xgrad::kernels::uniform_from_words<Arch>(words, shifted.data(), n, from, range);
      for (std::size_t i = 0; i < n; ++i) {
        const double u = sizeof(T) == 4 ? (words[i] & 0xffffffu) * 0x1p-24
                                        : (words[2 * i] & 0x1fffffu) * 0x1p-21 + words[2 * i + 1] * 0x1p-53;
        REQUIRE(static_cast<double>(values[i]) == u);
        REQUIRE(shifted[i] == std::fma(static_cast<T>(u), range, from));
      }
      normals = values;
      xgrad::kernels::box_muller<Arch>(normals.data(), n, T(1), T(2));
      for (std::size_t i = 0; i < n; ++i) {
        if (i % 16 >= 8) continue;
        const double radius = std::sqrt(-2 * std::log1p(-static_cast<double>(values[i])));
        const double angle = 2 * std::acos(-1.0) * static_cast<double>(values[i + 8]);
        const double tolerance = rounding<T> * (1 + radius);
        REQUIRE(std::abs(static_cast<double>(normals[i]) - (1 + 2 * radius * std::cos(angle))) <=
                2 * tolerance);
        REQUIRE(std::abs(static_cast<double>(normals[i + 8]) - (1 + 2 * radius * std::sin(angle))) <=
                2 * tolerance);
      }
    };
    check(0.0f);
    check(0.0);
  });
}

TEST_CASE("a saved state brings back the stream, the waiting normal value and the seed") {
  Generator g(7);
  uniform<float>(100, g);
  normal<float>(3, g);
  const auto saved = g.get_state();
  const auto normals = normal<double>(5, g);
  const auto uniforms = uniform<double>(1000, g);
  CHECK(!(g.get_state() == saved));
  g.manual_seed(8);
  CHECK(g.initial_seed() == 8);
  g.set_state(saved);
  CHECK(g.initial_seed() == 7);
  CHECK(normal<double>(5, g) == normals);
  CHECK(uniform<double>(1000, g) == uniforms);

  Generator other;
  CHECK(other.initial_seed() == Generator::default_seed);
  other.set_state(saved);
  CHECK(normal<double>(5, other) == normals);
}

TEST_CASE("manual_seed forgets the waiting normal value") {
  Generator g(7);
  normal<float>(1, g);
  CHECK(g.get_state().next_normal.has_value());
  g.manual_seed(7);
  CHECK(g.get_state() == Generator(7).get_state());
}

TEST_CASE("the default generator follows xgrad::manual_seed") {
  xgrad::manual_seed(3);
  Generator g(3);
  const Values<float> values(10);
  fill::uniform(values.begin(), 10, 0, 1);
  CHECK(std::vector<float>(values) == uniform<float>(10, g));
  CHECK(xgrad::default_generator().get_state() == g.get_state());
}

TEST_CASE("threads that share a generator get whole runs of its stream") {
  constexpr int threads = 4, fills = 50;
  constexpr std::int64_t n = 101;
  Generator shared(11), alone(11);
  std::vector<std::vector<std::vector<float>>> got(threads);
  std::vector<std::thread> running;
  for (auto& mine : got)
    running.emplace_back([&shared, &mine] {
      for (int i = 0; i < fills; ++i) mine.push_back(uniform<float>(n, shared));
    });
  for (auto& thread : running) thread.join();

  std::vector<std::vector<float>> all, expected;
  for (const auto& mine : got) all.insert(all.end(), mine.begin(), mine.end());
  for (int i = 0; i < threads * fills; ++i) expected.push_back(uniform<float>(n, alone));
  std::sort(all.begin(), all.end());
  std::sort(expected.begin(), expected.end());
  CHECK(all == expected);
  CHECK(shared.get_state() == alone.get_state());
}

TEST_CASE("permutations hold each number once, and samples without replacement differ") {
  Generator g(5);
  const Values<std::int32_t> p(5000);
  fill::permutation(p.begin(), p.n, g);
  std::sort(p.begin(), p.end());
  for (std::int32_t i = 0; i < 5000; ++i) REQUIRE(p[i] == i);

  const std::vector<double> weights = {0, 3, 0, 1e-300, 2};
  std::vector<std::int64_t> drawn(3);
  fill::multinomial(drawn.data(), weights.data(), 1, 5, 3, false, g);
  std::sort(drawn.begin(), drawn.end());
  CHECK(drawn == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("bad arguments throw, draw nothing and write nothing") {
  Generator g(1);
  const auto before = g.get_state();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                   inf = std::numeric_limits<double>::infinity();
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const Values<float> f(3);
  const Values<std::uint8_t> u(3);
  const Values<bool> b(3);
  const Values<std::int32_t> i(3);
  const Values<std::int64_t> l(3);
  const std::vector<float> p = {0.5f, 1.5f, 0.5f}, weights = {1, 2, 0}, zeros(3), negative = {1, -1, 1};
  const auto refuses = [](auto call, const char* words) { CHECK_THROWS_WITH(call(), Contains(words)); };
  const auto uniform_of = [&](double from, double to) {
    return [=, &g, &f] { fill::uniform(f.begin(), 3, from, to, g); };
  };
  const auto integers_of = [&](const auto& out, std::int64_t from, std::optional<std::int64_t> to) {
    return [=, &g, &out] { fill::integers(out.begin(), 3, from, to, g); };
  };
  const auto multinomial_of = [&](const std::vector<float>& w, std::int64_t samples, bool replacement) {
    return [=, &g, &l, &w] { fill::multinomial(l.begin(), w.data(), 1, 3, samples, replacement, g); };
  };

  refuses(uniform_of(2, 1), "uniform_ expects to return a [from, to) range, but found from=2 > to=1");
  refuses(uniform_of(-3e38, 3e38), "uniform_ expects to-from <=");
  refuses(uniform_of(nan, 1), "from is out of bounds for float");
  refuses(uniform_of(0, inf), "to is out of bounds for float");
  refuses(integers_of(f, 5, 5), "random_ expects 'from' to be less than 'to', but got from=5 >= to=5");
  refuses(integers_of(u, 0, 300), "to - 1 is out of bounds for unsigned char");
  refuses(integers_of(u, -1, 3), "from is out of bounds for unsigned char");
  refuses(integers_of(u, 300, std::nullopt), "from is out of bounds for unsigned char");
  refuses(integers_of(b, 0, 3), "to - 1 is out of bounds for bool");
  refuses(integers_of(i, 0, std::int64_t{1} << 32), "to - 1 is out of bounds for int");
  refuses(integers_of(i, lowest, std::nullopt), "from is out of bounds for int");
  refuses(integers_of(f, 1 << 25, std::nullopt), "random_ expects 'from' casted to dtype");
  refuses([&] { fill::permutation(l.begin(), -1, g); }, "negative dimension -1");
  refuses([&] { fill::permutation(u.begin(), 257, g); }, "n cannot be greater than 256");
  refuses([&] { fill::normal(f.begin(), 3, 0, -1, g); }, "normal expects std >= 0.0, but found std -1");
  refuses([&] { fill::normal_one_by_one(f.begin(), 3, 0, nan, g); },
          "normal expects std >= 0.0, but found std nan");
  refuses([&] { fill::bernoulli(f.begin(), 3, 1.5, g); },
          "bernoulli_ expects p to be in [0, 1], but got p=1.5");
  refuses([&] { fill::bernoulli(f.begin(), 3, nan, g); },
          "bernoulli_ expects p to be in [0, 1], but got p=nan");
  refuses([&] { fill::bernoulli(f.begin(), p.data(), 3, g); }, "Expected p_in >= 0 && p_in <= 1");
  refuses([&] { fill::exponential(f.begin(), 3, -1, g); }, "exponential_ expects lambda >= 0.0");
  refuses(multinomial_of(weights, 0, true), "cannot sample n_sample <= 0 samples");
  refuses(multinomial_of(weights, 4, false), "cannot sample n_sample > prob_dist.size(-1) samples");
  refuses(multinomial_of(zeros, 2, true), "invalid multinomial distribution (sum of probabilities <= 0)");
  refuses(multinomial_of(negative, 2, true), "encountering probability entry < 0");
  refuses(multinomial_of(negative, 2, false),
          "probability tensor contains either `inf`, `nan` or element < 0");

  CHECK(g.get_state() == before);
  CHECK(std::vector<float>(f) == std::vector<float>(3));
  CHECK(std::vector<std::int64_t>(l) == std::vector<std::int64_t>(3));
}
