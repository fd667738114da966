// Products of matrices, and how they are made fast.
//
// A core multiplies and adds two registers twice in every cycle, but can load only two: a loop that fetches
// both factors of each pair runs at a third of the speed, and one that waits for memory at a hundredth. So:
//
// 1. Sums stay in registers. C is cut into tiles of a few rows by a few registers (tile.hpp), 8 by 48 floats
//    on AVX-512. For each step along k a tile loads 3 registers of B and 8 numbers of A for 24 multiply-adds,
//    more than enough to hide the latency of each. Every number of rows has its own instance, so that nothing
//    is padded.
// 2. Tiles walk down a column of C as wide as a tile (columns.hpp). Its part of B, the panel, is read by each
//    of them and stays in the first-level cache; k is cut into runs short enough for that. Meanwhile the next
//    column of B is prefetched if B is larger than the second-level cache.
// 3. Operands are read where they lie, and copied only where that pays: B into the panel when its rows are
//    not neighbours in memory, or are read by many tiles; A in blocks when it is large, for its rows may lie
//    in ways that a cache cannot hold together.
// 4. The form suits the shape (simd/make.hpp decides). C^T = B^T A^T: what is thin should stand where it
//    costs least. A few rows times rows that are contiguous along k are dot products (dots.hpp).
// 5. Threads get rows of C, columns, or parts of the sum that are added up in order (product.cpp): the same
//    number of threads gives the same bits every time.
//
// The loops are compiled once per instruction set and type (simd/); see core/kernels/simd.hpp.
#pragma once

#include <cstdint>

namespace xgrad::kernels::product {

using Size = std::int64_t;

/// Element (i, j) is data[i * row + j * column]: any strides, 0 for what is expanded.
template <class T>
struct Operand {
  const T* data;
  Size row, column;
};

/// c = alpha * a × b + beta * start, a [m, k], b [k, n] and c [m, n], whose rows are c_row apart; c overlaps
/// neither a nor b. `start` may be c itself, a bias (start_row 0), or null: then nothing is added, and what c
/// held does not matter.
template <class T>
struct Product {
  Size m, n, k;
  Operand<T> a, b;
  T* c;
  Size c_row;
  const T* start = nullptr;
  Size start_row = 0;
  T alpha = 1, beta = 1;
};

/// Copies of parts of the operands take at most 512 KB for each thread, whatever the sizes; parts of sums, at
/// most as much for each thread as a quarter of b. The memory comes from core/allocator.hpp.
template <class T>
void multiply(const Product<T>& p);

/// The same `count` times, with matrices so many elements further on each time.
template <class T>
void multiply(const Product<T>& first, Size count, Size a_step, Size b_step, Size c_step);

}  // namespace xgrad::kernels::product
