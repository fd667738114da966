// Whether two results agree, and if not, where they part.
#pragma once

#include <string>
#include <vector>

#include "library.hpp"

namespace parity {

/// Whether refusals must be in libtorch's words (where they are known ones), or need only be refusals.
enum class Words { same, any };

/// What libtorch says to those who call cross_entropy wrongly: the parts that do not depend on the call.
const std::vector<const char*>& known_refusals();

/// "" if they agree; otherwise the first difference, in words.
std::string difference(const Case& c, const Result& ours, const Result& theirs, Words words);

/// The same for one tensor; values may differ by `tolerance` of themselves or of `scale`.
std::string difference(const std::string& what, const Array& ours, const Array& theirs, double tolerance,
                       double scale);

/// The largest finite magnitude among the elements; 0 if there is none.
double magnitude(const Array& a);
double magnitude(const std::vector<Array>& arrays);

}  // namespace parity
