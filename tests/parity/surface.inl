// The surface of the interface: every name of tensors and autograd, as method and as function where libtorch
// has both, called in libtorch's words. Compiled against both libraries: what it prints must be the same.
// Here what makes tensors, what they are, writes into them and the tape; surface_ops.inl has the functions.
#include <initializer_list>
#include <iomanip>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace parity {
namespace {

/// Prints a name and what came of it: numbers to four digits, tensors with their dtype and shape.
class Surface {
 public:
  template <class... Results>
  void operator()(const char* name, const Results&... results) {
    out_ << name << ':';
    (put(results), ...);
    out_ << '\n';
  }
  /// f must be refused.
  template <class F>
  void refused(const char* name, F f) {
    out_ << name << (attempt(f).empty() ? " is allowed\n" : " is refused\n");
  }
  std::string text() const { return out_.str(); }

 private:
  void put(const torch::Tensor& t) {
    if (!t.defined()) {
      out_ << " undefined";
      return;
    }
    const torch::Tensor values = torch::empty(t.sizes(), torch::kDouble);
    values.copy_(t.detach());
    out_ << ' ' << t.scalar_type() << t.sizes() << (t.requires_grad() ? "* (" : " (");
    for (int64_t i = 0; i < values.numel(); ++i) put_number(values.data_ptr<double>()[i]);
    out_ << " )";
  }
  void put(const torch::Scalar& s) { put_number(s.toDouble()); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T number) { put_number(static_cast<double>(number)); }
  template <class... T>
  void put(const std::tuple<T...>& results) {
    std::apply([this](const auto&... r) { (put(r), ...); }, results);
  }
  void put(const std::vector<torch::Tensor>& tensors) {
    for (const torch::Tensor& t : tensors) put(t);
  }
  void put(torch::IntArrayRef numbers) { out_ << ' ' << numbers; }
  void put(const std::string& s) { out_ << ' ' << s; }
  void put(const char* s) { out_ << ' ' << s; }
  void put_number(double v) {
    // The libraries add in different orders.
    if (std::abs(v) < 1e-7) v = 0;
    out_ << ' ' << std::setprecision(4) << v;
  }

  std::ostringstream out_;
};

const torch::Tensor& example() {
  static const torch::Tensor x = torch::tensor({{0.5, -1.25, 2.0}, {3.0, 0.25, -0.75}}, torch::kFloat64);
  return x;
}

// A copy of the example to write into, on the tape but no leaf.
torch::Tensor scratch() { return example().clone().requires_grad_() * 1; }

void surface_factories(Surface& show) {
  const std::vector<int64_t> numbers{1, 2, 3};
  show("tensor", torch::tensor({1, 2}), torch::tensor({1.5, 2.0}), torch::tensor({{1, 2}, {3, 4}}),
       torch::tensor(3.5), torch::tensor(7), torch::tensor(true), torch::tensor({true, false}),
       torch::tensor(numbers), torch::tensor(at::ArrayRef<double>({1, 2})),
       torch::tensor({1, 2}, torch::kFloat), torch::tensor({1.0, 2.0}, torch::requires_grad()),
       torch::tensor(std::vector<float>{1, 2}, at::kDouble));
  show("ones, zeros, empty, full", torch::ones({2}), torch::ones(2), torch::zeros({2, 1}, at::kInt),
       torch::empty({0, 3}), torch::full({2}, 1.5), torch::full({2}, 3), torch::full({}, true),
       torch::full({2}, 3, torch::dtype(torch::kFloat64)), torch::scalar_tensor(2.5));
  show("like", torch::ones_like(example()), torch::zeros_like(example(), torch::kLong),
       torch::full_like(example(), 2), torch::empty_like(example()).sizes(),
       torch::rand_like(example()).sizes(), torch::randn_like(example()).sizes());
  show("arange", torch::arange(4), torch::arange(1, 4), torch::arange(0, 1, 0.25), torch::arange(4.0),
       torch::arange(5, torch::kFloat), torch::arange(4, 1, -1));
  show("linspace, eye", torch::linspace(0, 1, 5), torch::linspace(-1, 1, 3, torch::kDouble), torch::eye(2),
       torch::eye(2, 3, torch::kLong));
  torch::manual_seed(3);
  show("random", torch::rand({2, 2}), torch::randn({3}), torch::randint(5, {4}), torch::randint(2, 9, {3}),
       torch::randint(0, 2, {2}, torch::kFloat), torch::randperm(5));
  double memory[] = {1, 2, 3, 4, 5, 6};
  bool deleted = false;
  {
    const torch::Tensor owner = torch::from_blob(
        memory, {2}, [&deleted](void*) { deleted = true; }, torch::kDouble);
    show("from_blob", owner, torch::from_blob(memory, {2, 3}, torch::kDouble),
         torch::from_blob(memory, {3, 2}, {1, 3}, torch::TensorOptions(torch::kF64)));
  }
  show("deleter", deleted);
  show("new_", example().new_zeros({2}), example().new_ones({1, 2}, torch::kInt), example().new_full({2}, 7),
       example().new_empty({2, 0}));
}

void surface_handle(Surface& show) {
  const torch::Tensor x = example().clone(), y = x.t();
  show("shape", x.sizes(), x.strides(), x.size(-1), x.stride(0), x.dim(), x.ndimension(), x.numel(),
       y.strides(), x.is_contiguous(), y.is_contiguous(), y.contiguous().strides(), y.storage_offset(),
       x[1].storage_offset());
  show("type", x.dtype() == torch::kFloat64, x.scalar_type() == torch::kDouble, x.element_size(),
       x.itemsize(), x.nbytes(), x.is_floating_point(), x.is_signed(), x.is_complex(), x.is_cuda(),
       x.is_cpu(), x.device().str(), x.layout() == torch::kStrided, x.options().dtype() == torch::kFloat64);
  show("item", x[0][0].item(), x[0][0].item<float>(), x[1][0].item().toInt(), x.sum().item().to<double>(),
       x.data_ptr<double>()[1], static_cast<double*>(x.data_ptr())[2], torch::tensor(true).item<bool>());
  show("identity", x.is_same(x), x.is_same(y), x.defined(), torch::Tensor().defined(), y.is_view(),
       x.is_leaf(), x.use_count() > 0, torch::ones({1}).is_nonzero(), torch::is_floating_point(x));
  show("to", x.to(torch::kInt), x.to(torch::kCPU, torch::kFloat), x.to(torch::Device(torch::kCPU)),
       x.to(torch::TensorOptions(torch::kLong)), x.to(torch::ones({1}, torch::kInt)), x.toType(torch::kFloat),
       x.type_as(torch::ones({1})), x.cpu(), x.to(torch::kFloat64, /*non_blocking=*/false, /*copy=*/true));
  torch::Tensor handle = x;
  handle = y;
  show("operator=", handle.is_same(y));
  torch::Tensor z = torch::zeros({2, 2});
  z[0] = 3;
  z[1][0] = torch::tensor(1.5);
  z[1][1] = 2.5;
  show("x[i][j] =", z);
  z.resize_({3});
  show("resize_", z.sizes());
  z.set_data(torch::ones({2}));
  show("set_data", z, z.data(), z.variable_data(), z.detach().is_same(z));
  std::ostringstream text;
  text << torch::ones({1}).sizes() << torch::kLong << torch::Device("cuda:1") << torch::Scalar(2);
  show("operator<<", text.str());
}

void surface_operators(Surface& show) {
  const torch::Tensor x = example(), y = torch::tensor({2.0, 0.5, -1.0}, at::kDouble);
  show("* + / -", x * y, x + y, x / y, x - y, x * 2, x + 2, x / 2, x - 2, 2 * x, 2 + x, 2 / x, 2 - x, -x);
  show("%", x % y, x % 2, torch::arange(5) % 3);
  show("compare", x > y, x<y, x <= y, x >= y, x == y, x != y, x> 0,
       x<0, x <= 0.5, x >= 0.5, x == 2, x != 2, 1> x, 1 < x, 1 <= x, 1 >= x, 2 == x, 2 != x);
  const torch::Tensor a = torch::tensor({true, false}), b = torch::tensor({true, true}), n = torch::arange(4);
  show("bits", a & b, a | b, a ^ b, ~a, n & 1, n | 1, n ^ 3, ~n);
  torch::Tensor z = x.clone();
  z += y;
  z -= 1;
  z *= y;
  z /= 2;
  z += 0.5;
  z -= y;
  z *= 3;
  z /= y;
  show("+= …", z);
  torch::Tensor bits = torch::arange(4);
  bits &= n;
  bits |= torch::tensor(4);
  bits ^= torch::tensor(1);
  show("&= …", bits);
  show("promotion", torch::ones({2}, at::kInt) + 1.5, torch::ones({2}, at::kInt) / 2, torch::ones({2}) * y[0],
       torch::ones({1}, at::kLong) + torch::ones({1}, at::kFloat), torch::ones({2}, at::kBool) + true,
       torch::ones({2}, at::kByte) + torch::ones({2}, at::kInt),
       torch::ones({2}, at::kFloat) + torch::ones({}, at::kDouble), torch::ones({2}, at::kByte) * 2,
       torch::ones({2}, at::kByte) * -2.5, torch::ones({2}, at::kBool) * 2,
       torch::ones({}, at::kLong) + torch::ones({2}, at::kInt), torch::ones({2}, at::kBool).sum(),
       torch::ones({2}, at::kInt).sum(), torch::ones({2}, at::kInt).exp());
}

// What every two dtypes, and a dtype and a number, become.
void surface_promotion(Surface& show) {
  const torch::ScalarType types[] = {torch::kUInt8,   torch::kInt32,   torch::kInt64,
                                     torch::kFloat32, torch::kFloat64, torch::kBool};
  for (const torch::ScalarType a : types) {
    const torch::Tensor x = torch::ones({2}, a), zero_dim = torch::ones({}, a);
    show("promotion with numbers", x * 2, x * 2.5, x * true, zero_dim * 2, zero_dim * 2.5, zero_dim * true,
         x / 2, x > 0.5, x.sum(), x.cumsum(0), x.prod(), x.exp(), torch::pow(x, 2), torch::pow(2.5, x),
         torch::where(x > 0, x, 1.5), x.eq(1));
    for (const torch::ScalarType b : types) {
      const torch::Tensor y = torch::ones({2}, b);
      show("promotion", x * y, zero_dim * y, x * torch::ones({}, b), zero_dim * torch::ones({}, b), x / y,
           x.maximum(y), x < y, torch::cat({x, y}), torch::where(x > 0, x, y),
           at::promote_types(a, b) == (x * y).scalar_type());
    }
  }
}

void surface_in_place(Surface& show) {
  const torch::Tensor x = example(), y = torch::tensor({2.0, 0.5, -1.0}, at::kDouble),
                      at = torch::tensor({2, 0}), places = torch::tensor({{0, 1, 0}});
  const auto each = [&show](const char* name, std::initializer_list<void (*)(torch::Tensor&)> writes) {
    for (const auto write : writes) {
      torch::Tensor t = scratch();
      write(t);
      show(name, t);
    }
  };
  using T = torch::Tensor&;
  each("exp_ …", {[](T t) { t.exp_(); },
                  [](T t) { torch::exp_(t); },
                  [](T t) { t.abs_().log_(); },
                  [](T t) { torch::log_(torch::abs_(t)); },
                  [](T t) { torch::square_(t).log1p_(); },
                  [](T t) { torch::sqrt_(t.square_()); },
                  [](T t) { t.sin_(); },
                  [](T t) { torch::cos_(t); },
                  [](T t) { torch::tan_(t); },
                  [](T t) { t.tanh_(); },
                  [](T t) { torch::tanh_(t); },
                  [](T t) { torch::asin_(t.div_(4)); },
                  [](T t) { torch::acos_(t.div_(4)); },
                  [](T t) { torch::atan_(t); },
                  [](T t) { torch::sinh_(t); },
                  [](T t) { torch::cosh_(t); },
                  [](T t) { torch::asinh_(t); },
                  [](T t) { torch::acosh_(t.abs_().add_(1)); },
                  [](T t) { torch::atanh_(t.div_(4)); },
                  [](T t) { torch::exp2_(t); },
                  [](T t) { torch::expm1_(t); },
                  [](T t) { torch::log2_(t.abs_()); },
                  [](T t) { torch::log10_(t.abs_()); },
                  [](T t) { torch::log1p_(t.abs_()); },
                  [](T t) { torch::rsqrt_(t.abs_()); },
                  [](T t) { torch::reciprocal_(t); }});
  each("erf_ …",
       {[](T t) { t.erf_(); }, [](T t) { torch::erfc_(t); }, [](T t) { torch::sigmoid_(t); },
        [](T t) { torch::logit_(t.abs_().div_(4), 0.1); }, [](T t) { torch::neg_(t); },
        [](T t) { torch::negative_(t); }, [](T t) { t.absolute_().sign_(); }, [](T t) { t.floor_(); },
        [](T t) { torch::floor_(t); }, [](T t) { torch::ceil_(t); }, [](T t) { torch::round_(t); },
        [](T t) { torch::round_(t, 1); }, [](T t) { torch::trunc_(t); }, [](T t) { torch::fix_(t); },
        [](T t) { torch::frac_(t); }, [](T t) { torch::nan_to_num_(t, 1); }});
  each("relu_ …",
       {[](T t) { torch::relu_(t); }, [](T t) { torch::relu6_(t); }, [](T t) { torch::elu_(t, 2); },
        [](T t) { torch::selu_(t); }, [](T t) { torch::celu_(t, 2); },
        [](T t) { torch::leaky_relu_(t, 0.2); }, [](T t) { torch::hardtanh_(t); },
        [](T t) { torch::hardswish_(t); }, [](T t) { torch::hardsigmoid_(t); }, [](T t) { torch::silu_(t); },
        [](T t) { torch::mish_(t); }, [](T t) { torch::gelu_(t, "tanh"); },
        [](T t) { torch::threshold_(t, 0.3, 9); }, [](T t) { torch::dropout_(t, 0.5, false); }});
  each("clamp_ …",
       {[](T t) { t.clamp_(-1, 1); }, [](T t) { torch::clamp_(t, -1, 1); },
        [](T t) { t.clamp_(t.detach() * 0.5); }, [](T t) { torch::clamp_min_(t, 0); },
        [](T t) { t.clamp_max_(0); }, [](T t) { torch::clamp_max_(t, 1); }, [](T t) { t.clip_(-1); },
        [](T t) { torch::clip_(t, -1, 1); }, [](T t) { torch::fill_(t, 2); }, [](T t) { torch::zero_(t); },
        [](T t) { t.fill_(torch::tensor(3.0, at::kDouble)); }});
  each("shapes", {[](T t) { t.t_(); }, [](T t) { t.transpose_(0, 1).mul_(2); }, [](T t) { t.unsqueeze_(1); },
                  [](T t) { t.unsqueeze_(0).squeeze_(); }, [](T t) { t.unsqueeze_(0).squeeze_(0); },
                  [](T t) { t.swapaxes_(0, 1); }, [](T t) { t.swapdims_(1, 0); }, [](T t) { t.tril_(); },
                  [](T t) { t.triu_(1); }, [](T t) { t.cumsum_(0); }, [](T t) { t.cumprod_(1); }});
  show("arithmetic", scratch().add_(y).sub_(1).mul_(y).div_(2),
       scratch().add_(y, 2).sub_(y, 3).mul_(2).div_(y), scratch().div_(2, "floor"), scratch().abs_().pow_(2),
       scratch().abs_().pow_(y), scratch().fmod_(2), scratch().remainder_(y), scratch().atan2_(y),
       scratch().arctan2_(y), scratch().xlogy_(2),
       scratch().subtract_(y).multiply_(2).divide_(y).true_divide_(2), scratch().divide_(y, "trunc"),
       scratch().lerp_(x * 2, 0.5), scratch().lerp_(x * 2, x), scratch().addcmul_(x, x, 2),
       scratch().addcdiv_(x, x), x.clone().floor_divide_(2),
       scratch().addmm_(x, torch::eye(3, at::kDouble), 2, 3), x.sum(1).addmv_(x, x[0]),
       torch::ones({1, 2, 3}, at::kDouble).baddbmm_(x.unsqueeze(0), torch::ones({1, 3, 3}, at::kDouble)));
  show("eq_ …", scratch().eq_(0.5), scratch().ne_(y), scratch().lt_(y), scratch().le_(1), scratch().gt_(y),
       scratch().ge_(1));
  show("logical_", x.clone().logical_and_(y), x.clone().logical_or_(y), x.clone().logical_xor_(y),
       x.clone().logical_not_(), torch::arange(4).bitwise_and_(1), torch::arange(4).bitwise_or_(1),
       torch::arange(4).bitwise_xor_(1), torch::arange(4).bitwise_not_());
  show("parts", scratch().masked_fill_(x > 0, 7), scratch().masked_scatter_(x > 0, x.flatten() * 2),
       scratch().index_add_(1, at, x.slice(1, 0, 2)), scratch().index_copy_(1, at, x.slice(1, 0, 2)),
       scratch().index_fill_(1, at, 3), scratch().scatter_(1, places, 9),
       scratch().scatter_add_(0, places, x), scratch().copy_(y), scratch().zero_());
  torch::manual_seed(7);
  show("random", x.clone().uniform_(), x.clone().uniform_(2, 3), x.clone().normal_(),
       x.clone().bernoulli_(0.3), x.clone().random_(9), x.clone().random_(2, 5),
       torch::bernoulli(torch::full({4}, 0.5)), torch::ones({4}).multinomial(2),
       torch::multinomial(torch::ones({4}), 3, true));
  show.refused("exp_ of integers", [] { torch::arange(3).exp_(); });
  show.refused("growing", [] { torch::ones({1, 3}).add_(torch::ones({2, 3})); });
  show.refused("t_ of a leaf", [] { example().clone().requires_grad_().t_(); });
  show.refused("cumsum_ to another dtype", [] { torch::ones({2}).cumsum_(0, torch::kDouble); });
  show("numbers that wrap", torch::ones({2}, at::kByte).fill_(-1),
       torch::ones({2}, at::kByte).masked_fill(torch::ones({2}, at::kBool), -2),
       torch::full({2}, -1, at::kByte), torch::ones({2}, at::kByte) - 3);
  show.refused("numbers that do not fit", [] { torch::ones({2}, at::kByte).fill_(300); });
  show.refused("reals that do not fit", [] { torch::ones({2}, at::kByte).fill_(-1.5); });
  show.refused("numbers that do not fit into int",
               [] { torch::ones({2}, at::kInt).fill_(int64_t{1} << 40); });
}

void surface_tape(Surface& show) {
  torch::autograd::Variable x = example().clone();
  show("requires_grad_", x.requires_grad(), x.requires_grad_().requires_grad(),
       x.set_requires_grad(false).requires_grad(), x.requires_grad_(true).is_leaf(), x.grad().defined());
  const torch::Tensor y = x * x, z = y.sum();
  show("grad_fn", y.is_leaf(), z.grad_fn()->name(), z.grad_fn()->next_edges().size(),
       z.grad_fn()->next_edge(0).is_valid(), z.grad_fn()->next_edge(0).function->name(),
       z.grad_fn()->num_inputs(), z.output_nr(), x.unbind()[1].output_nr(), x.grad_fn() == nullptr);
  // libtorch 1.13 keeps the gradient as hooks before retain_grad() leave it, later ones as all hooks do.
  const auto position = y.register_hook([](const torch::Tensor& g) { return g * 2; });
  y.register_hook([](torch::Tensor) {});
  y.retain_grad();
  show("hooks", position, y.retains_grad());
  z.backward({}, /*retain_graph=*/true);
  show("grad", x.grad(), y.grad(), x.mutable_grad().is_same(x.grad()));
  y.remove_hook(position);
  x.mutable_grad() = torch::Tensor();
  z.backward(torch::tensor(2.0, at::kDouble), true, false, std::vector<torch::Tensor>{x});
  show("inputs", x.grad());
  const torch::autograd::variable_list grads =
      torch::autograd::grad({z}, {x, y}, {}, torch::nullopt, /*create_graph=*/true);
  torch::autograd::backward({grads[0].sum()}, {}, true);
  show("second", grads, x.grad(),
       torch::autograd::grad({grads[0].sum()}, {y}, {}, true, false, /*allow_unused=*/true));
  torch::Tensor d = y.detach(), e = (x * 2).detach_();
  show("detach", d.requires_grad(), d._version(), d.mul_(2)._version(), y._version(), e.requires_grad(),
       e.is_leaf(), torch::detach(x).is_leaf());
  {
    const torch::NoGradGuard guard;
    show("no grad", torch::GradMode::is_enabled(), (x * 2).requires_grad());
    const torch::AutoGradMode on(true);
    show("grad again", at::GradMode::is_enabled(), (x * 2).requires_grad());
  }
  show.refused("backward of many", [&] { y.backward(); });
  show.refused("backward off the tape", [] { example().sum().backward(); });
  show.refused("an index too many", [] { example()[0][0][0]; });
}

}  // namespace
}  // namespace parity

#include "surface_ops.inl"

namespace parity {
namespace {

std::string surface() {
  Surface show;
  for (auto* part : {surface_factories, surface_handle, surface_operators, surface_promotion,
                     surface_in_place, surface_tape, surface_pointwise, surface_truth, surface_reductions,
                     surface_shapes, surface_picking, surface_losses})
    part(show);
  return show.text();
}

}  // namespace
}  // namespace parity
