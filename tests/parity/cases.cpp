// How the arguments of each kind of op are drawn.
#include "cases.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace parity {

using Sizes = std::vector<int64_t>;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

int64_t product(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
}

class Drawer {
 public:
  Drawer(const Op& op, Random& random) : op_(op), random_(random) { c_.op = op.name; }

  Case draw() {
    switch (op_.draw) {
      case Draw::one:
        add(shape());
        break;
      case Draw::two:
        broadcast(2);
        break;
      case Draw::two_scalar:
        add(shape());
        // libtorch refuses a negative number for an unsigned tensor.
        if (random_.chance(0.5))
          c_.ints = {random_.between(c_.inputs[0].type == Type::u8 ? 0 : -3, 3)};
        else
          c_.reals = {random_.uniform(c_.inputs[0].type == Type::u8 ? 0.5 : op_.low, op_.high)};
        break;
      case Draw::three:
        broadcast(3);
        break;
      case Draw::pair: {
        const Sizes sizes = shape();
        add_floating(sizes);
        add_floating(sizes);
        break;
      }
      case Draw::signs: {
        const Sizes sizes = shape();
        add_floating(sizes);
        add_floating(sizes);
        c_.inputs[1].requires_grad = false;
        for (double& v : c_.inputs[1].buffer) v = random_.chance(0.5) ? 1 : -1;
        break;
      }
      case Draw::channels:
        channels();
        break;
      case Draw::choice:
        broadcast(3);
        make_mask(c_.inputs[0]);
        break;
      case Draw::mask:
        broadcast(2);
        make_mask(c_.inputs[1]);
        break;
      case Draw::along_dim:
        add(shape());
        c_.ints = {dim(), random_.between(0, 1)};
        break;
      case Draw::along_dims:
      case Draw::along_some_dims:
        along_dims();
        break;
      case Draw::two_dims:
        add(shape());
        c_.ints = {dim(), dim()};
        break;
      case Draw::resize:
        resize();
        break;
      case Draw::expand:
        expand();
        break;
      case Draw::shrink: {
        const Sizes sizes = shape();
        add(sizes);
        c_.ints = shrunk(sizes);
        break;
      }
      case Draw::permute: {
        add(shape());
        for (int64_t d = 0; d < dims(); ++d) c_.ints.push_back(random_.chance(0.2) ? d - dims() : d);
        random_.shuffle(c_.ints);
        break;
      }
      case Draw::slice: {
        add(shape());
        const int64_t d = dim(), length = size(d);
        c_.ints = {d, random_.between(-length - 1, length + 1), random_.between(-length - 1, length + 2),
                   random_.between(1, 3)};
        break;
      }
      case Draw::pieces:
        add(shape());
        c_.ints = {dim(), random_.between(1, 4)};
        break;
      case Draw::several:
        several();
        break;
      case Draw::alike: {
        const Sizes sizes = shape();
        for (int64_t n = random_.between(1, 4); n > 0; --n) add(sizes);
        c_.ints = {dim()};
        break;
      }
      case Draw::gather:
        gather(false);
        break;
      case Draw::scatter:
        gather(true);
        break;
      case Draw::pick:
        pick(false);
        break;
      case Draw::index_add:
        pick(true);
        break;
      case Draw::mm:
        products({{n_, k_}, {k_, m_}});
        break;
      case Draw::bmm:
        products({{b_, n_, k_}, {b_, k_, m_}});
        break;
      case Draw::matmul:
        matmul();
        break;
      case Draw::addmm: {
        products({{n_, m_}, {n_, k_}, {k_, m_}});
        if (random_.chance(0.6))
          c_.inputs[0] = array(random_.pick<Sizes>({{m_}, {1, m_}, {n_, 1}, {}, {1}}), c_.inputs[1].type);
        break;
      }
      case Draw::linear:
        linear();
        break;
      case Draw::nll:
        nll();
        break;
      case Draw::cross_entropy:
        return draw_cross_entropy(random_);
      case Draw::linear_cross_entropy:
        return draw_linear_cross_entropy(random_);
      case Draw::index:
      case Draw::index_list:
      case Draw::program:
        return draw_indexing(op_, random_);
    }
    return std::move(c_);
  }

 private:
  Sizes shape(int64_t fewest_dims = 0) {
    Sizes sizes(static_cast<size_t>(random_.between(fewest_dims, 4)));
    for (int64_t& s : sizes) s = random_.chance(0.03) ? 0 : random_.between(1, 4);
    // Long rows, so that vector loops and their remainders both run.
    if (!sizes.empty() && random_.chance(0.15))
      sizes[static_cast<size_t>(random_.between(0, static_cast<int64_t>(sizes.size()) - 1))] =
          random_.between(5, 70);
    return sizes;
  }

  Type type() {
    const double p = random_.uniform(0, 1);
    if (p < 0.45) return Type::f64;
    if (p < 0.82 || op_.floating_only) return Type::f32;
    return random_.pick({Type::i64, Type::i64, Type::i32, Type::u8, Type::b8});
  }

  std::vector<double> values(Type t, int64_t count) {
    std::vector<double> result(static_cast<size_t>(count));
    const bool ties = !op_.distinct && random_.chance(0.2), special = !op_.distinct && random_.chance(0.12);
    for (double& v : result) {
      v = random_.uniform(op_.low, op_.high);
      if (t == Type::f32) v = static_cast<double>(static_cast<float>(v));
      if (ties) v = std::round(v * 2) / 2;
      if (special && random_.chance(0.2))
        v = random_.pick({infinity, -infinity, std::nan(""), 0.0, -0.0, 1e10, -1e10, 1e-10});
      if (!is_floating(t)) v = std::isfinite(v) && std::abs(v) < 100 ? std::round(v) : 1;
      if (t == Type::u8) v = std::abs(v);
      if (t == Type::b8) v = v != 0;
    }
    return result;
  }

  Array array(const Sizes& sizes, Type t) {
    const std::vector<double> drawn = values(t, product(sizes));
    Array a = lay_out(random_, t, sizes, drawn);
    // Repeated elements are equal ones.
    while (op_.distinct && std::count(a.strides.begin(), a.strides.end(), 0) > 0)
      a = lay_out(random_, t, sizes, drawn);
    a.requires_grad = is_floating(t) && random_.chance(0.85);
    return a;
  }

  // The first input's type is drawn, the others' mostly follow.
  void add(const Sizes& sizes) {
    const Type t = c_.inputs.empty() || random_.chance(0.15) ? type() : c_.inputs[0].type;
    c_.inputs.push_back(array(sizes, t));
  }
  void add_floating(const Sizes& sizes) {
    c_.inputs.push_back(
        array(sizes, c_.inputs.empty() ? random_.pick({Type::f32, Type::f64}) : c_.inputs[0].type));
  }

  int64_t dims() const { return static_cast<int64_t>(c_.inputs[0].sizes.size()); }
  int64_t size(int64_t d) const {
    if (d < 0) d += dims();
    return d >= 0 && d < dims() ? c_.inputs[0].sizes[static_cast<size_t>(d)] : 1;
  }
  int64_t dim() {
    if (random_.chance(0.03)) return random_.pick({dims() + 1, -dims() - 3});
    const int64_t n = std::max<int64_t>(dims(), 1);
    return random_.between(-n, n - 1);
  }

  // A shape that expands to `sizes`.
  Sizes shrunk(const Sizes& sizes) {
    Sizes result(sizes.begin() + (sizes.empty() || random_.chance(0.6)
                                      ? 0
                                      : random_.between(0, static_cast<int64_t>(sizes.size()))),
                 sizes.end());
    for (int64_t& s : result) {
      if (random_.chance(0.25)) s = 1;
      if (random_.chance(0.01)) s += 1;
    }
    return result;
  }
  void broadcast(int count) {
    const Sizes sizes = shape();
    for (int i = 0; i < count; ++i) add(random_.chance(0.5) ? sizes : shrunk(sizes));
  }
  void make_mask(Array& a) {
    a.type = Type::b8;
    a.requires_grad = false;
    for (double& v : a.buffer) v = random_.chance(0.5);
  }

  void channels() {
    const int64_t count = 2 * random_.between(1, 3);
    Sizes sizes{random_.between(1, 3), count};
    for (int64_t d = random_.between(0, 2); d > 0; --d) sizes.push_back(random_.between(1, 4));
    for (const Sizes& s : {sizes, Sizes{count}, Sizes{count}}) add_floating(s);
  }

  void along_dims() {
    add(shape());
    for (int64_t d = 0; d < dims(); ++d)
      if (random_.chance(0.5)) c_.ints.push_back(random_.chance(0.4) ? d - dims() : d);
    if (op_.draw == Draw::along_some_dims && c_.ints.empty() && dims() > 0) c_.ints.push_back(0);
    random_.shuffle(c_.ints);
    if (random_.chance(0.02)) c_.ints.push_back(random_.between(-1, 3));
    c_.ints.insert(c_.ints.begin(), random_.between(0, 1));
  }

  void resize() {
    add(shape());
    int64_t rest = c_.inputs[0].numel();
    for (int64_t factor = 2; rest > 1 && factor <= rest; ++factor)
      for (; rest % factor == 0; rest /= factor) {
        if (!c_.ints.empty() && random_.chance(0.5))
          c_.ints.back() *= factor;
        else
          c_.ints.push_back(factor);
      }
    if (rest == 0) c_.ints.push_back(0);
    random_.shuffle(c_.ints);
    if (random_.chance(0.2)) c_.ints.push_back(1);
    if (!c_.ints.empty() && random_.chance(0.3))
      c_.ints[static_cast<size_t>(random_.between(0, static_cast<int64_t>(c_.ints.size()) - 1))] = -1;
    if (random_.chance(0.04)) c_.ints.push_back(random_.pick<int64_t>({-1, 2, -2, 0}));
  }

  void expand() {
    c_.ints = shape();
    add(shrunk(c_.ints));
    const size_t fresh = c_.ints.size() - std::min(c_.ints.size(), c_.inputs[0].sizes.size());
    for (size_t i = fresh; i < c_.ints.size(); ++i)
      if (random_.chance(0.2)) c_.ints[i] = -1;
  }

  void several() {
    Sizes sizes = shape();
    add(sizes);
    // libtorch passes over vectors without elements and, with nothing else, over the dimension.
    const int64_t along = sizes == Sizes{0} ? 0 : dim();
    for (int64_t n = random_.between(0, 3); n > 0; --n) {
      const int64_t d = along < 0 ? along + dims() : along;
      if (d >= 0 && d < dims()) sizes[static_cast<size_t>(d)] = random_.between(0, 4);
      if (random_.chance(0.02)) sizes.push_back(2);
      add(sizes);
    }
    c_.ints = {along};
  }

  Array indices(const Sizes& sizes, int64_t limit, Type t = Type::i64) {
    std::vector<double> result(static_cast<size_t>(product(sizes)));
    for (double& v : result) v = static_cast<double>(random_.between(0, std::max<int64_t>(limit - 1, 0)));
    if (!result.empty() && random_.chance(0.03))
      result.back() = static_cast<double>(random_.pick({limit, -1 - limit}));
    return lay_out(random_, t, sizes, result);
  }
  // Not of scalars: there libtorch 1.13's index_select writes past the end.
  void gather(bool with_source) {
    add(shape(1));
    const int64_t along = dim();
    Sizes sizes = c_.inputs[0].sizes;
    for (int64_t d = 0; d < dims(); ++d) {
      int64_t& s = sizes[static_cast<size_t>(d)];
      s = d == along || d == along + dims() ? random_.between(0, 5)
                                            : random_.between(std::min<int64_t>(s, 1), s);
    }
    c_.inputs.push_back(indices(sizes, size(along)));
    if (with_source) {
      c_.inputs.push_back(array(sizes, c_.inputs[0].type));
    }
    c_.ints = {along};
  }
  void pick(bool with_source) {
    add(shape(1));
    const int64_t along = dim(), count = random_.between(0, 5);
    c_.inputs.push_back(indices({count}, size(along), random_.chance(0.2) ? Type::i32 : Type::i64));
    if (with_source) {
      Sizes sizes = c_.inputs[0].sizes;
      const int64_t d = along < 0 ? along + dims() : along;
      if (d >= 0 && d < dims()) sizes[static_cast<size_t>(d)] = count;
      c_.inputs.push_back(array(sizes, c_.inputs[0].type));
    }
    c_.ints = {along};
  }

  void products(const std::vector<Sizes>& shapes) {
    for (Sizes sizes : shapes) {
      if (random_.chance(0.01) && !sizes.empty()) sizes.back() += 1;
      if (random_.chance(0.01)) sizes.push_back(2);
      add_floating(sizes);
    }
  }
  void matmul() {
    const Sizes left =
        random_.pick<Sizes>({{k_}, {n_, k_}, {b_, n_, k_}, {1, n_, k_}, {2, b_, n_, k_}, {2, 1, n_, k_}});
    const Sizes right =
        random_.pick<Sizes>({{k_}, {k_, m_}, {b_, k_, m_}, {1, k_, m_}, {2, b_, k_, m_}, {2, 1, k_, m_}});
    products({left, right});
  }
  void linear() {
    products({random_.pick<Sizes>({{k_}, {n_, k_}, {b_, n_, k_}, {2, b_, n_, k_}}), {m_, k_}});
    if (random_.chance(0.7))
      c_.inputs.push_back(array({m_}, c_.inputs[0].type));
    else
      c_.inputs.emplace_back();
  }

  void nll() {
    const bool batch = random_.chance(0.8);
    add_floating(batch ? Sizes{n_, m_ + 1} : Sizes{m_ + 1});
    c_.inputs.push_back(indices(batch ? Sizes{n_} : Sizes{}, m_ + 1));
    c_.inputs.emplace_back();
    if (random_.chance(0.5)) {
      c_.inputs.back() = array({m_ + 1}, c_.inputs[0].type);
      c_.inputs.back().requires_grad = false;
    }
    c_.ints = {random_.between(0, 2), random_.pick<int64_t>({-100, 0, 1})};
  }

  const Op& op_;
  Random& random_;
  Case c_;
  int64_t b_ = random_.between(1, 3), n_ = length(), k_ = length(), m_ = length();
  int64_t length() {
    return random_.chance(0.04) ? 0 : random_.chance(0.1) ? random_.between(8, 40) : random_.between(1, 5);
  }
};

}  // namespace

Case draw_case(const Op& op, Random& random) { return Drawer(op, random).draw(); }

}  // namespace parity
