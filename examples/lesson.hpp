// What the lessons share: reading their few options, telling errors in a line, and printf for strings.
#pragma once

#include <cstdio>
#include <functional>
#include <initializer_list>
#include <string>
#include <variant>

/// An option of a lesson: a flag, or a name that a value follows, such as `--html FILE`.
struct Option {
  const char* name;
  const char* help;
  std::variant<bool*, std::string*> value;
};

/// The whole of main(): reads the options, runs the lesson and returns 0, or tells what is wrong and
/// returns 1.
int run_lesson(int argc, char** argv, std::initializer_list<Option> options,
               const std::function<void()>& lesson);

/// What printf would print, up to 200 characters.
template <class... Values>
std::string format(const char* pattern, Values... values) {
  char text[200];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}
