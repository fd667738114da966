// Where xgrad and libtorch part, and who is right: all of it is one list, differences.cpp, which the tests
// ask before they complain.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "library.hpp"

namespace parity {

/// The versions of libtorch that an entry speaks of: 1.x, from 2.0 on, or both.
enum class Versions { first, second, all };

/// A difference of computations.
struct Difference {
  std::string subject;  // the row of ops.inl, or "NAME function" for a function of modules.inl
  Versions versions;
  std::string what;  // what libtorch does
  bool (*where)(const Case&);
  /// How the difference, in the words of compare.hpp, begins; empty where libtorch is not to be asked at all.
  std::string begins;
  /// What libtorch ought to have done, where that can be had from it by asking otherwise.
  Result (*right)(Case) = nullptr;
};

/// What xgrad has to make of a case: what libtorch makes of it, or what the list has in its place. Nothing
/// where libtorch is not to be asked.
std::optional<Result> expected(const Case& c);

/// Whether the list has this difference.
bool is_known(const Case& c, const std::string& difference);

/// A difference of texts: where xgrad, as the programs compiled against both, has `ours`, libtorch's text
/// contains `theirs`.
struct TextDifference {
  Versions versions;
  std::string what;
  std::string ours, theirs;
};
bool is_known_text(const std::string& ours, const std::string& theirs);

}  // namespace parity
