#include "lesson.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

int run_lesson(int argc, char** argv, std::initializer_list<Option> options,
               const std::function<void()>& lesson) {
  CLI::App app("A lesson: what it teaches is said at the head of its source file.");
  for (const Option& option : options) {
    if (auto* flag = std::get_if<bool*>(&option.value))
      app.add_flag(option.name, **flag, option.help);
    else
      app.add_option(option.name, *std::get<std::string*>(option.value), option.help)->capture_default_str();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;  // 0 for --help
  }
  try {
    lesson();
    return 0;
  } catch (const std::exception& error) {  // xgrad::Error is one
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
