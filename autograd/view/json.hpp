// Writing JSON. Not for programs.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace xgrad::detail {

/// Builds a JSON text: `json.open('{').key("op").value("add").close('}')`. Commas and escapes come by
/// themselves; `<` is escaped too, so that the text may stand in an HTML script element.
class JsonWriter {
 public:
  JsonWriter& open(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    fresh_ = false;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    value(name);
    text_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& value(std::string_view text) {
    separate();
    text_ += '"';
    for (const char c : text) add(c);
    text_ += '"';
    return *this;
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool yes) { return raw(yes ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// JSON has no NaN and no infinity: they become the strings that JavaScript calls them by.
  JsonWriter& value(double number) {
    if (std::isnan(number)) return value("NaN");
    if (std::isinf(number)) return value(number > 0 ? "Infinity" : "-Infinity");
    return digits(number);
  }
  JsonWriter& value(float number) {
    return std::isfinite(number) ? digits(number) : value(static_cast<double>(number));
  }
  template <class Integer>
  requires std::is_integral_v<Integer> JsonWriter& value(Integer number) { return digits(number); }
  template <class Range>
  JsonWriter& list(const Range& range) {
    open('[');
    for (const auto& element : range) value(element);
    return close(']');
  }
  const std::string& text() const { return text_; }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  JsonWriter& raw(std::string_view text) {
    separate();
    text_ += text;
    return *this;
  }
  template <class Number>
  JsonWriter& digits(Number number) {
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return raw({buffer, static_cast<size_t>(end - buffer)});
  }
  void add(char c) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (code < 0x20 || c == '<') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", code);
      text_ += escape;
    } else {
      text_ += c;
    }
  }

  std::string text_;
  bool fresh_ = true;
};

}  // namespace xgrad::detail
