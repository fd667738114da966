// Losses, training steps, optimizers and the loader.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <tuple>

#include "limits.hpp"
#include "rows.hpp"

namespace bench {
namespace {

const std::vector<int64_t>& labels(int64_t samples, int64_t classes) {
  static std::map<std::pair<int64_t, int64_t>, std::vector<int64_t>> all;
  std::vector<int64_t>& some = all[{samples, classes}];
  for (int64_t i = static_cast<int64_t>(some.size()); i < samples; ++i) some.push_back(i * 7919 % classes);
  return some;
}

void add_cross_entropies() {
  struct Shape {
    int64_t rows, classes;
    double bar;
    bool against_memcpy;
  };
  for (const auto& [n, classes, bar, against_memcpy] : {Shape{3, 5, 25, false},
                                                        {32, 10, 12, false},
                                                        {128, 10, 8, false},
                                                        {256, 1000, 3, false},
                                                        {4096, 1000, 3, false},
                                                        {2048, 32000, 3, true},
                                                        {1024, 50257, 3, true}}) {
    const Both row{"Cross-entropy, forward and backward",
                   "cross_entropy/" + std::to_string(n) + "x" + std::to_string(classes), bar, 1, true};
    add_both(row, [n = n, c = classes](const Library& l) {
      return l.cross_entropy(n, c, random_values(), labels(n, c).data());
    });
    if (!against_memcpy) continue;
    const std::string copy = row.work + "/memcpy";
    add(copy, [count = n * classes] { return copy_pass(count); });
    add_row(row, copy, "memcpy", Bar::multiple, 1.3);
  }
}

void add_steps() {
  struct Setting {
    std::vector<int64_t> widths;
    int64_t batch;
    Optimizer optimizer;
    double bar, bar_of_version_2, by_hand;
  };
  const bool version_2 = libtorch_library().version >= "2";
  for (const Setting& s : {Setting{{784, 128, 10}, 32, Optimizer::sgd, 1.8, 1.9, 1.15},
                           {{784, 128, 10}, 32, Optimizer::adam, 1.9, 3, 1.15},
                           {{784, 128, 10}, 128, Optimizer::sgd, 1.3, 1.35, 1.15},
                           {{784, 128, 10}, 128, Optimizer::adam, 1.35, 1.7, 1.15},
                           {{784, 512, 512, 10}, 128, Optimizer::sgd, 1.2, 1.2, 1.1},
                           {{784, 512, 512, 10}, 128, Optimizer::adam, 1.15, 1.35, 1.1}}) {
    std::string work = "train";
    for (const int64_t width : s.widths) work += (width == s.widths[0] ? "/" : "-") + std::to_string(width);
    work +=
        std::string(s.optimizer == Optimizer::sgd ? "/sgd" : "/adam") + "/batch:" + std::to_string(s.batch);
    const Training start(s.widths, s.batch, s.optimizer);
    const Both row{"Training steps", work, version_2 ? s.bar_of_version_2 : s.bar, 1, true};
    add_both(row, [start](const Library& l) { return l.training_step(start); });
    add(work + "/by_hand", [start] { return training_by_hand(start); });
    add_row(row, work + "/by_hand", "by hand", Bar::multiple, s.by_hand);
  }
}

void add_optimizers() {
  constexpr int64_t elements = 1000000;
  for (const auto& [optimizer, name, updated] :
       {std::tuple{Optimizer::sgd, "sgd", 1}, {Optimizer::adam, "adam", 3}, {Optimizer::adamw, "adamw", 3}}) {
    const Both row{"Optimizers", std::string("step_1M/") + name, 1, 1, true};
    add_both(row, [o = optimizer](const Library& l) { return l.optimizer_step(o, elements); });
    add(row.work + "/memory", [n = updated] { return memory_pass(n, elements); });
    add_row(row, row.work + "/memory", "memory", Bar::multiple, 1.3);
  }
}

// Debian's Fashion-MNIST as the plain files that libtorch wants, in a folder of its own; gone with this
// object.
class PlainImages {
 public:
  PlainImages() {
    std::filesystem::create_directory(folder);
    const std::string unpack =
        "for f in /usr/share/datasets/fashion-mnist/train*.gz; do gzip -dc \"$f\" > \"" + folder +
        "/$(basename \"$f\" .gz)\" || exit 1; done";
    complete = std::system(unpack.c_str()) == 0;
    if (!complete) std::fprintf(stderr, "load_images: left out: dataset-fashion-mnist is not installed\n");
  }
  ~PlainImages() { std::filesystem::remove_all(folder); }

  const std::string folder =
      std::filesystem::temp_directory_path() / ("xgrad_bench_" + std::to_string(getpid()));
  bool complete = false;
};

// Per image, in wall time: the workers' processor time is not what a training loop waits for.
void add_loaders() {
  static const PlainImages images;
  if (!images.complete) return;
  for (const size_t workers : {size_t{1}, size_t{2}})
    add_both({"Data loader", "load_images/workers:" + std::to_string(workers), 1, images_per_epoch},
             [workers](const Library& l) { return l.load_images(images.folder, workers); });
}

}  // namespace

void add_training() {
  add_cross_entropies();
  add_steps();
  add_optimizers();
  add_loaders();
}

}  // namespace bench
