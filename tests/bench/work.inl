// The measured programs, written once: with_xgrad.cpp and with_libtorch.cpp include this with `namespace ml`
// naming the library.
#include <omp.h>

#include <cstdlib>
#include <ctime>
#include <memory>

#include "work.hpp"

namespace bench {
namespace {

Work chain(int64_t elements, int64_t links, bool leaves) {
  const auto options = ml::TensorOptions();
  ml::Tensor x = ml::full({elements}, 0.5f, options.requires_grad(true));
  ml::Tensor a = ml::full({elements}, 0.999f, options.requires_grad(leaves)),
             b = ml::full({elements}, 0.001f, options.requires_grad(leaves));
  const ml::Tensor ones = ml::ones({elements});
  return [=] {
    for (const ml::Tensor& leaf : {x, a, b}) leaf.mutable_grad() = ml::Tensor();
    ml::Tensor y = x;
    for (int64_t i = 0; i < links; ++i) y = y * a + b;
    y.backward(ones);
  };
}

double deep_chain(int64_t nodes) {
  const ml::Tensor x = ml::ones({1}, ml::TensorOptions().requires_grad(true));
  ml::Tensor y = x;
  for (int64_t i = 0; i < nodes; ++i) y = y * 1.0;
  const std::clock_t start = std::clock();
  y.backward();
  y = ml::Tensor();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

Work cross_entropy(int64_t rows, int64_t classes, float* logits, const int64_t* labels) {
  ml::Tensor x = ml::from_blob(logits, {rows, classes}).requires_grad_();
  const ml::Tensor y = ml::from_blob(const_cast<int64_t*>(labels), {rows}, ml::kLong);
  ml::nn::CrossEntropyLoss criterion;
  return [=]() mutable {
    x.mutable_grad() = ml::Tensor();
    criterion(x, y).backward();
  };
}

struct Net : ml::nn::Module {
  explicit Net(const std::vector<int64_t>& widths) {
    for (size_t i = 0; i + 1 < widths.size(); ++i)
      layers.push_back(
          register_module("fc" + std::to_string(i + 1), ml::nn::Linear(widths[i], widths[i + 1])));
  }
  ml::Tensor forward(ml::Tensor x) {
    for (size_t i = 0; i + 1 < layers.size(); ++i) x = ml::relu(layers[i](x));
    return layers.back()(x);
  }

  std::vector<ml::nn::Linear> layers;
};

void load(const ml::Tensor& to, const std::vector<float>& from) {
  ml::NoGradGuard no_grad;
  to.copy_(ml::from_blob(const_cast<float*>(from.data()), to.sizes()));
}

Work training_step(const Training& start) {
  auto net = std::make_shared<Net>(start.widths);
  for (size_t i = 0; i < start.layers(); ++i) {
    load(net->layers[i]->weight, start.weights[i]);
    load(net->layers[i]->bias, start.biases[i]);
  }
  const ml::Tensor x =
      ml::from_blob(const_cast<float*>(start.x.data()), {start.batch, start.widths[0]}).clone();
  const ml::Tensor y = ml::from_blob(const_cast<int64_t*>(start.y.data()), {start.batch}, ml::kLong).clone();
  ml::nn::CrossEntropyLoss criterion;
  std::shared_ptr<ml::optim::Optimizer> optimizer;
  if (start.optimizer == Optimizer::sgd)
    optimizer =
        std::make_shared<ml::optim::SGD>(net->parameters(), ml::optim::SGDOptions(start.learning_rate));
  else
    optimizer =
        std::make_shared<ml::optim::Adam>(net->parameters(), ml::optim::AdamOptions(start.learning_rate));
  return [=]() mutable {
    ml::Tensor loss = criterion(net->forward(x), y);
    optimizer->zero_grad();
    loss.backward();
    optimizer->step();
  };
}

Work optimizer_step(Optimizer kind, int64_t elements) {
  const ml::Tensor p = ml::full({elements}, 0.5f, ml::TensorOptions().requires_grad(true));
  p.mutable_grad() = ml::full({elements}, 1e-3f);
  const std::vector<ml::Tensor> parameters{p};
  std::shared_ptr<ml::optim::Optimizer> optimizer;
  if (kind == Optimizer::sgd)
    optimizer = std::make_shared<ml::optim::SGD>(parameters, ml::optim::SGDOptions(1e-6));
  else if (kind == Optimizer::adam)
    optimizer = std::make_shared<ml::optim::Adam>(parameters, ml::optim::AdamOptions(1e-6));
  else
    optimizer = std::make_shared<ml::optim::AdamW>(parameters, ml::optim::AdamWOptions(1e-6));
  return [=] { optimizer->step(); };
}

Work load_images(const std::string& folder, size_t workers) {
  auto mapped = ml::data::datasets::MNIST(folder)
                    .map(ml::data::transforms::Normalize<>(0.2860, 0.3530))
                    .map(ml::data::transforms::Stack<>());
  auto unique = ml::data::make_data_loader<ml::data::samplers::RandomSampler>(
      std::move(mapped), ml::data::DataLoaderOptions(64).workers(workers));
  auto loader = std::make_shared<decltype(unique)>(std::move(unique));
  return [loader] {
    int64_t count = 0;
    for (auto& batch : **loader) count += batch.target.size(0);
    if (count != images_per_epoch) std::abort();
  };
}

}  // namespace
}  // namespace bench

#include "ops.inl"

namespace bench {
namespace {

Library library(const char* name, const char* version) {
  // OpenMP's setting is that of both; libtorch's own function also starts a pool of threads that nobody
  // needs.
  return {name,          version,        [](int threads) { omp_set_num_threads(threads); },
          chain,         deep_chain,     cross_entropy,
          training_step, optimizer_step, load_images,
          op_works};
}

}  // namespace
}  // namespace bench
