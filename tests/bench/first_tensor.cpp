// Makes a tensor, or with BLAS_ALONE only what BLAS makes a program bring along; prints the resident memory
// in KB.
#include <cblas.h>

#include <cstdio>
#include <cstring>

#ifndef BLAS_ALONE
#include <xgrad/xgrad.hpp>
#endif

int main() {
  const float x[] = {1, 2, 3};
  float sum = cblas_sdot(3, x, 1, x, 1);
#ifndef BLAS_ALONE
  sum += xgrad::ones({3}).sum().item<float>();
#endif
  char line[256];
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (!status || sum < 14) return 1;
  while (std::fgets(line, sizeof line, status))
    if (std::strncmp(line, "VmRSS:", 6) == 0) std::fputs(line + 6, stdout);
}
