#include <xgrad/core/dtype.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <ostream>

#include <xgrad/core/scalar.hpp>

namespace xgrad {
namespace {

std::atomic<ScalarType> default_dtype{kFloat};

}  // namespace

const char* to_string(ScalarType t) {
  constexpr const char* names[] = {"Byte", "Int", "Long", "Float", "Double", "Bool"};
  return names[static_cast<size_t>(t)];
}
const char* python_name(ScalarType t) {
  constexpr const char* names[] = {"uint8", "int32", "int64", "float32", "float64", "bool"};
  return names[static_cast<size_t>(t)];
}
std::ostream& operator<<(std::ostream& out, ScalarType t) { return out << to_string(t); }

ScalarType promote_types(ScalarType a, ScalarType b) {
  // The order in which each type can hold the ones before it.
  constexpr auto rank = [](ScalarType t) {
    constexpr int ranks[] = {1, 2, 3, 4, 5, 0};
    return ranks[static_cast<size_t>(t)];
  };
  return rank(a) < rank(b) ? b : a;
}

ScalarType get_default_dtype() { return default_dtype.load(std::memory_order_relaxed); }
void set_default_dtype(ScalarType t) {
  check(is_floating_point(t),
        "set_default_dtype: only floating-point types are supported as the default type, got ", t,
        ": use xgrad::kFloat or xgrad::kDouble");
  default_dtype = t;
}

std::ostream& operator<<(std::ostream& out, DeviceType t) { return out << (t == kCPU ? "cpu" : "cuda"); }
std::ostream& operator<<(std::ostream& out, const Device& d) { return out << d.str(); }
std::ostream& operator<<(std::ostream& out, Layout) { return out << "Strided"; }

Device::Device(const std::string& name) : type_(kCPU), index_(-1) {
  const size_t colon = name.find(':');
  const std::string kind = name.substr(0, colon);
  check(kind == "cpu" || kind == "cuda", "Invalid device string: '", name,
        "', expected \"cpu\", \"cuda\" or \"cuda:0\"");
  type_ = kind == "cpu" ? kCPU : kCUDA;
  if (colon == std::string::npos) return;
  const std::string digits = name.substr(colon + 1);
  check(!digits.empty() && digits.size() <= 2 &&
            std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }),
        "Invalid device string: '", name, "', expected a number after the colon as in \"cuda:0\"");
  index_ = static_cast<int8_t>(std::stoi(digits));
}

std::string Device::str() const {
  const std::string name = type_ == kCPU ? "cpu" : "cuda";
  return has_index() ? name + ":" + std::to_string(index_) : name;
}

namespace {

// libtorch's rules: a negative integer may wrap in an unsigned type, the fraction of a real may be lost.
template <class T>
bool fits(const Scalar& value) {
  using Limits = std::numeric_limits<T>;
  if (std::is_same_v<T, bool>) return true;
  const double v = value.toDouble(), most = static_cast<double>(Limits::max());
  if (std::is_floating_point_v<T> && !std::isfinite(v)) return true;
  const bool wraps = !std::is_signed_v<T> && !value.isFloatingPoint();
  return v <= most && v >= (wraps ? -most : static_cast<double>(Limits::lowest()));
}

}  // namespace

void detail::check_fits(const Scalar& value, ScalarType t) {
  visit(t, [&](auto zero) {
    if (!fits<decltype(zero)>(value))
      fail("value cannot be converted to type ", t, " without overflow: ", value, " is outside of what a ", t,
           " tensor can hold; convert the tensor first, e.g. x.to(xgrad::kDouble)");
  });
}

std::ostream& operator<<(std::ostream& out, const Scalar& s) {
  if (s.isFloatingPoint()) return out << s.toDouble();
  if (s.isBoolean()) return out << (s.toBool() ? "true" : "false");
  return out << s.toLong();
}

}  // namespace xgrad
