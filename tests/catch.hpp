// Catch2, version 2 or 3, with the names that differ between them under one name each.
#pragma once

#include <string>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_get_random_seed.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace xgrad::tests {

#if __has_include(<catch2/catch_test_macros.hpp>)
using Catch::Matchers::WithinAbs;
inline auto Contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
inline unsigned random_seed() { return Catch::getSeed(); }
#else
using Catch::WithinAbs;
inline auto Contains(const std::string& text) { return Catch::Contains(text); }
inline unsigned random_seed() { return Catch::rngSeed(); }
#endif
using Catch::Matchers::Equals;

}  // namespace xgrad::tests

#if __has_include(<catch2/catch_approx.hpp>)
using Catch::Approx;
#endif
using xgrad::tests::Contains;
using xgrad::tests::Equals;
