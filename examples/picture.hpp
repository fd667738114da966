// Line charts side by side in an SVG picture, and files that are written whole or not at all.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace picture {

/// A named line: values[i] belongs to epoch i + 1.
struct Series {
  std::string name;
  std::vector<double> values;
};

struct Chart {
  std::string title;
  std::vector<Series> series;
};

/// The round number (1, 2 or 5 times a power of ten) that cuts `range` into at most `parts` pieces.
inline double round_step(double range, int parts) {
  const double raw = range / parts;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double digit : {1.0, 2.0, 5.0})
    if (digit * power >= raw * 0.999) return digit * power;
  return 10 * power;
}

inline std::string escape(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else
      escaped += c;
  }
  return escaped;
}

/// One chart, `width` × `height`, its frame's upper left corner at (left, top).
inline void draw(std::ostream& out, const Chart& chart, double left, double top, double width,
                 double height) {
  static const char* const colors[] = {"#2563eb", "#ea580c", "#16a34a", "#9333ea"};
  double low = chart.series.at(0).values.at(0), high = low;
  size_t epochs = 0;
  for (const Series& series : chart.series) {
    epochs = std::max(epochs, series.values.size());
    for (double value : series.values) low = std::min(low, value), high = std::max(high, value);
  }
  const double step = round_step(std::max(high - low, 1e-6 * std::max(1.0, std::abs(high))), 6);
  low = step * std::floor(low / step);
  high = std::max(step * std::ceil(high / step), low + step);
  const double first = epochs == 1 ? 0 : 1, last = epochs == 1 ? 2 : static_cast<double>(epochs);
  const auto x_of = [&](double epoch) { return left + width * (epoch - first) / (last - first); };
  const auto y_of = [&](double value) { return top + height * (high - value) / (high - low); };

  out << "<text class=\"title\" x=\"" << left << "\" y=\"" << top - 14 << "\">" << escape(chart.title)
      << "</text>\n";
  const int lines = static_cast<int>(std::lround((high - low) / step));
  for (int i = 0; i <= lines; ++i) {
    const double value = low + i * step, y = y_of(value);
    std::ostringstream label;
    label << (std::abs(value) < step / 2 ? 0 : value);
    out << "<path class=\"grid\" d=\"M" << left << ' ' << y << 'h' << width
        << "\"/><text text-anchor=\"end\" x=\"" << left - 8 << "\" y=\"" << y + 4 << "\">" << label.str()
        << "</text>\n";
  }
  const double stride = std::max(1.0, round_step(last - first, 8));
  for (double epoch = std::max(stride, first); epoch <= last; epoch += stride)
    out << "<path class=\"axis\" d=\"M" << x_of(epoch) << ' ' << top + height
        << "v5\"/><text text-anchor=\"middle\" x=\"" << x_of(epoch) << "\" y=\"" << top + height + 20 << "\">"
        << epoch << "</text>\n";
  out << "<path class=\"axis\" d=\"M" << left << ' ' << top << 'v' << height << 'h' << width << "\"/>\n"
      << "<text text-anchor=\"middle\" x=\"" << left + width / 2 << "\" y=\"" << top + height + 40
      << "\">epoch</text>\n";

  double legend = left + width;
  for (size_t i = chart.series.size(); i-- > 0;) {  // from right to left, beside the title
    const Series& series = chart.series[i];
    const char* color = colors[i % std::size(colors)];
    out << "<path class=\"line\" stroke=\"" << color << "\" d=\"";
    for (size_t e = 0; e < series.values.size(); ++e)
      out << (e == 0 ? 'M' : 'L') << x_of(static_cast<double>(e + 1)) << ' ' << y_of(series.values[e]);
    out << "\"/>\n";
    if (series.values.size() <= 20)
      for (size_t e = 0; e < series.values.size(); ++e)
        out << "<circle r=\"3\" fill=\"" << color << "\" cx=\"" << x_of(static_cast<double>(e + 1))
            << "\" cy=\"" << y_of(series.values[e]) << "\"/>\n";
    legend -= 34 + 7 * static_cast<double>(series.name.size());
    out << "<path class=\"line\" stroke=\"" << color << "\" d=\"M" << legend << ' ' << top - 18
        << "h18\"/><text x=\"" << legend + 24 << "\" y=\"" << top - 14 << "\">" << escape(series.name)
        << "</text>\n";
  }
}

/// The charts side by side below a title. Every chart needs at least one series of at least one finite value.
inline std::string svg(const std::string& title, const std::vector<Chart>& charts) {
  constexpr double cell = 470, height = 260, left = 62, top = 86;
  std::ostringstream out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << cell * static_cast<double>(charts.size())
      << "\" height=\"" << top + height + 60 << "\">\n"
      << "<style>text{font:12px sans-serif;fill:#475569}.title{font-weight:bold;font-size:14px;fill:#0f172a}"
         ".head{font-size:17px;fill:#0f172a}.grid{stroke:#e2e8f0}.axis{stroke:#64748b;fill:none}"
         ".line{stroke-width:2;fill:none;stroke-linejoin:round}</style>\n"
      << "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
      << "<text class=\"head\" x=\"" << left << "\" y=\"36\">" << escape(title) << "</text>\n";
  for (size_t i = 0; i < charts.size(); ++i)
    draw(out, charts[i], left + cell * static_cast<double>(i), top, cell - left - 28, height);
  out << "</svg>\n";
  return out.str();
}

/// Writes the text beside `path` and renames it, so that a reader, or a full disk, never sees half a file.
inline void write_whole(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".tmp";
  std::ofstream file(temporary, std::ios::binary);
  file << text;
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(temporary, path, error);
  if (!file || error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw std::runtime_error("cannot write " + path + ": " + (error ? error.message() : "is the disk full?"));
  }
}

/// Throws unless write_whole(path, …) can be expected to work: to be called before the long work, not after
/// it.
inline void check_writable(const std::string& path) {
  if (std::filesystem::is_directory(path))
    throw std::runtime_error("cannot write " + path + ": it is a folder; name a file in it");
  const std::string temporary = path + ".tmp";
  if (!std::ofstream(temporary))
    throw std::runtime_error("cannot write " + path +
                             ": its folder is missing or not writable; name another with --svg PATH");
  std::filesystem::remove(temporary);
}

}  // namespace picture
