#include <xgrad/autograd/view/layout.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <locale>
#include <map>
#include <memory>
#include <optional>
#include <sstream>

extern char** environ;

namespace xgrad::detail {
namespace {

using EdgeList = std::vector<std::pair<size_t, size_t>>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr double margin = 16, points_per_inch = 72;
constexpr size_t dot_limit = 500;  // dot takes minutes on thousands of nodes

// Numbers as dot and SVG write them, whatever the program's locale.
struct PlainStream : std::ostringstream {
  PlainStream() { imbue(std::locale::classic()); }
};

std::string dot_source(const std::vector<Box>& boxes, const EdgeList& edges) {
  PlainStream out;
  out << "digraph { nodesep=0.3; ranksep=0.45; node [shape=box, fixedsize=true, label=\"\"]; edge "
         "[arrowhead=none];\n";
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t i = 0; i < boxes.size(); ++i) groups[boxes[i].group].push_back(i);
  size_t clusters = 0;
  for (const auto& [name, members] : groups) {
    if (!name.empty()) out << "subgraph cluster_" << clusters++ << " {\n";
    for (const size_t i : members)
      out << 'n' << i << " [width=" << boxes[i].width / points_per_inch
          << ", height=" << boxes[i].height / points_per_inch << "];\n";
    if (!name.empty()) out << "}\n";
  }
  for (const auto& [from, to] : edges) out << 'n' << from << " -> n" << to << ";\n";
  out << "}\n";
  return out.str();
}

// What `dot -Tplain` answers: started by name, without a shell, between two files that have no name. Empty if
// it is not installed or fails.
std::string run_dot(const std::string& source) {
  const File in(std::tmpfile(), std::fclose), out(std::tmpfile(), std::fclose);
  if (!in || !out || std::fwrite(source.data(), 1, source.size(), in.get()) != source.size()) return {};
  std::rewind(in.get());  // also flushes
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  char name[] = "dot", plain[] = "-Tplain";
  char* const arguments[] = {name, plain, nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, name, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 1;
  if (failed || waitpid(child, &status, 0) != child || status != 0) return {};
  std::rewind(out.get());
  std::string answer;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, out.get())) answer.append(buffer, got);
  return answer;
}

// "n12" is 12; what is no such name is no node.
size_t node_number(std::istream& in) {
  std::string name;
  in >> name;
  size_t number = static_cast<size_t>(-1);
  if (!name.empty()) std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return number;
}

// dot measures in inches, upward.
std::optional<Layout> read_plain(const std::string& answer, size_t boxes, const EdgeList& edges) {
  std::istringstream in(answer);
  in.imbue(std::locale::classic());
  Layout result{"dot", 0, 0, std::vector<Point>(boxes), std::vector<std::string>(edges.size())};
  std::map<std::pair<size_t, size_t>, std::vector<size_t>> numbers;  // parallel edges come in their order
  for (size_t i = edges.size(); i-- > 0;) numbers[edges[i]].push_back(i);
  const auto point = [&] {
    Point p;
    in >> p.x >> p.y;
    return Point{p.x * points_per_inch + margin, result.height - margin - p.y * points_per_inch};
  };
  size_t placed = 0;
  for (std::string kind; in >> kind && kind != "stop"; std::getline(in, kind)) {
    if (kind == "graph") {
      double scale = 1;
      in >> scale >> result.width >> result.height;
      result.width = result.width * points_per_inch + 2 * margin;
      result.height = result.height * points_per_inch + 2 * margin;
    } else if (kind == "node") {
      const size_t i = node_number(in);
      if (i >= boxes) return {};
      result.centers[i] = point();
      ++placed;
    } else if (kind == "edge") {
      const size_t from = node_number(in), to = node_number(in);
      size_t count = 0;
      in >> count;
      PlainStream path;
      for (size_t i = 0; i < count && in; ++i) {
        const Point p = point();
        path << (i == 0 ? "M" : i == 1 ? " C" : " ") << p.x << ' ' << p.y;
      }
      auto& waiting = numbers[{from, to}];
      if (waiting.empty()) return {};
      result.paths[waiting.back()] = path.str();
      waiting.pop_back();
    }
  }
  if (placed != boxes) return {};
  return result;
}

// Which layer each box is in: below all that it comes from; what comes from nothing, just above its first
// use.
std::vector<size_t> layers_of(size_t boxes, const EdgeList& edges) {
  std::vector<size_t> layer(boxes, 0), first_use(boxes, boxes);
  std::vector<bool> is_source(boxes, true);
  EdgeList sorted = edges;
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a.second < b.second; });
  for (const auto& [from, to] : sorted) {
    layer[to] = std::max(layer[to], layer[from] + 1);
    is_source[to] = false;
  }
  for (const auto& [from, to] : edges) first_use[from] = std::min(first_use[from], layer[to] - 1);
  for (size_t i = 0; i < boxes; ++i)
    if (is_source[i] && first_use[i] < boxes) layer[i] = first_use[i];
  return layer;
}

Layout in_layers(const std::vector<Box>& boxes, const EdgeList& edges) {
  constexpr double gap = 24, layer_gap = 40;
  const std::vector<size_t> layer = layers_of(boxes.size(), edges);
  std::vector<std::vector<size_t>> layers(*std::max_element(layer.begin(), layer.end()) + 1);
  for (size_t i = 0; i < boxes.size(); ++i) layers[layer[i]].push_back(i);
  std::vector<std::vector<size_t>> neighbours(boxes.size());
  for (const auto& [from, to] : edges) {
    neighbours[from].push_back(to);
    neighbours[to].push_back(from);
  }
  Layout result{"layers", 0, 0, std::vector<Point>(boxes.size()), {}};
  for (const auto& members : layers) {
    double width = gap;
    for (const size_t i : members) width += boxes[i].width + gap;
    result.width = std::max(result.width, width);
  }
  const auto place = [&](const std::vector<size_t>& members) {
    double x = result.width + gap;
    for (const size_t i : members) x -= boxes[i].width + gap;
    x /= 2;
    for (const size_t i : members) {
      result.centers[i].x = x + boxes[i].width / 2;
      x += boxes[i].width + gap;
    }
  };
  for (auto& members : layers) place(members);
  // A few sweeps that move every box toward the middle of those it is joined with.
  for (int sweep = 0; sweep < 6; ++sweep)
    for (auto& members : layers) {
      std::multimap<double, size_t> by_wish;  // of equal ones the first stays first
      for (const size_t i : members) {
        double sum = 0;
        for (const size_t n : neighbours[i]) sum += result.centers[n].x;
        by_wish.emplace(
            neighbours[i].empty() ? result.centers[i].x : sum / static_cast<double>(neighbours[i].size()), i);
      }
      members.clear();
      for (const auto& [wish, i] : by_wish) members.push_back(i);
      place(members);
    }
  double y = margin;
  for (const auto& members : layers) {
    double height = 0;
    for (const size_t i : members) height = std::max(height, boxes[i].height);
    for (const size_t i : members) result.centers[i].y = y + height / 2;
    y += height + layer_gap;
  }
  result.height = y - layer_gap + margin;
  for (const auto& [from, to] : edges) {
    const Point a{result.centers[from].x, result.centers[from].y + boxes[from].height / 2};
    const Point b{result.centers[to].x, result.centers[to].y - boxes[to].height / 2};
    const double bend = (b.y - a.y) / 2;
    PlainStream path;
    path << 'M' << a.x << ' ' << a.y << " C" << a.x << ' ' << a.y + bend << ' ' << b.x << ' ' << b.y - bend
         << ' ' << b.x << ' ' << b.y;
    result.paths.push_back(path.str());
  }
  return result;
}

}  // namespace

Layout lay_out(const std::vector<Box>& boxes, const std::vector<std::pair<size_t, size_t>>& edges) {
  if (boxes.size() <= dot_limit)
    if (auto drawn = read_plain(run_dot(dot_source(boxes, edges)), boxes.size(), edges)) return *drawn;
  return in_layers(boxes, edges);
}

}  // namespace xgrad::detail
