// The one exception type, the check that raises it, and warnings.
#pragma once

#include <exception>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace xgrad {

/// What every refusal throws: names the operation, what was given, what was expected and how to mend it.
/// PyTorch: c10::Error.
class Error : public std::exception {
 public:
  /// An error that says `message`.
  explicit Error(std::string message) : message_(std::move(message)) {}
  /// The message.
  const char* what() const noexcept override { return message_.c_str(); }
  const char* what_without_backtrace() const noexcept { return message_.c_str(); }
  const std::string& msg() const { return message_; }

 private:
  std::string message_;
};

namespace detail {
/// A std::ostringstream, whose header not every program should have to compile.
class Text {
 public:
  Text();
  ~Text();
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  std::ostream& out();
  std::string str() const;

 private:
  std::ostringstream* stream_;  // owned
};

/// Concatenates anything that can be streamed.
template <class... Parts>
std::string str(const Parts&... parts) {
  Text text;
  (text.out() << ... << parts);
  return text.str();
}
}  // namespace detail

/// Throws an Error made of the parts.
template <class... Parts>
[[noreturn]] [[gnu::cold]] [[gnu::noinline]] void fail(const Parts&... parts) {
  throw Error(detail::str(parts...));
}

/// Throws an Error made of the parts unless `ok`. The parts are evaluated either way: keep them cheap.
template <class... Parts>
inline void check(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(parts...);
}

namespace detail {
template <class... Parts>
[[noreturn]] void check_failed(const char* condition, const Parts&... parts) {
  if constexpr (sizeof...(parts) == 0)
    fail("Expected ", condition, " to be true, but got false.");
  else
    fail(parts...);
}
}  // namespace detail

/// What is called with the text of a warning.
using WarningHandler = std::function<void(const std::string& message)>;

/// Replaces the function that receives warnings (the default prints them to stderr) and returns the old one.
/// An empty function silences them.
WarningHandler set_warning_handler(WarningHandler handler);

/// Hands a message to the warning handler. PyTorch: TORCH_WARN.
void warn(const std::string& message);

}  // namespace xgrad

#ifndef TORCH_CHECK
/// Throws xgrad::Error with the streamed arguments unless the condition holds. PyTorch: TORCH_CHECK.
#define TORCH_CHECK(condition, ...)                                                         \
  do {                                                                                      \
    if (!(condition)) ::xgrad::detail::check_failed(#condition __VA_OPT__(, ) __VA_ARGS__); \
  } while (false)
#endif

#ifndef TORCH_WARN
/// Hands the streamed arguments to the warning handler. PyTorch: TORCH_WARN.
#define TORCH_WARN(...) ::xgrad::warn(::xgrad::detail::str(__VA_ARGS__))
#endif

#ifndef TORCH_WARN_ONCE
/// TORCH_WARN for the first time that the program comes by. PyTorch: TORCH_WARN_ONCE.
#define TORCH_WARN_ONCE(...)                                \
  do {                                                      \
    [[maybe_unused]] static const bool torch_warned = [&] { \
      TORCH_WARN(__VA_ARGS__);                              \
      return true;                                          \
    }();                                                    \
  } while (false)
#endif
