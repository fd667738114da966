// The second half of nn_surface.inl: initial values, optimizers, data and files. Included by library.inl.
#include <chrono>
#include <cstdio>

namespace parity {
namespace {

void init_and_utils(Report& out) {
  namespace nn = torch::nn;
  namespace F = torch::nn::functional;
  for (const auto gain :
       {nn::init::calculate_gain(torch::kLinear), nn::init::calculate_gain(torch::kSigmoid),
        nn::init::calculate_gain(torch::kTanh), nn::init::calculate_gain(torch::kReLU),
        nn::init::calculate_gain(torch::kLeakyReLU, 0.2), nn::init::calculate_gain(torch::kConv2D)})
    out << gain << ' ';
  const auto fans = nn::init::_calculate_fan_in_and_fan_out(torch::ones({2, 3, 4}));
  out << std::get<0>(fans) << std::get<1>(fans) << '\n';
  torch::manual_seed(12);
  const auto fresh = [] { return torch::zeros({3, 4}); };
  values_of(out, "ones_", nn::init::ones_(fresh()));
  values_of(out, "zeros_", nn::init::zeros_(torch::ones({2})));
  values_of(out, "constant_", nn::init::constant_(fresh(), 3));
  values_of(out, "uniform_", nn::init::uniform_(fresh()));
  values_of(out, "normal_", nn::init::normal_(fresh()));
  values_of(out, "kaiming_uniform_", nn::init::kaiming_uniform_(fresh()));
  values_of(out, "kaiming_normal_", nn::init::kaiming_normal_(fresh(), 0, torch::kFanOut, torch::kReLU));
  values_of(out, "orthogonal_", nn::init::orthogonal_(fresh()).abs());
  const torch::Tensor a = torch::randn({2, 3}).requires_grad_(), b = torch::randn({4}).requires_grad_();
  ((a * a).sum() * 3 + b.pow(3).sum()).backward();
  line(out, "norms",
       {nn::utils::clip_grad_norm_({a, b}, 5.0), nn::utils::clip_grad_norm_(a, 2.0, 1),
        nn::utils::clip_grad_norm_(std::vector<torch::Tensor>{a, b}, 1.0, 3, /*error_if_nonfinite=*/true)});
  values_of(out, "clipped", a.grad());
  nn::utils::clip_grad_value_({a, b}, 0.2);
  nn::utils::clip_grad_value_(a, 0.1);
  values_of(out, "limited", a.grad());
  values_of(out, "limited", b.grad());
  const torch::Tensor all = nn::utils::parameters_to_vector({a, b});
  values_of(out, "vector", all);
  nn::utils::vector_to_parameters(all.detach() * 2, {a, b});
  values_of(out, "doubled", b);
  out << F::one_hot(torch::tensor({2, 0}, torch::kLong)).sizes()
      << F::one_hot(torch::tensor({1}, torch::kLong), 4).scalar_type() << '\n';
  values_of(out, "linear", F::linear(a, torch::ones({2, 3}), torch::zeros({2})));
  values_of(out, "prelu", F::prelu(a, torch::full({1}, 0.3)));
  values_of(out, "double softmax", F::softmax(a, F::SoftmaxFuncOptions(1).dtype(torch::kDouble)));
  values_of(out, "double log_softmax", F::log_softmax(a, F::LogSoftmaxFuncOptions(0).dtype(torch::kDouble)));
}

void optimizers(Report& out) {
  namespace optim = torch::optim;
  const auto start = [] {
    return std::vector<torch::Tensor>{torch::tensor({1.0, -2.0, 0.5}, torch::kDouble).requires_grad_(),
                                      torch::tensor({{0.25}, {4.0}}, torch::kDouble).requires_grad_()};
  };
  const auto run = [&](const char* name, auto make) {
    const auto parameters = start();
    auto optimizer = make(parameters);
    put_all(out, name, optimizer.size(), optimizer.param_groups().size(), optimizer.parameters().size(),
            optimizer.state().size(), optimizer.param_groups()[0].has_options(),
            optimizer.param_groups()[0].options().get_lr(), optimizer.defaults().get_lr());
    for (int step = 0; step < 4; ++step) {
      const torch::Tensor loss = optimizer.step([&] {
        optimizer.zero_grad();
        torch::Tensor l = (parameters[0] * parameters[0]).sum() + parameters[1].pow(4).sum();
        l.backward();
        return l;
      });
      line(out, "loss", {loss.template item<double>()});
      if (step == 1) optimizer.param_groups()[0].options().set_lr(0.05);
    }
    out << optimizer.state().size() << '\n';
    values_of(out, "first", parameters[0]);
    values_of(out, "second", parameters[1]);
    return name;
  };
  using Parameters = std::vector<torch::Tensor>;
  out << run("SGD", [](const Parameters& p) { return optim::SGD(p, 0.1); });
  out << run("SGD", [](const Parameters& p) {
    return optim::SGD(p, optim::SGDOptions(0.01).momentum(0.9).weight_decay(0.1).nesterov(true));
  });
  out << run("Adam", [](const Parameters& p) { return optim::Adam(p); });
  out << run("Adam", [](const Parameters& p) {
    return optim::Adam(p, optim::AdamOptions(0.1).betas(std::make_tuple(0.8, 0.9)).amsgrad(true));
  });
  out << run("AdamW",
             [](const Parameters& p) { return optim::AdamW(p, optim::AdamWOptions().weight_decay(0.3)); });
  out << run("Adagrad", [](const Parameters& p) { return optim::Adagrad(p); });
  out << run("RMSprop", [](const Parameters& p) {
    return optim::RMSprop(p, optim::RMSpropOptions(0.02).centered(true));
  });
  out << run("LBFGS",
             [](const Parameters& p) { return optim::LBFGS(p, optim::LBFGSOptions(0.5).max_iter(3)); });

  out << optim::SGD(start(), 0.1).step().defined() << '\n';

  // What programs look at in a state.
  const auto parameters = start();
  optim::Adagrad adagrad(parameters, optim::AdagradOptions().initial_accumulator_value(0.5));
  const auto key = [&](auto& optimizer) { return optimizer.state().begin()->second.get(); };
  auto& sums = static_cast<optim::AdagradParamState&>(*key(adagrad));
  put_all(out, "Adagrad's state", sums.step(), sums.sum().mean().item<double>());
  optim::Adam adam(parameters);
  (parameters[0].sum() + parameters[1].sum()).backward();
  adam.step();
  auto& moments = static_cast<optim::AdamParamState&>(*key(adam));
  put_all(out, "Adam's state", moments.step(), moments.exp_avg().scalar_type(),
          moments.exp_avg_sq().defined(), moments.max_exp_avg_sq().defined());

  // Groups.
  std::vector<optim::OptimizerParamGroup> groups;
  groups.emplace_back(std::vector<torch::Tensor>{parameters[0]});
  groups.emplace_back(std::vector<torch::Tensor>{parameters[1]},
                      std::make_unique<optim::SGDOptions>(optim::SGDOptions(0.5).momentum(0.5)));
  optim::SGD grouped(groups, optim::SGDOptions(0.1));
  const torch::Tensor third = torch::ones({2}, torch::kDouble).requires_grad_();
  grouped.add_param_group(optim::OptimizerParamGroup({third}));
  optim::StepLR schedule(grouped, /*step_size=*/2, /*gamma=*/0.5);
  for (int step = 0; step < 5; ++step) {
    grouped.zero_grad();
    (parameters[0].sum() + parameters[1].pow(2).sum() + third.sum()).backward();
    grouped.step();
    schedule.step();
    for (const auto& group : grouped.param_groups()) out << group.options().get_lr() << ' ';
    out << static_cast<const optim::SGDOptions&>(grouped.param_groups()[1].options()).momentum() << '\n';
  }
  for (const auto& p : {parameters[0], parameters[1], third}) values_of(out, "grouped", p);
  const auto refused = [&](const std::function<void()>& f) { out << !attempt(f).empty(); };
  refused([&] { optim::SGD(parameters, optim::SGDOptions(-1)); });
  refused([&] { optim::SGD(parameters, optim::SGDOptions(1).nesterov(true)); });
  refused([&] { optim::Adam(parameters, optim::AdamOptions().betas(std::make_tuple(1.0, 0.9))); });
  refused([&] { optim::RMSprop(parameters, optim::RMSpropOptions().eps(-1)); });
  refused([&] { optim::SGD({third * 2}, 0.1); });
  out << '\n';
}

struct Ten : torch::data::datasets::Dataset<Ten, torch::data::Example<int, int>> {
  torch::data::Example<int, int> get(size_t index) override {
    return {static_cast<int>(index), static_cast<int>(index * index)};
  }
  torch::optional<size_t> size() const override { return 10; }
};
struct Halves : torch::data::datasets::BatchDataset<Halves, std::vector<double>> {
  std::vector<double> get_batch(torch::ArrayRef<size_t> indices) override {
    std::vector<double> batch;
    for (const size_t i : indices) batch.push_back(static_cast<double>(i) / 2);
    return batch;
  }
  torch::optional<size_t> size() const override { return 7; }
};
struct Countdown : torch::data::datasets::StatefulDataset<Countdown, std::vector<int>, size_t> {
  torch::optional<std::vector<int>> get_batch(size_t n) override {
    if (left <= 0) return torch::nullopt;
    std::vector<int> batch;
    for (; n > 0 && left > 0; --n) batch.push_back(left--);
    return batch;
  }
  void reset() override { left = 5; }
  torch::optional<size_t> size() const override { return torch::nullopt; }
  void save(torch::serialize::OutputArchive&) const override {}
  void load(torch::serialize::InputArchive&) override {}
  int left = 0;
};
struct Stream : torch::data::datasets::StreamDataset<Stream, std::vector<int>> {
  std::vector<int> get_batch(size_t n) override { return std::vector<int>(n, 4); }
  torch::optional<size_t> size() const override { return torch::nullopt; }
};
struct Backwards : torch::data::samplers::Sampler<> {
  void reset(torch::optional<size_t> = torch::nullopt) override { at = 6; }
  torch::optional<std::vector<size_t>> next(size_t n) override {
    std::vector<size_t> batch;
    for (; n > 0 && at > 0; --n) batch.push_back(--at);
    return batch.empty() ? torch::optional<std::vector<size_t>>() : batch;
  }
  void save(torch::serialize::OutputArchive&) const override {}
  void load(torch::serialize::InputArchive&) override {}
  size_t at = 6;
};
struct Doubled : torch::data::transforms::TensorTransform<> {
  torch::Tensor operator()(torch::Tensor x) override { return x * 2; }
};
struct Fails : torch::data::datasets::Dataset<Fails> {
  torch::data::Example<> get(size_t) override { throw std::runtime_error("no such picture"); }
  torch::optional<size_t> size() const override { return 3; }
};

// Calls f with every batch of one epoch.
template <class Loader, class F>
void each(const std::unique_ptr<Loader>& loader, const F& f) {
  for (auto& batch : *loader) f(batch);
}

void data_sets(Report& out) {
  namespace data = torch::data;
  using data::transforms::BatchLambda, data::transforms::Lambda;
  using Examples = std::vector<data::Example<int, int>>;
  auto sums = Ten().map(BatchLambda<Examples, int>([](Examples batch) {
    int sum = 0;
    for (const auto& example : batch) sum += example.data + example.target;
    return sum;
  }));
  out << *sums.size() << sums.get_batch({1, 2}) << '\n';
  for (const size_t workers : {0, 2}) {
    const auto loader = data::make_data_loader<data::samplers::SequentialSampler>(
        sums, data::DataLoaderOptions()
                  .batch_size(3)
                  .workers(workers)
                  .max_jobs(2 * workers)
                  .enforce_ordering(true)
                  .timeout(std::chrono::seconds(60)));
    for (const int batch : *loader) out << batch << ' ';
    out << loader->options().batch_size << loader->options().workers << '\n';
  }
  torch::manual_seed(13);
  auto pairs = data::make_data_loader(Ten().map(Lambda<data::Example<int, int>, int>(
                                          [](data::Example<int, int> e) { return e.target - e.data; })),
                                      data::DataLoaderOptions(4).drop_last(true));
  for (auto batch = pairs->begin(); batch != pairs->end(); ++batch)
    put(out, *batch), out << batch->size() << ' ';
  each(data::make_data_loader(Halves(), 3), [&](auto& batch) { put(out, batch); });
  each(data::make_data_loader(Halves(), Backwards(), 4), [&](auto& batch) { put(out, batch); });
  each(data::make_data_loader(Countdown(), data::DataLoaderOptions(2)),
       [&](auto& batch) { put(out, batch); });
  each(data::make_data_loader(Stream(), data::samplers::StreamSampler(5), 2),
       [&](auto& batch) { put(out, batch); });
  out << '\n';

  const torch::Tensor rows = torch::arange(6, torch::kFloat).view({3, 2});
  data::datasets::TensorDataset tensors(rows), listed(std::vector<torch::Tensor>{rows[0], rows[2]});
  out << *tensors.size() << *listed.size() << tensors.get(1).data.sizes() << '\n';
  each(data::make_data_loader<data::samplers::SequentialSampler>(
           tensors.map(data::transforms::Stack<data::TensorExample>()), 2),
       [&](auto& batch) { values_of(out, "rows", batch.data); });
  auto images = Waves(6)
                    .map(Doubled())
                    .map(data::transforms::TensorLambda<>([](torch::Tensor x) {
                      return x.view({2, 1, 1}) + 1;
                    }))
                    .map(data::transforms::Normalize<>({0.5, 1.0}, {2.0, 3.0}))
                    .map(data::transforms::Stack<>());
  each(data::make_data_loader<data::samplers::SequentialSampler>(images, 4), [&](auto& batch) {
    values_of(out, "images", batch.data);
    values_of(out, "targets", batch.target);
  });
  auto collated =
      Ten().map(data::transforms::Collate<data::Example<int, int>>([](Examples e) { return e.back(); }));
  out << collated.get_batch({3, 5}).data
      << data::datasets::map(
             Halves(), BatchLambda<std::vector<double>, double>([](std::vector<double> v) { return v[0]; }))
             .get_batch({5})
      << '\n';

  data::samplers::SequentialSampler sequential(5);
  put(out, *sequential.next(3));
  out << sequential.index();
  sequential.reset(4);
  put(out, *sequential.next(9));
  out << sequential.next(1).has_value();
  data::samplers::RandomSampler shuffled(6);
  put(out, *shuffled.next(4));
  out << shuffled.index();
  shuffled.reset();
  put(out, *shuffled.next(7));
  shuffled.reset(3);
  put(out, *shuffled.next(7));
  out << '\n';
  try {
    each(data::make_data_loader(Fails(), data::DataLoaderOptions(1).workers(1)), [](auto&) {});
  } catch (const data::WorkerException& e) {
    try {
      std::rethrow_exception(e.original_exception);
    } catch (const std::runtime_error& original) {
      out << original.what() << '\n';
    }
  }
}

// Each library's files are its own; what comes back must be the same.
void saved(Report& out) {
  torch::manual_seed(14);
  torch::nn::Sequential model(torch::nn::Linear(2, 3), torch::nn::BatchNorm1d(3)),
      other(torch::nn::Linear(2, 3), torch::nn::BatchNorm1d(3));
  torch::optim::Adam optimizer(model->parameters(), 0.1), again(other->parameters(), 0.1);
  const torch::Tensor x = torch::randn({4, 2});
  const auto step = [&](auto& net, auto& chosen) {
    chosen.zero_grad();
    net->forward(x).pow(3).sum().backward();
    chosen.step();
  };
  step(model, optimizer);
  std::stringstream weights, state, tensor, tensors;
  torch::save(model, weights);
  torch::save(optimizer, state);
  torch::save(x, tensor);
  torch::save(std::vector<torch::Tensor>{x, x * 2}, tensors);
  torch::load(other, weights);
  torch::load(again, state);
  torch::Tensor read;
  std::vector<torch::Tensor> several;
  torch::load(read, tensor);
  torch::load(several, tensors);
  step(model, optimizer);
  step(other, again);
  out << read.equal(x) << several.size() << several[1].equal(x * 2)
      << other->forward(x).equal(model->forward(x)) << again.param_groups()[0].options().get_lr() << '\n';
  const std::string path = "xgrad_parity_surface.saved";
  torch::save(model, path);
  torch::load(other, path);
  out << other->parameters()[0].equal(model->parameters()[0]);
  torch::save(model->parameters()[0], path);
  torch::load(read, path);
  out << read.equal(model->parameters()[0]) << '\n';
  std::remove(path.c_str());
}

Printed nn_surface() {
  Report out;
  out << std::boolalpha;  // which libtorch leaves on after printing a module
  option_defaults(out);
  module_tree(out);
  containers(out);
  init_and_utils(out);
  optimizers(out);
  data_sets(out);
  saved(out);
  return out.printed();
}

}  // namespace
}  // namespace parity
