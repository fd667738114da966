// The measured programs against xgrad.
#include <xgrad/xgrad.hpp>

namespace ml = xgrad;

#include "work.inl"

const bench::Library& bench::xgrad_library() {
  static const Library xgrad = library("xgrad", XGRAD_VERSION);
  return xgrad;
}
