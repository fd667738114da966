// The shared programs against xgrad.
#include <xgrad/xgrad.hpp>

namespace ml = xgrad;
namespace torch = xgrad;
namespace at = xgrad;
namespace c10 = xgrad;

#include "library.inl"

const parity::Library& parity::xgrad_library() {
  static const Library xgrad = make_library("xgrad");
  return xgrad;
}
