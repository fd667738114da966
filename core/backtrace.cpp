#include <xgrad/core/backtrace.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <sstream>

#ifdef XGRAD_LIBBACKTRACE
#include <backtrace.h>
#else
#include <dlfcn.h>
#endif
#if __has_include(<execinfo.h>)  // not every C library has it: musl
#include <execinfo.h>
#define XGRAD_EXECINFO
#endif

namespace xgrad::detail {
namespace {

struct Call {
  std::string function, file;
  int line = 0;
};

std::string demangled(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 ? readable.get() : symbol;
}

#ifdef XGRAD_LIBBACKTRACE

void ignore_error(void*, const char*, int) {}

// The calls at one address: several where the compiler has inlined.
std::vector<Call> calls_at(void* address) {
  static backtrace_state* state = backtrace_create_state(nullptr, 1, ignore_error, nullptr);
  const auto pc = reinterpret_cast<uintptr_t>(address) - 1;  // the call, not where it returns to
  std::vector<Call> calls;
  backtrace_pcinfo(
      state, pc,
      [](void* out, uintptr_t, const char* file, int line, const char* function) {
        if (function)
          static_cast<std::vector<Call>*>(out)->push_back({demangled(function), file ? file : "", line});
        return 0;
      },
      ignore_error, &calls);
  if (!calls.empty()) return calls;
  calls.emplace_back();
  backtrace_syminfo(
      state, pc,
      [](void* out, uintptr_t, const char* symbol, uintptr_t, uintptr_t) {
        if (symbol) static_cast<Call*>(out)->function = demangled(symbol);
      },
      ignore_error, &calls.back());
  return calls;
}

#else

std::vector<Call> calls_at(void* address) {
  Dl_info info{};
  if (!dladdr(address, &info)) return {{}};
  if (info.dli_sname) return {{demangled(info.dli_sname), {}, 0}};
  // A program exports no symbols unless linked with -rdynamic: addr2line finds the line from this.
  const auto offset = static_cast<char*>(address) - static_cast<char*>(info.dli_fbase);
  std::ostringstream place;
  place << "0x" << std::hex << offset << " in " << info.dli_fname;
  return {{place.str(), {}, 0}};
}

#endif

}  // namespace

std::vector<void*> capture_backtrace() {
#ifdef XGRAD_EXECINFO
  void* frames[64];
  const int count = ::backtrace(frames, 64);
  return count > 1 ? std::vector<void*>(frames + 1, frames + count) : std::vector<void*>();
#else
  return {};
#endif
}

std::string readable_backtrace(const std::vector<void*>& frames, const std::string& hidden,
                               const std::string& hidden_file) {
  std::ostringstream out;
  bool started = false;
  // A template's return type stands before its name; one for a lambda has no namespace in the debug
  // information, so a file is named as well. capture_backtrace is not the first frame under AddressSanitizer,
  // which stands between it and the system's backtrace().
  const auto is_hidden = [&](const Call& call) {
    const std::string name = call.function.substr(0, call.function.find('('));
    return name.empty() || name.find(hidden) != std::string::npos ||
           name == "xgrad::detail::capture_backtrace" || call.file.find(hidden_file) != std::string::npos;
  };
  for (void* frame : frames) {
    for (const Call& call : calls_at(frame)) {
      started = started || !is_hidden(call);
      if (!started) continue;
      out << "  " << (call.function.empty() ? "?" : call.function);
      if (!call.file.empty()) out << " at " << call.file << ':' << call.line;
      out << '\n';
      if (call.function == "main") return out.str();
    }
  }
  return out.str();
}

}  // namespace xgrad::detail
