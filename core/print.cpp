// Printing as Python's PyTorch does. Reads the elements through pointer and strides, so that printing never
// computes.
#include <xgrad/core/print.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <limits>
#include <mutex>
#include <utility>

#include <xgrad/core/tensor.hpp>

namespace xgrad {
namespace {

std::mutex options_mutex;
PrintOptions current_options;

// "1.5000" or "1.5000e+00": as printf's %f and %e, whatever the locale.
std::string number(double value, std::chars_format format, int64_t precision) {
  if (std::isnan(value)) return "nan";  // PyTorch shows no sign
  // The longest: every digit of the largest double, the point and the fraction.
  std::string text(static_cast<size_t>(precision + std::numeric_limits<double>::max_exponent10 + 8), '\0');
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, format, static_cast<int>(precision)).ptr;
  text.resize(static_cast<size_t>(end - text.data()));
  return text;
}

std::string padded(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// Turns elements into text of one width and notation, chosen from all the elements that will be shown.
class Formatter {
 public:
  Formatter(const std::vector<Scalar>& shown, bool floating, const PrintOptions& options)
      : floating_(floating), precision_(options.precision) {
    if (floating)
      choose_notation(shown, options.sci_mode);
    else
      for (const Scalar& value : shown) width_ = std::max(width_, integer(value).size());
  }

  size_t width() const { return width_; }

  std::string operator()(const Scalar& element) const {
    if (!floating_) return padded(integer(element), width_);
    const double value = element.toDouble();
    if (scientific_) return padded(number(value, std::chars_format::scientific, precision_), width_);
    if (!whole_) return padded(fixed(value, precision_), width_);
    // The point tells 2. from the integer 2.
    return padded(fixed(value, 0) + (std::isfinite(value) ? "." : ""), width_);
  }

 private:
  static std::string integer(const Scalar& value) {
    if (value.isBoolean()) return value.toBool() ? "True" : "False";
    return std::to_string(value.toLong());
  }
  static std::string fixed(double value, int64_t precision) {
    return number(value, std::chars_format::fixed, precision);
  }

  // Infinities, NaNs and zeros have no say: without other values the notation is "0.".
  void choose_notation(const std::vector<Scalar>& shown, std::optional<bool> wanted) {
    std::vector<double> values;
    for (const Scalar& element : shown)
      if (const double value = element.toDouble(); std::isfinite(value) && value != 0)
        values.push_back(value);
    if (values.empty()) return;

    double smallest = std::abs(values[0]), largest = smallest;
    for (const double value : values) {
      smallest = std::min(smallest, std::abs(value));
      largest = std::max(largest, std::abs(value));
      whole_ &= value == std::ceil(value);
    }
    scientific_ = largest / smallest > 1000 || largest > 1e8 || (!whole_ && smallest < 1e-4);
    // The width comes before the caller's wish, as in PyTorch.
    for (const double value : values) {
      const std::string text = scientific_ ? number(value, std::chars_format::scientific, precision_)
                                           : fixed(value, whole_ ? 0 : precision_) + (whole_ ? "." : "");
      width_ = std::max(width_, text.size());
    }
    scientific_ = wanted.value_or(scientific_);
  }

  bool floating_;
  bool whole_ = true;
  bool scientific_ = false;
  int64_t precision_;
  size_t width_ = 1;
};

// The elements of one tensor, in brackets.
class Elements {
 public:
  Elements(const Tensor& t, const PrintOptions& options)
      : data_(t.data_ptr()),
        dtype_(t.dtype()),
        sizes_(t.sizes()),
        strides_(t.strides()),
        options_(options),
        summarise_(t.numel() > options.threshold),
        format_(shown(), t.is_floating_point(), options) {}

  std::string str(size_t indent) const { return str(0, 0, indent); }

 private:
  Scalar at(int64_t offset) const {
    return visit(dtype_,
                 [&](auto zero) { return Scalar(static_cast<const decltype(zero)*>(data_)[offset]); });
  }

  bool cut(size_t dim) const { return summarise_ && sizes_[dim] - options_.edgeitems > options_.edgeitems; }

  // Calls f(offset) for the positions of a dimension that are shown, and gap() where some are left out.
  template <class F, class Gap>
  void each(size_t dim, int64_t offset, F f, Gap gap) const {
    for (int64_t i = 0; i < sizes_[dim]; ++i) {
      if (cut(dim) && i == options_.edgeitems) {
        gap();
        i = sizes_[dim] - options_.edgeitems;
      }
      f(offset + i * strides_[dim]);
    }
  }

  void collect(size_t dim, int64_t offset, std::vector<Scalar>& values) const {
    if (dim == sizes_.size())
      values.push_back(at(offset));
    else
      each(
          dim, offset, [&](int64_t next) { collect(dim + 1, next, values); }, [] {});
  }
  std::vector<Scalar> shown() const {
    std::vector<Scalar> values;
    collect(0, 0, values);
    return values;
  }

  std::string str(size_t dim, int64_t offset, size_t indent) const {
    if (dim == sizes_.size()) return format_(at(offset));
    const bool innermost = dim + 1 == sizes_.size();
    std::vector<std::string> parts;
    each(
        dim, offset, [&](int64_t next) { parts.push_back(str(dim + 1, next, indent + 1)); },
        [&] { parts.push_back(innermost ? " ..." : "..."); });

    // A row breaks where the line is full; matrices are set apart by blank lines.
    const int64_t room =
        (options_.linewidth - static_cast<int64_t>(indent)) / static_cast<int64_t>(format_.width() + 2);
    const size_t per_line = innermost ? static_cast<size_t>(std::max<int64_t>(1, room)) : 1;
    std::string newline = ",";
    newline.append(innermost ? 1 : sizes_.size() - dim - 1, '\n').append(indent + 1, ' ');
    std::string text = "[";
    for (size_t i = 0; i < parts.size(); ++i)
      text.append(i == 0 ? "" : i % per_line ? ", " : newline).append(parts[i]);
    return text + "]";
  }

  const void* data_;
  ScalarType dtype_;
  IntArrayRef sizes_;
  IntArrayRef strides_;
  const PrintOptions& options_;
  bool summarise_;
  Formatter format_;
};

// "(2, 3)", "(0,)"
std::string tuple(IntArrayRef sizes) {
  std::string text = "(";
  for (size_t i = 0; i < sizes.size(); ++i) text.append(i ? ", " : "").append(std::to_string(sizes[i]));
  return text + (sizes.size() == 1 ? ",)" : ")");
}

// What follows the elements: whatever cannot be seen from them.
std::vector<std::string> suffixes(const Tensor& t) {
  std::vector<std::string> result;
  bool name_dtype = t.dtype() != get_default_dtype();
  if (t.numel() == 0) {
    if (t.dim() != 1) result.push_back("size=" + tuple(t.sizes()));
  } else {
    name_dtype &= t.dtype() != kLong && t.dtype() != kBool;
  }
  if (name_dtype) result.push_back(std::string("dtype=torch.") + python_name(t.dtype()));
  if (const Ref<autograd::Node> node = t.grad_fn())
    result.push_back("grad_fn=<" + autograd::name_of(*node) + ">");
  else if (t.requires_grad())
    result.push_back("requires_grad=True");
  return result;
}

}  // namespace

PrintOptions set_printoptions(const PrintOptions& options) {
  check(options.precision >= 0 && options.precision <= 1000, "set_printoptions: precision ",
        options.precision, " is out of range: use 0 to 1000 digits");
  check(options.threshold >= 0, "set_printoptions: threshold ", options.threshold,
        " is negative: use 0 or more, e.g. INT64_MAX to print every element");
  check(options.edgeitems >= 1, "set_printoptions: edgeitems ", options.edgeitems,
        " shows nothing: use 1 or more");
  check(options.linewidth >= 1, "set_printoptions: linewidth ", options.linewidth,
        " holds nothing: use 1 or more characters");
  const std::lock_guard lock(options_mutex);
  return std::exchange(current_options, options);
}

PrintOptions get_printoptions() {
  const std::lock_guard lock(options_mutex);
  return current_options;
}

std::string Tensor::toString() const {
  if (!defined()) return "tensor(undefined)";
  const PrintOptions options = get_printoptions();
  const std::string prefix = "tensor(";
  std::string text = prefix + (numel() == 0 ? "[]" : Elements(*this, options).str(prefix.size()));

  const size_t last_newline = text.rfind('\n');
  size_t column = last_newline == std::string::npos ? text.size() + 2 : text.size() - last_newline + 1;
  for (const std::string& suffix : suffixes(*this)) {
    if (static_cast<int64_t>(column + suffix.size() + 2) > options.linewidth) {
      text += ",\n" + std::string(prefix.size(), ' ') + suffix;
      column = prefix.size() + suffix.size();
    } else {
      text += ", " + suffix;
      column += suffix.size() + 2;
    }
  }
  return text + ")";
}

void Tensor::print() const { std::cout << toString() << '\n'; }

std::ostream& operator<<(std::ostream& out, const Tensor& t) { return out << t.toString(); }

}  // namespace xgrad
