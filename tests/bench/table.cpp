#include "table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string_view>

#include "machine.hpp"
#include "rows.hpp"

namespace bench {
namespace {

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// A share of the values is below it: 0.5 for the median. Not a number if there are none.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return std::nan("");
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}
double median_time(const std::string& name) { return quantile(times_of(name), 0.5); }

// How many times the first measurement's turn the second's takes: the median over the rounds, if they ran in
// the same.
double ratio_of(const std::string& ours, const std::string& theirs) {
  const std::vector<double>&a = times_of(ours), &b = times_of(theirs);
  if (a.size() != b.size()) return median_time(theirs) / median_time(ours);
  std::vector<double> ratios;
  for (size_t i = 0; i < a.size(); ++i) ratios.push_back(b[i] / a[i]);
  return quantile(std::move(ratios), 0.5);
}

Line judge(const Row& row) {
  const double ours = median_time(row.ours) / row.operations;
  Line line{row.subject,
            row.work + (row.operations > 1 ? ", per op or element" : ""),
            time_text(ours),
            "",
            row.against,
            "",
            ""};
  if (row.kind == Bar::at_most) {
    line.bar = "<= " + time_text(row.bar);
    line.met = ours <= row.bar;
    return line;
  }
  const double theirs = median_time(row.theirs) / row.their_operations,
               times = ratio_of(row.ours, row.theirs) * row.operations / row.their_operations;
  // Two threads: work over 1 ms has to gain; for less, 5% is what the clock cannot tell apart.
  const double bar = row.kind == Bar::threads ? (theirs > 1e6 ? 1.6 : 0.95) : row.bar;
  const bool multiple = row.kind == Bar::multiple;
  const double ratio = multiple ? 1 / times : times;
  line.other = time_text(theirs);
  line.ratio = number("%.2f", ratio);
  line.bar = number(multiple ? "<= %.4g" : ">= %.4g", bar);
  line.met = multiple ? ratio <= bar : ratio >= bar;
  return line;
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
    if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
    for (const std::string& name : members_of(run.run_name.function_name))
      std::fprintf(stderr, "%-44s %12s\n", name.c_str(), time_text(median_time(name)).c_str());
  }
}

std::vector<Line> Table::lines() const {
  std::vector<Line> all;
  for (const Row& row : rows()) {
    const bool has_theirs = row.theirs.empty() || !times_of(row.theirs).empty();
    if (!times_of(row.ours).empty() && has_theirs) all.push_back(judge(row));
  }
  return all;
}

void Table::write_limits(std::FILE* to) const {
  std::fprintf(
      to,
      "\n## The machine's limits, measured in the same run\n\n"
      "The last column tells how evenly the machine ran: the time that a tenth of the rounds exceeded, "
      "beside the one\nthat a tenth stayed below.\n\n"
      "| what | threads | time | rate | spread |\n| --- | ---: | ---: | ---: | ---: |\n");
  for (const Limit& limit : limits()) {
    const std::vector<double>& times = times_of(limit.measurement);
    if (times.empty() || limit.measurement.ends_with(":1")) continue;
    const double ns = quantile(times, 0.5);
    std::fprintf(to, "| %s | %d | %s | %.1f %s | %.2f |\n", limit.what.c_str(),
                 limit.measurement.ends_with(":2") ? 2 : 1, time_text(ns).c_str(), limit.amount * 1e9 / ns,
                 limit.unit, quantile(times, 0.9) / quantile(times, 0.1));
  }
}

// What the machine's own limits gain with a second thread: no operation can gain more.
void Table::write_gains(std::FILE* to) const {
  std::map<std::string, double> amounts;
  for (const Limit& limit : limits()) amounts[limit.measurement] = limit.amount;
  std::string gains;
  for (const Limit& limit : limits()) {
    const std::string one = limit.measurement + ":1", two = limit.measurement + ":2";
    if (times_of(two).empty()) continue;
    gains += (gains.empty() ? "" : ", ") + limit.measurement.substr(std::string_view("limit/").size()) +
             number(" %.2f", ratio_of(two, one) * amounts[two] / amounts[one]);
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
  std::fputs(R"(
All that a row compares runs turn by turn in one process, in rounds of about a millisecond; times and ratios are
medians over the rounds. libtorch is at its best: it has an allocator as xgrad's, which keeps what is freed mapped and
asks for huge pages, and AVX-512 is allowed. The arrays of the machine's limits lie in huge pages, too. With one
thread the times are processor times, with two threads wall times. A ratio beside libtorch says how many times faster
xgrad is; beside anything else, how many times as long it takes.
)",
             to);
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
