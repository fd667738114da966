#include "machine.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "limits.hpp"
#include "work.hpp"

namespace bench {
namespace {

// The value of the first line of a file that begins with `key`.
std::string value_of(const char* file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key)) {
      const std::string value = line.substr(line.find_first_of(":=") + 1);
      const size_t begin = value.find_first_not_of(" \""), end = value.find_last_not_of(" \"");
      return begin == std::string::npos ? "" : value.substr(begin, end - begin + 1);
    }
  return "unknown";
}

std::string kilobytes(int name) {
  const long bytes = sysconf(name);
  return bytes > 0 ? std::to_string(bytes / 1024) + " KB" : "unknown";
}

}  // namespace

std::string machine_description() {
  std::ostringstream text;
  text << "- Processor: " << value_of("/proc/cpuinfo", "model name") << ", " << sysconf(_SC_NPROCESSORS_ONLN)
       << " cores; caches L1d " << kilobytes(_SC_LEVEL1_DCACHE_SIZE) << ", L2 "
       << kilobytes(_SC_LEVEL2_CACHE_SIZE) << ", L3 " << kilobytes(_SC_LEVEL3_CACHE_SIZE) << "\n"
       << "- System: " << value_of("/etc/os-release", "PRETTY_NAME") << "; compiler: "
#ifdef __clang__
       << "clang " << __clang_version__
#else
       << "g++ " << __VERSION__
#endif
       << "\n- xgrad " << xgrad_library().version << ", libtorch " << libtorch_library().version << ", "
       << blas_version() << "\n";
  return text.str();
}

}  // namespace bench
