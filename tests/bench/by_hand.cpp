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

Training::Training(std::vector<int64_t> widths_, int64_t batch_, Optimizer optimizer_)
    : widths(std::move(widths_)),
      batch(batch_),
      optimizer(optimizer_),
      learning_rate(optimizer_ == Optimizer::sgd ? 0.01 : 0.001) {
  std::mt19937 random(1);
  const auto drawn = [&](int64_t count, float limit) {
    std::uniform_real_distribution<float> uniform(-limit, limit);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = uniform(random);
    return values;
  };
  x = drawn(batch * widths[0], 1.0f);
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    const float limit = 1 / std::sqrt(static_cast<float>(widths[i]));
    weights.push_back(drawn(widths[i + 1] * widths[i], limit));
    biases.push_back(drawn(widths[i + 1], limit));
  }
  for (int64_t i = 0; i < batch; ++i) y.push_back(static_cast<int64_t>(random()) % widths.back());
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

// `out` is what the layer gives; in the last layer it becomes the gradient of that in place.
struct Layer {
  int64_t inputs, width;
  Parameter w, b;
  Floats out, gradient;
};

class Network {
 public:
  explicit Network(const Training& start) : start_(start) {
    for (size_t i = 0; i < start.layers(); ++i) {
      const auto size = static_cast<size_t>(start.batch * start.widths[i + 1]);
      layers_.push_back({start.widths[i], start.widths[i + 1], Parameter(start.weights[i]),
                         Parameter(start.biases[i]), Floats(size), Floats(size)});
    }
  }

  float step() {
    const int64_t n = start_.batch;
    for (size_t i = 0; i < layers_.size(); ++i) {
      Layer& layer = layers_[i];
      gemm(CblasNoTrans, CblasTrans, n, layer.width, layer.inputs, input(i), layer.w.value, layer.out);
      if (i + 1 < layers_.size()) bias_relu(layer);
    }
    const float loss = softmax_and_its_gradient();
    for (size_t i = layers_.size(); i-- > 0;) {
      Layer& layer = layers_[i];
      const Floats& gradient = i + 1 < layers_.size() ? layer.gradient : layer.out;
      gemm(CblasTrans, CblasNoTrans, layer.width, layer.inputs, n, gradient, input(i), layer.w.grad);
      if (i == 0) break;
      gemm(CblasNoTrans, CblasNoTrans, n, layer.inputs, layer.width, gradient, layer.w.value,
           layers_[i - 1].gradient);
      relu_gradient(layers_[i - 1]);
    }
    ++steps_;
    for (Layer& layer : layers_)
      for (Parameter* p : {&layer.w, &layer.b}) {
        if (start_.optimizer == Optimizer::sgd)
          p->sgd(static_cast<float>(start_.learning_rate));
        else
          p->adam(start_.learning_rate, steps_);
      }
    return loss;
  }

 private:
  const Floats& input(size_t layer) const { return layer == 0 ? start_.x : layers_[layer - 1].out; }
  size_t label(int64_t row) const { return static_cast<size_t>(start_.y[static_cast<size_t>(row)]); }

  void bias_relu(Layer& layer) const {
    const int64_t width = layer.width;
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = layer.out.data() + i * width;
      const float* __restrict b = layer.b.value.data();
      for (int64_t j = 0; j < width; ++j) row[j] = std::max(row[j] + b[j], 0.0f);
    }
  }

  void relu_gradient(Layer& layer) const {
    const int64_t width = layer.width;
    float* __restrict db = layer.b.grad.data();
    std::fill_n(db, width, 0.0f);
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict d = layer.gradient.data() + i * width;
      const float* __restrict row = layer.out.data() + i * width;
      for (int64_t j = 0; j < width; ++j) {
        d[j] = row[j] > 0 ? d[j] : 0.0f;
        db[j] += d[j];
      }
    }
  }

  // Adds the bias to the logits, turns them into the gradient of the mean loss in place, sums the bias's
  // gradient.
  float softmax_and_its_gradient() {
    Floats& logits = layers_.back().out;
    const int64_t classes = layers_.back().width;
    float* __restrict db = layers_.back().b.grad.data();
    std::fill_n(db, classes, 0.0f);
    const float per_row = 1.0f / static_cast<float>(start_.batch);
    float loss = 0;
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = logits.data() + i * classes;
      float highest = std::numeric_limits<float>::lowest();
      for (int64_t j = 0; j < classes; ++j) {
        row[j] += layers_.back().b.value[static_cast<size_t>(j)];
        highest = std::max(highest, row[j]);
      }
      for (int64_t j = 0; j < classes; ++j) row[j] -= highest;
      loss -= row[label(i)];
    }
    for (float& value : logits)
      value = std::exp(value);  // one long loop: the compiler makes it a vector loop
    for (int64_t i = 0; i < start_.batch; ++i) {
      float* __restrict row = logits.data() + i * classes;
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
  std::vector<Layer> layers_;
  int64_t steps_ = 0;
};

}  // namespace

Work training_by_hand(const Training& start) {
  return [network = std::make_shared<Network>(start)] {
    if (network->step() < 0) throw std::logic_error("a cross-entropy below 0");
  };
}

}  // namespace bench
