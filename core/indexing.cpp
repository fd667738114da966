#include <xgrad/core/indexing.hpp>

#include <string_view>

#include <xgrad/core/error.hpp>

namespace xgrad::indexing {

void Slice::refuse_step() const {
  if (step_ == 0) fail("slice step cannot be zero");
  fail("step must be greater than zero, got ", step_, ": a view cannot run backwards");
}

TensorIndex::TensorIndex(const char* dots) : kind_(Kind::ellipsis) {
  check(std::string_view(dots) == "...", "Expected \"...\" to represent an ellipsis index, but got \"", dots,
        "\"");
}

}  // namespace xgrad::indexing
