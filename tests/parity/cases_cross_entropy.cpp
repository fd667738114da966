// Random calls of cross_entropy: every kind of target, option and layout, and every kind of mistake.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "cases.hpp"

namespace parity {
namespace {

using Sizes = std::vector<int64_t>;

class Drawer {
 public:
  explicit Drawer(Random& random) : random_(random) {}

  Case draw() {
    draw_shape(5);
    draw_logits();
    draw_rest();
    if (classes_ > 0 && random_.chance(0.15)) spoil();

    Case c;
    c.op = "cross_entropy";
    c.inputs = {x_, target_, weight_};
    c.ints = {reduction_, ignore_index_, random_.between(0, 1)};
    c.reals = {smoothing_};
    return c;
  }

  Case draw_linear() {
    draw_shape(2);
    type_ = classes_ == 1 ? Type::f64 : random_.pick({Type::f32, Type::f64});
    Sizes hidden = sizes_;
    const int64_t features = hidden.back() = random_.between(1, 20);
    const auto parameter = [&](const Sizes& sizes) {
      Array a = reals(sizes, -1, 1);
      a.requires_grad = random_.chance(0.85);
      return a;
    };
    x_ = parameter(hidden);
    Array linear_weight = parameter({classes_, features});
    // Of one class, or of equal ones, the hidden gradient is zero, but for roundings.
    while (linear_weight.strides[0] == 0) linear_weight = parameter({classes_, features});
    const Array linear_bias = random_.chance(0.5) ? parameter({classes_}) : Array();
    draw_rest();
    if (classes_ > 0 && random_.chance(0.1)) spoil();

    Case c;
    c.op = "linear_cross_entropy";
    c.inputs = {x_, target_, weight_, linear_weight, linear_bias};
    c.ints = {reduction_, ignore_index_};
    c.reals = {smoothing_};
    return c;
  }

 private:
  static size_t count(const Sizes& sizes) {
    int64_t n = 1;
    for (const int64_t s : sizes) n *= s;
    return static_cast<size_t>(n);
  }

  // All but the logits.
  void draw_rest() {
    draw_options();
    if (probabilities_)
      draw_probabilities();
    else
      draw_labels();
    draw_weight();
  }

  void draw_shape(int64_t most_dims) {
    const int64_t dims = random_.between(1, most_dims);
    classes_ = random_.chance(0.75) ? random_.between(1, 10)
                                    : random_.pick<int64_t>({0, 15, 16, 17, 31, 32, 33, 64, 100, 513, 1025});
    sizes_ = {classes_};
    if (dims > 1) {
      sizes_ = {random_.chance(0.04) ? 0 : random_.between(1, 6), classes_};
      labels_ = {sizes_[0]};
    }
    for (int64_t d = 2; d < dims; ++d) {
      sizes_.push_back(random_.chance(0.03) ? 0 : random_.between(1, classes_ > 100 ? 2 : 4));
      labels_.push_back(sizes_.back());
    }
    probabilities_ = random_.chance(classes_ == 0 ? 0.8 : 0.4) || (classes_ == 0 && sizes_.size() != 4);
  }

  void draw_logits() {
    type_ = random_.pick({Type::f32, Type::f64});
    const double scale = random_.pick({0.1, 1.0, 1.0, 5.0, 50.0});
    special_ = random_.chance(0.12);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> values(count(sizes_));
    for (double& v : values) {
      v = scale * random_.uniform(-2, 2);
      if (special_ && random_.chance(0.1))
        v = random_.pick({infinity, -infinity, -infinity, std::nan(""), 1e30, -1e30, 1000.0, -200.0});
    }
    x_ = lay_out(random_, type_, sizes_, values);
    x_.requires_grad = random_.chance(0.9);
  }

  void draw_options() {
    reduction_ = random_.between(0, 2);
    ignore_index_ =
        random_.chance(0.5) ? -100 : random_.pick<int64_t>({-1, -2, 1, 0, 255, classes_, classes_ - 1});
    if (probabilities_ && ignore_index_ >= 0) ignore_index_ = -1;
    // Smoothing over no classes is 0 / 0 there. All smoothing leaves 0 · ∞ of the target's own term in
    // libtorch, nothing in xgrad.
    smoothing_ = classes_ == 0 || random_.chance(0.5)
                     ? 0
                     : random_.pick({0.1, 0.5, special_ ? 0.9 : 1.0, random_.uniform(0, 1)});
  }

  void draw_labels() {
    std::vector<double> values(count(labels_));
    const double ignored = random_.pick({0.0, 0.0, 0.3, 0.3, 1.0});
    for (double& v : values)
      v = static_cast<double>(
          random_.chance(ignored) ? ignore_index_ : random_.between(0, std::max<int64_t>(classes_ - 1, 0)));
    target_ = lay_out(random_, Type::i64, labels_, values);
  }

  void draw_probabilities() {
    std::vector<double> values(count(sizes_));
    const double kind = random_.uniform(0, 1);
    // Normalised or not, negative too; or nothing but 0 and 1.
    for (double& v : values)
      v = kind < 0.5   ? random_.uniform(0, 2.0 / static_cast<double>(classes_))
          : kind < 0.8 ? random_.uniform(-1, 2)
                       : random_.chance(0.2);
    target_ =
        lay_out(random_, random_.chance(0.75) ? type_ : random_.pick({Type::f32, Type::f64}), sizes_, values);
    target_.requires_grad = random_.chance(0.5);
  }

  void draw_weight() {
    if (random_.chance(0.5)) return;
    std::vector<double> values(static_cast<size_t>(classes_));
    const bool zeros = random_.chance(0.2), negative = random_.chance(0.2);
    for (double& v : values) v = zeros && random_.chance(0.5) ? 0.0 : random_.uniform(negative ? -2 : 0.2, 3);
    weight_ = lay_out(random_, random_.chance(0.97) ? type_ : random_.pick({Type::f32, Type::f64}),
                      {classes_}, values);
    weight_.requires_grad = count(sizes_) > 0 && weight_.type == type_ && random_.chance(0.08);
  }

  Array integers(const Sizes& sizes, Type type, int64_t low, int64_t high) {
    std::vector<double> values(count(sizes));
    for (double& v : values) v = static_cast<double>(random_.between(low, high));
    return lay_out(random_, type, sizes, values);
  }
  Array reals(const Sizes& sizes, double low = 0, double high = 1) {
    std::vector<double> values(count(sizes));
    for (double& v : values) v = random_.uniform(low, high);
    return lay_out(random_, type_, sizes, values);
  }

  // One mistake, of those that people make. Not those that libtorch overlooks: a wrong dtype when there is
  // nothing to compute, a negative smoothing, labels of images with a weight of several dimensions.
  void spoil() {
    const int64_t last = std::max<int64_t>(classes_ - 1, 0);
    Sizes wrong = labels_;
    weight_.requires_grad = false;
    switch (random_.between(0, 13)) {
      case 0:  // another number of rows
        if (wrong.empty())
          wrong = {1};
        else
          wrong[0] += 1;
        target_ = integers(wrong, Type::i64, 0, last);
        break;
      case 1:  // a column instead of a vector
        wrong.push_back(1);
        target_ = integers(wrong, Type::i64, 0, last);
        break;
      case 2:  // integers of the logits' shape
        target_ = integers(sizes_, random_.pick({Type::i64, Type::i64, Type::i32}), 0, 1);
        break;
      case 3:  // positions that do not fit
        if (wrong.size() > 1) wrong.back() += 1;
        target_ = integers(wrong, Type::i64, 0, last);
        break;
      case 4:  // too few dimensions
        if (wrong.size() > 1) wrong.pop_back();
        target_ = integers(wrong, Type::i64, 0, last);
        break;
      case 5:  // labels counted from 1
        target_ = integers(labels_, Type::i64, 1, std::max<int64_t>(classes_, 1));
        break;
      case 6:  // a negative label
        target_ = integers(labels_, Type::i64, -3, last);
        break;
      case 7:  // a weight of another length
        weight_ = reals({classes_ + 1});
        break;
      case 8:  // a weight of another shape
        weight_ = reals(!probabilities_ && sizes_.size() > 2
                            ? Sizes{classes_ + 2}
                            : random_.pick<Sizes>({{classes_, 1}, {1, classes_}, {}, {1, 1}}));
        break;
      case 9:
        ignore_index_ = random_.pick<int64_t>({0, 1, 255});
        break;
      case 10:
        smoothing_ = 1.2;
        break;
      case 11:  // probabilities of another shape
        if (count(sizes_) == 0) break;
        wrong = sizes_;
        wrong[static_cast<size_t>(random_.between(0, static_cast<int64_t>(wrong.size()) - 1))] += 1;
        target_ = reals(random_.chance(0.5) ? labels_ : wrong);
        break;
      case 12:  // integer logits
        if (count(sizes_) == 0) break;
        x_ = integers(sizes_, random_.pick({Type::i64, Type::i32}), -3, 3);
        weight_ = {};
        break;
      default:
        x_ = reals({});
        break;  // a single logit
    }
  }

  Random& random_;
  Sizes sizes_, labels_;
  int64_t classes_ = 0, reduction_ = 1, ignore_index_ = -100;
  double smoothing_ = 0;
  bool probabilities_ = false, special_ = false;
  Type type_ = Type::f32;
  Array x_, target_, weight_;
};

}  // namespace

Case draw_cross_entropy(Random& random) { return Drawer(random).draw(); }
Case draw_linear_cross_entropy(Random& random) { return Drawer(random).draw_linear(); }

}  // namespace parity
