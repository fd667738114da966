// The machine and the programs' versions, named without saying whose machine it is.
#pragma once

#include <string>

namespace bench {

/// Markdown: the processor, its cores and caches, the compiler and the libraries.
std::string machine_description();

}  // namespace bench
