// Every name of nn, optim and data that xgrad promises, called as libtorch's headers declare it: what is
// printed (defaults, values, names) must be the same in both libraries. Included by library.inl.
#include <set>
#include <sstream>

namespace parity {
namespace {

// Writes an option: reductions and other choices by their position, optionals by their value.
template <class T>
void put(std::ostream& out, const T& value) {
  if constexpr (requires { value.has_value(); }) {
    if (value.has_value())
      put(out, *value);
    else
      out << "none";
  } else if constexpr (std::is_same_v<T, torch::Tensor>) {
    value.defined() ? out << value.sizes() : out << "undefined";
  } else if constexpr (requires { value.index(); }) {
    out << '#' << value.index();
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    out << std::get<0>(value) << '/' << std::get<1>(value);
  } else if constexpr (requires { value.size(); } && !std::is_convertible_v<T, std::string>) {
    for (const auto& item : value) out << item << '/';
  } else {
    out << value;
  }
  out << ' ';
}

template <class... T>
void put_all(std::ostream& out, const char* name, const T&... values) {
  out << name << ": ";
  (put(out, values), ...);
  out << '\n';
}

void values_of(Report& out, const char* name, const torch::Tensor& t) {
  std::vector<double> values;
  const torch::Tensor flat = t.detach().flatten().to(torch::kDouble);
  for (int64_t i = 0; i < flat.numel(); ++i) values.push_back(flat[i].item<double>());
  out << t.sizes() << t.scalar_type() << ' ';
  line(out, name, values, t.scalar_type());
}

void option_defaults(Report& out) {
  namespace nn = torch::nn;
  namespace F = torch::nn::functional;
  const auto inplace = [&](const char* name, const auto& o) { put_all(out, name, o.inplace()); };
  inplace("ReLU", nn::ReLUOptions());
  inplace("ReLU6", nn::ReLU6Options());
  inplace("SELU", nn::SELUOptions());
  inplace("ReLU set", nn::ReLUOptions(true));
  inplace("F::relu", F::ReLUFuncOptions().inplace(true));
  inplace("F::relu6", F::ReLU6FuncOptions());
  inplace("F::selu", F::SELUFuncOptions());
  const auto alpha = [&](const char* name, const auto& o) { put_all(out, name, o.alpha(), o.inplace()); };
  alpha("ELU", nn::ELUOptions());
  alpha("CELU", nn::CELUOptions().alpha(0.5).inplace(true));
  alpha("F::elu", F::ELUFuncOptions());
  alpha("F::celu", F::CELUFuncOptions());
  put_all(out, "GELU", nn::GELUOptions().approximate(),
          F::GELUFuncOptions().approximate("tanh").approximate());
  put_all(out, "GLU", nn::GLUOptions().dim(), nn::GLUOptions(1).dim(), F::GLUFuncOptions().dim());
  put_all(out, "shrink", nn::HardshrinkOptions().lambda(), nn::SoftshrinkOptions(0.2).lambda(),
          F::HardshrinkFuncOptions().lambda(), F::SoftshrinkFuncOptions().lambda());
  const auto hardtanh = [&](const char* name, const auto& o) {
    put_all(out, name, o.min_val(), o.max_val(), o.inplace());
  };
  hardtanh("Hardtanh", nn::HardtanhOptions());
  hardtanh("F::hardtanh", F::HardtanhFuncOptions().min_val(-2).max_val(3));
  put_all(out, "LeakyReLU", nn::LeakyReLUOptions().negative_slope(), F::LeakyReLUFuncOptions().inplace(),
          nn::LeakyReLUOptions().negative_slope(0.2).inplace(true).negative_slope());
  put_all(out, "RReLU", nn::RReLUOptions().lower(), nn::RReLUOptions().upper(),
          F::RReLUFuncOptions().training(), F::RReLUFuncOptions().lower(), F::RReLUFuncOptions().upper(),
          F::RReLUFuncOptions().inplace());
  put_all(out, "PReLU", nn::PReLUOptions().num_parameters(), nn::PReLUOptions().init());
  put_all(out, "Softmax", nn::SoftmaxOptions(1).dim(), nn::SoftminOptions(0).dim(),
          nn::LogSoftmaxOptions(2).dim(), F::SoftmaxFuncOptions(1).dim(), F::SoftminFuncOptions(1).dtype(),
          F::LogSoftmaxFuncOptions(0).dtype(torch::kDouble).dim());
  put_all(out, "Softplus", nn::SoftplusOptions().beta(), nn::SoftplusOptions().threshold(),
          F::SoftplusFuncOptions().beta());
  put_all(out, "Threshold", nn::ThresholdOptions(0.1, 20).threshold(), nn::ThresholdOptions(0.1, 20).value(),
          F::ThresholdFuncOptions(1, 2).inplace());
  put_all(out, "Linear", nn::LinearOptions(3, 4).in_features(), nn::LinearOptions(3, 4).out_features(),
          nn::LinearOptions(3, 4).bias(), nn::LinearOptions(3, 4).bias(false).bias());
  put_all(out, "Flatten", nn::FlattenOptions().start_dim(), nn::FlattenOptions().end_dim());
  put_all(out, "Dropout", nn::DropoutOptions().p(), nn::DropoutOptions(0.2).inplace(),
          F::DropoutFuncOptions().p(), F::DropoutFuncOptions().training(), F::AlphaDropoutFuncOptions().p(),
          F::AlphaDropoutFuncOptions().training(), F::FeatureAlphaDropoutFuncOptions().inplace());
  const auto reduced = [&](const char* name, const auto& o) { put_all(out, name, o.reduction()); };
  reduced("L1", nn::L1LossOptions());
  reduced("L1 set", nn::L1LossOptions(torch::kNone));
  reduced("MSE", nn::MSELossOptions().reduction(torch::kSum));
  reduced("F::mse_loss", F::MSELossFuncOptions(torch::kNone));
  reduced("F::l1_loss", F::L1LossFuncOptions());
  reduced("SoftMargin", nn::SoftMarginLossOptions(torch::kSum));
  reduced("F::soft_margin_loss", F::SoftMarginLossFuncOptions());
  reduced("SmoothL1", nn::SmoothL1LossOptions());
  reduced("F::smooth_l1_loss", F::SmoothL1LossFuncOptions(torch::kSum));
  put_all(out, "Huber", nn::HuberLossOptions().delta(), nn::HuberLossOptions(torch::kSum).reduction(),
          F::HuberLossFuncOptions().delta(0.5).delta());
  put_all(out, "KLDiv", nn::KLDivLossOptions().log_target(),
          F::KLDivFuncOptions(torch::kNone).log_target(true).log_target());
  put_all(out, "BCE", nn::BCELossOptions().weight(), nn::BCELossOptions().reduction(),
          F::BinaryCrossEntropyFuncOptions().weight(torch::ones({2})).weight());
  put_all(out, "BCEWithLogits", nn::BCEWithLogitsLossOptions().weight(),
          nn::BCEWithLogitsLossOptions().pos_weight(),
          F::BinaryCrossEntropyWithLogitsFuncOptions().pos_weight(torch::ones({3})).pos_weight());
  const auto classes = [&](const char* name, const auto& o) {
    put_all(out, name, o.weight(), o.ignore_index(), o.reduction());
  };
  classes("NLL", nn::NLLLossOptions());
  classes("F::nll_loss", F::NLLLossFuncOptions().ignore_index(2).reduction(torch::kSum));
  classes("CrossEntropy", nn::CrossEntropyLossOptions().weight(torch::ones({4})));
  put_all(out, "smoothing", nn::CrossEntropyLossOptions().label_smoothing(),
          F::CrossEntropyFuncOptions().label_smoothing(0.1).label_smoothing());
  const auto margin = [&](const char* name, const auto& o) { put_all(out, name, o.margin(), o.reduction()); };
  margin("HingeEmbedding", nn::HingeEmbeddingLossOptions());
  margin("F::hinge_embedding_loss", F::HingeEmbeddingLossFuncOptions().margin(2));
  margin("CosineEmbedding", nn::CosineEmbeddingLossOptions());
  margin("F::cosine_embedding_loss", F::CosineEmbeddingLossFuncOptions().reduction(torch::kNone));
  margin("MarginRanking", nn::MarginRankingLossOptions());
  margin("F::margin_ranking_loss", F::MarginRankingLossFuncOptions());
  margin("TripletMargin", nn::TripletMarginLossOptions());
  margin("F::triplet_margin_loss", F::TripletMarginLossFuncOptions());
  margin("TripletMarginWithDistance", nn::TripletMarginWithDistanceLossOptions());
  put_all(out, "Triplet", nn::TripletMarginLossOptions().p(), nn::TripletMarginLossOptions().eps(),
          nn::TripletMarginLossOptions().swap());
  put_all(out, "PoissonNLL", nn::PoissonNLLLossOptions().log_input(), nn::PoissonNLLLossOptions().full(),
          nn::PoissonNLLLossOptions().eps(), F::PoissonNLLLossFuncOptions().reduction());
  put_all(out, "CosineSimilarity", nn::CosineSimilarityOptions().dim(), nn::CosineSimilarityOptions().eps());
  put_all(out, "PairwiseDistance", nn::PairwiseDistanceOptions().p(), nn::PairwiseDistanceOptions().eps(),
          nn::PairwiseDistanceOptions().keepdim());
  put_all(out, "LayerNorm", nn::LayerNormOptions({2, 3}).normalized_shape(), nn::LayerNormOptions({2}).eps(),
          nn::LayerNormOptions({2}).elementwise_affine());
  put_all(out, "BatchNorm", nn::BatchNorm1dOptions(3).eps(), nn::BatchNorm2dOptions(3).momentum(),
          nn::BatchNormOptions(3).affine(), nn::BatchNorm3dOptions(3).track_running_stats());
  put_all(out, "Embedding", nn::EmbeddingOptions(4, 2).padding_idx(), nn::EmbeddingOptions(4, 2).max_norm(),
          nn::EmbeddingOptions(4, 2).norm_type(), nn::EmbeddingOptions(4, 2).scale_grad_by_freq(),
          nn::EmbeddingFromPretrainedOptions().freeze());

  namespace optim = torch::optim;
  const optim::SGDOptions sgd(0.1);
  put_all(out, "SGD", sgd.lr(), sgd.momentum(), sgd.dampening(), sgd.weight_decay(), sgd.nesterov(),
          sgd.get_lr());
  const optim::AdamOptions adam;
  put_all(out, "Adam", adam.lr(), adam.betas(), adam.eps(), adam.weight_decay(), adam.amsgrad());
  const optim::AdamWOptions adamw;
  put_all(out, "AdamW", adamw.lr(), adamw.betas(), adamw.eps(), adamw.weight_decay(), adamw.amsgrad());
  const optim::AdagradOptions adagrad;
  put_all(out, "Adagrad", adagrad.lr(), adagrad.lr_decay(), adagrad.weight_decay(),
          adagrad.initial_accumulator_value(), adagrad.eps());
  const optim::RMSpropOptions rms;
  put_all(out, "RMSprop", rms.lr(), rms.alpha(), rms.eps(), rms.weight_decay(), rms.momentum(),
          rms.centered());
  const optim::LBFGSOptions lbfgs;
  put_all(out, "LBFGS", lbfgs.lr(), lbfgs.max_iter(), lbfgs.max_eval(), lbfgs.tolerance_grad(),
          lbfgs.tolerance_change(), lbfgs.history_size(), lbfgs.line_search_fn());
  const torch::data::DataLoaderOptions loader;
  put_all(out, "DataLoader", loader.batch_size(), loader.workers(), loader.max_jobs(),
          loader.enforce_ordering(), loader.drop_last());
  const torch::data::FullDataLoaderOptions full(torch::data::DataLoaderOptions(8).workers(3).max_jobs(7));
  put_all(out, "FullDataLoader", full.batch_size, full.workers, full.max_jobs, full.enforce_ordering);
}

struct Leaf : torch::nn::Module {
  explicit Leaf(int64_t n) : torch::nn::Module("a leaf") {
    weight = register_parameter("weight", torch::arange(n, torch::kFloat));
    frozen = register_parameter("frozen", torch::ones({2}), /*requires_grad=*/false);
    seen = register_buffer("seen", torch::zeros({1}, torch::kDouble));
  }
  torch::Tensor weight, frozen, seen;
};
struct Tree : torch::nn::Module {
  Tree() {
    left = register_module("left", std::make_shared<Leaf>(3));
    right = register_module("right", torch::nn::Linear(torch::nn::LinearOptions(2, 2).bias(false)));
    register_parameter("nothing", torch::Tensor(), false);
  }
  std::shared_ptr<Leaf> left;
  torch::nn::Linear right{nullptr};
};

void module_tree(Report& out) {
  namespace nn = torch::nn;
  torch::manual_seed(10);
  const auto tree = std::make_shared<Tree>();
  const auto names = [&](const char* what, const auto& dict) {
    out << what << ": ";
    for (const auto& item : dict) out << item.key() << ' ';
    for (const auto& key : dict.keys()) out << key << ' ';
    out << dict.size() << dict.values().size() << dict.is_empty() << '\n';
  };
  out << *tree << '\n' << tree->name() << ' ' << tree->left->name() << '\n';
  names("parameters", tree->named_parameters());
  names("own parameters", tree->named_parameters(/*recurse=*/false));
  names("buffers", tree->named_buffers());
  names("modules", tree->named_modules());
  names("prefixed", tree->named_modules("net"));
  names("below", tree->named_modules("", false));
  names("children", tree->named_children());
  out << tree->parameters().size() << tree->parameters(false).size() << tree->buffers().size()
      << tree->modules().size() << tree->modules(false).size() << tree->children().size() << '\n';
  const auto parameters = tree->named_parameters();
  out << parameters.contains("left.weight") << parameters["left.weight"].sizes() << parameters.front().key()
      << parameters.back().key() << (parameters.find("x") == nullptr) << parameters[1].key()
      << parameters.pairs().size() << '\n';
  tree->apply([&](nn::Module& m) { out << m.name() << ','; });
  tree->apply([&](const nn::Module& m) { out << m.is_training() << ','; });
  tree->apply([&](const std::string& name, nn::Module&) { out << name << ','; }, "root");
  tree->apply([&](const std::shared_ptr<nn::Module>& m) { out << m->children().size() << ','; });
  tree->eval();
  out << tree->left->is_training() << tree->is_training();
  tree->train();
  out << tree->left->is_training() << '\n';
  tree->to(torch::kDouble);
  out << tree->left->weight.scalar_type() << tree->right->weight.scalar_type();
  tree->to(torch::Device(torch::kCPU), torch::kFloat);
  tree->to(torch::kCPU);
  out << tree->left->seen.scalar_type() << '\n';
  (tree->left->weight.sum() + tree->right(torch::ones({1, 2})).sum()).backward();
  tree->zero_grad(/*set_to_none=*/false);
  out << tree->left->weight.grad().defined() << tree->left->weight.grad().sum().item<float>() << '\n';
  tree->zero_grad();
  out << "zero_grad() keeps gradients: " << tree->left->weight.grad().defined() << '\n';
  out << tree->left->frozen.requires_grad() << '\n';
  out << (tree->as<Tree>() != nullptr) << (tree->as<nn::Linear>() == nullptr)
      << (tree->right->as<nn::LinearImpl>() != nullptr) << '\n';
  tree->replace_module("right", nn::Linear(1, 1));
  tree->unregister_module("left");
  names("after", tree->named_parameters());
  const auto refusal = [&](const std::function<void()>& f) {
    out << (attempt(f).empty() ? "taken" : "refused") << ' ';
  };
  refusal([&] { tree->register_parameter("a.b", torch::ones({1})); });
  refusal([&] { tree->register_parameter("", torch::ones({1})); });
  refusal([&] { tree->register_parameter("nothing", torch::ones({1})); });
  refusal([&] { tree->register_buffer("nothing", torch::ones({1})); });
  refusal([&] { tree->register_module("right", nn::Linear(1, 1)); });
  refusal([&] { tree->unregister_module("left"); });
  refusal([&] { tree->replace_module("left", nn::Linear(1, 1)); });
  refusal([&] { tree->clone(); });
  refusal([&] { nn::Linear(nullptr)->forward(torch::ones({1})); });
  out << '\n';

  nn::Linear linear(nn::LinearOptions(2, 2)), none(nullptr), shared = linear;
  out << linear.is_empty() << none.is_empty() << static_cast<bool>(none) << (shared.get() == linear.get())
      << (linear.ptr() == shared.ptr()) << (*linear).name() << '\n';
  const auto copy = std::dynamic_pointer_cast<nn::LinearImpl>(linear->clone(torch::Device(torch::kCPU)));
  out << copy->weight.equal(linear->weight) << copy->weight.is_same(linear->weight) << copy->options.bias()
      << '\n';
  {
    torch::NoGradGuard no_grad;
    linear->weight.fill_(0.5);
    linear->bias.zero_();
  }
  linear->reset_parameters();
  values_of(out, "linear", linear->weight);
  values_of(out, "linear", linear->bias);
}

// A module with a forward of several arguments, and one that returns no tensor.
struct PairImpl : torch::nn::Module {
  torch::Tensor forward(torch::Tensor a, torch::Tensor b, double scale) { return (a - b) * scale; }
};
TORCH_MODULE(Pair);
struct Words : torch::nn::Module {
  std::string forward(int n) { return std::to_string(n) + " words"; }
};

void containers(Report& out) {
  namespace nn = torch::nn;
  torch::manual_seed(11);
  nn::Sequential named({{"fc", nn::Linear(3, 2)}, {"act", nn::ReLU()}});
  named->push_back("last", nn::Softmax(1));
  named->push_back(nn::Identity());
  named->push_back(nn::FlattenImpl());
  named->push_back(std::make_shared<nn::TanhImpl>());
  nn::Sequential more(nn::Functional([](torch::Tensor x) { return x + 1; }),
                      nn::Functional(torch::elu, 1, 0, 1));
  named->extend(*more);
  out << named << named->size() << named->is_empty() << named->at<nn::LinearImpl>(0).options.in_features()
      << named->ptr(1)->name() << named->ptr<nn::ReLUImpl>(1)->options.inplace() << (*named)[2]->name()
      << '\n';
  for (const auto& item : named->named_parameters()) out << item.key() << ' ';
  for (auto& module : *named) out << module.ptr()->name() << ' ';
  const torch::Tensor x = torch::randn({2, 3});
  values_of(out, "sequential", named->forward(x));
  const auto copy = std::dynamic_pointer_cast<nn::SequentialImpl>(named->clone());
  out << copy->size() << '\n';
  values_of(out, "cloned", copy->forward(x));
  nn::Sequential pair((Pair()));
  values_of(out, "pair", pair->forward(x, x * 2, 0.5));
  out << nn::Sequential(Words())->forward<std::string>(3) << '\n';

  nn::AnyModule any(nn::Linear(3, 1)), empty, words((Words()));
  out << any.is_empty() << empty.is_empty() << any.ptr()->name()
      << any.get<nn::Linear>()->options.out_features() << any.get<nn::LinearImpl>().weight.sizes()
      << any.ptr<nn::LinearImpl>()->bias.sizes() << (words.type_info() == typeid(Words))
      << words.forward<std::string>(2) << words.any_forward(4).get<std::string>() << '\n';
  values_of(out, "any", any.forward(x));
  values_of(out, "any", any.any_forward(x).get<torch::Tensor>());
  values_of(out, "cloned any", any.clone().forward(x));
  nn::AnyValue value(5);
  out << *value.try_get<int>() << (value.try_get<double>() == nullptr) << (value.type_info() == typeid(int))
      << value.get<int>() << '\n';
  const nn::NamedAnyModule named_any("name", nn::Linear(1, 1));
  out << named_any.name() << const_cast<nn::NamedAnyModule&>(named_any).module().ptr()->name() << '\n';

  nn::ModuleList list(nn::Linear(3, 2), nn::ReLU());
  list->push_back(nn::Dropout(0.1));
  list->push_back(std::make_shared<nn::ELUImpl>());
  nn::ModuleList tail(nn::Tanh{});
  list->extend(*tail);
  list->insert(5, nn::Sigmoid().ptr());
  out << list << list->size() << list->is_empty() << list->at<nn::LinearImpl>(0).name() << list[0]->name()
      << list->ptr(2)->name() << list->ptr<nn::DropoutImpl>(2)->options.p() << '\n';
  for (const auto& module : *list) out << module->name() << ' ';
  out << std::dynamic_pointer_cast<nn::ModuleListImpl>(list->clone())->size() << '\n';

  torch::OrderedDict<std::string, std::shared_ptr<nn::Module>> modules = {{"a", nn::Linear(2, 1).ptr()},
                                                                          {"b", nn::ReLU().ptr()}};
  nn::ModuleDict dict(modules);
  dict->update(torch::OrderedDict<std::string, std::shared_ptr<nn::Module>>{{"c", nn::Tanh().ptr()}});
  out << dict << dict->size() << dict->empty() << dict->contains("c") << (*dict)["a"]->name()
      << dict->at<nn::LinearImpl>("a").name() << dict->items().size() << dict->values().size() << '\n';
  for (const auto& key : dict->keys()) out << key << ' ';
  for (const auto& item : *dict) out << item.key() << item.value()->name() << ' ';
  out << dict->pop("b")->name() << dict->size();
  dict->clear();
  out << dict->size() << '\n';

  nn::ParameterList parameters(torch::ones({2}), torch::zeros({3}));
  parameters->append(torch::ones({1, 2}));
  parameters->extend(std::vector<torch::Tensor>{torch::ones({4})});
  out << parameters << '\n'
      << parameters->size() << parameters->is_empty() << parameters->at(2).sizes() << (*parameters)[1].sizes()
      << '\n';
  for (const auto& item : *parameters) out << item.key() << item.value().sizes() << ' ';
  nn::ParameterDict weights;
  weights->insert("w", torch::ones({2}));
  weights->insert("v", torch::ones({3}));
  weights->update(*nn::ParameterDict(weights->named_parameters()));
  out << weights << '\n'
      << weights->size() << weights->empty() << weights->contains("w") << weights->get("v").sizes()
      << (*weights)["w"].sizes() << weights->keys().size() << weights->values().size()
      << weights->pop("v").sizes() << weights->size();
  weights->clear();
  out << weights->size() << '\n';

  torch::OrderedDict<std::string, int> numbers("Number");
  numbers.insert("one", 1);
  numbers.insert("two", 2);
  numbers.reserve(4);
  numbers.update({{"three", 3}});
  out << numbers["two"] << numbers[0].value() << *numbers.find("one") << numbers.size();
  numbers.erase("one");
  out << numbers.size() << numbers.front().key() << (*numbers.begin()).value() << numbers.begin()->key()
      << '\n';
  numbers.clear();
  out << numbers.is_empty() << attempt([&] { numbers["four"]; }).empty() << '\n';
}

}  // namespace
}  // namespace parity
