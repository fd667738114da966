#include "compare.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "cases.hpp"

namespace parity {
namespace {

const char* name(Type t) {
  constexpr const char* names[] = {"uint8", "int32", "int64", "float32", "float64", "bool"};
  return names[static_cast<size_t>(t)];
}

template <class T>
std::string list(const std::vector<T>& values) {
  std::ostringstream out;
  out.precision(17);
  out << '[';
  for (size_t i = 0; i < values.size(); ++i) out << (i ? ", " : "") << values[i];
  out << ']';
  return out.str();
}

std::string compare_refusals(const std::string& stage, const std::string& ours, const std::string& theirs,
                             Words words) {
  if (ours.empty() && theirs.empty()) return {};
  // xgrad may well know an operation for more dtypes.
  if (ours.empty() && words == Words::any && theirs.find("not implemented for '") != std::string::npos)
    return {};
  // It keeps what an in-place function has computed apart, so that a later write does not matter; and its
  // gradients are never written through views.
  if (ours.empty() && words == Words::any && stage != "forward")
    for (const char* known :
         {"modified by an inplace operation", "more than one element of the written-to tensor"})
      if (theirs.find(known) != std::string::npos) return {};
  if (ours.empty()) return stage + ": libtorch refuses, xgrad does not: " + theirs;
  if (theirs.empty()) return stage + ": xgrad refuses, libtorch does not: " + ours;
  for (const char* known : words == Words::same ? known_refusals() : std::vector<const char*>())
    if (theirs.find(known) != std::string::npos && ours.find(known) == std::string::npos)
      return stage + ": the refusal is not in libtorch's words\n  xgrad:    " + ours +
             "\n  libtorch: " + theirs;
  return {};
}

// The error that float32 or float64 sums of a few terms of size 1 may have at most, per unit of tolerance.
constexpr double least_scale = 0.02;

bool close(double ours, double theirs, double tolerance, double scale) {
  if (std::isnan(theirs) || std::isnan(ours)) return std::isnan(ours) && std::isnan(theirs);
  if (std::isinf(theirs) || std::isinf(ours)) return ours == theirs;
  return std::abs(ours - theirs) <= tolerance * std::max({scale, std::abs(theirs), least_scale});
}

// An absent derivative is a zero one.
Array or_zero(const Array& a, const Array& like) {
  if (a.defined) return a;
  Array zero = like;
  std::fill(zero.buffer.begin(), zero.buffer.end(), 0.0);
  return zero;
}

std::string compare_all(const std::string& what, const std::vector<Array>& ours,
                        const std::vector<Array>& theirs, double tolerance, double scale) {
  if (ours.size() != theirs.size())
    return "xgrad has " + std::to_string(ours.size()) + " " + what + "s, libtorch " +
           std::to_string(theirs.size());
  for (size_t i = 0; i < ours.size(); ++i)
    if (std::string d = difference(what + " " + std::to_string(i), ours[i], theirs[i], tolerance, scale);
        !d.empty())
      return d;
  return {};
}

// float32 anywhere makes every result a float32 one.
double tolerance_of(const Case& c, const Result& theirs) {
  const auto is_f32 = [](const Array& a) { return a.defined && a.type == Type::f32; };
  const bool f32 = std::any_of(c.inputs.begin(), c.inputs.end(), is_f32) ||
                   std::any_of(theirs.outputs.begin(), theirs.outputs.end(), is_f32);
  return f32 ? 2e-5 : 1e-10;
}

}  // namespace

const std::vector<const char*>& known_refusals() {
  static const std::vector<const char*> known = {
      "Expected input batch_size (",
      "size mismatch (got input: [",
      "0D or 1D target tensor expected, multi-target not supported",
      "Expected floating point type for target with class probabilities, got Long",
      "Expected target size [",
      "only batches of spatial targets supported (3D tensors) but got targets of dimension: ",
      " is out of bounds.",
      "weight tensor should be defined either for all ",
      "ignore_index is not supported for floating point target",
      "label_smoothing must be between 0.0 and 1.0. Got: ",
      "expected scalar type Long but found ",
      "not implemented for 'Long'",
      "is not differentiable with respect to argument 'weight'",
  };
  return known;
}

double magnitude(const Array& a) {
  double largest = 0;
  for (const double v : a.buffer)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  return largest;
}

double magnitude(const std::vector<Array>& arrays) {
  double largest = 0;
  for (const Array& a : arrays) largest = std::max(largest, magnitude(a));
  return largest;
}

std::string difference(const std::string& what, const Array& ours, const Array& theirs, double tolerance,
                       double scale) {
  if (ours.defined != theirs.defined)
    return what + ": " + (ours.defined ? "xgrad has one, libtorch none" : "libtorch has one, xgrad none");
  if (!ours.defined) return {};
  if (ours.type != theirs.type)
    return what + ": dtype " + name(ours.type) + ", libtorch " + name(theirs.type);
  if (ours.sizes != theirs.sizes)
    return what + ": shape " + list(ours.sizes) + ", libtorch " + list(theirs.sizes);
  if (ours.requires_grad != theirs.requires_grad)
    return what + ": requires_grad " + (ours.requires_grad ? "true, libtorch false" : "false, libtorch true");
  for (size_t i = 0; i < ours.buffer.size(); ++i) {
    if (close(ours.buffer[i], theirs.buffer[i], tolerance, scale)) continue;
    std::ostringstream out;
    out.precision(17);
    out << what << ": element " << i << " of " << ours.buffer.size() << " (row-major, shape "
        << list(ours.sizes) << ") is " << ours.buffer[i] << ", libtorch " << theirs.buffer[i];
    return out.str();
  }
  return {};
}

std::string difference(const Case& c, const Result& ours, const Result& theirs, Words words) {
  const double tolerance = tolerance_of(c, theirs);
  if (std::string d = compare_refusals("forward", ours.error, theirs.error, words);
      !d.empty() || !theirs.error.empty())
    return d;
  // Sums may cancel: an error is judged by the size of what was summed.
  const double scale = std::max(magnitude(theirs.outputs), magnitude(c.inputs));
  if (std::string d = compare_all("output", ours.outputs, theirs.outputs, tolerance, scale); !d.empty())
    return d;
  if (std::string d = compare_refusals("backward", ours.backward_error, theirs.backward_error, words);
      !d.empty() || !theirs.backward_error.empty())
    return d;
  if (std::string d = compare_all("gradient", ours.grads, theirs.grads, tolerance, magnitude(theirs.grads));
      !d.empty())
    return d;
  if (std::string d = compare_refusals("second derivative", ours.second_error, theirs.second_error, words);
      !d.empty() || !theirs.second_error.empty())
    return d;
  const size_t count = std::max(ours.second.size(), theirs.second.size());
  for (size_t i = 0; i < count; ++i) {
    const Array a = i < ours.second.size() ? ours.second[i] : Array(),
                b = i < theirs.second.size() ? theirs.second[i] : Array();
    if (std::string d = difference("second derivative " + std::to_string(i), or_zero(a, b), or_zero(b, a),
                                   tolerance * 10, magnitude(theirs.second));
        !d.empty())
      return d;
  }
  return {};
}

std::string describe(const Array& a) {
  if (!a.defined) return "undefined";
  return std::string(name(a.type)) + " sizes " + list(a.sizes) + " strides " + list(a.strides) + " offset " +
         std::to_string(a.offset) + (a.requires_grad ? " requires_grad " : " ") + list(a.buffer);
}

std::string describe(const Case& c) {
  std::string text = c.op + " ints " + list(c.ints) + " reals " + list(c.reals);
  for (const Array& a : c.inputs) text += "\n  " + describe(a);
  return text;
}

}  // namespace parity
