// What the test cases share.
#pragma once

#include "catch.hpp"
#include "library.hpp"

namespace parity {

/// A run has one seed, 0 unless given: parity --rng-seed 7.
inline uint64_t seed() { return xgrad::tests::random_seed(); }

/// How to find a case again, for messages.
inline std::string where(const std::string& subject, int index) {
  return subject + " " + std::to_string(index) + " (--rng-seed " + std::to_string(seed()) + ")";
}

}  // namespace parity
