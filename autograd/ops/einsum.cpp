// Einstein's summation: two operands at a time become one batched matrix product.
#include <algorithm>
#include <string>

#include <xgrad/autograd/ops/recording.hpp>

namespace xgrad {

namespace {

// Letters are their codes; the dimensions of "..." are -1, -2, … from the last one back.
using Labels = std::vector<int>;

struct Term {
  Tensor x;
  Labels labels;
};

bool has(const Labels& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}
int64_t place_of(const Labels& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) - labels.begin();
}

Labels parse(std::string_view text, int64_t ellipsis_dims) {
  Labels labels;
  bool seen = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text.substr(i, 3) == "...") {
      check(!seen, "einsum(): found '...' twice in \"", std::string(text), "\"");
      seen = true;
      for (int64_t d = ellipsis_dims; d > 0; --d) labels.push_back(static_cast<int>(-d));
      i += 2;
      continue;
    }
    const char c = text[i];
    check((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), "einsum(): invalid subscript given '",
          std::string(1, c), "', subscripts must be in [a-zA-Z]");
    labels.push_back(c);
  }
  return labels;
}

// A label that an operand has twice means its diagonal.
Term without_repeats(Term t) {
  for (size_t i = 0; i < t.labels.size(); ++i)
    for (size_t j = i + 1; j < t.labels.size(); ++j) {
      if (t.labels[i] != t.labels[j]) continue;
      const int label = t.labels[i];
      const auto a = static_cast<int64_t>(i), b = static_cast<int64_t>(j);
      check(t.x.size(a) == t.x.size(b), "einsum(): subscript ", std::string(1, static_cast<char>(label)),
            " is repeated for an operand but the sizes don't match, ", t.x.size(a), " != ", t.x.size(b));
      t.x = t.x.diagonal(0, a, b);
      t.labels.erase(t.labels.begin() + static_cast<std::ptrdiff_t>(j));
      t.labels.erase(t.labels.begin() + static_cast<std::ptrdiff_t>(i));
      t.labels.push_back(label);
      return without_repeats(std::move(t));
    }
  return t;
}

// Sums over the labels that nobody else needs.
Term reduced(Term t, const Labels& needed) {
  Dims over;
  Labels kept;
  for (size_t i = 0; i < t.labels.size(); ++i) {
    if (has(needed, t.labels[i]))
      kept.push_back(t.labels[i]);
    else
      over.push_back(static_cast<int64_t>(i));
  }
  if (!over.empty()) t.x = sum(t.x, IntArrayRef(over));
  t.labels = std::move(kept);
  return t;
}

// x with the dimensions in the order of `groups`, each group joined to one dimension.
Tensor arranged(const Term& t, const std::vector<Labels>& groups) {
  Dims order, sizes;
  for (const Labels& group : groups) {
    int64_t length = 1;
    for (const int label : group) {
      order.push_back(place_of(t.labels, label));
      length *= t.x.size(order.back());
    }
    sizes.push_back(length);
  }
  return t.x.permute(order).reshape(sizes);
}

Term contract(Term a, Term b, const Labels& needed) {
  Labels wanted = needed;
  wanted.insert(wanted.end(), b.labels.begin(), b.labels.end());
  a = reduced(std::move(a), wanted);
  wanted = needed;
  wanted.insert(wanted.end(), a.labels.begin(), a.labels.end());
  b = reduced(std::move(b), wanted);
  // Where one operand has size 1, it is repeated.
  Dims sizes_a = a.x.impl().sizes(), sizes_b = b.x.impl().sizes();
  Labels batch, summed, left, right;
  for (size_t i = 0; i < a.labels.size(); ++i) {
    const int label = a.labels[i];
    if (!has(b.labels, label)) {
      left.push_back(label);
      continue;
    }
    int64_t& other = sizes_b[static_cast<size_t>(place_of(b.labels, label))];
    check(sizes_a[i] == other || sizes_a[i] == 1 || other == 1,
          "einsum(): subscript does not broadcast: operands have sizes ", sizes_a[i], " and ", other,
          " where they must agree");
    sizes_a[i] = other = sizes_a[i] == 1 ? other : sizes_a[i];
    (has(needed, label) ? batch : summed).push_back(label);
  }
  for (const int label : b.labels)
    if (!has(a.labels, label)) right.push_back(label);
  a.x = a.x.expand(sizes_a);
  b.x = b.x.expand(sizes_b);
  const Tensor product = bmm(arranged(a, {batch, left, summed}), arranged(b, {batch, summed, right}));
  Dims shape;
  for (const Labels* group : {&batch, &left})
    for (const int label : *group) shape.push_back(sizes_a[static_cast<size_t>(place_of(a.labels, label))]);
  for (const int label : right) shape.push_back(sizes_b[static_cast<size_t>(place_of(b.labels, label))]);
  Term result{product.reshape(shape), batch};
  result.labels.insert(result.labels.end(), left.begin(), left.end());
  result.labels.insert(result.labels.end(), right.begin(), right.end());
  return result;
}

// Without "->" the result has the labels that appear once, in alphabetical order, after "...".
Labels implicit_output(const std::vector<Term>& terms) {
  Labels all, output;
  for (const Term& t : terms) all.insert(all.end(), t.labels.begin(), t.labels.end());
  std::sort(all.begin(), all.end());
  for (const int label : all)
    if ((label < 0 || std::count(all.begin(), all.end(), label) == 1) && !has(output, label))
      output.push_back(label);
  return output;
}

}  // namespace

Tensor einsum(std::string_view equation, TensorList tensors, OptionalIntArrayRef) {
  check(!tensors.empty(), "einsum(): must provide at least one operand");
  const size_t arrow = equation.find("->");
  std::string_view inputs = equation.substr(0, arrow);
  std::vector<std::string_view> texts;
  for (size_t start = 0; start <= inputs.size();) {
    const size_t comma = std::min(inputs.find(',', start), inputs.size());
    texts.push_back(inputs.substr(start, comma - start));
    start = comma + 1;
  }
  check(texts.size() == tensors.size(), "einsum(): ", texts.size() > tensors.size() ? "fewer" : "more",
        " operands were provided than specified in the equation: ", tensors.size(), " for \"",
        std::string(equation), "\"");
  std::vector<Term> terms;
  int64_t ellipsis = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    const Labels letters = parse(texts[i], 0);
    const bool open = texts[i].find("...") != std::string_view::npos;
    const int64_t rest = tensors[i].dim() - static_cast<int64_t>(letters.size());
    check(open ? rest >= 0 : rest == 0, "einsum(): the number of subscripts in the equation (",
          letters.size(), ") does not match the number of dimensions (", tensors[i].dim(), ") for operand ",
          i, open ? "" : " and no ellipsis was given");
    if (open) ellipsis = std::max(ellipsis, rest);
    terms.push_back(without_repeats({tensors[i], parse(texts[i], open ? rest : 0)}));
  }
  const Labels output =
      arrow == std::string_view::npos ? implicit_output(terms) : parse(equation.substr(arrow + 2), ellipsis);
  for (size_t i = 0; i < output.size(); ++i) {
    const int label = output[i];
    check(place_of(output, label) == static_cast<int64_t>(i), "einsum(): output subscript ",
          std::string(1, static_cast<char>(label)), " appears more than once in the output");
    check(std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return has(t.labels, label); }),
          "einsum(): output subscript ", std::string(1, static_cast<char>(label)),
          " does not appear in the equation for any input operand");
  }
  Term result = terms[0];
  for (size_t i = 1; i < terms.size(); ++i) {
    Labels needed = output;
    for (size_t k = i + 1; k < terms.size(); ++k)
      needed.insert(needed.end(), terms[k].labels.begin(), terms[k].labels.end());
    result = contract(std::move(result), terms[i], needed);
  }
  result = reduced(std::move(result), output);
  Dims order;
  for (const int label : output) order.push_back(place_of(result.labels, label));
  return result.x.permute(order);
}

}  // namespace xgrad
