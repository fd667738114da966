// The machine's limits, measured between the other rows.
#include "limits.hpp"
#include "rows.hpp"
#include "table.hpp"

namespace bench {
namespace {

void add_limit(const std::string& name, const char* what, double amount, const char* unit,
               const std::function<Work()>& make) {
  add(name, make);
  limits().push_back({name, what, amount, unit});
}

}  // namespace

void add_limits() {
  // At the sizes of the copies: these lie in the caches.
  constexpr double few = (1 << 20) * sizeof(float) / 1e9, picked = 4096 * 64 * sizeof(float) / 1e9;
  add_limit("limit/memcpy_1M", "memcpy of 4 MB, read and written", 2 * few, "GB/s",
            [] { return copy_pass(1 << 20); });
  add_limit("limit/read_1M", "read 4 MB", few, "GB/s", [] { return read_pass(1 << 20); });
  add_limit("limit/rows", "memcpy of 4096 rows of 256 bytes from anywhere in 7.7 MB", 2 * picked, "GB/s",
            [] { return rows_pass(); });
  // With one thread once more in the program that has two: what two gain is read off these.
  for (const std::string threads : {"", ":1", ":2"}) {
    constexpr int64_t many = 1 << 24;
    constexpr double bytes = many * sizeof(float) / 1e9;
    add_limit("limit/read" + threads, "read 64 MB", bytes, "GB/s", [] { return read_pass(many); });
    add_limit("limit/memcpy" + threads, "memcpy of 64 MB, read and written", 2 * bytes, "GB/s",
              [] { return copy_pass(many); });
    add_limit("limit/triad" + threads, "triad a = b + s * c on 3 x 64 MB", 3 * bytes, "GB/s",
              [] { return triad_pass(many); });
    add_limit("limit/fma" + threads, "multiply and add in registers",
              fma_operations(threads == ":2" ? 2 : 1) / 1e9, "GFLOP/s", [] { return fma_pass(); });
    add_limit("limit/sgemm" + threads, "BLAS sgemm, 1024 x 1024 x 1024", 2.0 * 1024 * 1024 * 1024 / 1e9,
              "GFLOP/s", [] { return sgemm_pass(1024); });
  }
}

}  // namespace bench
