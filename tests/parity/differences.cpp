#include "differences.hpp"

#include <algorithm>
#include <cmath>

#include "cases.hpp"

namespace parity {
namespace {

// Where
// -----------------------------------------------------------------------------------------------------------

bool always(const Case&) { return true; }

bool is_empty(const Case& c) { return c.inputs[0].numel() == 0; }
bool has_nothing(const Case& c) {
  return std::any_of(c.inputs.begin(), c.inputs.end(), [](const Array& a) { return a.numel() == 0; });
}
bool has_one_element_at_most(const Case& c) { return c.inputs[0].numel() < 2; }
bool is_integer(const Case& c) { return !is_floating(c.inputs[0].type); }
bool is_integer_to_real(const Case& c) { return is_integer(c) && is_floating(c.inputs[1].type); }

bool has_float_infinity(const Case& c) {
  const std::vector<double> values = logical_values(c.inputs[0]);
  return c.inputs[0].type == Type::f32 && std::find(values.begin(), values.end(), HUGE_VAL) != values.end();
}

// Of the rows whose arguments are keepdim, dims….
bool has_no_dims(const Case& c) { return c.ints.size() < 2; }

bool has_byte_index(const Case& c) {
  return std::any_of(c.inputs.begin() + 1, c.inputs.end(),
                     [&](const Array& a) { return a.type == Type::u8 && c.inputs[0].type != Type::u8; });
}

// Whether instructions of WritingProgram expand a tensor and then write a number to a part of one.
bool writes_into_expanded(const Case& c) {
  bool expanded = false;
  for (size_t i = 1; i + 4 < c.ints.size(); i += 5) {
    if (expanded && (c.ints[i] == 20 || c.ints[i] == 21)) return true;
    expanded |= c.ints[i] == 6;
  }
  return false;
}

bool is_contiguous(const Array& a) {
  int64_t stride = 1;
  for (size_t d = a.sizes.size(); d-- > 0; stride *= a.sizes[d])
    if (a.sizes[d] != 1 && a.strides[d] != stride) return false;
  return true;
}
bool is_strided(const Case& c) { return !is_contiguous(c.inputs[0]) || !is_contiguous(c.inputs[1]); }

// Whether a dimension lies in memory outside of one before it.
bool is_turned(const Case& c) {
  const Array& a = c.inputs[0];
  for (size_t d = 0; d < a.sizes.size(); ++d)
    for (size_t e = d + 1; e < a.sizes.size(); ++e)
      if (a.sizes[d] > 1 && a.sizes[e] > 1 && a.strides[d] != 0 && a.strides[d] < a.strides[e]) return true;
  return false;
}

// Of embedding: the table is the first input with the dimension that is picked from in front.
bool is_beyond_the_table(const Case& c) {
  const std::vector<double> rows = logical_values(c.inputs[1]);
  const auto dims = static_cast<int64_t>(c.inputs[0].sizes.size());
  const int64_t d = c.ints[0] < 0 ? c.ints[0] + dims : c.ints[0];
  if (d < 0 || d >= dims) return false;
  const auto count = static_cast<double>(c.inputs[0].sizes[static_cast<size_t>(d)]);
  return rows.empty() || std::any_of(rows.begin(), rows.end(), [&](double i) { return i < 0 || i >= count; });
}

// What is right
// -----------------------------------------------------------------------------------------------------------

bool is_labelled(const Case& c) { return !is_floating(c.inputs[1].type) && !c.inputs[0].sizes.empty(); }

// What libtorch makes of the loss if the logits at ignored positions are finite.
Result without_ignored(Case c) {
  std::vector<bool> ignored;  // in row-major order of the positions
  for (const double label : logical_values(c.inputs[1]))
    ignored.push_back(label == static_cast<double>(c.ints[1]));
  Array& x = c.inputs[0];
  std::vector<double> logits = logical_values(x);
  const auto classes = static_cast<size_t>(x.sizes[x.sizes.size() > 1 ? 1 : 0]);
  size_t inner = 1;
  for (size_t d = 2; d < x.sizes.size(); ++d) inner *= static_cast<size_t>(x.sizes[d]);
  bool changed = false;
  for (size_t i = 0; i < logits.size(); ++i) {
    const size_t position = i / (classes * inner) * inner + i % inner;
    if (position >= ignored.size() || !ignored[position] || std::isfinite(logits[i])) continue;
    logits[i] = 0;
    changed = true;
  }
  if (changed) x = contiguous(x.type, x.sizes, logits, x.requires_grad);
  Result result = libtorch_library().run(c);
  // The derivative of zero with respect to the gradient from above is zero; in libtorch it is 0 / 0.
  if (result.second.size() >= 2 && std::find(ignored.begin(), ignored.end(), false) == ignored.end())
    std::fill(result.second.back().buffer.begin(), result.second.back().buffer.end(), 0.0);
  return result;
}

// The list
// -----------------------------------------------------------------------------------------------------------

constexpr const char* wrong_shape = "the gradient's shape is wrong";
constexpr const char* not_reduced = "the gradient is taken as if nothing had been reduced";
constexpr const char* zero_by_zero = "the second derivative of one element's variance, 0 / 0, is 0";
constexpr const char* ignored_logits = "infinities and NaN at ignored positions reach the derivatives";
constexpr const char* float_logarithm = "the logarithm in the exponent's gradient is a float32 one";
constexpr const char* past_the_end = "writes past the end";
constexpr const char* byte_masks =
    "refuses a uint8 mask where one number is written, though it takes it where there are several";
constexpr const char* no_boolean_mask =
    "forward: libtorch refuses, xgrad does not: masked_fill_ only supports boolean masks";
constexpr const char* unseen_indices = "does not look at the indices when there are no elements";
constexpr const char* out_of_range =
    "forward: xgrad refuses, libtorch does not: index_add_(): index out of range";
constexpr const char* options_beta = "the function does not read beta in its options";

using enum Versions;

// What libtorch does. xgrad is right, but where the entry says that it follows 2.x.
const std::vector<Difference>& differences() {
  static const std::vector<Difference> list{
      {"cross_entropy", all, ignored_logits, is_labelled, "", without_ignored},
      {"linear_cross_entropy", all, ignored_logits, is_labelled, "", without_ignored},
      {"pow", second, float_logarithm, is_integer_to_real, "gradient 1"},
      {"pow signed", second, float_logarithm, is_integer_to_real, "gradient 1"},
      {"gelu", second, "float32 infinity gives NaN", has_float_infinity, "output 0"},
      {"dropout", first, "draws in row-major order; xgrad follows 2.x, which draws in the order of memory",
       is_turned, "output 0"},
      {"norm dtype", first, "converts integers first; xgrad follows 2.x, which refuses them", is_integer,
       "forward: xgrad refuses, libtorch does not: norm: linalg.vector_norm: Expected a floating point"},
      {"var", first, wrong_shape, has_one_element_at_most, ""},
      {"std", first, wrong_shape, has_one_element_at_most, ""},
      {"std_mean", first, wrong_shape, has_one_element_at_most, ""},
      {"var dims", all, not_reduced, has_no_dims, ""},
      {"std dims", all, not_reduced, has_no_dims, ""},
      {"var_mean", all, not_reduced, has_no_dims, ""},
      {"var", second, zero_by_zero, has_one_element_at_most, "second derivative"},
      {"var dims", second, zero_by_zero, has_one_element_at_most, "second derivative"},
      {"norm inf", first, "takes nothing to have a largest element", is_empty,
       "forward: xgrad refuses, libtorch does not: amax(): Expected reduction dim"},
      {"diag", first, "loses count beside an empty matrix", has_nothing,
       "forward: libtorch refuses, xgrad does not: numel: integer multiplication overflow"},
      {"tril triu", first, "takes an empty vector", is_empty,
       "forward: xgrad refuses, libtorch does not: tril: input tensor must have at least 2 dimensions"},
      {"embedding", all, "reads beyond the table", is_beyond_the_table, ""},
      {"masked_select", first, "puts the gradients at wrong places", is_strided, "gradient 0"},
      {"index_copy", first, past_the_end, is_empty, ""},
      {"index_fill", first, past_the_end, is_empty, ""},
      {"index_add", second, unseen_indices, is_empty, out_of_range},
      {"index_add alpha", second, unseen_indices, is_empty, out_of_range},
      {"index_copy", second, unseen_indices, is_empty,
       "forward: xgrad refuses, libtorch does not: index_copy_(): index out of range"},
      {"index_fill", second, unseen_indices, is_empty,
       "forward: xgrad refuses, libtorch does not: index_fill_(): index out of range"},
      {"index_put_", second, byte_masks, has_byte_index, no_boolean_mask},
      {"index_put_ number", second, byte_masks, has_byte_index, no_boolean_mask},
      {"index_put_ through a view", second, byte_masks, has_byte_index, no_boolean_mask},
      {"index_put accumulate", second, byte_masks, has_byte_index, no_boolean_mask},
      {"program", second, "refuses one number for repeated elements, though fill_ takes it",
       writes_into_expanded,
       "forward: libtorch refuses, xgrad does not: unsupported operation: more than one element"},
      {"SmoothL1Loss function", first, options_beta, always, "value"},
      {"SmoothL1Loss function", first, options_beta, always, "gradient"},
  };
  return list;
}

const std::vector<TextDifference>& text_differences() {
  static const std::vector<TextDifference> list{
      {first, "zero_grad() zeroes unless told otherwise; xgrad follows 2.x, which makes gradients undefined",
       "zero_grad() keeps gradients: false", "zero_grad() keeps gradients: true"},
      {first, "has other words; xgrad follows 2.x", "element 0 of the input tensors does not require grad",
       "One of the differentiated Tensors does not require grad"},
      {second, "has \"std\" for \"but\"",
       "returned a gradient different that is defined at position 2, but the corresponding forward input was "
       "not a Variable",
       "returned a gradient different that is defined at position 2, std the corresponding forward input was "
       "not a Variable"},
  };
  return list;
}

bool applies(Versions versions) {
  return versions == all || (versions == first) == (libtorch_library().version < 2);
}

}  // namespace

std::optional<Result> expected(const Case& c) {
  for (const Difference& d : differences()) {
    if (d.subject != c.op || !d.begins.empty() || !applies(d.versions) || !d.where(c)) continue;
    return d.right ? std::optional<Result>(d.right(c)) : std::nullopt;
  }
  return libtorch_library().run(c);
}

bool is_known(const Case& c, const std::string& difference) {
  return std::any_of(differences().begin(), differences().end(), [&](const Difference& d) {
    return d.subject == c.op && !d.begins.empty() && applies(d.versions) &&
           difference.starts_with(d.begins) && d.where(c);
  });
}

bool is_known_text(const std::string& ours, const std::string& theirs) {
  return std::any_of(text_differences().begin(), text_differences().end(), [&](const TextDifference& d) {
    return d.ours == ours && applies(d.versions) && theirs.find(d.theirs) != std::string::npos;
  });
}

}  // namespace parity
