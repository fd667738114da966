// The tape as data and as text, names, and what TapeDetailGuard keeps.

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <random>
#include <sstream>

#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using autograd::explain;
using autograd::tape;
using autograd::TapeDetailGuard;

namespace {

Tensor leaf(const std::vector<double>& values, const char* name) {
  return tensor(values, kDouble).requires_grad_().set_name(name);
}

// y = (w * x + b) * w, where two paths meet at w; w = 2, x = 3, b = 1.
struct Meeting {
  Tensor w = full({}, 2, kDouble).requires_grad_().set_name("w");
  Tensor x = full({}, 3, kDouble).requires_grad_().set_name("x");
  Tensor b = full({}, 1, kDouble).requires_grad_().set_name("b");
  Tensor y = ((w * x).set_name("wx") + b) * w;
};

struct NetImpl : nn::Module {
  NetImpl() { fc = register_module("fc", nn::Linear(3, 2)); }
  Tensor forward(const Tensor& x) { return relu(fc(x)) * 2; }
  nn::Linear fc{nullptr};
};
TORCH_MODULE(Net);

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

TEST_CASE("tensors have names", "[tape]") {
  const Tensor x = leaf({1, 2}, "x");
  CHECK(x.name() == "x");
  const Tensor y = (x * 2).set_name("y");
  CHECK(y.name() == "y");
  CHECK((x * 2).name().empty());
  CHECK(zeros(2).name().empty());
  CHECK(zeros(2).set_name("constant").name() == "constant");
  CHECK_FALSE(zeros(2).set_name("constant").requires_grad());
  y.sum().backward();
  CHECK(x.grad().sum().item<double>() == 4);
  x.set_data(ones({3}));
  CHECK(x.name() == "x");
}

TEST_CASE("parameters are named by where they are registered", "[tape]") {
  Net net;
  CHECK(net->fc->weight.name() == "fc.weight");
  nn::Sequential outer({{"first", net}, {"second", nn::Linear(2, 2)}});
  CHECK(net->fc->weight.name() == "first.fc.weight");
  CHECK(outer->parameters().back().name() == "second.bias");
  const Net other;
  other->fc->bias.set_name("mine");
  const nn::Sequential around({{"a", other}});
  CHECK(other->fc->bias.name() == "mine");
  nn::Linear linear(2, 2);
  linear->to(kDouble);
  CHECK(linear->weight.name() == "weight");
  nn::Sequential plain({{"fc", nn::Linear(3, 2)}});
  CHECK(plain->clone()->parameters()[0].name() == "fc.weight");
}

TEST_CASE("tape() lists the nodes in the order of recording", "[tape]") {
  const Meeting m;
  const autograd::Tape t = tape(m.y);
  REQUIRE(t.nodes.size() == 6);
  std::vector<std::string> ops;
  for (const auto& node : t.nodes) ops.push_back(node.op);
  CHECK(ops == std::vector<std::string>{"AccumulateGrad", "AccumulateGrad", "AccumulateGrad", "MulBackward0",
                                        "AddBackward0", "MulBackward0"});
  CHECK(t.loss.node == 5);
  CHECK(t.label(t.nodes[3].inputs[0]) == "w");
  CHECK(t.label({3, 0}) == "wx");
  CHECK(t.label({4, 0}) == "%4");
  CHECK(t.nodes[5].inputs[1].node == 0);
  REQUIRE(t.nodes[3].saved.size() == 2);
  CHECK(t.nodes[3].saved_bytes() == 16);
  CHECK(t.nodes[0].outputs[0].value.item<double>() == 2);
  CHECK_FALSE(t.nodes[2].outputs[0].value.defined());  // nobody saved b
  CHECK(t.nodes[4].outputs[0].value.item<double>() == 7);
  CHECK_THROWS_WITH(tape(zeros(1)), Contains("does not require grad"));
  CHECK_THROWS_WITH(tape(Tensor()), Contains("undefined"));
  CHECK(tape(m.w).nodes.size() == 1);
}

TEST_CASE("the tape prints as an aligned table", "[tape]") {
  const Meeting m;
  CHECK_THAT(printed(tape(m.y)), Equals("    op              inputs  output     saved  bytes  name\n"
                                        "%0  AccumulateGrad          Double []                w\n"
                                        "%1  AccumulateGrad          Double []                x\n"
                                        "%2  AccumulateGrad          Double []                b\n"
                                        "%3  MulBackward0    w, x    Double []  w, x   16     wx\n"
                                        "%4  AddBackward0    wx, b   Double []\n"
                                        "%5  MulBackward0    %4, w   Double []  %4, w  16\n"
                                        "6 nodes, 32 bytes saved for backward\n"));
  m.y.backward();
  CHECK_THAT(printed(tape(m.y)), Contains("%5  MulBackward0    %4, w   Double []  freed, freed  0\n"));
}

TEST_CASE("values that were written since are not shown", "[tape]") {
  const Tensor x = leaf({1, 2}, "x");
  const Tensor h = x * 1, y = (h * h).sum();
  h.detach().zero_();
  CHECK_FALSE(tape(y).nodes[1].outputs[0].value.defined());
  CHECK_THROWS_WITH(explain(y), Contains("modified by an inplace operation"));
}

TEST_CASE("TapeDetailGuard keeps values and module paths", "[tape]") {
  Net net;
  const Tensor x = ones({1, 3});
  CHECK(tape(net(x).sum()).nodes.back().module.empty());
  autograd::Tape t;
  {
    const TapeDetailGuard guard;
    t = tape(net(x).sum());
  }
  std::string modules;
  for (const auto& node : t.nodes) {
    CHECK(node.outputs[0].value.defined());
    modules += node.op + ":" + node.module + " ";
  }
  CHECK_THAT(modules, Contains("ReluBackward0:Net MulBackward0:Net SumBackward0: "));
  CHECK_THAT(modules, Contains("AccumulateGrad:Net.fc "));  // a parameter is in the module that uses it
  CHECK_FALSE(autograd::Watch::any());
  CHECK(tape(net(x).sum()).nodes.back().module.empty());
}

TEST_CASE("a Sequential's layers are told apart, through its holder and past it", "[tape]") {
  nn::Sequential model{nn::Linear(3, 3), nn::ReLU(), nn::Linear(3, 2)};
  const Tensor x = ones({1, 3});
  const TapeDetailGuard guard;
  for (const Tensor& y : {model->forward(x), model(x)}) {
    std::string modules;
    for (const auto& node : tape(y.sum()).nodes)
      if (!node.leaf) modules += node.op + ":" + node.module + " ";
    CHECK(modules ==
          "AddmmBackward0:Sequential.0 ReluBackward0:Sequential.1 "
          "AddmmBackward0:Sequential.2 SumBackward0: ");
  }
}

TEST_CASE("the guards of the watch do not disturb one another", "[tape]") {
  const autograd::DetectAnomalyGuard anomaly;
  {
    const TapeDetailGuard details;
    CHECK(autograd::AnomalyMode::should_check_nan());
    autograd::set_detect_anomaly(false);
    CHECK(autograd::Watch::has(autograd::Watch::kDetails));
  }
  CHECK_FALSE(autograd::Watch::any());
}

TEST_CASE("the tape is written as dot, Mermaid and JSON", "[tape]") {
  const Tensor x = leaf({1, 2}, "a \"quoted\" <name>\\");
  const autograd::Tape t = tape((x * 2).sum());
  CHECK_THAT(to_dot(t), Contains("n0 [label=\"a \\\"quoted\\\" <name>\\\\\\nDouble [2]\", style=filled];") &&
                            Contains("n0 -> n1;") && Contains("n1 -> n2;"));
  CHECK_THAT(to_mermaid(t),
             Contains("n0([\"a #34;quoted#34; #60;name#62;\\<br/>Double [2]\"])") && Contains("n1 --> n2"));
  CHECK_THAT(
      to_json(t),
      Equals("{\"loss\":{\"node\":2,\"output\":0},\"nodes\":[{\"op\":\"AccumulateGrad\",\"leaf\":true,"
             "\"module\":\"\",\"inputs\":[],\"outputs\":[{\"name\":\"a \\\"quoted\\\" "
             "\\u003cname>\\\\\",\"sizes\":[2],\"dtype\":\"Double\"}],\"saved\":[]},"
             "{\"op\":\"MulBackward0\",\"leaf\":false,\"module\":\"\",\"inputs\":[{\"node\":0,"
             "\"output\":0}],\"outputs\":[{\"name\":\"\",\"sizes\":[2],\"dtype\":\"Double\"}],"
             "\"saved\":[]},{\"op\":\"SumBackward0\",\"leaf\":false,\"module\":\"\",\"inputs\":[{"
             "\"node\":1,\"output\":0}],\"outputs\":[{\"name\":\"\",\"sizes\":[],\"dtype\":\"Double\"}],"
             "\"saved\":[]}]}"));
}

TEST_CASE("explain() walks backward and changes nothing", "[explain]") {
  const Meeting m;
  CHECK_THAT(explain(m.y), Equals("backward from %5 = 14\n"
                                  "%5 = MulBackward0; gradient 1\n"
                                  "    %4: 1 × 2 → 2\n"
                                  "    w: 1 × 7 → 7\n"
                                  "        sum: 7 so far, 1 path not computed yet\n"
                                  "%4 = AddBackward0; gradient 2\n"
                                  "    wx: 2 × 1 → 2\n"
                                  "    b: 2 × 1 → 2\n"
                                  "wx = MulBackward0; gradient 2\n"
                                  "    w: 2 × 3 → 6\n"
                                  "        sum: 13\n"
                                  "    x: 2 × 2 → 4\n"
                                  "b is a leaf; its .grad receives 2\n"
                                  "x is a leaf; its .grad receives 4\n"
                                  "w is a leaf; its .grad receives 13\n"));
  CHECK_FALSE(m.w.grad().defined());
  m.y.backward();  // the graph is still there
  CHECK(m.w.grad().item<double>() == 13);
  CHECK_THROWS_WITH(explain(m.y), Contains("a second time"));
  CHECK_THROWS_WITH(explain(leaf({1, 2}, "x")), Contains("scalar outputs"));
}

TEST_CASE("explain() tells products from other rules, and zero from nothing", "[explain]") {
  const Tensor x = leaf({-1, 2}, "x");
  CHECK_THAT(explain(relu(x).sum()), Contains("x: [1, 1] × [0, 1] → [0, 1]"));
  CHECK_THAT(explain(softmax(x, 0).select(0, 0)), Contains("x: the rule's vector-Jacobian product → [0.0"));
  const Tensor matrix = leaf({1, 2, 3, 4}, "m");
  CHECK_THAT(explain((matrix.view({2, 2}).t() * tensor({{1, 2}, {3, 4}})).sum()),
             Contains("the rule's vector-Jacobian product → [[1, 3], [2, 4]]"));
  CHECK_THAT(
      explain((x + ones({3, 2}, kDouble)).sum()),
      Contains(
          "x: [[1, 1], [1, 1], [1, 1]] × [[1, 1], [1, 1], [1, 1]] → [3, 3], summed over what was broadcast"));
  const Tensor big = ones({5, 5}, kDouble).requires_grad_();
  CHECK_THAT(explain((big * 3).sum()), Contains("(Double [5, 5]: min 3, max 3, mean 3, norm 15)"));
  bool ran = false;
  const Tensor h = x * 2;
  h.register_hook([&](const Tensor&) { ran = true; });
  CHECK_THAT(explain(h.sum()), Contains("x is a leaf; its .grad receives [2, 2]"));
  CHECK_FALSE(ran);
}

TEST_CASE("what explain() says a leaf receives is what backward() gives it", "[explain]") {
  manual_seed(1);
  Net net;
  const Tensor loss = nn::functional::cross_entropy(net(rand({4, 3})), tensor({0, 1, -100, 1}));
  const std::string text = explain(loss);
  loss.backward();
  std::ostringstream expected;
  expected << std::setprecision(4) << "fc.bias is a leaf; its .grad receives ["
           << net->fc->bias.grad()[0].item<float>() << ", " << net->fc->bias.grad()[1].item<float>() << ']';
  CHECK_THAT(text, Contains(expected.str()));
}

TEST_CASE("write_html writes a whole page or nothing", "[viewer]") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("xgrad-viewer-" + std::to_string(std::random_device{}()));
  std::filesystem::create_directory(folder);
  const Meeting m;
  const std::string path = (folder / "tape.html").string();
  m.w.set_name("</script><b>");
  autograd::write_html(m.y, path);
  std::stringstream page;
  page << std::ifstream(path).rdbuf();
  CHECK_THAT(page.str(), Contains("<!DOCTYPE html>") && Contains("</html>") && Contains("\\u003c/script>"));
  CHECK(page.str().find("</script><b>") == std::string::npos);
  CHECK(page.str().find("http://www.w3.org/2000/svg") ==
        page.str().find("http"));  // no address but SVG's name
  CHECK(page.str().find("http", page.str().find("http") + 1) == std::string::npos);
  CHECK_THROWS_WITH(autograd::write_html(m.y, (folder / "none" / "tape.html").string()),
                    Contains("cannot write") && Contains("No such file"));
  CHECK_THROWS_WITH(autograd::write_html(m.y, folder.string()), Contains("cannot write"));
  Tensor chain = m.w;
  for (int i = 0; i < 6000; ++i) chain = chain + 1;
  CHECK_THROWS_WITH(autograd::write_html(chain, path), Contains("6001 nodes"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // no temporary file is left
  CHECK_FALSE(m.w.grad().defined());
  std::filesystem::remove_all(folder);
}
