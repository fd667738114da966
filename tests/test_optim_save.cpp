// Optimizers that are saved and loaded go on as if nothing had happened.
#include <memory>
#include <sstream>

#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using namespace xgrad::optim;

namespace {

std::vector<Tensor> two_leaves() {
  return {tensor({{1., -2., 3.}, {0.5, 0.25, -1.}}, kDouble).requires_grad_(),
          tensor({4., 5.}, kDouble).requires_grad_()};
}

void train(Optimizer& optimizer, int steps) {
  for (int i = 0; i < steps; ++i)
    optimizer.step([&] {
      optimizer.zero_grad();
      const auto& p = optimizer.parameters();
      const Tensor loss =
          (p[0].square() * 0.5 + p[0]).sum() * p[1].square().sum().log1p() + (p[1] - 1).square().sum();
      loss.backward();
      return loss;
    });
}

template <class O, class Options>
void check_resumed(const Options& options) {
  const auto params = two_leaves();
  O optimizer(params, options);
  train(optimizer, 5);
  std::stringstream stream;
  save(optimizer, stream);
  std::vector<Tensor> copies;
  for (const Tensor& p : params) copies.push_back(p.detach().clone().requires_grad_());
  // Other options: those of the file count.
  O resumed(copies, Options(0.77));
  load(resumed, stream);
  CHECK(resumed.param_groups()[0].options().get_lr() == options.get_lr());
  for (O* o : {&optimizer, &resumed}) train(*o, 5);
  for (size_t i = 0; i < params.size(); ++i) CHECK(equal(params[i].detach(), copies[i].detach()));
}

}  // namespace

TEST_CASE("a restored optimizer takes the same steps", "[optim][serialize]") {
  check_resumed<SGD>(SGDOptions(0.01));
  check_resumed<SGD>(SGDOptions(0.01).momentum(0.9).dampening(0.1).weight_decay(0.01));
  check_resumed<SGD>(SGDOptions(0.01).momentum(0.9).nesterov(true));
  check_resumed<Adam>(AdamOptions(0.1).betas({0.7, 0.9}).eps(1e-3).weight_decay(0.1));
  check_resumed<Adam>(AdamOptions(0.1).amsgrad(true));
  check_resumed<AdamW>(AdamWOptions(0.1).weight_decay(0.2));
  check_resumed<Adagrad>(AdagradOptions(0.1).lr_decay(0.1).initial_accumulator_value(0.3));
  check_resumed<RMSprop>(RMSpropOptions(0.1).momentum(0.5).centered(true));
  check_resumed<LBFGS>(LBFGSOptions(0.1).max_iter(3).history_size(4));
  check_resumed<LBFGS>(LBFGSOptions(0.5).max_iter(2).line_search_fn("strong_wolfe"));
}

TEST_CASE("every group's options are restored", "[optim][serialize]") {
  const auto make = [](double lr0, double lr1) {
    const auto p = two_leaves();
    return std::make_unique<SGD>(
        std::vector<OptimizerParamGroup>{{{p[0]}, std::make_unique<SGDOptions>(lr0)},
                                         {{p[1]}, std::make_unique<SGDOptions>(lr1)}},
        SGDOptions(1));
  };
  const auto saved = make(0.25, 0.125), restored = make(0, 0);
  std::stringstream stream;
  save(*saved, stream);
  load(*restored, stream);
  CHECK(restored->param_groups()[0].options().get_lr() == 0.25);
  CHECK(restored->param_groups()[1].options().get_lr() == 0.125);
}

TEST_CASE("an optimizer that does not fit its file stays as it was", "[optim][serialize]") {
  Adam saved(two_leaves(), 0.1);
  train(saved, 2);
  std::stringstream stream;
  save(saved, stream);
  const std::string bytes = stream.str();
  const auto refuses = [&](Optimizer& optimizer, const std::string& file, const char* why) {
    const double lr = optimizer.param_groups()[0].options().get_lr();
    std::istringstream in(file);
    CHECK_THROWS_WITH(load(optimizer, in), Contains(why));
    CHECK(optimizer.state().empty());
    CHECK(optimizer.param_groups()[0].options().get_lr() == lr);
  };
  Adam adam(two_leaves(), 0.5);
  SGD sgd(two_leaves(), 0.5);
  refuses(sgd, bytes, "xgrad::optim::Adam");
  Adam fewer({two_leaves()[0]}, 0.5);
  refuses(fewer, bytes, "the 'parameters' in the file are 2, those of the optimizer 1");
  Adam other({two_leaves()[0], ones({3}, kDouble).requires_grad_()}, 0.5);
  refuses(other, bytes, "entry 'state.1.exp_avg': it has shape [2] and dtype float64, but [3]");
  refuses(adam, bytes.substr(0, bytes.size() - 1), "truncated");

  const auto changed = [&](const auto& change) {
    std::istringstream in(bytes);
    auto content = serialize::load_safetensors(in);
    change(content);
    std::ostringstream out;
    serialize::save_safetensors(content, out);
    return out.str();
  };
  refuses(adam, changed([](auto& c) { c.metadata["group.0.lr"] = "fast"; }), "'group.0.lr' is 'fast'");
  refuses(adam, changed([](auto& c) { c.metadata["group.0.lr"] = "-1"; }), "Invalid learning rate");
  refuses(adam, changed([](auto& c) { c.metadata.erase("state.0.step"); }), "'state.0.step' is missing");
  refuses(adam, changed([](auto& c) { c.tensors.insert("state.0.more", tensor(1)); }), "1 tensors that");
  refuses(adam, changed([](auto& c) { c.tensors.erase("state.1.exp_avg_sq"); }), "only 1 are there");
  refuses(adam, changed([](auto& c) { c.metadata.clear(); }), "the 'optimizer' in the file are nothing");
}

TEST_CASE("an optimizer of one's own says how it is saved", "[optim][serialize]") {
  struct Plain : OptimizerCloneableOptions<Plain> {
    double get_lr() const override { return 1; }
    void set_lr(double) override {}
  };
  struct Mine : Optimizer {
    Mine() : Optimizer(two_leaves(), std::make_unique<Plain>()) {}
    Tensor step(LossClosure closure) override { return run(closure); }
  };
  Mine mine;
  std::stringstream stream;
  CHECK_THROWS_WITH(save(mine, stream), Contains("override visit(FieldVisitor&)"));
}
