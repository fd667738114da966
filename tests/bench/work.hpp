// What is measured, in plain C++: neither library's headers may meet the other's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One turn of the work: what Google Benchmark times.
using Work = std::function<void()>;

enum class Optimizer { sgd, adam, adamw };

/// The start of a network of linear layers with relu between them, and one batch: the same for everybody.
struct Training {
  std::vector<int64_t> widths;  // 784, 128, 10: two layers
  int64_t batch;
  Optimizer optimizer;
  double learning_rate;
  std::vector<float> x;
  std::vector<std::vector<float>> weights, biases;
  std::vector<int64_t> y;

  Training(std::vector<int64_t> widths, int64_t batch, Optimizer optimizer);
  size_t layers() const { return weights.size(); }
};

constexpr int64_t images_per_epoch = 60000;

/// An operation, and how many times faster than libtorch it has to be.
struct NamedWork {
  std::string name;
  double bar;
  std::function<Work()> make;
};

/// One library's implementation of every row (work.inl, compiled once against each).
struct Library {
  const char* name;
  std::string version;
  void (*set_threads)(int);
  /// y = y * a + b on `elements` numbers, `links` times, then backward. With `leaves`, a and b require grad
  /// too, which doubles the work of the backward pass.
  Work (*chain)(int64_t elements, int64_t links, bool leaves);
  /// The seconds that backward and destruction of a chain of that many nodes take together.
  double (*deep_chain)(int64_t nodes);
  /// The module CrossEntropyLoss on logits of shape [rows, classes], then backward.
  Work (*cross_entropy)(int64_t rows, int64_t classes, float* logits, const int64_t* labels);
  /// Forward, loss, zero_grad, backward, step.
  Work (*training_step)(const Training& start);
  /// One step on `elements` parameters that have a gradient.
  Work (*optimizer_step)(Optimizer optimizer, int64_t elements);
  /// One epoch of the 60,000 images in the folder's plain IDX files through the loader, in normalised batches
  /// of 64.
  Work (*load_images)(const std::string& folder, size_t workers);
  /// Single operations (ops.inl).
  std::vector<NamedWork> (*ops)();
};

const Library& xgrad_library();
const Library& libtorch_library();
/// From now on libtorch keeps the memory that it frees.
void keep_libtorch_blocks();

/// The training step as one would write it by hand: loops and sgemm on buffers allocated once.
Work training_by_hand(const Training& start);

/// The memory traffic of an optimizer's step and little else: adds one array to `updated` others in one pass.
Work memory_pass(int updated, int64_t elements);

/// At least 2048 * 32000 random numbers between 0.1 and 1.1.
float* random_values();

}  // namespace bench
