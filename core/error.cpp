#include <xgrad/core/error.hpp>

#include <cstdio>
#include <mutex>
#include <sstream>

namespace xgrad {
namespace {

struct Warnings {
  std::mutex mutex;
  WarningHandler handler = [](const std::string& message) {
    std::fprintf(stderr, "[xgrad warning] %s\n", message.c_str());
  };
};
Warnings& warnings() {
  static auto* state = new Warnings;
  return *state;
}

}  // namespace

WarningHandler set_warning_handler(WarningHandler handler) {
  std::lock_guard lock(warnings().mutex);
  return std::exchange(warnings().handler, std::move(handler));
}

void warn(const std::string& message) {
  WarningHandler handler;
  {
    std::lock_guard lock(warnings().mutex);
    handler = warnings().handler;
  }
  if (handler) handler(message);
}

namespace detail {

Text::Text() : stream_(new std::ostringstream) {}
Text::~Text() { delete stream_; }
std::ostream& Text::out() { return *stream_; }
std::string Text::str() const { return stream_->str(); }

}  // namespace detail
}  // namespace xgrad
