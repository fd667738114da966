// What the machine can do, measured in the same run as everything else.
#pragma once

#include <cstdint>

#include "work.hpp"

namespace bench {

/// 64-byte aligned, and in huge pages if it is large, as xgrad's blocks are: without them the limits would be
/// up to a third lower. To be given to std::free.
void* allocate_block(size_t bytes);

/// Reading, copying, and a = b + s * c, over arrays of that many floats, by all of OpenMP's threads.
Work read_pass(int64_t elements);
Work copy_pass(int64_t elements);
Work triad_pass(int64_t elements);
/// Copying 4096 rows of 64 floats from anywhere in 30,000 rows, by this thread.
Work rows_pass();

/// The memory traffic of an optimizer's step and little else: adds one array to `updated` others in one pass.
Work memory_pass(int updated, int64_t elements);

/// Multiplications and additions in registers, by all of OpenMP's threads, and how many those are.
Work fma_pass();
double fma_operations(int threads);
/// BLAS's product of square matrices.
Work sgemm_pass(int64_t side);

/// The BLAS library's name and version.
const char* blas_version();

}  // namespace bench
