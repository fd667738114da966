// A line that shows how far a long loop is, on a terminal; elsewhere it prints only the lines that stay.
#pragma once

// biosoup's bar (Debian's libbiosoup-dev): one small header whose bar is only streamed, so that loss,
// accuracy, rate and time left fit on its line. Boost's and osmium's own their line, dlib's has no bar, and
// Debian has no indicators.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <biosoup/progress_bar.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

class Progress {
 public:
  /// A loop of `steps` steps that treats `items` things altogether.
  Progress(int64_t steps, int64_t items)
      : items_(items),
        bar_(static_cast<std::uint32_t>(steps),
             static_cast<std::uint32_t>(std::clamp(columns() - 70, 8, 40))) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { erase(); }

  /// Counts a step that treated `items` things. True when the line should be drawn: ten times a second, on a
  /// terminal.
  bool step(int64_t items) {
    ++bar_;
    done_ += items;
    return terminal_ && Clock::now() - drawn_ > std::chrono::milliseconds(100);
  }

  /// Draws `before [==>  ] 12%  after  50.3k/s  0:07 left` over the line before it.
  void draw(const std::string& before, const std::string& after) {
    drawn_ = Clock::now();
    const double share = static_cast<double>(done_) / static_cast<double>(items_);
    const double seconds = std::chrono::duration<double>(drawn_ - start_).count();
    const double rate = static_cast<double>(done_) / seconds;
    const long left = std::lround(seconds / share - seconds);
    char percent[8], numbers[48];
    std::snprintf(percent, sizeof percent, "%3ld%%", std::lround(100 * share));
    std::snprintf(numbers, sizeof numbers,
                  rate < 1e4 ? "  %.0f/s  %ld:%02ld left" : "  %.1fk/s  %ld:%02ld left",
                  rate < 1e4 ? rate : rate / 1e3, left / 60, left % 60);
    std::ostringstream line;
    line << before << " [" << bar_ << "] " << percent << "  " << after << numbers;
    std::cout << '\r' << line.str().substr(0, static_cast<size_t>(columns()) - 1) << "\033[K" << std::flush;
  }

  /// Prints a line that stays, above the bar.
  void print(const std::string& line) {
    erase();
    std::cout << line << std::endl;
    drawn_ = {};
  }

 private:
  using Clock = std::chrono::steady_clock;

  static int columns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }
  void erase() const {
    if (terminal_) std::cout << "\r\033[K" << std::flush;
  }

  bool terminal_ = isatty(STDOUT_FILENO) == 1;
  int64_t items_, done_ = 0;
  biosoup::ProgressBar bar_;
  Clock::time_point start_ = Clock::now(), drawn_{};
};
