// Random lists of indices, and random programs of views and in-place writes.
#include <algorithm>

#include "cases.hpp"

namespace parity {
namespace {

using Sizes = std::vector<int64_t>;

class Drawer {
 public:
  Drawer(const Op& op, Random& random) : op_(op), random_(random) { c_.op = op.name; }

  Case draw() {
    type_ = random_.chance(0.5)                        ? Type::f64
            : op_.floating_only || random_.chance(0.7) ? Type::f32
                                                       : random_.pick({Type::i64, Type::i32, Type::b8});
    if (op_.draw == Draw::program)
      program();
    else
      indices(op_.draw == Draw::index_list);
    return std::move(c_);
  }

 private:
  Array floats(const Sizes& sizes) {
    int64_t count = 1;
    for (const int64_t s : sizes) count *= s;
    std::vector<double> values(static_cast<size_t>(count));
    for (double& v : values) {
      v = random_.uniform(op_.low, op_.high);
      if (type_ == Type::f32) v = static_cast<double>(static_cast<float>(v));
      if (!is_floating(type_)) v = type_ == Type::b8 ? v > 0 : static_cast<double>(static_cast<int>(v));
    }
    Array a = lay_out(random_, type_, sizes, values);
    a.requires_grad = is_floating(type_) && random_.chance(0.85);
    return a;
  }

  void indices(bool one_tensor) {
    Sizes sizes(static_cast<size_t>(random_.between(1, 4)));
    // libtorch does not look at indices where nothing is picked: a wrong one goes with no empty index.
    wrong_ = random_.chance(0.05);
    for (int64_t& s : sizes) s = !wrong_ && random_.chance(0.04) ? 0 : random_.between(1, 4);
    c_.inputs = {floats(sizes), floats({1500})};
    c_.inputs[1].requires_grad &= c_.inputs[0].requires_grad || random_.chance(0.5);
    c_.ints = {random_.between(0, 3)};
    common_ = {};
    for (int64_t n = random_.between(0, 2); n > 0; --n) common_.push_back(random_.between(1, 3));
    if (one_tensor) {
      tensor(sizes, 0);
      return;
    }
    size_t d = 0;
    while (d < sizes.size() && !random_.chance(0.12)) {
      const double p = random_.uniform(0, 1);
      if (p < 0.07) {
        spell({0, 0, 0, 0});
      } else if (p < 0.13 && !dots_) {
        dots_ = true;
        spell({1, 0, 0, 0});
        d += static_cast<size_t>(random_.between(0, static_cast<int64_t>(sizes.size() - d)));
      } else if (p < 0.16) {
        spell({3, wrong_ || random_.between(0, 3) > 0, 0, 0});
      } else if (p < 0.33) {
        const int64_t s = sizes[d++];
        spell({2, random_.chance(0.02) ? s : random_.between(-s, std::max<int64_t>(s - 1, -s)), 0, 0});
      } else if (p < 0.55) {
        wrong_ ? spell({4, 0, 99, 1}) : spell({4, limit(), limit(), random_.between(1, 3)});
        ++d;
      } else {
        spell({5, 0, 0, 0});
        const size_t covered = tensor(sizes, d);
        d += covered;
        // libtorch 1.13 loses count of the dimensions behind a mask of several.
        if (covered > 1) break;
      }
    }
    if (c_.ints.size() == 1) spell({1, 0, 0, 0});
    // Which of several values written to one place stays is not laid down: then there is but one value.
    if (repeats_) c_.ints[0] = 1;
  }
  int64_t limit() { return random_.chance(0.3) ? 99 : random_.between(-5, 5); }
  void spell(std::initializer_list<int64_t> numbers) { c_.ints.insert(c_.ints.end(), numbers); }

  // An index tensor for dimension d, or a mask for some from there on; the number of dimensions.
  size_t tensor(const Sizes& sizes, size_t d) {
    if (random_.chance(0.3)) {
      const size_t last = d + static_cast<size_t>(random_.between(
                                  1, std::min<int64_t>(2, static_cast<int64_t>(sizes.size() - d))));
      Sizes shape(sizes.begin() + static_cast<std::ptrdiff_t>(d),
                  sizes.begin() + static_cast<std::ptrdiff_t>(last));
      if (random_.chance(0.02)) shape.back() += 1;
      c_.inputs.push_back(integers(random_.chance(0.1) ? Type::u8 : Type::b8, shape, wrong_, 1));
      return last - d;
    }
    Sizes shape = common_;
    for (int64_t& s : shape)
      if (random_.chance(0.25)) s = 1;
    if (!shape.empty() && random_.chance(0.2)) shape.erase(shape.begin());
    if (random_.chance(0.02)) shape.push_back(5);
    repeats_ = true;
    // Behind "..." it may be another dimension, for which the index may be a wrong one.
    const int64_t s = dots_ && !wrong_ ? std::min<int64_t>(sizes[d], 1) : sizes[d],
                  wrong = wrong_ && random_.chance(0.5);
    c_.inputs.push_back(
        integers(random_.chance(0.02) ? Type::f32 : Type::i64, shape, s ? -s : 0, s ? s - 1 + wrong : 0));
    return 1;
  }
  Array integers(Type type, const Sizes& sizes, int64_t low, int64_t high) {
    int64_t count = 1;
    for (const int64_t s : sizes) count *= s;
    std::vector<double> values(static_cast<size_t>(count));
    for (double& v : values) v = static_cast<double>(random_.between(low, high));
    return lay_out(random_, type, sizes, values);
  }

  void program() {
    type_ = Type::f64;
    Sizes sizes(static_cast<size_t>(random_.between(1, 3)));
    for (int64_t& s : sizes) s = random_.between(1, 3);
    c_.inputs = {floats(sizes), floats(sizes)};
    c_.ints = {random_.between(0, 15)};
    for (int64_t n = random_.between(1, 7); n > 0; --n) {
      // Views first, mostly: then there is something to write through.
      const int64_t code = random_.chance(0.45) ? random_.between(0, 7) : random_.between(8, 28);
      spell({code, random_.between(0, 11), random_.between(0, 11), random_.between(0, 11),
             random_.between(0, 11)});
    }
  }

  const Op& op_;
  Random& random_;
  Case c_;
  Type type_ = Type::f64;
  Sizes common_;
  bool dots_ = false;     // "..." has been spelt
  bool wrong_ = false;    // perhaps an index is out of bounds
  bool repeats_ = false;  // perhaps the same element is picked twice
};

}  // namespace

Case draw_indexing(const Op& op, Random& random) { return Drawer(op, random).draw(); }

}  // namespace parity
