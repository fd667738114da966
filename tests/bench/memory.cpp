#include "memory.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <xgrad/core/allocator.hpp>

#include "work.hpp"

namespace bench {
namespace {

constexpr double megabyte = 1 << 20;
constexpr int64_t samples = 1024, classes = 50257;

// A line of /proc/self/status, in bytes: VmRSS is what is resident, VmHWM the most that was.
double status(const char* key) {
  std::ifstream lines("/proc/self/status");
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key)) return std::strtod(line.c_str() + std::strlen(key) + 1, nullptr) * 1024;
  throw std::runtime_error(std::string("/proc/self/status has no ") + key);
}

// The most that is resident while f runs, beyond what is before.
double peak_of(const Work& f) {
  const double before = status("VmRSS");
  std::ofstream("/proc/self/clear_refs") << 5;  // the most begins anew
  f();
  return status("VmHWM") - before;
}

Training training() { return Training({784, 512, 512, 10}, 128, Optimizer::adam); }

double peak(const Library& library, const std::string& what) {
  // A first step loads the code and makes the threads and BLAS's buffers; its own memory is small.
  const Training first({784, 64, 10}, 32, Optimizer::adam), start = training();
  const std::vector<int64_t> labels(samples);
  float* logits = random_values();
  library.training_step(first)();
  library.cross_entropy(8, 100, logits, labels.data())();
  if (what == "train") {
    return peak_of([&] {
      const Work step = library.training_step(start);
      for (int i = 0; i < 20; ++i) step();
    });
  }
  return peak_of([&] {
    const Work turn = library.cross_entropy(samples, classes, logits, labels.data());
    for (int i = 0; i < 3; ++i) turn();
  });
}

void print_growth() {
  const Work step = xgrad_library().training_step(Training({784, 32, 10}, 32, Optimizer::adam));
  for (int i = 0; i < 1000; ++i) step();
  const double before = status("VmRSS");
  for (int i = 0; i < 10000; ++i) step();
  std::printf("%.0f\n", status("VmRSS") - before);
}

// What the pool keeps of more than it may, and after it was asked to give it back.
void print_pool() {
  const double limit = 256 * megabyte;
  xgrad::set_cache_limit(static_cast<uint64_t>(limit));
  const std::vector<int64_t> labels(samples);
  float* logits = random_values();
  xgrad_library().cross_entropy(8, 100, logits, labels.data())();
  const double before = status("VmRSS");
  for (int64_t part = 1; part <= 8; ++part)
    xgrad_library().cross_entropy(samples, classes * part / 8, logits, labels.data())();
  std::printf("%.0f ", static_cast<double>(xgrad::memory_stats().bytes_cached));
  xgrad::empty_cache();
  std::printf("%.0f %.0f\n", static_cast<double>(xgrad::memory_stats().bytes_cached),
              status("VmRSS") - before);
}

std::vector<double> child(const std::string& what) {
  char self[4096] = {};
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) throw std::runtime_error("no /proc/self/exe");
  std::FILE* from = popen(("'" + std::string(self) + "' --memory=" + what).c_str(), "r");
  std::vector<double> figures;
  for (double figure; from && std::fscanf(from, "%lf", &figure) == 1;) figures.push_back(figure);
  if (!from || pclose(from) != 0 || figures.empty())
    throw std::runtime_error("the process that measures the memory of " + what + " failed");
  return figures;
}

std::string megabytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", bytes / megabyte);
  return text;
}

Line at_most(const std::string& work, double figure, double bar) {
  return {"Memory", work, megabytes(figure), "", "", "", "<= " + megabytes(bar), figure <= bar};
}

}  // namespace

int measure_memory(const std::string& what) {
  const size_t slash = what.find('/');
  const std::string name = what.substr(0, slash), measured = what.substr(slash + 1);
  if (measured == "growth")
    print_growth();
  else if (measured == "pool")
    print_pool();
  else
    std::printf("%.0f\n", peak(name == "xgrad" ? xgrad_library() : libtorch_library(), measured));
  return 0;
}

std::vector<Line> memory_lines() {
  std::vector<Line> lines;
  for (const auto& [measured, work] : {std::pair{"train", "peak of 784-512-512-10, batch 128, Adam"},
                                       {"loss", "peak of cross-entropy 1024x50257"}}) {
    const double ours = child(std::string("xgrad/") + measured)[0],
                 theirs = child(std::string("libtorch/") + measured)[0];
    char ratio[32];
    std::snprintf(ratio, sizeof ratio, "%.2f", ours / theirs);
    lines.push_back(
        {"Memory", work, megabytes(ours), megabytes(theirs), "libtorch", ratio, "<= 1", ours <= theirs});
  }
  lines.push_back(at_most("fused loss 4096x256x50257, beyond gradients", fused_loss_bytes(),
                          0.05 * fused_loss_logit_bytes()));
  lines.push_back(at_most("growth over 10,000 steps", child("xgrad/growth")[0], 0.25 * megabyte));
  const std::vector<double> pool = child("xgrad/pool");
  lines.push_back(at_most("pool that may keep 256 MB", pool.at(0), 256 * megabyte));
  lines.push_back(at_most("pool after empty_cache", pool.at(1), 0));
  lines.push_back(at_most("resident after empty_cache", pool.at(2), 8 * megabyte));
  return lines;
}

}  // namespace bench
