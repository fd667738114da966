#include "table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "machine.hpp"
#include "rows.hpp"

namespace bench {
namespace {

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// What a row says of its times in ns, and the ratio that the bar is about.
struct Judged {
  Line line;
  double ratio;
};
Judged judge(const Row& row, double ours, double theirs) {
  Line line{row.subject,
            row.work + (row.operations > 1 ? ", per op or element" : ""),
            time_text(ours),
            "",
            row.against,
            "",
            ""};
  double ratio = 0;
  if (row.kind == Bar::at_most) {
    line.bar = "<= " + time_text(row.bar);
    line.met = ours <= row.bar;
    return {line, ratio};
  }
  // Two threads: work over 1 ms has to gain; for less, 5% is what the clock cannot tell apart.
  const double bar = row.kind == Bar::threads ? (theirs > 1e6 ? 1.6 : 0.95) : row.bar;
  const bool multiple = row.kind == Bar::multiple;
  ratio = multiple ? ours / theirs : theirs / ours;
  line.other = time_text(theirs);
  line.ratio = number("%.2f", ratio);
  line.bar = number(multiple ? "<= %.4g" : ">= %.4g", bar);
  line.met = multiple ? ratio <= bar : ratio >= bar;
  return {line, ratio};
}

void write_lines(std::FILE* to, const std::vector<Line>& lines) {
  std::fprintf(to, "| %-40s | %10s | %10s | %-10s | %6s | %10s | %-7s |\n", "work", "xgrad", "other", "",
               "ratio", "bar", "");
  std::fprintf(to, "| --- | ---: | ---: | --- | ---: | ---: | --- |\n");
  for (const Line& l : lines)
    std::fprintf(to, "| %-40s | %10s | %10s | %-10s | %6s | %10s | %-7s |\n", l.work.c_str(), l.xgrad.c_str(),
                 l.other.c_str(), l.against.c_str(), l.ratio.c_str(), l.bar.c_str(),
                 l.met ? "met" : "NOT met");
}

}  // namespace

std::vector<Limit>& limits() {
  static std::vector<Limit> all;
  return all;
}

std::string time_text(double ns) {
  if (ns < 1e4) return number(ns < 10 ? "%.2f ns" : "%.1f ns", ns);
  return ns < 1e7 ? number("%.1f us", ns / 1e3) : number("%.1f ms", ns / 1e6);
}

void Table::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred)
      std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
    // In nanoseconds, the unit of every measurement here.
    const std::string name = run.run_name.function_name;
    if (run.run_type == Run::RT_Iteration) {
      const double wall = run.GetAdjustedRealTime();
      Spread& spread = spreads_.try_emplace(name, Spread{wall, wall}).first->second;
      spread = {std::min(spread.fastest, wall), std::max(spread.slowest, wall)};
    }
    if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
    const Median median = {run.GetAdjustedCPUTime(), run.GetAdjustedRealTime()};
    medians_[name] = median;
    std::fprintf(stderr, "%-44s %12s\n", name.c_str(),
                 time_text(is_wall(name) ? median.wall : median.processor).c_str());
  }
}

double Table::find(const std::string& name, bool wall) const {
  const auto at = medians_.find(name);
  if (at == medians_.end()) return std::nan("");
  return wall ? at->second.wall : at->second.processor;
}

std::vector<Line> Table::lines() const {
  std::vector<Line> all;
  for (const Row& row : rows()) {
    const bool wall = is_wall(row.ours);
    const double ours = find(row.ours, wall) / row.operations;
    const double theirs = row.theirs.empty() ? 0 : find(row.theirs, wall) / row.their_operations;
    if (!std::isnan(ours) && !std::isnan(theirs)) all.push_back(judge(row, ours, theirs).line);
  }
  return all;
}

void Table::write_limits(std::FILE* to) const {
  std::fprintf(
      to,
      "\n## The machine's limits, measured in the same run\n\n"
      "The last column tells how evenly the machine ran: the slowest repetition beside the fastest.\n\n"
      "| what | threads | time | rate | slowest / fastest |\n| --- | ---: | ---: | ---: | ---: |\n");
  for (const Limit& limit : limits()) {
    const double ns = find(limit.measurement, true);
    if (std::isnan(ns) || limit.measurement.ends_with(":1")) continue;
    const Spread& spread = spreads_.at(limit.measurement);
    std::fprintf(to, "| %s | %d | %s | %.1f %s | %.2f |\n", limit.what.c_str(),
                 limit.measurement.ends_with(":2") ? 2 : 1, time_text(ns).c_str(), limit.amount * 1e9 / ns,
                 limit.unit, spread.slowest / spread.fastest);
  }
}

// What the machine's own limits gain with a second thread: no operation can gain more.
void Table::write_gains(std::FILE* to) const {
  std::map<std::string, double> rates;
  for (const Limit& limit : limits()) rates[limit.measurement] = limit.amount / find(limit.measurement, true);
  std::string gains;
  for (const Limit& limit : limits()) {
    const double gain = rates[limit.measurement + ":2"] / rates[limit.measurement + ":1"];
    if (gain > 0)
      gains += (gains.empty() ? "" : ", ") + limit.measurement.substr(sizeof "limit") + number(" %.2f", gain);
  }
  if (!gains.empty())
    std::fprintf(to, "The machine itself, in the same minutes, gains with its second thread: %s.\n\n",
                 gains.c_str());
}

void Table::write(std::FILE* to, const std::vector<Line>& more, bool summary) const {
  std::vector<Line> all = lines();
  all.insert(all.end(), more.begin(), more.end());
  const auto missed = std::count_if(all.begin(), all.end(), [](const Line& l) { return !l.met; });
  std::fprintf(to, "# xgrad beside libtorch\n\n%zu rows, %td of them not met.\n\n%s", all.size(), missed,
               machine_description().c_str());
  std::fprintf(
      to,
      "\nTimes are medians. Both libraries run turn by turn in one process, in random order; libtorch is at "
      "its\n"
      "best: memory that it frees stays mapped, and AVX-512 is allowed. With one thread the times are "
      "processor\n"
      "times, with two threads wall times. A ratio beside libtorch says how many times faster xgrad is;\n"
      "beside anything else, how many times as long it takes.\n");
  write_limits(to);
  std::vector<std::string> subjects;
  for (const Line& l : all)
    if (std::find(subjects.begin(), subjects.end(), l.subject) == subjects.end())
      subjects.push_back(l.subject);
  for (const std::string& subject : subjects) {
    std::vector<Line> of_subject;
    std::copy_if(all.begin(), all.end(), std::back_inserter(of_subject),
                 [&](const Line& l) { return l.subject == subject; });
    std::fprintf(to, "\n## %s\n\n", subject.c_str());
    if (subject == "Two threads") write_gains(to);
    if (summary && subject.starts_with("Small")) {
      std::sort(of_subject.begin(), of_subject.end(),
                [](const Line& a, const Line& b) { return std::stod(a.ratio) < std::stod(b.ratio); });
      const Line& worst = of_subject.front();
      std::fprintf(
          to, "%zu rows of 1 or 64 elements; the median is %s times libtorch's speed, the worst %s (%s). ",
          of_subject.size(), of_subject[of_subject.size() / 2].ratio.c_str(), worst.ratio.c_str(),
          worst.work.c_str());
      std::erase_if(of_subject, [](const Line& l) { return l.met; });
      if (of_subject.empty()) {
        std::fprintf(to, "All are met.\n");
        continue;
      }
      std::fprintf(to, "Not met:\n\n");
    }
    write_lines(to, of_subject);
  }
}

}  // namespace bench
