// Tensors of 1 and of 64 elements: one row for every operation that both libraries have, forward and, where
// it has a gradient, backward from ones. Included by ops.inl.
namespace bench {
namespace {

using T = const ml::Tensor&;

// The inputs of the rows of one size: `x` and `y` of n elements, `a` and `b` of [side, side].
class SmallRows {
 public:
  SmallRows(std::vector<NamedWork>& all, int64_t n) : all_(all), n_(n), side_(n == 1 ? 1 : 8) {}

  template <class F>
  void one(const char* name, F f) {
    add(name, {{n_}}, [f](const Inputs& in) { return f(in[0]); });
  }
  template <class F>
  void two(const char* name, F f) {
    add(name, {{n_}, {n_}}, [f](const Inputs& in) { return f(in[0], in[1]); });
  }
  template <class F>
  void three(const char* name, F f) {
    add(name, {{n_}, {n_}, {n_}}, [f](const Inputs& in) { return f(in[0], in[1], in[2]); });
  }
  template <class F>
  void square(const char* name, F f) {
    add(name, {{side_, side_}}, [f](const Inputs& in) { return f(in[0]); });
  }
  template <class F>
  void squares(const char* name, F f) {
    add(name, {{side_, side_}, {side_, side_}}, [f](const Inputs& in) { return f(in[0], in[1]); });
  }
  template <class F>
  void batches(const char* name, F f) {
    add(name, {{1, side_, side_}, {1, side_, side_}}, [f](const Inputs& in) { return f(in[0], in[1]); });
  }

  ml::Tensor positions() const { return ml::arange(n_); }  // 0, 1, …: indices into n
  ml::Tensor mask() const { return values({n_}) > 0.5; }
  ml::Tensor classes() const { return ml::zeros({side_}, ml::kLong); }

 private:
  using Inputs = std::vector<ml::Tensor>;

  template <class F>
  void add(const char* name, std::vector<std::vector<int64_t>> sizes, F f) {
    all_.push_back({std::string("small/") + name + "/" + std::to_string(n_), 10, [=] {
                      Inputs inputs;
                      for (const auto& size : sizes) inputs.push_back(values(size).requires_grad_());
                      const ml::Tensor result = f(inputs);
                      if (!result.requires_grad()) return Work([=] { f(inputs); });
                      const ml::Tensor ones = ml::ones_like(result.detach());
                      return Work([=] {
                        for (const ml::Tensor& input : inputs) input.mutable_grad() = ml::Tensor();
                        f(inputs).backward(ones);
                      });
                    }});
  }

  std::vector<NamedWork>& all_;
  int64_t n_, side_;
};

void small_arithmetic(SmallRows& rows) {
  rows.two("add", [](T x, T y) { return x + y; });
  rows.two("sub", [](T x, T y) { return x - y; });
  rows.two("mul", [](T x, T y) { return x * y; });
  rows.two("div", [](T x, T y) { return x / y; });
  rows.two("pow", [](T x, T y) { return ml::pow(x, y); });
  rows.two("maximum", [](T x, T y) { return ml::maximum(x, y); });
  rows.two("minimum", [](T x, T y) { return ml::minimum(x, y); });
  rows.two("fmax", [](T x, T y) { return ml::fmax(x, y); });
  rows.two("fmod", [](T x, T y) { return ml::fmod(x, y); });
  rows.two("remainder", [](T x, T y) { return ml::remainder(x, y); });
  rows.two("atan2", [](T x, T y) { return ml::atan2(x, y); });
  rows.two("xlogy", [](T x, T y) { return ml::xlogy(x, y); });
  rows.two("logaddexp", [](T x, T y) { return ml::logaddexp(x, y); });
  rows.one("add_number", [](T x) { return x + 1; });
  rows.one("mul_number", [](T x) { return x * 2; });
  rows.one("number_sub", [](T x) { return 1 - x; });
  rows.one("number_div", [](T x) { return 1 / x; });
  rows.one("square_pow", [](T x) { return ml::pow(x, 2); });
  rows.one("cube_pow", [](T x) { return ml::pow(x, 3); });
  rows.three("lerp", [](T x, T y, T z) { return ml::lerp(x, y, z); });
  rows.three("addcmul", [](T x, T y, T z) { return ml::addcmul(x, y, z); });
  rows.three("addcdiv", [](T x, T y, T z) { return ml::addcdiv(x, y, z); });
  rows.two("where", [mask = rows.mask()](T x, T y) { return ml::where(mask, x, y); });
  rows.one("masked_fill", [mask = rows.mask()](T x) { return ml::masked_fill(x, mask, 2); });
  rows.two("eq", [](T x, T y) { return x == y; });
  rows.two("less", [](T x, T y) { return x < y; });
  rows.one("greater_number", [](T x) { return x > 0.5; });
}

void small_functions(SmallRows& rows) {
  const std::pair<const char*, ml::Tensor (*)(T)> plain[] = {{"neg", ml::neg},
                                                             {"abs", ml::abs},
                                                             {"sign", ml::sign},
                                                             {"exp", ml::exp},
                                                             {"log", ml::log},
                                                             {"log1p", ml::log1p},
                                                             {"sqrt", ml::sqrt},
                                                             {"sin", ml::sin},
                                                             {"cos", ml::cos},
                                                             {"square", ml::square},
                                                             {"tanh", ml::tanh},
                                                             {"expm1", ml::expm1},
                                                             {"reciprocal", ml::reciprocal},
                                                             {"exp2", ml::exp2},
                                                             {"log2", ml::log2},
                                                             {"log10", ml::log10},
                                                             {"rsqrt", ml::rsqrt},
                                                             {"tan", ml::tan},
                                                             {"atan", ml::atan},
                                                             {"sinh", ml::sinh},
                                                             {"cosh", ml::cosh},
                                                             {"asinh", ml::asinh},
                                                             {"erf", ml::erf},
                                                             {"erfc", ml::erfc},
                                                             {"floor", ml::floor},
                                                             {"frac", ml::frac},
                                                             {"sigmoid", ml::sigmoid},
                                                             {"relu", ml::relu},
                                                             {"silu", ml::silu},
                                                             {"log_sigmoid", ml::log_sigmoid}};
  for (const auto& [name, f] : plain) rows.one(name, f);
  rows.one("asin", [](T x) { return ml::asin(x * 0.5); });
  rows.one("atanh", [](T x) { return ml::atanh(x * 0.5); });
  rows.one("clamp", [](T x) { return ml::clamp(x, 0.3, 0.8); });
  rows.one("elu", [](T x) { return ml::elu(x); });
  rows.one("selu", [](T x) { return ml::selu(x); });
  rows.one("celu", [](T x) { return ml::celu(x); });
  rows.one("gelu", [](T x) { return ml::gelu(x); });
  rows.one("gelu_tanh", [](T x) { return ml::gelu(x, "tanh"); });
  rows.one("leaky_relu", [](T x) { return ml::leaky_relu(x); });
  rows.one("softplus", [](T x) { return ml::softplus(x); });
  rows.one("hardtanh", [](T x) { return ml::hardtanh(x); });
  rows.one("relu6", [](T x) { return ml::relu6(x); });
  rows.one("hardswish", [](T x) { return ml::hardswish(x); });
  rows.one("hardsigmoid", [](T x) { return ml::hardsigmoid(x); });
  rows.one("mish", [](T x) { return ml::mish(x); });
  rows.one("dropout", [](T x) { return ml::dropout(x, 0.5, true); });
}

void small_reductions(SmallRows& rows) {
  rows.one("sum", [](T x) { return x.sum(); });
  rows.one("mean", [](T x) { return x.mean(); });
  rows.one("max", [](T x) { return x.max(); });
  rows.one("min", [](T x) { return x.min(); });
  rows.one("prod", [](T x) { return x.prod(); });
  rows.one("norm", [](T x) { return x.norm(); });
  rows.one("argmax", [](T x) { return x.argmax(); });
  rows.square("sum_dim", [](T x) { return x.sum(1); });
  rows.square("mean_dim", [](T x) { return x.mean(1); });
  rows.square("max_dim", [](T x) { return std::get<0>(x.max(1)); });
  rows.square("amax", [](T x) { return ml::amax(x, 1); });
  rows.square("var_dim", [](T x) { return ml::var(x, ml::IntArrayRef(1), false); });
  rows.square("logsumexp", [](T x) { return ml::logsumexp(x, 1); });
  rows.square("argmax_dim", [](T x) { return x.argmax(1); });
  rows.square("softmax", [](T x) { return ml::softmax(x, 1); });
  rows.square("log_softmax", [](T x) { return ml::log_softmax(x, 1); });
  rows.square("layer_norm", [](T x) { return ml::layer_norm(x, {x.size(1)}); });
  rows.square("nll_loss", [y = rows.classes()](T x) { return ml::nll_loss(x, y); });
  rows.two("mse_loss", [](T x, T y) { return ml::mse_loss(x, y); });
  rows.two("l1_loss", [](T x, T y) { return ml::l1_loss(x, y); });
  rows.two("smooth_l1_loss", [](T x, T y) { return ml::smooth_l1_loss(x, y); });
  rows.two("bce_with_logits", [](T x, T y) { return ml::binary_cross_entropy_with_logits(x, y.detach()); });
  rows.one("cumsum", [](T x) { return ml::cumsum(x, 0); });
  rows.one("cumprod", [](T x) { return ml::cumprod(x, 0); });
  rows.one("sort", [](T x) { return std::get<0>(ml::sort(x, 0)); });
  rows.one("topk", [](T x) { return std::get<0>(ml::topk(x, 1)); });
}

void small_shapes(SmallRows& rows) {
  rows.one("view", [](T x) { return x.view({-1, 1}); });
  rows.one("reshape", [](T x) { return x.reshape({-1, 1}); });
  rows.square("flatten", [](T x) { return x.flatten(); });
  rows.square("transpose", [](T x) { return x.transpose(0, 1); });
  rows.square("permute", [](T x) { return x.permute({1, 0}); });
  rows.square("t_contiguous", [](T x) { return x.t().contiguous(); });
  rows.one("unsqueeze", [](T x) { return x.unsqueeze(0); });
  rows.one("squeeze", [](T x) { return x.squeeze(); });
  rows.one("expand", [](T x) { return x.expand({2, x.size(0)}); });
  rows.one("select", [](T x) { return x.select(0, 0); });
  rows.one("slice", [](T x) { return x.slice(0, 0, 1); });
  rows.one("narrow", [](T x) { return x.narrow(0, 0, 1); });
  rows.one("clone", [](T x) { return x.clone(); });
  rows.two("cat", [](T x, T y) { return ml::cat({x, y}); });
  rows.two("stack", [](T x, T y) { return ml::stack({x, y}); });
  rows.one("repeat", [](T x) { return x.repeat({2}); });
  rows.one("roll", [](T x) { return ml::roll(x, 1); });
  rows.one("flip", [](T x) { return ml::flip(x, 0); });
  rows.square("tril", [](T x) { return ml::tril(x); });
  rows.square("diagonal", [](T x) { return ml::diagonal(x); });
  rows.one("index_select", [i = rows.positions()](T x) { return x.index_select(0, i); });
  rows.one("gather", [i = rows.positions()](T x) { return x.gather(0, i); });
  rows.two("scatter_add", [i = rows.positions()](T x, T y) { return x.scatter_add(0, i, y); });
  rows.two("index_add", [i = rows.positions()](T x, T y) { return x.index_add(0, i, y); });
  rows.one("index", [i = rows.positions()](T x) { return x.index({i}); });
  rows.square("embedding", [y = rows.classes()](T x) { return ml::embedding(x, y); });
}

void small_products(SmallRows& rows) {
  rows.squares("mm", [](T a, T b) { return ml::mm(a, b); });
  rows.squares("matmul", [](T a, T b) { return ml::matmul(a, b); });
  rows.squares("linear", [](T a, T b) { return ml::linear(a, b); });
  rows.squares("addmm", [](T a, T b) { return ml::addmm(a, a, b); });
  rows.squares("mv", [](T a, T b) { return ml::mv(a, b.select(0, 0)); });
  rows.batches("bmm", [](T a, T b) { return ml::bmm(a, b); });
  rows.two("dot", [](T x, T y) { return ml::dot(x, y); });
  rows.two("outer", [](T x, T y) { return ml::outer(x, y); });
}

void small_tensors(std::vector<NamedWork>& all) {
  for (const int64_t n : {1, 64}) {
    SmallRows rows(all, n);
    small_arithmetic(rows);
    small_functions(rows);
    small_reductions(rows);
    small_shapes(rows);
    small_products(rows);
  }
}

}  // namespace
}  // namespace bench
