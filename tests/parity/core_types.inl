// A program of libtorch's core types, as users write them, compiled against both libraries: what it prints
// must be the same.
#include <array>
#include <sstream>
#include <string>
#include <vector>

namespace parity {
namespace {

void array_refs(std::ostream& out) {
  const std::vector<int64_t> numbers{4, 5, 6, 7};
  const std::array<int64_t, 3> three{1, 2, 3};
  const torch::IntArrayRef a(numbers), c(three), e;
  out << a << c << e << a.size() << a.front() << a.back() << a[2] << a.at(1) << a.slice(1) << a.slice(1, 2)
      << a.empty() << e.empty() << (a == numbers) << (a == c) << a.vec().size() << a.equals(numbers) << '\n';
  int64_t sum = 0;
  for (const int64_t n : a) sum += n;
  for (auto it = a.cbegin(); it != a.cend(); ++it) sum += *it;
  out << sum << '\n';
  const auto reduced = [](at::OptionalIntArrayRef dims) { return dims.has_value() ? dims->size() : 99; };
  out << reduced(c10::nullopt) << reduced(at::IntArrayRef({1, 2})) << reduced(numbers) << '\n';
  const c10::optional<int64_t> none = c10::nullopt, some = 3;
  out << none.has_value() << some.value() << none.value_or(8) << '\n';
  try {
    (void)a.at(10);
  } catch (const c10::Error&) {
    out << "out of range\n";
  }
}

void scalars(std::ostream& out) {
  for (const torch::Scalar& s :
       {torch::Scalar(3), torch::Scalar(2.5), torch::Scalar(true), torch::Scalar(1.5f)})
    out << s.toDouble() << s.toFloat() << s.toInt() << s.toLong() << s.to<double>() << s.to<int64_t>()
        << s.isFloatingPoint() << s.isIntegral(false) << s.isIntegral(true) << s.isBoolean() << s.equal(3)
        << ' ';
  const at::Scalar minus = -at::Scalar(4);
  out << minus.toInt() << torch::ones({}).item().toInt() << torch::full({1}, 7).item<int>() << '\n';
}

void devices_and_options(std::ostream& out) {
  const torch::Device cpu("cpu"), first("cuda:1");
  out << (cpu.type() == torch::kCPU) << int(cpu.index()) << int(first.index())
      << (cpu == torch::Device(torch::kCPU)) << (first.type() == torch::DeviceType::CUDA) << first.str()
      << cpu.is_cpu() << first.is_cuda() << first.has_index() << '\n';
  torch::Device device = torch::kCPU;
  if (torch::cuda::is_available()) device = torch::kCUDA;
  const auto options = torch::TensorOptions().dtype(torch::kFloat64).device(device).requires_grad(true);
  const torch::Tensor t = torch::ones({2, 2}, options);
  out << (t.dtype() == torch::kDouble) << (t.scalar_type() == torch::ScalarType::Double) << t.requires_grad()
      << (t.device() == device) << (t.layout() == torch::kStrided)
      << t.options().requires_grad(false).requires_grad();
  const auto made = {
      torch::zeros({2}, torch::dtype(torch::kInt32)), torch::zeros({2}, torch::requires_grad()),
      torch::zeros({2}, torch::device(torch::kCPU).dtype(torch::kBool)), torch::zeros({2}, at::kLong),
      torch::zeros({2}, torch::dtype(torch::kF64).requires_grad(false))};
  for (const torch::Tensor& x : made)
    out << int(x.element_size()) << x.requires_grad() << x.is_floating_point();
  const torch::Dtype type = torch::kFloat32;
  out << (torch::ones({1}).scalar_type() == type) << '\n';
  torch::set_default_dtype(torch::scalarTypeToTypeMeta(torch::kDouble));
  out << (torch::ones({1}).dtype() == torch::kFloat64)
      << (torch::typeMetaToScalarType(torch::get_default_dtype()) == torch::kDouble);
  torch::set_default_dtype(torch::scalarTypeToTypeMeta(torch::kFloat));
  torch::set_num_threads(1);
  out << torch::get_num_threads() << at::promote_types(at::kInt, at::kFloat) << '\n';
}

void expanding_arrays(std::ostream& out) {
  const torch::ExpandingArray<2> one(3), two({4, 5}), vector(std::vector<int64_t>{6, 7});
  out << one << two << vector << (*two)[1] << two->at(0) << one.size() << torch::IntArrayRef(two) << '\n';
  try {
    (void)torch::ExpandingArray<2>(std::vector<int64_t>{1, 2, 3});
  } catch (const std::exception&) {
    out << "too many\n";
  }
}

void errors(std::ostream& out) {
  try {
    TORCH_CHECK(1 + 1 == 3, "two and ", 2, " is not ", 3);
  } catch (const c10::Error& e) {
    out << std::string(e.what()).substr(0, 16) << '\n';
  }
  try {
    torch::ones({2, 3}).mm(torch::ones({2, 3}));
  } catch (const std::exception&) {
    out << "shapes\n";
  }
}

void tensors(std::ostream& out) {
  torch::Tensor x = torch::arange(6, torch::kFloat32).view({2, 3});
  const at::Tensor y = x.clone();
  out << x.sizes() << x.strides() << x.size(-1) << x.dim() << x.ndimension() << x.numel() << x.defined()
      << torch::Tensor().defined() << x.is_contiguous() << x.t().is_contiguous() << x.is_same(y)
      << torch::equal(x, y) << torch::allclose(x, y) << x.nbytes() << x.is_leaf() << '\n';
  out << x.std().item<float>() << x.var(torch::IntArrayRef{0}).sum().item<float>() << x.norm().item<float>()
      << x.norm(2, 1).sum().item<float>() << std::get<1>(x.max(1)).sum().item<int64_t>()
      << (x % 2).sum().item<float>() << x.argmax().item<int64_t>() << x.argmin(1).sum().item<int64_t>()
      << torch::std(x, at::IntArrayRef({0, 1}), false).item<float>() << (x > 2).any().item<bool>()
      << (x > 2).all().item<bool>() << x.all(1).sizes() << '\n';
  x = x.to(torch::kLong);
  out << (x & 1).sum().item<int64_t>() << (x | 1).sum().item<int64_t>() << (x ^ 3).sum().item<int64_t>()
      << (~(x > 2)).sum().item<int64_t>() << x.new_zeros({2}).scalar_type()
      << x.new_ones({2, 2}).sum().item<int64_t>() << x.sum().is_nonzero()
      << torch::where(x > 2, 1.5, 2.5).sum().item<float>() << '\n';
  torch::manual_seed(3);
  const torch::Tensor weights = torch::tensor({0.1, 0.2, 0.7});
  out << weights.multinomial(5, true).sum().item<int64_t>() << weights.multinomial(2).sum().item<int64_t>()
      << torch::bernoulli(weights).sum().item<float>() << torch::randint_like(weights, 5).sum().item<float>()
      << '\n';
}

std::string core_types() {
  std::ostringstream out;
  array_refs(out);
  scalars(out);
  devices_and_options(out);
  expanding_arrays(out);
  errors(out);
  tensors(out);
  return out.str();
}

}  // namespace
}  // namespace parity
