// Makes a tensor, or with NOTHING only what every program brings along. Prints the resident memory
// in KB, the milliseconds from the start of the program, which is this program executed by itself (what the
// shell needs to start one is not counted), and the page faults that most of them go to on a virtual machine.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#ifndef NOTHING
#include <xgrad/xgrad.hpp>
#endif

namespace {

long long nanoseconds() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    execl("/proc/self/exe", argv[0], std::to_string(nanoseconds()).c_str(), nullptr);
    return 1;
  }
#ifndef NOTHING
  if (xgrad::ones({3}).sum().item<float>() != 3) return 1;
#endif
  const double milliseconds = static_cast<double>(nanoseconds() - std::atoll(argv[1])) * 1e-6;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  char line[256];
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (!status) return 1;
  while (std::fgets(line, sizeof line, status))
    if (std::strncmp(line, "VmRSS:", 6) == 0)
      std::printf("%d %.3f %ld\n", std::atoi(line + 6), milliseconds, used.ru_minflt);
}
