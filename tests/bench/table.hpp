// The table of the report: what the rows say of the measurements, grouped by subject.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

namespace bench {

/// A line of the report as it is read.
struct Line {
  std::string subject, work, xgrad, other, against, ratio, bar;
  bool met = true;
};

/// A measurement that is a limit of the machine, and what one turn does.
struct Limit {
  std::string measurement, what;
  double amount;
  const char* unit;  // of an amount in a second
};
std::vector<Limit>& limits();

std::string time_text(double ns);

/// Tells how far the run is, and writes what it has measured as Markdown.
class Table : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  /// The whole report: the machine, its limits, what each subject's rows say, `more` lines after them. With
  /// `summary`, of the small tensors' many rows only those that miss their bar are listed.
  void write(std::FILE* to, const std::vector<Line>& more, bool summary) const;

 private:
  std::vector<Line> lines() const;
  void write_limits(std::FILE* to) const;
  void write_gains(std::FILE* to) const;
};

}  // namespace bench
