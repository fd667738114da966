// The measured operations, written once: included after work.inl. Each turn calls the operation as a user
// does: out of place, the result dropped.
namespace bench {
namespace {

// Random numbers between 0.1 and 1.1, in memory of the library's own. Each test is set up many times: copying
// is quicker than drawing.
ml::Tensor values(const std::vector<int64_t>& sizes) { return ml::from_blob(random_values(), sizes).clone(); }

}  // namespace
}  // namespace bench

#include "small.inl"

namespace bench {
namespace {

class OpWorks {
 public:
  // `bar`: how many times faster than libtorch.
  template <class Make>
  void add(const std::string& name, double bar, Make make) {
    all.push_back({name, bar, make});
  }
  // `f` of a tensor made when the measurement starts.
  template <class F>
  void unary(const std::string& name, double bar, std::vector<int64_t> sizes, F f) {
    add(name, bar, [=] {
      const ml::Tensor x = values(sizes);
      return Work([=] { f(x); });
    });
  }
  template <class F>
  void binary(const std::string& name, double bar, std::vector<int64_t> a, std::vector<int64_t> b, F f) {
    add(name, bar, [=] {
      const ml::Tensor x = values(a), y = values(b);
      return Work([=] { f(x, y); });
    });
  }
  // `f` forward, and backward from ones.
  template <class F>
  void trained(const std::string& name, double bar, std::vector<int64_t> sizes, F f) {
    add(name, bar, [=] {
      const ml::Tensor x = values(sizes).requires_grad_();
      const ml::Tensor ones = ml::ones_like(f(x).detach());
      return Work([=] {
        x.mutable_grad() = ml::Tensor();
        f(x).backward(ones);
      });
    });
  }

  std::vector<NamedWork> all;
};

std::string sized(const char* op, int64_t n) {
  return std::string(op) + "/" +
         (n >= 1 << 20 ? std::to_string(n >> 20) + "M" : std::to_string(n >> 10) + "K");
}

void elementwise(OpWorks& works) {
  for (const int64_t n : {1 << 12, 1 << 16, 1 << 20, 1 << 24}) {
    works.binary(sized("add", n), 1, {n}, {n}, [](T a, T b) { return a + b; });
    works.binary(sized("mul", n), 1, {n}, {n}, [](T a, T b) { return a * b; });
    works.binary(sized("eq", n), 1, {n}, {n}, [](T a, T b) { return a == b; });
    works.binary(sized("less", n), 1, {n}, {n}, [](T a, T b) { return a < b; });
    works.binary(sized("where", n), 1, {n}, {n},
                 [c = ml::rand({n}) > 0.5](T a, T b) { return ml::where(c, a, b); });
    works.unary(sized("relu", n), 1, {n}, [](T x) { return ml::relu(x); });
    works.unary(sized("log", n), 1, {n}, [](T x) { return ml::log(x); });
    works.unary(sized("sigmoid", n), 1, {n}, [](T x) { return ml::sigmoid(x); });
    works.unary(sized("exp", n), 1.5, {n}, [](T x) { return ml::exp(x); });
    works.unary(sized("tanh", n), 1.5, {n}, [](T x) { return ml::tanh(x); });
    works.unary(sized("gelu", n), 1.5, {n}, [](T x) { return ml::gelu(x); });
    works.unary(sized("gelu_tanh", n), 1.5, {n}, [](T x) { return ml::gelu(x, "tanh"); });
    const int64_t rows = n / 256;
    works.binary(sized("add_row", n), 1, {rows, 256}, {256}, [](T a, T b) { return a + b; });
    works.binary(sized("add_column", n), 1, {rows, 256}, {rows, 1}, [](T a, T b) { return a + b; });
    works.binary(sized("add_one", n), 1, {rows, 256}, {1}, [](T a, T b) { return a + b; });
  }
}

void reductions(OpWorks& works) {
  for (const int64_t n : {1 << 20, 1 << 24}) {
    const std::vector<int64_t> flat{n}, matrix{n / 1024, 1024}, cube{n / 4096, 64, 64};
    const auto along = [&](const char* op, auto f) {
      works.unary(sized(op, n) + "/all", 1.3, flat, [f](T x) { return f(x.reshape({1, -1}), 1); });
      works.unary(sized(op, n) + "/dim0", 1.3, matrix, [f](T x) { return f(x, 0); });
      works.unary(sized(op, n) + "/dim1", 1.3, matrix, [f](T x) { return f(x, 1); });
      works.unary(sized(op, n) + "/last_of_3", 1.3, cube, [f](T x) { return f(x, 2); });
    };
    along("sum", [](T x, int64_t d) { return x.sum(d); });
    along("mean", [](T x, int64_t d) { return x.mean(d); });
    along("max", [](T x, int64_t d) { return std::get<0>(x.max(d)); });
    along("var", [](T x, int64_t d) { return x.var(ml::IntArrayRef(d)); });
    along("argmax", [](T x, int64_t d) { return x.argmax(d); });
    works.trained(sized("softmax", n), 1.3, matrix, [](T x) { return ml::softmax(x, 1); });
    works.trained(sized("log_softmax", n), 1.3, matrix, [](T x) { return ml::log_softmax(x, 1); });
    works.trained(sized("layer_norm", n), 1.3, matrix, [](T x) { return ml::layer_norm(x, {1024}); });
  }
}

void copies(OpWorks& works) {
  works.unary("transposed", 1.3, {1024, 1024}, [](T x) { return x.t().contiguous(); });
  works.unary("permuted_4d", 1.3, {16, 32, 64, 32}, [](T x) { return x.permute({0, 2, 3, 1}).contiguous(); });
  works.binary("cat", 1.3, {512, 1024}, {512, 1024}, [](T a, T b) { return ml::cat({a, b}, 1); });
  works.binary("stack", 1.3, {512, 1024}, {512, 1024}, [](T a, T b) { return ml::stack({a, b}); });
  const ml::Tensor rows = ml::randint(0, 30000, {4096}, ml::kLong),
                   cells = ml::randint(0, 1024, {1024, 1024}, ml::kLong);
  works.unary("index_select", 1.3, {30000, 64}, [rows](T x) { return x.index_select(0, rows); });
  works.unary("embedding", 1.3, {30000, 64}, [rows](T x) { return ml::embedding(x, rows); });
  works.unary("gather", 1.3, {1024, 1024}, [cells](T x) { return x.gather(1, cells); });
  works.binary("scatter_add", 1.3, {1024, 1024}, {1024, 1024},
               [cells](T a, T b) { return a.scatter_add(1, cells, b); });
}

std::vector<NamedWork> op_works() {
  OpWorks works;
  elementwise(works);
  reductions(works);
  copies(works);
  small_tensors(works.all);
  return std::move(works.all);
}

}  // namespace
}  // namespace bench
