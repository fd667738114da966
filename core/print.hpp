// How tensors are printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace xgrad {

namespace autograd {
class Node;
/// The name that a node is printed with, "MulBackward0": all that printing has to know of the tape
/// (autograd/node.cpp).
std::string name_of(const Node& node);
}  // namespace autograd

/// What `std::cout << tensor` looks like. Set the members that should differ:
/// `set_printoptions({.precision = 2, .linewidth = 120})`.
struct PrintOptions {
  int64_t precision = 4;     ///< digits after the point
  int64_t threshold = 1000;  ///< tensors of more elements are summarised
  int64_t edgeitems = 3;     ///< how many elements a summary shows at each end of a dimension
  int64_t linewidth = 80;    ///< characters per line; summarised rows may be longer
  std::optional<bool> sci_mode =
      std::nullopt;  ///< scientific notation always, never, or (absent) when the values ask for it
};

/// Replaces the options of all threads and returns those from before; members left out of `options` take
/// their defaults. An error unless precision and threshold are 0 or more (precision at most 1000), and
/// edgeitems and linewidth 1 or more. PyTorch: torch.set_printoptions.
PrintOptions set_printoptions(const PrintOptions& options);

/// The options in force: change a copy and set it to keep the others.
PrintOptions get_printoptions();

}  // namespace xgrad
