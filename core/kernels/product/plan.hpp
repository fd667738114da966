// What is decided before a product is made: its form, and what is copied.
#pragma once

#include <xgrad/core/kernels/product/product.hpp>

namespace xgrad::kernels::product {

template <class T>
struct Plan {
  Product<T> p;       // as given, or that of the transposes: C^T = B^T A^T
  bool turned;        // element (i, j) of c is then c[j * c_row + i], and so for start
  bool dots;          // as dot products along k, instead of tiles
  bool pack_b;        // to panels: its rows are not neighbours
  bool copy_b;        // to panels as well: many tiles read them
  bool far_b;         // too large for the second-level cache: prefetched
  bool copy_a;        // in blocks
  Size depth;         // of a panel and a block along k
  Size height;        // of a block
  Size panel, block;  // elements to copy to
};

namespace simd {
template <class Arch, class T>
Plan<T> plan(const Product<T>& p);
/// `scratch` has room for a panel and a block, and is 64-byte aligned.
template <class Arch, class T>
void run(const Plan<T>& plan, T* scratch);
}  // namespace simd

}  // namespace xgrad::kernels::product
