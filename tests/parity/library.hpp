// The neutral ground between xgrad and libtorch: plain C++ descriptions of what to compute and of what came
// out, so that both libraries, whose headers cannot meet, run in one process and can be compared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parity {

enum class Type { u8, i32, i64, f32, f64, b8 };
inline bool is_floating(Type t) { return t == Type::f32 || t == Type::f64; }

/// A tensor spelt out: element (i, j, …) is buffer[offset + i * strides[0] + j * strides[1] + …].
struct Array {
  bool defined = false;
  Type type = Type::f32;
  std::vector<int64_t> sizes, strides;
  int64_t offset = 0;
  std::vector<double> buffer;
  bool requires_grad = false;

  int64_t numel() const {
    int64_t n = 1;
    for (const int64_t s : sizes) n *= s;
    return n;
  }
};

/// The elements in row-major order.
std::vector<double> logical_values(const Array& a);

/// One computation: a row of the table in ops.inl on these arguments.
struct Case {
  std::string op;
  std::vector<Array> inputs;
  std::vector<int64_t> ints;
  std::vector<double> reals;
};

/// What a library made of it. Each error is empty, or the message of the refusal.
struct Result {
  std::string error;
  std::vector<Array> outputs;  // contiguous, as all that follow
  std::string backward_error;
  std::vector<Array> grads;  // per input; undefined where there is none
  std::string second_error;
  std::vector<Array> second;  // per input and then per gradient fed to an output
};

/// How the driver draws the arguments of an op: see cases.cpp.
enum class Draw {
  one,              // x
  two,              // x, y that broadcast
  two_scalar,       // x and a number
  three,            // x, y, z that broadcast
  pair,             // x, y of one shape and floating-point dtype
  signs,            // x and a tensor like it of -1 and 1
  channels,         // x [n, c, …] with even c, two tensors [c]
  choice,           // bool condition, x, y that broadcast
  mask,             // x and a bool mask
  along_dim,        // x and dim, keepdim
  along_dims,       // x and keepdim, dims…
  along_some_dims,  // the same with one dim at least
  two_dims,         // x and two dims of it
  resize,           // x and a shape of as many elements, perhaps with a -1
  expand,           // x and a shape that it expands to
  shrink,           // x and a shape that expands to its own
  permute,          // x and a permutation
  slice,            // x and dim, start, end, step
  pieces,           // x and dim, count
  several,          // a few tensors of one shape but for the dim that ints names
  alike,            // a few tensors of one shape, and a dim
  gather,           // x, index; dim
  pick,             // x, 1-d index; dim
  scatter,          // x, index, source; dim
  index_add,        // x, 1-d index, source; dim
  mm,               // [n, k], [k, m]
  bmm,              // [b, n, k], [b, k, m]
  matmul,           // anything that matmul takes
  addmm,            // c, a, b
  linear,           // x, weight, bias or nothing
  nll,              // log-probabilities, labels, weight or nothing
  cross_entropy,
  linear_cross_entropy,  // hidden, target, weight of the classes or nothing, weight, bias or nothing
  index,                 // x, values, index tensors; how to broadcast, then the list of indices
  index_list,            // x, values, one index tensor
  program,               // x, y; instructions
};

/// What the driver knows of an op: where its interesting arguments lie, and whether libtorch agrees with
/// itself (the C++ frontend with Python) on integers.
struct Op {
  std::string name;
  Draw draw;
  double low, high;
  bool floating_only = false;
  bool distinct = false;  // neither equal nor special values: for ops that choose among elements
};

/// An optimizer's options in the order of make_optimizer().
struct Settings {
  std::vector<double> numbers;
  bool flag = false;
};

/// A small network and how to train it.
struct Training {
  std::string optimizer;           // the class's name
  std::vector<Settings> settings;  // one for all parameters, or one per parameter: groups
  std::vector<int64_t> widths;
  std::vector<Array> parameters;  // weight, bias, weight, bias, …
  Array inputs, labels;
  int64_t batch = 1, epochs = 1;
  unsigned step_size = 0;  // of a StepLR that is stepped after every epoch; 0 for none
};

struct Trained {
  std::string error;
  std::vector<double> losses;
  std::vector<std::vector<Array>> path;  // the parameters after each step
};

/// What a program compiled against both libraries saw at one step: a value, or a refusal and libtorch's words
/// that belong in it (none where nothing is to be refused).
struct Note {
  std::string name;
  Array value;
  std::string words, refusal;
};
struct Program {
  std::string name;
  std::function<std::vector<Note>()> run;
};

/// What a row of modules.inl is called with: kDouble, of two dimensions, the last of size 3.
enum class Inputs {
  one,                 // x
  even,                // x with even sizes
  pair,                // x, y
  probabilities,       // x, y between 0 and 1
  signs,               // x, and y of -1 and 1
  labels,              // x, and class indices
  three,               // x, y, z
  pair_and_signs,      // x, y, and z of -1 and 1
  pair_and_row_signs,  // the same with one sign per row
};
struct ModuleOp {
  std::string name;
  Inputs inputs;
};

/// What a program printed: text, and numbers in their precision.
struct Numbers {
  std::string what;
  Type type;
  std::vector<double> values;
};
struct Printed {
  std::string text;
  std::vector<Numbers> numbers;
};

/// One of the two.
struct Library {
  std::string name;
  int version;  // the major one
  std::vector<Op> ops;
  Result (*run)(const Case&);
  Trained (*train)(const Training&);
  std::vector<Program> programs;
  std::string (*core_types)();  // what the program in core_types.inl prints
  std::string (*surface)();     // and what the calls in surface.inl print
  std::vector<ModuleOp> modules;
  std::string (*print_module)(size_t row);
  Result (*run_module)(size_t row, const std::vector<Array>& inputs, bool as_module);
  Printed (*tutorials)();   // what the programs in tutorials.inl print
  Printed (*nn_surface)();  // what the calls in nn_surface.inl print
};

const Library& xgrad_library();
const Library& libtorch_library();

}  // namespace parity
