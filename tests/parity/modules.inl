// Every activation and loss as a module, as its function, and printed, over their options: rows that
// with_xgrad.cpp and with_libtorch.cpp compile alike. Included by library.inl.
#include <sstream>

namespace parity {
namespace {

namespace F = ml::nn::functional;
namespace nn = ml::nn;

template <class M>
std::string printed(const M& module) {
  std::ostringstream out;
  out << module;
  return out.str();
}

/// A row: what it prints, and what the module and the function make of the inputs.
struct ModuleRow {
  ModuleOp op;
  std::function<std::string()> print;
  std::function<ml::Tensor(const Tensors&)> module, function;
};

// One input.
template <class M, class Function>
ModuleRow activation(const std::string& name, const M& module, Function function, bool even = false) {
  return {{name, even ? Inputs::even : Inputs::one},
          [module] { return printed(module); },
          [m = module](const Tensors& x) mutable { return m->forward(x[0]); },
          [function](const Tensors& x) { return function(x[0]); }};
}

// Written into a copy, because a leaf that requires grad cannot be.
template <class M, class Function>
ModuleRow in_place(const std::string& name, const M& module, Function function) {
  return activation(name + " in place", module, [function](const ml::Tensor& x) {
    const ml::Tensor y = x * 1;
    function(y);
    return y;
  });
}

template <class M, class Function>
ModuleRow loss(const std::string& name, Inputs inputs, const M& module, Function function) {
  return {{name, inputs},
          [module] { return printed(module); },
          [m = module](const Tensors& x) mutable { return m->forward(x[0], x[1]); },
          [function](const Tensors& x) { return function(x[0], x[1]); }};
}

template <class M, class Function>
ModuleRow loss_of_three(const std::string& name, Inputs inputs, const M& module, Function function) {
  return {{name, inputs},
          [module] { return printed(module); },
          [m = module](const Tensors& x) mutable { return m->forward(x[0], x[1], x[2]); },
          [function](const Tensors& x) { return function(x[0], x[1], x[2]); }};
}

void add_activations(std::vector<ModuleRow>& rows) {
  const auto add = [&](const char* name, auto module, auto function) {
    rows.push_back(activation(name, module, function));
  };
  // A module that takes options, and the function that takes the same.
  const auto with = [&](const char* name, auto module, auto options, auto function) {
    rows.push_back(activation(name, module, [=](const ml::Tensor& x) { return function(x, options); }));
  };
  const auto inplace = [&](const char* name, auto module, auto options, auto function) {
    rows.push_back(in_place(name, module, [=](const ml::Tensor& x) { return function(x, options); }));
    auto& row = rows.back();
    row.module = [module](const Tensors& x) mutable {
      const ml::Tensor y = x[0] * 1;
      module->forward(y);
      return y;
    };
  };
  const auto both = [&](const char* name, auto make, auto options, auto function) {
    with(name, make(options), options, function);
    inplace(name, make(options.inplace(true)), options.inplace(true), function);
  };

  both(
      "ReLU", [](auto o) { return nn::ReLU(o); }, nn::ReLUOptions(), F::relu);
  both(
      "ReLU6", [](auto o) { return nn::ReLU6(o); }, nn::ReLU6Options(), F::relu6);
  both(
      "SELU", [](auto o) { return nn::SELU(o); }, nn::SELUOptions(), F::selu);
  for (const double alpha : {1.0, 0.25, 2.5}) {  // of which libtorch's celu takes the inverse in float
    both(
        "ELU", [](auto o) { return nn::ELU(o); }, nn::ELUOptions().alpha(alpha), F::elu);
    both(
        "CELU", [](auto o) { return nn::CELU(o); }, nn::CELUOptions().alpha(alpha), F::celu);
  }
  for (const double slope : {0.01, 0.5, 0.0})
    both(
        "LeakyReLU", [](auto o) { return nn::LeakyReLU(o); }, nn::LeakyReLUOptions().negative_slope(slope),
        F::leaky_relu);
  both(
      "Hardtanh", [](auto o) { return nn::Hardtanh(o); }, nn::HardtanhOptions(), F::hardtanh);
  both(
      "Hardtanh", [](auto o) { return nn::Hardtanh(o); }, nn::HardtanhOptions().min_val(-0.5).max_val(2),
      F::hardtanh);
  both(
      "Threshold", [](auto o) { return nn::Threshold(o); }, nn::ThresholdOptions(0.1, -2), F::threshold);
  for (const double lambda : {0.5, 1.25}) {
    with("Hardshrink", nn::Hardshrink(lambda), nn::HardshrinkOptions(lambda), F::hardshrink);
    with("Softshrink", nn::Softshrink(lambda), nn::SoftshrinkOptions(lambda), F::softshrink);
  }
  for (const char* approximate : {"none", "tanh"})
    with("GELU", nn::GELU(nn::GELUOptions().approximate(approximate)),
         nn::GELUOptions().approximate(approximate), F::gelu);
  for (const double beta : {1.0, 0.5, 3.0})
    with("Softplus", nn::Softplus(nn::SoftplusOptions().beta(beta).threshold(4)),
         nn::SoftplusOptions().beta(beta).threshold(4), F::softplus);
  for (const int64_t dim : {0, -1}) {
    with("Softmax", nn::Softmax(dim), F::SoftmaxFuncOptions(dim), F::softmax);
    with("Softmin", nn::Softmin(dim), F::SoftminFuncOptions(dim), F::softmin);
    with("LogSoftmax", nn::LogSoftmax(dim), F::LogSoftmaxFuncOptions(dim), F::log_softmax);
  }
  for (const int64_t dim : {-1, 0})
    rows.push_back(activation(
        "GLU", nn::GLU(dim), [=](const ml::Tensor& x) { return F::glu(x, F::GLUFuncOptions(dim)); }, true));
  add("Tanh", nn::Tanh(), [](const ml::Tensor& x) { return ml::tanh(x); });
  add("Sigmoid", nn::Sigmoid(), [](const ml::Tensor& x) { return ml::sigmoid(x); });
  add("LogSigmoid", nn::LogSigmoid(), F::logsigmoid);
  add("SiLU", nn::SiLU(), F::silu);
  add("Mish", nn::Mish(), F::mish);
  add("Softsign", nn::Softsign(), F::softsign);
  add("Tanhshrink", nn::Tanhshrink(), F::tanhshrink);
  add("Identity", nn::Identity(), [](const ml::Tensor& x) { return x; });

  // These draw numbers: the same ones after the same seed.
  const auto drawing = [&](const char* name, auto module, auto function) {
    rows.push_back(activation(name, module, [=](const ml::Tensor& x) {
      ml::manual_seed(3);
      return function(x);
    }));
    rows.back().module = [module](const Tensors& x) mutable {
      ml::manual_seed(3);
      return module->forward(x[0]);
    };
  };
  drawing("RReLU", nn::RReLU(nn::RReLUOptions().lower(0.1).upper(0.6)), [](const ml::Tensor& x) {
    return F::rrelu(x, F::RReLUFuncOptions().lower(0.1).upper(0.6).training(true));
  });
  nn::RReLU evaluated(nn::RReLUOptions().lower(0.1).upper(0.6));
  evaluated->eval();
  drawing("RReLU eval", evaluated,
          [](const ml::Tensor& x) { return F::rrelu(x, F::RReLUFuncOptions().lower(0.1).upper(0.6)); });
  for (const double p : {0.0, 0.3, 1.0}) {
    drawing("Dropout", nn::Dropout(p),
            [p](const ml::Tensor& x) { return F::dropout(x, F::DropoutFuncOptions().p(p)); });
    drawing("AlphaDropout", nn::AlphaDropout(p), [p](const ml::Tensor& x) {
      return F::alpha_dropout(x, F::AlphaDropoutFuncOptions().p(p).training(true));
    });
  }
}

void add_losses(std::vector<ModuleRow>& rows) {
  const auto each_reduction = [](auto use) {
    use(ml::kMean);
    use(ml::kSum);
    use(ml::kNone);
  };
  const auto pair = [&](const char* name, Inputs inputs, auto holder, auto options, auto function) {
    using Holder = decltype(holder);
    each_reduction([&](auto reduction) {
      const auto chosen = decltype(options)(options).reduction(reduction);
      rows.push_back(loss(name, inputs, Holder(chosen),
                          [=](const ml::Tensor& x, const ml::Tensor& y) { return function(x, y, chosen); }));
    });
  };
  const auto three = [&](const char* name, Inputs inputs, auto holder, auto options, auto function) {
    using Holder = decltype(holder);
    each_reduction([&](auto reduction) {
      const auto chosen = decltype(options)(options).reduction(reduction);
      rows.push_back(loss_of_three(name, inputs, Holder(chosen),
                                   [=](const ml::Tensor& a, const ml::Tensor& b, const ml::Tensor& c) {
                                     return function(a, b, c, chosen);
                                   }));
    });
  };
  const ml::Tensor weight = ml::tensor({0.5, 2.0, 1.25}, ml::kDouble);

  pair("L1Loss", Inputs::pair, nn::L1Loss(), nn::L1LossOptions(), F::l1_loss);
  pair("MSELoss", Inputs::pair, nn::MSELoss(), nn::MSELossOptions(), F::mse_loss);
  for (const double beta : {1.0, 0.4})
    pair("SmoothL1Loss", Inputs::pair, nn::SmoothL1Loss(), nn::SmoothL1LossOptions().beta(beta),
         [](const ml::Tensor& x, const ml::Tensor& y, const auto& options) {
           return F::smooth_l1_loss(x, y, options);
         });
  for (const double delta : {1.0, 0.4})
    pair("HuberLoss", Inputs::pair, nn::HuberLoss(), nn::HuberLossOptions().delta(delta), F::huber_loss);
  for (const bool log_target : {false, true})
    pair("KLDivLoss", log_target ? Inputs::pair : Inputs::probabilities, nn::KLDivLoss(),
         nn::KLDivLossOptions().log_target(log_target), F::kl_div);
  const auto batch_mean = nn::KLDivLossOptions(ml::kBatchMean);
  rows.push_back(loss("KLDivLoss", Inputs::probabilities, nn::KLDivLoss(batch_mean),
                      [=](const ml::Tensor& x, const ml::Tensor& y) { return F::kl_div(x, y, batch_mean); }));
  pair("BCELoss", Inputs::probabilities, nn::BCELoss(), nn::BCELossOptions(), F::binary_cross_entropy);
  pair("BCELoss", Inputs::probabilities, nn::BCELoss(), nn::BCELossOptions().weight(weight),
       F::binary_cross_entropy);
  pair("BCEWithLogitsLoss", Inputs::pair, nn::BCEWithLogitsLoss(), nn::BCEWithLogitsLossOptions(),
       F::binary_cross_entropy_with_logits);
  pair("BCEWithLogitsLoss", Inputs::pair, nn::BCEWithLogitsLoss(),
       nn::BCEWithLogitsLossOptions().weight(weight).pos_weight(weight * 2),
       F::binary_cross_entropy_with_logits);
  pair("MultiLabelSoftMarginLoss", Inputs::pair, nn::MultiLabelSoftMarginLoss(),
       nn::MultiLabelSoftMarginLossOptions(), F::multilabel_soft_margin_loss);
  pair("MultiLabelSoftMarginLoss", Inputs::pair, nn::MultiLabelSoftMarginLoss(),
       nn::MultiLabelSoftMarginLossOptions().weight(weight), F::multilabel_soft_margin_loss);
  pair("SoftMarginLoss", Inputs::signs, nn::SoftMarginLoss(), nn::SoftMarginLossOptions(),
       F::soft_margin_loss);
  for (const double margin : {1.0, 0.2})
    pair("HingeEmbeddingLoss", Inputs::signs, nn::HingeEmbeddingLoss(),
         nn::HingeEmbeddingLossOptions().margin(margin), F::hinge_embedding_loss);
  for (const bool log_input : {true, false})
    for (const bool full : {true, false})
      pair("PoissonNLLLoss", Inputs::probabilities, nn::PoissonNLLLoss(),
           nn::PoissonNLLLossOptions().log_input(log_input).full(full).eps(1e-3), F::poisson_nll_loss);
  pair("NLLLoss", Inputs::labels, nn::NLLLoss(), nn::NLLLossOptions().ignore_index(1), F::nll_loss);
  pair("CrossEntropyLoss", Inputs::labels, nn::CrossEntropyLoss(),
       nn::CrossEntropyLossOptions().label_smoothing(0.1).weight(weight), F::cross_entropy);
  for (const double margin : {0.0, 0.3}) {
    three("CosineEmbeddingLoss", Inputs::pair_and_row_signs, nn::CosineEmbeddingLoss(),
          nn::CosineEmbeddingLossOptions().margin(margin), F::cosine_embedding_loss);
    three("MarginRankingLoss", Inputs::pair_and_signs, nn::MarginRankingLoss(),
          nn::MarginRankingLossOptions().margin(margin), F::margin_ranking_loss);
  }
  for (const bool swap : {false, true}) {
    three("TripletMarginLoss", Inputs::three, nn::TripletMarginLoss(),
          nn::TripletMarginLossOptions().swap(swap).margin(0.7).p(swap ? 1 : 2), F::triplet_margin_loss);
    three("TripletMarginWithDistanceLoss", Inputs::three, nn::TripletMarginWithDistanceLoss(),
          nn::TripletMarginWithDistanceLossOptions().swap(swap), F::triplet_margin_with_distance_loss);
  }
  three("TripletMarginWithDistanceLoss", Inputs::three, nn::TripletMarginWithDistanceLoss(),
        nn::TripletMarginWithDistanceLossOptions().distance_function(
            [](const ml::Tensor& a, const ml::Tensor& b) { return (a - b).abs().sum(-1); }),
        F::triplet_margin_with_distance_loss);
  for (const int64_t dim : {0, 1})
    rows.push_back(loss("CosineSimilarity", Inputs::pair,
                        nn::CosineSimilarity(nn::CosineSimilarityOptions().dim(dim)),
                        [=](const ml::Tensor& x, const ml::Tensor& y) {
                          return F::cosine_similarity(x, y, F::CosineSimilarityFuncOptions().dim(dim));
                        }));
  for (const bool keepdim : {false, true})
    rows.push_back(
        loss("PairwiseDistance", Inputs::pair,
             nn::PairwiseDistance(nn::PairwiseDistanceOptions().keepdim(keepdim).p(keepdim ? 1 : 2)),
             [=](const ml::Tensor& x, const ml::Tensor& y) {
               return F::pairwise_distance(
                   x, y, F::PairwiseDistanceFuncOptions().keepdim(keepdim).p(keepdim ? 1 : 2));
             }));
}

const std::vector<ModuleRow>& module_table() {
  static const std::vector<ModuleRow> table = [] {
    std::vector<ModuleRow> rows;
    add_activations(rows);
    add_losses(rows);
    return rows;
  }();
  return table;
}

std::vector<ModuleOp> module_ops() {
  std::vector<ModuleOp> ops;
  for (const ModuleRow& row : module_table()) ops.push_back(row.op);
  return ops;
}

std::string print_module(size_t row) { return module_table()[row].print(); }

Result run_module(size_t row, const std::vector<Array>& arrays, bool as_module) {
  Result result;
  result.error = attempt([&] {
    Tensors inputs;
    for (const Array& a : arrays) inputs.push_back(make(a));
    const ModuleRow& r = module_table()[row];
    const ml::Tensor y = as_module ? r.module(inputs) : r.function(inputs);
    result.outputs.push_back(read(y));
    y.backward(ripple(y, 1));
    for (const ml::Tensor& x : inputs) result.grads.push_back(read(x.grad()));
  });
  return result;
}

}  // namespace
}  // namespace parity
