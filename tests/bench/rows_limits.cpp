// The machine's limits, measured between the other rows.
#include "limits.hpp"
#include "rows.hpp"
#include "table.hpp"

namespace bench {

void register_limits() {
  constexpr int64_t many = 1 << 24;
  constexpr double megabytes = many * sizeof(float) / 1e6;
  // At the sizes of the copies: these lie in the caches.
  add("limit/memcpy_1M", [] { return copy_pass(1 << 20); });
  limits().push_back({"limit/memcpy_1M", "memcpy of 4 MB, read and written", 2 * 4.194304e-3, "GB/s"});
  add("limit/read_1M", [] { return read_pass(1 << 20); });
  limits().push_back({"limit/read_1M", "read 4 MB", 4.194304e-3, "GB/s"});
  add("limit/rows", [] { return rows_pass(); });
  limits().push_back(
      {"limit/rows", "memcpy of 4096 rows of 256 bytes from anywhere in 7.7 MB", 2 * 1.048576e-3, "GB/s"});
  for (const std::string threads : {"", ":2"}) {
    add("limit/read" + threads, [] { return read_pass(many); });
    limits().push_back({"limit/read" + threads, "read 64 MB", megabytes / 1e3, "GB/s"});
    add("limit/memcpy" + threads, [] { return copy_pass(many); });
    limits().push_back(
        {"limit/memcpy" + threads, "memcpy of 64 MB, read and written", 2 * megabytes / 1e3, "GB/s"});
    add("limit/triad" + threads, [] { return triad_pass(many); });
    limits().push_back(
        {"limit/triad" + threads, "triad a = b + s * c on 3 x 64 MB", 3 * megabytes / 1e3, "GB/s"});
    add("limit/fma" + threads, [] { return fma_pass(); });
    limits().push_back({"limit/fma" + threads, "multiply and add in registers",
                        fma_operations(threads.empty() ? 1 : 2) / 1e9, "GFLOP/s"});
    add("limit/sgemm" + threads, [] { return sgemm_pass(1024); });
    limits().push_back({"limit/sgemm" + threads, "BLAS sgemm, 1024 x 1024 x 1024",
                        2.0 * 1024 * 1024 * 1024 / 1e9, "GFLOP/s"});
  }
}

}  // namespace bench
