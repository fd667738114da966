// Where the boxes of a drawn graph go. Not for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace xgrad::detail {

struct Point {
  double x = 0, y = 0;
};

/// A box to be placed; boxes of one group, if named, are kept together where possible.
struct Box {
  double width, height;
  std::string group;
};

struct Layout {
  std::string engine;  ///< "dot" or "layers"
  double width = 0, height = 0;
  std::vector<Point> centers;      ///< of the boxes
  std::vector<std::string> paths;  ///< of the edges, in SVG's path language
};

/// Places boxes so that the edges, given as (from, to) with from < to, run downward: by Graphviz's `dot`
/// where it is installed and the graph has at most 500 boxes, else in plain layers.
Layout lay_out(const std::vector<Box>& boxes, const std::vector<std::pair<size_t, size_t>>& edges);

}  // namespace xgrad::detail
