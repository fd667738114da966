// The training step without a framework: what the same sums cost when everything is known beforehand. Buffers
// are allocated once, matrix products are OpenBLAS's, every other pass is fused by hand.
#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>

#include "work.hpp"

namespace bench {

Training::Training(int64_t batch_, Optimizer optimizer_)
    : batch(batch_), optimizer(optimizer_), learning_rate(optimizer_ == Optimizer::sgd ? 0.01 : 0.001) {
  std::mt19937 random(1);
  const auto fill = [&](std::vector<float>& values, int64_t count, float limit) {
    std::uniform_real_distribution<float> uniform(-limit, limit);
    values.resize(static_cast<size_t>(count));
    for (float& value : values) value = uniform(random);
  };
  fill(x, batch * inputs, 1.0f);
  fill(w1, hidden * inputs, 1.0f / 28.0f);
  fill(b1, hidden, 1.0f / 28.0f);
  fill(w2, classes * hidden, 0.088f);
  fill(b2, classes, 0.088f);
  for (int64_t i = 0; i < batch; ++i) y.push_back(static_cast<int64_t>(random() % classes));
}

namespace {

using Floats = std::vector<float>;

void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int64_t m, int64_t n, int64_t k, const Floats& a,
          const Floats& b, Floats& c) {
  const auto i = [](int64_t v) { return static_cast<blasint>(v); };
  cblas_sgemm(CblasRowMajor, ta, tb, i(m), i(n), i(k), 1.0f, a.data(), i(ta == CblasNoTrans ? k : m),
              b.data(), i(tb == CblasNoTrans ? n : k), 0.0f, c.data(), i(n));
}

// One parameter with its gradient and, for Adam, its moments.
struct Parameter {
  Floats value, grad, m, v;
  explicit Parameter(const Floats& start)
      : value(start), grad(start.size()), m(start.size()), v(start.size()) {}

  void sgd(float rate) {
    float* __restrict p = value.data();
    const float* __restrict g = grad.data();
    for (size_t i = 0; i < value.size(); ++i) p[i] -= rate * g[i];
  }

  void adam(double rate, int64_t step) {
    constexpr float beta1 = 0.9f, beta2 = 0.999f, eps = 1e-8f;
    const float size = static_cast<float>(rate / (1 - std::pow(0.9, step)));
    const float scale = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, step)));
    float* __restrict p = value.data();
    const float* __restrict g = grad.data();
    float* __restrict mm = m.data();
    float* __restrict vv = v.data();
    for (size_t i = 0; i < value.size(); ++i) {
      mm[i] = beta1 * mm[i] + (1 - beta1) * g[i];
      vv[i] = beta2 * vv[i] + (1 - beta2) * g[i] * g[i];
      p[i] -= size * mm[i] / (std::sqrt(vv[i]) * scale + eps);
    }
  }
};

class Network {
 public:
  explicit Network(const Training& start)
      : start_(start),
        w1_(start.w1),
        b1_(start.b1),
        w2_(start.w2),
        b2_(start.b2),
        h_(size(hidden)),
        dh_(size(hidden)),
        o_(size(classes)) {}

  float step() {
    const int64_t n = start_.batch;
    gemm(CblasNoTrans, CblasTrans, n, hidden, inputs, start_.x, w1_.value, h_);
    bias_relu();
    gemm(CblasNoTrans, CblasTrans, n, classes, hidden, h_, w2_.value, o_);
    const float loss = softmax_and_its_gradient();
    gemm(CblasTrans, CblasNoTrans, classes, hidden, n, o_, h_, w2_.grad);
    gemm(CblasNoTrans, CblasNoTrans, n, hidden, classes, o_, w2_.value, dh_);
    relu_gradient();
    gemm(CblasTrans, CblasNoTrans, hidden, inputs, n, dh_, start_.x, w1_.grad);
    ++steps_;
    for (Parameter* p : {&w1_, &b1_, &w2_, &b2_}) {
      if (start_.optimizer == Optimizer::sgd)
        p->sgd(static_cast<float>(start_.learning_rate));
      else
        p->adam(start_.learning_rate, steps_);
    }
    return loss;
  }

 private:
  static constexpr int64_t inputs = Training::inputs, hidden = Training::hidden, classes = Training::classes;
  size_t size(int64_t columns) const { return static_cast<size_t>(start_.batch * columns); }
  size_t label(int64_t row) const { return static_cast<size_t>(start_.y[static_cast<size_t>(row)]); }

  void bias_relu() {
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = h_.data() + i * hidden;
      const float* __restrict b = b1_.value.data();
      for (int64_t j = 0; j < hidden; ++j) row[j] = std::max(row[j] + b[j], 0.0f);
    }
  }

  void relu_gradient() {
    float* __restrict db = b1_.grad.data();
    std::fill_n(db, hidden, 0.0f);
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict d = dh_.data() + i * hidden;
      const float* __restrict row = h_.data() + i * hidden;
      for (int64_t j = 0; j < hidden; ++j) {
        d[j] = row[j] > 0 ? d[j] : 0.0f;
        db[j] += d[j];
      }
    }
  }

  // Adds the bias to the logits, turns them into the gradient of the mean loss in place, sums b2's gradient.
  float softmax_and_its_gradient() {
    float* __restrict db = b2_.grad.data();
    std::fill_n(db, classes, 0.0f);
    const float per_row = 1.0f / static_cast<float>(start_.batch);
    float loss = 0;
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = o_.data() + i * classes;
      float highest = std::numeric_limits<float>::lowest();
      for (int64_t j = 0; j < classes; ++j) {
        row[j] += b2_.value[static_cast<size_t>(j)];
        highest = std::max(highest, row[j]);
      }
      for (int64_t j = 0; j < classes; ++j) row[j] -= highest;
      loss -= row[label(i)];
    }
    for (float& value : o_) value = std::exp(value);  // one long loop: the compiler makes it a vector loop
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = o_.data() + i * classes;
      float total = 0;
      for (int64_t j = 0; j < classes; ++j) total += row[j];
      loss += std::log(total);
      for (int64_t j = 0; j < classes; ++j) row[j] *= per_row / total;
      row[label(i)] -= per_row;
      for (int64_t j = 0; j < classes; ++j) db[j] += row[j];
    }
    return loss * per_row;
  }

  const Training start_;
  Parameter w1_, b1_, w2_, b2_;
  Floats h_, dh_, o_;
  int64_t steps_ = 0;
};

}  // namespace

Work training_by_hand(const Training& start) {
  return [network = std::make_shared<Network>(start)] {
    if (network->step() < 0) throw std::logic_error("a cross-entropy below 0");
  };
}

Work memory_pass(int updated, int64_t elements) {
  const auto n = static_cast<size_t>(elements);
  return [n, gradient = std::vector<float>(n, 1e-3f),
          arrays = std::vector<std::vector<float>>(static_cast<size_t>(updated),
                                                   std::vector<float>(n))]() mutable {
    const float* g = gradient.data();
    float* p[3] = {};
    for (size_t k = 0; k < arrays.size(); ++k) p[k] = arrays[k].data();
    if (arrays.size() == 1)
      for (size_t i = 0; i < n; ++i) p[0][i] += g[i];
    else
#pragma GCC ivdep
      for (size_t i = 0; i < n; ++i) {
        p[0][i] += g[i];
        p[1][i] += g[i];
        p[2][i] += g[i];
      }
  };
}

Work read_pass(int64_t elements) {
  return [x = std::vector<float>(static_cast<size_t>(elements), 1.0f)] {
    float sums[64] = {};
    for (size_t i = 0; i < x.size(); i += 64)
      for (size_t k = 0; k < 64; ++k) sums[k] += x[i + k];
    if (sums[0] < 0) throw std::logic_error("a sum of ones below 0");
  };
}

Work triad_pass(int64_t elements) {
  const auto n = static_cast<size_t>(elements);
  return [a = std::vector<float>(n), b = std::vector<float>(n, 1.0f),
          c = std::vector<float>(n, 2.0f)]() mutable {
    float* __restrict to = a.data();
    const float *x = b.data(), *y = c.data();
    for (size_t i = 0; i < a.size(); ++i) to[i] = x[i] + 3.0f * y[i];
  };
}

}  // namespace bench
