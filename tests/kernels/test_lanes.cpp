// An element's value must not depend on where it lies: in the body of a vector loop, in its tail or alone,
// beside which neighbours, at which address, in place or not, on every instruction set.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <sstream>
#include <string>
#include <typeinfo>
#include <vector>

#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd/optimizers.hpp>

#include "catch.hpp"
#include "kernel_test.hpp"

using namespace xgrad::kernels;

namespace {

constexpr int64_t widest = 16;  // elements of a register

// Numbers of either sign, in the order of their magnitudes.
template <class T>
std::vector<T> pool() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> v{0,
                   Limits::denorm_min(),
                   Limits::min() / 3,
                   Limits::min(),
                   Limits::epsilon(),
                   Limits::max() / 3,
                   Limits::max(),
                   Limits::infinity(),
                   Limits::quiet_NaN()};
  for (int i = 1; i <= 20; ++i) v.insert(v.end(), {T(i) / 2, T(i * i * i)});
  // Where sines and cosines change their signs and ways.
  for (int i = 1; i <= 90; ++i) {
    const T turn = static_cast<T>(i * M_PI_4);
    v.insert(v.end(), {std::nextafter(turn, T(0)), turn, std::nextafter(turn, Limits::max())});
  }
  kernel_test::Random random;
  const auto with_exponent = [&](int low, int high) {
    const int exponent = low + static_cast<int>(random.below(high - low + 1));
    return std::ldexp(static_cast<T>(random.uniform(1, 2)), exponent);
  };
  for (int i = 0; i < 400; ++i) v.push_back(with_exponent(-12, 7));
  for (int i = 0; i < 400; ++i)
    v.push_back(with_exponent(Limits::min_exponent - Limits::digits, Limits::max_exponent - 1));
  std::sort(v.begin(), v.end(), [](T a, T b) { return a < b || (std::isnan(b) && !std::isnan(a)); });
  std::vector<T> signed_ones;
  for (const T x : v) signed_ones.insert(signed_ones.end(), {x, -x});
  return signed_ones;
}

template <class T>
const std::vector<T>& numbers() {
  static const std::vector<T> all = pool<T>();
  return all;
}

// A row at some distance from a register's alignment.
template <class T>
struct Row {
  alignas(64) std::array<T, 4 * widest> memory;
  int64_t offset;

  explicit Row(int64_t at) : offset(at) { memory.fill(T(1)); }
  T* data() { return memory.data() + offset; }
  // Neighbours of like magnitudes or of any: vector functions take other ways for large arguments.
  void fill(int64_t n, kernel_test::Random& random) {
    const auto count = static_cast<int64_t>(numbers<T>().size());
    const int64_t span = 1 + random.below(random.below(2) ? count : count / 16);
    const int64_t first = random.below(count - span + 1);
    for (int64_t i = 0; i < n; ++i) data()[i] = numbers<T>()[static_cast<size_t>(first + random.below(span))];
  }
};

// NaNs are alike, zeros of different signs are not.
template <class T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::memcmp(&a, &b, sizeof a) == 0;
}

// What went wrong first.
class Differences {
 public:
  template <class T, class... Inputs>
  void compare(T value, T alone, int64_t i, int64_t n, int64_t offset, const char* form, Inputs... inputs) {
    if (same(value, alone) || !first_.empty()) return;
    std::ostringstream text;
    text << std::hexfloat << form << ": element " << i << " of " << n << " at offset " << offset << " is "
         << value << ", alone " << alone << ", of";
    ((text << " " << inputs), ...);
    first_ = text.str();
  }
  void require_none(const char* arch, const char* op, size_t size) const {
    INFO(arch << " " << op << " " << size << " bytes");
    CHECK(first_ == "");
  }

 private:
  std::string first_;
};

// Every length around two registers' and every alignment.
template <class T, class F>
void on_every_row(const F& f) {
  kernel_test::Random random;
  constexpr int64_t width = 64 / int64_t{sizeof(T)};
  for (int64_t n = 1; n <= 2 * width + 3; ++n)
    for (int64_t offset = 0; offset < width; ++offset) f(n, offset, random);
}

// An operation with parameters that round.
template <class Op>
Op example() {
  if constexpr (std::is_empty_v<Op>) {
    return {};
  } else {
    constexpr double parameters[] = {0.3, 1.7, 0.6};
    std::array<double, sizeof(Op) / sizeof(double)> taken;
    std::copy_n(parameters, taken.size(), taken.begin());
    return std::bit_cast<Op>(taken);
  }
}

template <class T, class Op, class Arch>
void check_unary(Arch, const char* arch) {
  const Op op = example<Op>();
  const UnaryRun run = &UnaryLoop<Arch, Op, T>::run;
  Differences differences;
  on_every_row<T>([&](int64_t n, int64_t offset, kernel_test::Random& random) {
    Row<T> x(offset), out(random.below(widest));
    x.fill(n, random);
    Row<T> in_place = x;
    run(out.data(), x.data(), n, &op);
    run(in_place.data(), in_place.data(), n, &op);
    for (int64_t i = 0; i < n; ++i) {
      T alone;
      run(&alone, x.data() + i, 1, &op);
      differences.compare(out.data()[i], alone, i, n, offset, "apart", x.data()[i]);
      differences.compare(in_place.data()[i], alone, i, n, offset, "in place", x.data()[i]);
    }
    differences.compare(out.data()[n], T(1), n, n, offset, "beyond the end");
  });
  differences.require_none(arch, typeid(Op).name(), sizeof(T));
}

// Family is BinaryLoop or CompareLoop, Out what it writes.
template <template <class, class, class> class Family, class Out, class T, class Op, class Arch>
void check_binary(Arch, const char* arch) {
  const Op op = example<Op>();
  const BinaryKernel& run = Family<Arch, Op, T>::run;
  Differences differences;
  on_every_row<T>([&](int64_t n, int64_t offset, kernel_test::Random& random) {
    Row<T> a(offset), b(random.below(widest));
    a.fill(n, random);
    b.fill(n, random);
    const auto compare = [&](const Out* out, int64_t step_a, int64_t step_b, const char* form) {
      for (int64_t i = 0; i < n; ++i) {
        const T x = a.data()[i * step_a], y = b.data()[i * step_b];
        Out alone;
        run.flat(&alone, &x, &y, 1, 1, &op);
        differences.compare(out[i], alone, i, n, offset, form, x, y);
      }
    };
    for (const int64_t step_b : {1, 0}) {
      Row<Out> out(random.below(widest));
      run.flat(out.data(), a.data(), b.data(), n, step_b, &op);
      compare(out.data(), 1, step_b, step_b ? "flat" : "flat by a number");
      differences.compare(out.data()[n], Out(1), n, n, offset, "beyond the end");
      if constexpr (std::is_same_v<Out, T>) {
        Row<T> in_place = a;
        run.flat(in_place.data(), in_place.data(), b.data(), n, step_b, &op);
        compare(in_place.data(), 1, step_b, "in place");
      }
      for (const int64_t step_a : {1, 0}) {
        Row<Out> looped(random.below(widest));
        run.loop({{reinterpret_cast<char*>(looped.data()), reinterpret_cast<char*>(a.data()),
                   reinterpret_cast<char*>(b.data())},
                  {1, step_a, step_b},
                  {0, 0, 0},
                  n,
                  1},
                 &op);
        compare(looped.data(), step_a, step_b, "in a loop");
        differences.compare(looped.data()[n], Out(1), n, n, offset, "beyond the end");
      }
    }
  });
  differences.require_none(arch, typeid(Op).name(), sizeof(T));
}

// step(arrays, n) writes all arrays but the last, the gradient.
template <class T, int N, class Step>
void check_step(const char* arch, const char* name, const Step& step) {
  Differences differences;
  on_every_row<T>([&](int64_t n, int64_t offset, kernel_test::Random& random) {
    std::vector<Row<T>> rows;
    std::array<T*, N> together;
    for (size_t k = 0; k < N; ++k) rows.emplace_back(k ? random.below(widest) : offset).fill(n, random);
    std::vector<Row<T>> lone = rows;
    for (size_t k = 0; k < N; ++k) together[k] = rows[k].data();
    step(together, n);
    for (int64_t i = 0; i < n; ++i) {
      std::array<T*, N> alone;
      for (size_t k = 0; k < N; ++k) alone[k] = lone[k].data() + i;
      step(alone, int64_t{1});
      for (size_t k = 0; k < N; ++k) differences.compare(together[k][i], *alone[k], i, n, offset, "step");
    }
  });
  differences.require_none(arch, name, sizeof(T));
}

}  // namespace

TEMPLATE_TEST_CASE("each lane of the elementwise kernels is what its element is alone", "[lanes]", float,
                   double) {
  using T = TestType;
  kernel_test::on_every_arch([](auto arch, const char* name) {
    const auto unary = [&]<class Op>(List<Op>) { check_unary<T, Op>(arch, name); };
    const auto binary = [&]<class Op>(List<Op>) { check_binary<BinaryLoop, T, T, Op>(arch, name); };
    for_each_op(AnyUnary{}, unary);
    for_each_op(FloatingUnary{}, unary);
    for_each_op(AnyBinary{}, binary);
    for_each_op(FloatingBinary{}, binary);
    for_each_op(Comparisons{},
                [&]<class Op>(List<Op>) { check_binary<CompareLoop, bool, T, Op>(arch, name); });
  });
}

TEMPLATE_TEST_CASE("quotients and square roots are rounded correctly", "[lanes]", float, double) {
  using T = TestType;
  kernel_test::on_every_arch([](auto arch, const char* name) {
    using Arch = decltype(arch);
    const Sqrt root;
    const Div quotient;
    Differences differences;
    on_every_row<T>([&](int64_t n, int64_t offset, kernel_test::Random& random) {
      Row<T> x(offset), y(offset), out(offset);
      x.fill(n, random);
      y.fill(n, random);
      UnaryLoop<Arch, Sqrt, T>::run(out.data(), x.data(), n, &root);
      for (int64_t i = 0; i < n; ++i)
        differences.compare(out.data()[i], std::sqrt(x.data()[i]), i, n, offset, "root", x.data()[i]);
      BinaryLoop<Arch, Div, T>::flat(out.data(), x.data(), y.data(), n, 1, &quotient);
      for (int64_t i = 0; i < n; ++i) {
        const T a = x.data()[i], b = y.data()[i];
        differences.compare(out.data()[i], a / b, i, n, offset, "quotient", a, b);
      }
    });
    differences.require_none(name, "Sqrt and Div", sizeof(T));
  });
}

TEMPLATE_TEST_CASE("each lane of the optimizers' kernels is what its element is alone", "[lanes]", float,
                   double) {
  using T = TestType;
  kernel_test::on_every_arch([](auto arch, const char* name) {
    using Arch = decltype(arch);
    for (const T decay : {T(0), T(0.1)}) {
      for (const Momentum momentum : {Momentum::none, Momentum::plain, Momentum::nesterov})
        check_step<T, 3>(name, "SGD", [&](const auto& at, int64_t n) {
          SgdLoop<Arch, T>::run(at[0], at[2], at[1], n, {T(0.3), T(0.9), T(0.7), decay}, momentum);
        });
      const AdamNumbers<T> adam{T(0.9), T(0.1), T(0.99), T(0.01), T(0.2), T(0.3), T(1.5), decay, T(0.95)};
      for (const bool amsgrad : {false, true})
        check_step<T, 5>(name, "Adam", [&](const auto& at, int64_t n) {
          AdamLoop<Arch, T>::run(at[0], at[4], at[1], at[2], amsgrad ? at[3] : nullptr, n, adam);
        });
      check_step<T, 3>(name, "Adagrad", [&](const auto& at, int64_t n) {
        AdagradLoop<Arch, T>::run(at[0], at[2], at[1], n, {T(0.3), T(0.01), decay});
      });
      for (const bool centered : {false, true})
        for (const bool momentum : {false, true})
          check_step<T, 5>(name, "RMSprop", [&](const auto& at, int64_t n) {
            RmspropLoop<Arch, T>::run(at[0], at[4], at[1], centered ? at[2] : nullptr,
                                      momentum ? at[3] : nullptr, n,
                                      {T(0.3), T(0.9), T(0.1), T(0.01), T(0.6), decay});
          });
    }
  });
}
