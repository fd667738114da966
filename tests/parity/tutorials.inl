// Programs of the kind that libtorch's tutorials show, as their readers write them, compiled against both
// libraries: they print the same text and the same numbers. Included by library.inl.
#include <sstream>

namespace parity {
namespace {

/// What a program prints; its numbers are kept apart.
struct Report : std::ostringstream {
  Printed printed() const { return {str(), numbers}; }
  std::vector<Numbers> numbers;
};

void line(Report& out, const std::string& what, const std::vector<double>& values,
          torch::ScalarType type = torch::kFloat) {
  out.numbers.push_back({what, type == torch::kDouble ? Type::f64 : Type::f32, values});
}

// A data set whose examples are computed when asked for.
class Waves : public torch::data::datasets::Dataset<Waves> {
 public:
  explicit Waves(size_t size) : size_(size) {}
  torch::data::Example<> get(size_t index) override {
    const double x = 0.05 * static_cast<double>(index);
    return {torch::tensor({std::sin(x), std::cos(x)}).to(torch::kFloat),
            torch::tensor({std::sin(2 * x)}).to(torch::kFloat)};
  }
  torch::optional<size_t> size() const override { return size_; }

 private:
  size_t size_;
};

// The multilayer perceptron of the frontend's tutorial.
struct TutorialNet : torch::nn::Module {
  TutorialNet() {
    fc1 = register_module("fc1", torch::nn::Linear(784, 64));
    fc2 = register_module("fc2", torch::nn::Linear(64, 32));
    fc3 = register_module("fc3", torch::nn::Linear(32, 10));
  }
  torch::Tensor forward(torch::Tensor x) {
    x = torch::relu(fc1->forward(x.reshape({x.size(0), 784})));
    x = torch::dropout(x, /*p=*/0.5, /*train=*/is_training());
    x = torch::relu(fc2->forward(x));
    return torch::log_softmax(fc3->forward(x), /*dim=*/1);
  }
  torch::nn::Linear fc1{nullptr}, fc2{nullptr}, fc3{nullptr};
};

void mnist_perceptron(Report& out, torch::ScalarType type) {
  torch::manual_seed(1);
  auto net = std::make_shared<TutorialNet>();
  net->to(type);
  out << *net << '\n';
  const auto images = torch::rand({96, 1, 28, 28}, type), labels = torch::randint(10, {96}, torch::kLong);
  torch::optim::SGD optimizer(net->parameters(), /*lr=*/0.01);
  for (size_t epoch = 1; epoch <= 3; ++epoch) {
    std::vector<double> losses;
    for (int64_t at = 0; at < images.size(0); at += 32) {
      optimizer.zero_grad();
      torch::Tensor prediction = net->forward(images.slice(0, at, at + 32));
      torch::Tensor loss = torch::nll_loss(prediction, labels.slice(0, at, at + 32));
      loss.backward();
      optimizer.step();
      losses.push_back(loss.item<double>());
    }
    line(out, "epoch " + std::to_string(epoch), losses, type);
  }
  net->eval();
  const torch::NoGradGuard no_grad;
  out << net->forward(images).argmax(1).eq(labels).sum().item<int64_t>() << " of 96 right\n";
}

void regression(Report& out, torch::ScalarType type) {
  torch::manual_seed(2);
  const torch::Tensor x = torch::randn({64, 3}, type), w = torch::tensor({{1.5}, {-2.0}, {0.5}}, type);
  const torch::Tensor y = x.mm(w) + 0.7 + 0.1 * torch::randn({64, 1}, type);
  torch::nn::Linear model(3, 1);
  model->to(type);
  torch::nn::MSELoss criterion;
  torch::optim::Adam optimizer(model->parameters(), torch::optim::AdamOptions(0.05));
  std::vector<double> losses;
  for (int step = 0; step < 200; ++step) {
    optimizer.zero_grad();
    torch::Tensor loss = criterion(model(x), y);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(model->parameters(), 1.0);
    optimizer.step();
    if (step % 40 == 0) losses.push_back(loss.item<double>());
  }
  line(out, "regression", losses, type);
  for (const auto& parameter : model->named_parameters())
    line(out, parameter.key(), {parameter->sum().item<double>(), parameter->norm().item<double>()}, type);
}

void custom_data_set(Report& out, torch::ScalarType type) {
  torch::manual_seed(3);
  auto data_set = Waves(100).map(torch::data::transforms::Stack<>());
  auto loader = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      std::move(data_set), torch::data::DataLoaderOptions().batch_size(20));
  torch::nn::Sequential model(torch::nn::Linear(2, 16), torch::nn::ELU(torch::nn::ELUOptions().alpha(0.5)),
                              torch::nn::Functional(torch::tanh), torch::nn::Linear(16, 1));
  torch::manual_seed(4);  // the order in which those arguments draw is the compiler's choice
  for (auto& parameter : model->parameters()) torch::nn::init::uniform_(parameter, -0.5, 0.5);
  model->to(type);
  torch::optim::SGD optimizer(model->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
  out << model << '\n';
  for (int epoch = 0; epoch < 10; ++epoch) {
    double sum = 0;
    for (auto& batch : *loader) {
      optimizer.zero_grad();
      auto loss =
          torch::nn::functional::smooth_l1_loss(model->forward(batch.data.to(type)), batch.target.to(type));
      loss.backward();
      optimizer.step();
      sum += loss.item<double>();
    }
    if (epoch % 3 == 0) line(out, "waves", {sum}, type);
  }
}

// A block with parameters of its own and a list of layers, which is cloned.
struct BlockImpl : torch::nn::Cloneable<BlockImpl> {
  BlockImpl(int64_t features, int64_t layer_count) : width(features), depth(layer_count) { reset(); }
  void reset() override {
    scale = register_parameter("scale", torch::ones({width}));
    shift = register_buffer("shift", torch::full({1}, 0.25));
    layers = register_module("layers", torch::nn::ModuleList());
    for (int64_t i = 0; i < depth; ++i) layers->push_back(torch::nn::Linear(width, width));
    act = register_module("act", torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.2)));
  }
  torch::Tensor forward(const torch::Tensor& input) {
    torch::Tensor x = input;
    for (const auto& layer : *layers) x = x + act(layer->as<torch::nn::Linear>()->forward(x));
    return x * scale + shift;
  }
  int64_t width, depth;
  torch::Tensor scale, shift;
  torch::nn::ModuleList layers{nullptr};
  torch::nn::LeakyReLU act{nullptr};
};
TORCH_MODULE(Block);

void custom_module(Report& out, torch::ScalarType type) {
  torch::manual_seed(5);
  Block block(4, 2);
  block->to(type);
  out << block << '\n';
  for (const auto& item : block->named_parameters()) out << item.key() << item->sizes() << ' ';
  for (const auto& item : block->named_modules("", false))
    out << item.key() << '=' << item.value()->name() << ' ';
  out << '\n';
  const torch::Tensor x = torch::randn({8, 4}, type), y = torch::randn({8, 4}, type);
  auto copy = std::dynamic_pointer_cast<BlockImpl>(block->clone());
  block->apply([](torch::nn::Module& module) {
    if (auto* linear = module.as<torch::nn::Linear>()) {
      torch::NoGradGuard no_grad;
      torch::nn::init::xavier_normal_(linear->weight, torch::nn::init::calculate_gain(torch::kTanh));
      torch::nn::init::constant_(linear->bias, 0.1);
    }
  });
  auto loss = torch::nn::HuberLoss(torch::nn::HuberLossOptions().delta(0.5))(block(x), y);
  loss.backward();
  line(out, "block",
       {loss.item<double>(), block->scale.grad().norm().item<double>(),
        copy->forward(x).norm().item<double>()},
       type);
  line(out, "clipped",
       {torch::nn::utils::clip_grad_norm_(block->parameters(), 0.1, INFINITY),
        block->scale.grad().abs().max().item<double>()},
       type);
  torch::nn::utils::clip_grad_value_(block->parameters(), 0.01);
  const auto vector = torch::nn::utils::parameters_to_vector(block->parameters());
  torch::nn::utils::vector_to_parameters(vector * 2, copy->parameters());
  line(out, "vector",
       {vector.norm().item<double>(), copy->scale.sum().item<double>(),
        block->scale.grad().abs().max().item<double>()},
       type);
  block->to(torch::kDouble);
  out << block->shift.scalar_type() << block->scale.scalar_type() << '\n';
  block->zero_grad(/*set_to_none=*/false);
  out << block->scale.grad().sum().item<double>() << '\n';
}

// Layers that keep state or draw numbers, and the containers.
void layers(Report& out) {
  namespace nn = torch::nn;
  torch::manual_seed(6);
  const torch::Tensor x = torch::randn({4, 6}), image = torch::randn({2, 6, 3, 3});
  const auto show = [&](const auto& module, const torch::Tensor& y) {
    out << module << '\n';
    line(out, "  ", {y.sum().template item<double>(), y.norm().template item<double>()});
  };
  nn::BatchNorm1d batch_norm(6);
  show(batch_norm, batch_norm(x));
  batch_norm->eval();
  show(batch_norm, batch_norm(x));
  nn::BatchNorm2d plain(nn::BatchNorm2dOptions(6).affine(false).momentum(torch::nullopt));
  show(plain, plain(image));
  show(plain, plain(image * 2));
  line(out, "running",
       {plain->running_mean.norm().item<double>(), plain->running_var.sum().item<double>(),
        plain->num_batches_tracked.item<double>()});
  show(nn::LayerNorm(std::vector<int64_t>{6}), nn::LayerNorm(nn::LayerNormOptions({6}))(x));
  show(nn::GroupNorm(2, 6), nn::GroupNorm(nn::GroupNormOptions(3, 6).eps(0.1))(image));
  nn::Embedding embedding(nn::EmbeddingOptions(5, 3).padding_idx(-2).max_norm(1.0));
  show(embedding, embedding(torch::tensor({{0, 3}, {2, 2}})));
  show(nn::Embedding::from_pretrained(torch::ones({2, 3})), embedding->weight);
  nn::Bilinear bilinear(6, 6, 2);
  show(bilinear, bilinear(x, x * 2));
  nn::Unflatten unflatten(nn::UnflattenOptions(1, {2, 3}));
  show(unflatten, unflatten(x)[0]);
  nn::PReLU prelu(nn::PReLUOptions().num_parameters(6).init(0.4));
  show(prelu, prelu(x));
  show(nn::Softmax2d(), nn::Softmax2d()(image)[0]);
  show(nn::Dropout2d(0.4), nn::Dropout2d(0.4)(image));
  show(nn::Dropout3d(), nn::Dropout3d()(image.unsqueeze(-1)));
  show(nn::FeatureAlphaDropout(0.3), nn::FeatureAlphaDropout(0.3)(image));
  show(nn::Flatten(), nn::Flatten()(image));
  show(nn::Tanh(), F::normalize(x, F::NormalizeFuncOptions().p(1).dim(0)));

  nn::ModuleDict dict(std::vector<std::pair<std::string, std::shared_ptr<nn::Module>>>{
      {"first", nn::Linear(2, 3).ptr()}, {"second", nn::SiLU().ptr()}});
  out << dict << dict->contains("first") * 1 << dict->size() << dict->keys().back() << '\n';
  nn::ModuleList list(nn::Linear(2, 3), nn::ReLU());
  list->insert(2, nn::Linear(3, 1));
  out << list << list->size() << list->at<nn::LinearImpl>(2).options.in_features() << '\n';
  nn::ParameterList parameters(torch::ones({2}), torch::zeros({3, 1}, torch::kDouble));
  nn::ParameterDict named;
  named->insert("w", torch::ones({2, 2}).requires_grad_());
  out << parameters << named << parameters->size() << named->get("w").sizes()
      << named->named_parameters().size() << '\n';
}

void initial_values(Report& out) {
  namespace init = torch::nn::init;
  torch::manual_seed(7);
  const auto show = [&](const char* name, const torch::Tensor& t) {
    std::vector<double> values;
    const torch::Tensor flat = t.flatten().to(torch::kDouble);
    for (int64_t i = 0; i < std::min<int64_t>(8, flat.numel()); ++i) values.push_back(flat[i].item<double>());
    line(out, name, values);
  };
  const auto fresh = [] { return torch::empty({5, 20}); };
  show("uniform_", init::uniform_(fresh(), -2, 3));
  show("normal_", init::normal_(fresh(), 1, 2));
  show("xavier_uniform_", init::xavier_uniform_(fresh(), 1.5));
  show("xavier_normal_", init::xavier_normal_(fresh()));
  show("kaiming_uniform_", init::kaiming_uniform_(fresh(), 0.1, torch::kFanOut, torch::kReLU));
  show("kaiming_normal_", init::kaiming_normal_(fresh(), 0.3, torch::kFanIn, torch::kLeakyReLU));
  show("eye_", init::eye_(fresh()));
  show("dirac_", init::dirac_(torch::empty({2, 2, 3})));
  show("orthogonal_ wide", init::orthogonal_(fresh(), 2));
  show("orthogonal_ tall", init::orthogonal_(torch::empty({6, 2, 2})));
  show("sparse_", init::sparse_(torch::empty({6, 3}), 0.5, 0.1));
  show("ones_", init::ones_(fresh()));
  show("zeros_", init::zeros_(fresh()));
  line(out, "gains",
       {init::calculate_gain(torch::kLinear), init::calculate_gain(torch::kSigmoid),
        init::calculate_gain(torch::kTanh), init::calculate_gain(torch::kReLU),
        init::calculate_gain(torch::kLeakyReLU, 0.2), init::calculate_gain(torch::kConv2D)});
}

// The first four in both precisions: float64 shows that the computations are the same ones.
Printed tutorials() {
  Report out;
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    mnist_perceptron(out, type);
    regression(out, type);
    custom_data_set(out, type);
    custom_module(out, type);
  }
  layers(out);
  initial_values(out);
  return out.printed();
}

}  // namespace
}  // namespace parity
