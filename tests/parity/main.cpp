// xgrad_parity [--rng-seed 7] [TEST OR TAG]: every run draws the same cases unless it is given a seed. Catch2
// 3 by itself would draw others each time.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#endif

int main(int argc, char** argv) {
  Catch::Session session;
  session.configData().rngSeed = 0;
  return session.run(argc, argv);
}
