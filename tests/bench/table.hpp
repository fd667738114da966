// The table of the report: medians as they come, and at the end the rows that need them, grouped by subject.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <map>
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

/// Keeps the medians, and writes them as Markdown.
class Table : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  /// The whole report: the machine, its limits, what each subject's rows say, `more` lines after them. With
  /// `summary`, of the small tensors' many rows only those that miss their bar are listed.
  void write(std::FILE* to, const std::vector<Line>& more, bool summary) const;

 private:
  struct Median {
    double processor, wall;
  };
  // Of the repetitions' wall times.
  struct Spread {
    double fastest, slowest;
  };
  double find(const std::string& name, bool wall) const;
  std::vector<Line> lines() const;
  void write_limits(std::FILE* to) const;
  void write_gains(std::FILE* to) const;

  std::map<std::string, Median> medians_;
  std::map<std::string, Spread> spreads_;
};

}  // namespace bench
