// The rows of the report, and the measurements they need.
//
// Measurements that are compared form a group. A group is run in rounds: each of its measurements takes half
// a millisecond of turns, or one turn if that is longer, and then the next one has its turns, so that
// whatever else the machine does meets all of them. What a row says is the median of the rounds' ratios.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "work.hpp"

namespace bench {

/// What a row asks of xgrad's time and of the time beside it.
enum class Bar {
  faster,    // their time is at least `bar` times ours
  multiple,  // our time is at most `bar` times theirs
  at_most,   // our time is at most `bar` nanoseconds; nothing stands beside it
  threads,   // ours has two threads, theirs is ours with one: work over 1 ms has to gain, other work must not
             // lose
};

/// One row: two measurements by their names, and the bar.
struct Row {
  std::string subject, work;
  std::string ours, theirs;
  std::string against;  // what `theirs` is
  Bar kind;
  double bar = 0;
  double operations = 1, their_operations = 1;  // that one turn does: times are divided by them
};
std::vector<Row>& rows();

/// A measurement of processor time in a program of one thread, which counts references at a lower price. A
/// name that ends in ":1" or ":2" asks for wall time with so many threads in a program that has started
/// threads. The group is what stands before the name's last slash, unless it is given.
void add(const std::string& name, const std::function<Work()>& make, std::string group = {});
/// The same of work that measures itself: it returns the nanoseconds of a turn.
void add_timed(const std::string& name, const std::function<double()>& turn);
/// The same work in both libraries, and the row `work` that compares them. With `threads`, both once more
/// with two threads, and rows that compare ours with one thread's and with theirs.
struct Both {
  std::string subject, work;
  double bar;
  double operations = 1;
  bool threads = false;
};
void add_both(const Both& row, const std::function<Work()>& ours, const std::function<Work()>& theirs);
void add_both(const Both& row, const std::function<Work(const Library&)>& make);
/// A row beside another measurement of `add`.
void add_row(const Both& row, const std::string& theirs, const std::string& against, Bar kind, double bar,
             double their_operations = 1);

/// The groups as tests of Google Benchmark: those of one thread, which must run first, or the others.
enum class Phase { one_thread, threads };
void register_groups(Phase phase);
/// The measurements of such a test.
std::vector<std::string> members_of(const std::string& test);
/// The nanoseconds that a turn took, round by round; empty if it has not run.
const std::vector<double>& times_of(const std::string& name);

/// What is measured, by subject.
void add_limits();                // rows_limits.cpp
void add_tape();                  // rows_tape.cpp
void add_training();              // rows_training.cpp
void add_operations();            // rows_operations.cpp
void add_linear_cross_entropy();  // linear_cross_entropy.cpp

}  // namespace bench
