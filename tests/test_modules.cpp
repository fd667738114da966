// Every activation and loss, as a module and as its function: both compute the same, with the gradients that
// finite differences give.

#include <functional>
#include "catch.hpp"
#include "op_table.hpp"

namespace F = xgrad::nn::functional;
using namespace xgrad;
using namespace xgrad::nn;

namespace {

struct ModuleRow {
  std::string name;
  std::function<Tensor(List)> module, function;
  std::vector<Tensor> inputs;
};

template <class M, class Function>
ModuleRow row(const std::string& name, M module, Function function, std::vector<Tensor> inputs) {
  const auto spread_out = [](auto f) {
    return [f](List x) mutable {
      if constexpr (std::is_invocable_v<decltype(f), Tensor>)
        return f(x[0]);
      else if constexpr (std::is_invocable_v<decltype(f), Tensor, Tensor>)
        return f(x[0], x[1]);
      else
        return f(x[0], x[1], x[2]);
    };
  };
  return {name, spread_out(module), spread_out(function), std::move(inputs)};
}

// A function with its options bound.
template <class Function, class Options>
auto bind(Function function, Options options) {
  return [=](const auto&... inputs) -> decltype(function(inputs..., options)) {
    return function(inputs..., options);
  };
}

Tensor signs(IntArrayRef sizes) {
  return ones(sizes, kDouble) - 2.0 * (arange(ones(sizes).numel()) % 2).view(sizes);
}

std::vector<ModuleRow> activation_table() {
  const Tensor x = spread({4, 6});
  return {
      row("ReLU", ReLU(), bind(F::relu, ReLUOptions()), {x}),
      row("ReLU6", ReLU6(), bind(F::relu6, ReLU6Options()), {x}),
      row("ELU", ELU(ELUOptions().alpha(0.7)), bind(F::elu, ELUOptions().alpha(0.7)), {x}),
      row("SELU", SELU(), bind(F::selu, SELUOptions()), {x}),
      row("CELU", CELU(CELUOptions().alpha(1.3)), bind(F::celu, CELUOptions().alpha(1.3)), {x}),
      row("GELU", GELU(), bind(F::gelu, GELUOptions()), {x}),
      row("GELU tanh", GELU(GELUOptions().approximate("tanh")),
          bind(F::gelu, GELUOptions().approximate("tanh")), {x}),
      row("GLU", GLU(0), bind(F::glu, GLUOptions(0)), {x}),
      row("Hardshrink", Hardshrink(0.45), bind(F::hardshrink, HardshrinkOptions(0.45)), {x}),
      row("Softshrink", Softshrink(0.45), bind(F::softshrink, SoftshrinkOptions(0.45)), {x}),
      row("Hardtanh", Hardtanh(HardtanhOptions().min_val(-1.05).max_val(1.05)),
          bind(F::hardtanh, HardtanhOptions().min_val(-1.05).max_val(1.05)), {x}),
      row("LeakyReLU", LeakyReLU(), bind(F::leaky_relu, LeakyReLUOptions()), {x}),
      row("Softplus", Softplus(SoftplusOptions().beta(2)), bind(F::softplus, SoftplusOptions().beta(2)), {x}),
      row("Threshold", Threshold(0.2, -1), bind(F::threshold, ThresholdOptions(0.2, -1)), {x}),
      row("Softmax", Softmax(1), bind(F::softmax, F::SoftmaxFuncOptions(1)), {x}),
      row("Softmin", Softmin(0), bind(F::softmin, F::SoftminFuncOptions(0)), {x}),
      row("LogSoftmax", LogSoftmax(1), bind(F::log_softmax, F::LogSoftmaxFuncOptions(1)), {x}),
      row("Tanh", Tanh(), F::tanh, {x}),
      row("Sigmoid", Sigmoid(), F::sigmoid, {x}),
      row("LogSigmoid", LogSigmoid(), F::logsigmoid, {x}),
      row("SiLU", SiLU(), F::silu, {x}),
      row("Mish", Mish(), F::mish, {x}),
      row("Softsign", Softsign(), F::softsign, {x}),
      row("Tanhshrink", Tanhshrink(), F::tanhshrink, {x}),
      row("Identity", Identity(), [](const Tensor& t) { return t * 1; }, {x}),
  };
}

std::vector<ModuleRow> loss_table() {
  const Tensor x = spread({4, 3}), y = normal({4, 3}), sign = signs({4, 3}), labels = tensor({0, 2, 1, 1});
  const Tensor p = (positive({4, 3}).detach() * 0.5).requires_grad_(),
               weight = tensor({0.5, 1.0, 2.0}, kDouble);
  std::vector<ModuleRow> rows;
  // The module made of the options, and the function that is given them, for each reduction.
  const auto add = [&](auto holder, auto function, auto options, std::vector<Tensor> inputs) {
    const auto use = [&](auto reduction, const char* suffix) {
      const auto chosen = decltype(options)(options).reduction(reduction);
      rows.push_back(row(holder->name() + suffix, decltype(holder)(chosen), bind(function, chosen), inputs));
    };
    use(kMean, " mean");
    use(kSum, " sum");
    use(kNone, " none");
  };
  add(L1Loss(), F::l1_loss, L1LossOptions(), {x, y});
  add(MSELoss(), F::mse_loss, MSELossOptions(), {x, y});
  const auto smooth_l1 = [](const Tensor& a, const Tensor& b, const SmoothL1LossOptions& options) {
    return F::smooth_l1_loss(a, b, options);
  };
  add(SmoothL1Loss(), smooth_l1, SmoothL1LossOptions().beta(0.5), {x, y});
  add(HuberLoss(), F::huber_loss, HuberLossOptions().delta(0.5), {x, y});
  add(KLDivLoss(), F::kl_div, KLDivLossOptions(), {x, p});
  add(KLDivLoss(), F::kl_div, KLDivLossOptions().log_target(true), {x, y});
  add(BCELoss(), F::binary_cross_entropy, BCELossOptions().weight(weight), {p, p.detach()});
  add(BCEWithLogitsLoss(), F::binary_cross_entropy_with_logits,
      BCEWithLogitsLossOptions().weight(weight).pos_weight(weight), {x, p});
  add(MultiLabelSoftMarginLoss(), F::multilabel_soft_margin_loss,
      MultiLabelSoftMarginLossOptions().weight(weight), {x, p});
  add(CrossEntropyLoss(), F::cross_entropy, CrossEntropyLossOptions().weight(weight).label_smoothing(0.1),
      {x, labels});
  add(NLLLoss(), F::nll_loss, NLLLossOptions().weight(weight), {x, labels});
  add(HingeEmbeddingLoss(), F::hinge_embedding_loss, HingeEmbeddingLossOptions(), {x, sign});
  add(SoftMarginLoss(), F::soft_margin_loss, SoftMarginLossOptions(), {x, sign});
  add(PoissonNLLLoss(), F::poisson_nll_loss, PoissonNLLLossOptions(), {x, p.detach()});
  add(CosineEmbeddingLoss(), F::cosine_embedding_loss, CosineEmbeddingLossOptions(), {x, y, signs({4})});
  add(MarginRankingLoss(), F::margin_ranking_loss, MarginRankingLossOptions().margin(0.1), {x, y, sign});
  add(TripletMarginLoss(), F::triplet_margin_loss, TripletMarginLossOptions(), {x, y, p});
  add(TripletMarginWithDistanceLoss(), F::triplet_margin_with_distance_loss,
      TripletMarginWithDistanceLossOptions(), {x, y, p});
  rows.push_back(
      row("KLDiv batch mean", KLDivLoss(kBatchMean), bind(F::kl_div, KLDivLossOptions(kBatchMean)), {x, p}));
  rows.push_back(row("CosineSimilarity", CosineSimilarity(),
                     bind(F::cosine_similarity, CosineSimilarityOptions()), {x, y}));
  rows.push_back(row("PairwiseDistance", PairwiseDistance(),
                     bind(F::pairwise_distance, PairwiseDistanceOptions()), {x, y}));
  return rows;
}

void check_rows(const std::vector<ModuleRow>& rows) {
  const auto old = set_warning_handler({});
  for (const ModuleRow& r : rows) {
    INFO(r.name);
    CHECK(equal(r.module(r.inputs), r.function(r.inputs)));
    const auto f = [&](List x) { return std::vector<Tensor>{r.module(x)}; };
    const auto first = autograd::gradcheck(f, r.inputs), second = autograd::gradgradcheck(f, r.inputs);
    INFO(first.message << second.message);
    CHECK(first.ok());
    CHECK(second.ok());
  }
  set_warning_handler(old);
}

}  // namespace

TEST_CASE("activations as modules and functions have the right gradients", "[modules]") {
  check_rows(activation_table());
}

TEST_CASE("losses as modules and functions have the right gradients", "[modules]") {
  check_rows(loss_table());
}

TEST_CASE("in-place activations write into their input and keep its gradients", "[modules]") {
  const Tensor start = spread({3, 4});
  const auto check_one = [&](const std::string& name, auto in_place, auto out_of_place) {
    INFO(name);
    const Tensor leaf = start.detach().clone().requires_grad_(), h = leaf * 1;
    const Tensor result = in_place(h);
    CHECK(result.is_same(h));
    const Tensor expected = out_of_place(leaf);
    CHECK(equal(h, expected));
    CHECK(allclose(autograd::grad({h.sum()}, {leaf})[0], autograd::grad({expected.sum()}, {leaf})[0]));
    CHECK_THROWS_WITH(in_place(leaf), Contains("a leaf Variable that requires grad"));
  };
  check_one("ReLU", ReLU(true), ReLU());
  check_one("ReLU6", ReLU6(true), ReLU6());
  check_one("SELU", SELU(true), SELU());
  check_one("ELU", ELU(ELUOptions().inplace(true)), ELU());
  check_one("CELU", CELU(CELUOptions().inplace(true)), CELU());
  check_one("LeakyReLU", LeakyReLU(LeakyReLUOptions().inplace(true)), LeakyReLU());
  check_one("Hardtanh", Hardtanh(HardtanhOptions().inplace(true)), Hardtanh());
  check_one("Threshold", Threshold(ThresholdOptions(0.1, 3).inplace(true)), Threshold(0.1, 3));
}

TEST_CASE("the layers with weights have the right gradients", "[modules]") {
  const Tensor x = spread({4, 6}), y = normal({4, 6});
  const auto check_layer = [](auto layer, std::vector<Tensor> inputs) {
    INFO(layer->name());
    layer->to(kDouble);
    for (const Tensor& parameter : layer->parameters()) {
      NoGradGuard no_grad;
      parameter.copy_(linspace(0.3, 1.2, parameter.numel(), kDouble).view_as(parameter));
    }
    const size_t given = inputs.size();
    for (const Tensor& parameter : layer->parameters()) inputs.push_back(parameter);
    const auto report = autograd::gradcheck(
        [&](List in) {
          if constexpr (requires { layer(in[0], in[1]); })
            return std::vector<Tensor>{layer(in[0], in[1])};
          else
            return std::vector<Tensor>{layer(in[0])};
        },
        inputs);
    INFO(report.message);
    CHECK(report.ok());
    CHECK(inputs.size() > given);
  };
  check_layer(Linear(6, 2), {x});
  check_layer(Bilinear(6, 6, 2), {x, y});
  check_layer(PReLU(PReLUOptions().num_parameters(6)), {x});
  check_layer(LayerNorm(LayerNormOptions({6})), {x});
  check_layer(GroupNorm(2, 6), {x});
  check_layer(Embedding(5, 3), {tensor({{1, 4}, {1, 0}})});
}

TEST_CASE("modules refuse what they cannot use", "[modules]") {
  const Tensor x = ones({2, 3});
  CHECK_THROWS_WITH(Softmax2d()(x), Contains("Softmax2d requires a 3D or 4D tensor as input"));
  CHECK_THROWS_WITH(BatchNorm1d(3)(ones({3})), Contains("expected 2D or 3D input (got 1D input)"));
  CHECK_THROWS_WITH(BatchNorm2d(3)(x), Contains("expected 4D input (got 2D input)"));
  CHECK_THROWS_WITH(BatchNorm1d(3)(ones({1, 3})), Contains("Expected more than 1 value per channel"));
  CHECK_THROWS_WITH(Embedding(EmbeddingOptions(3, 2).padding_idx(3)),
                    Contains("Padding_idx must be within num_embeddings"));
  CHECK_THROWS_WITH(Embedding(EmbeddingOptions(3, 2)._weight(x)), Contains("Shape of _weight"));
  CHECK_THROWS_WITH(Embedding::from_pretrained(ones({3})), Contains("expected to be 2-dimensional"));
  CHECK_THROWS_WITH(Dropout2d(1.5), Contains("has to be between 0 and 1, but got 1.5"));
  CHECK_THROWS_WITH(AlphaDropout(-1), Contains("has to be between 0 and 1, but got -1"));
  CHECK_THROWS_WITH(Dropout2d()(ones({3})), Contains("Feature dropout requires at least 2 dimensions"));
  CHECK_THROWS_WITH(RReLU(RReLUOptions().lower(2))(x), Contains("Lower bound should be less"));
  CHECK_THROWS_WITH(BCELoss()(x, ones({2})), Contains("Using a target size ([2])"));
  CHECK_THROWS_WITH(BCEWithLogitsLoss()(x, ones({2})), Contains("Target size ([2]) must be the same"));
  CHECK_THROWS_WITH(MarginRankingLoss()(x, x, ones({2})), Contains("should have same dimension"));
  CHECK_THROWS_WITH(GELU(GELUOptions().approximate("erf"))(x), Contains("erf"));
  CHECK_THROWS_WITH(F::smooth_l1_loss(x, x, SmoothL1LossOptions().beta(0.5), 0.25),
                    Contains("expected beta not to be provided in 'options', but got 0.5"));
}

TEST_CASE("dropout draws in the order of memory", "[modules]") {
  const auto drawn = [](const Tensor& x) {
    manual_seed(5);
    const Tensor kept = dropout(x, 0.4, true) != 0;
    manual_seed(5);
    CHECK(equal(F::alpha_dropout(x, F::AlphaDropoutFuncOptions().p(0.4).training(true)) > 0, kept));
    return kept;
  };
  // The words of PyTorch 2.6, as are the orders.
  const Tensor words = tensor({0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 1}) == 1, rows = words.reshape({3, 4});
  CHECK(equal(drawn(ones({3, 4})), rows));
  CHECK(equal(drawn(ones({4, 3}).t()).t().reshape({12}), words));
  CHECK(equal(drawn(ones({2, 3, 2}).permute({2, 0, 1})).permute({1, 2, 0}).reshape({12}), words));
  CHECK(equal(drawn(ones({3, 8}).slice(1, 0, nullopt, 2)), rows));
  CHECK(equal(drawn(ones({4, 6}).slice(1, 0, nullopt, 2).t()).t().reshape({12}), words));
  CHECK(equal(drawn(ones({3, 1}).expand({3, 4})), rows));
  CHECK(equal(drawn(ones({1, 4}).expand({3, 4})), rows));
}

TEST_CASE("a converted or cloned module computes with its own tensors", "[modules]") {
  const Tensor weight = tensor({1.f, 2.f, 3.f}), x = randn({2, 3}, kDouble), y = rand({2, 3}, kDouble);
  BCEWithLogitsLoss loss(BCEWithLogitsLossOptions().weight(weight).pos_weight(weight));
  CHECK(loss->buffers().size() == 2);
  loss->to(kDouble);
  CHECK(loss(x, y).dtype() == kDouble);
  CHECK(weight.dtype() == kFloat);
  BatchNorm1d norm(3);
  norm(x.to(kFloat));
  const auto copy = std::dynamic_pointer_cast<BatchNorm1dImpl>(norm->clone());
  norm(x.to(kFloat));
  CHECK(copy->num_batches_tracked.item<int64_t>() == 1);
  CHECK(norm->num_batches_tracked.item<int64_t>() == 2);
  norm->reset_running_stats();
  CHECK(equal(norm->running_var, ones({3})));
}
