#include <xgrad/core/kernels/loops.hpp>
#include <xgrad/core/kernels/simd/emit.hpp>
#include <xgrad/core/kernels/simd/reduce.hpp>

namespace xgrad::kernels {
namespace {

template <class Op>
constexpr bool is_sum = std::is_same_v<Op, Add>;

// What partial results of many elements are carried in: double for floating-point sums, T otherwise.
template <class Op, class T>
using Carry = std::conditional_t<is_sum<Op> && std::is_floating_point_v<T>, double, T>;

template <class Arch, class Op, class T>
[[gnu::always_inline]] inline T reduce_row(const T* x, int64_t n) {
  constexpr int64_t block = reduced_block<Arch, T>;
  if (n == 0) return T{};
  if (n <= block) return reduce_block<Arch, Op>(x, n);
  const Op op;
  Carry<Op, T> total = reduce_block<Arch, Op>(x, block);
  for (int64_t i = block; i < n; i += block)
    total =
        op(total, static_cast<Carry<Op, T>>(reduce_block<Arch, Op>(x + i, n - i < block ? n - i : block)));
  return static_cast<T>(total);
}

// `columns` neighbouring columns of `rows` rows, at least one, `stride` apart.
template <class Op, class T>
[[gnu::always_inline]] inline void reduce_columns(const T* x, T* out, int64_t rows, int64_t columns,
                                                  int64_t stride) {
  constexpr int64_t most = widest_columns, block = 64;
  const Op op;
  T partial[most];
  Carry<Op, T> total[most];
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t last = first + block < rows ? first + block : rows;
    const T* row = x + first * stride;
    for (int64_t c = 0; c < columns; ++c) partial[c] = row[c];
    int64_t r = first + 1;
    for (row += stride; r + 4 <= last; r += 4, row += 4 * stride)
      for (int64_t c = 0; c < columns; ++c)
        partial[c] =
            op(partial[c], op(op(row[c], row[c + stride]), op(row[c + 2 * stride], row[c + 3 * stride])));
    for (; r < last; ++r, row += stride)
      for (int64_t c = 0; c < columns; ++c) partial[c] = op(partial[c], row[c]);
    if (first == 0)
      for (int64_t c = 0; c < columns; ++c) total[c] = partial[c];
    else
      for (int64_t c = 0; c < columns; ++c) total[c] = op(total[c], static_cast<Carry<Op, T>>(partial[c]));
  }
  for (int64_t c = 0; c < columns; ++c) out[c] = static_cast<T>(total[c]);
}

}  // namespace

template <class Arch, class Op, class T>
void ReduceLoop<Arch, Op, T>::run(const void* from, void* to, int64_t outer, int64_t length, int64_t inner) {
  auto* x = static_cast<const T*>(from);
  auto* out = static_cast<T*>(to);
  if (inner == 1) {
    for (int64_t o = 0; o < outer; ++o) out[o] = reduce_row<Arch, Op>(x + o * length, length);
    return;
  }
  constexpr int64_t columns = widest_columns;
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t c = 0; c < inner; c += columns) {
      const int64_t count = inner - c < columns ? inner - c : columns;
      if (length > 0)
        reduce_columns<Op>(x + o * length * inner + c, out + o * inner + c, length, count, inner);
      else
        for (int64_t i = 0; i < count; ++i) out[o * inner + c + i] = T{};
    }
  }
}

namespace {

[[gnu::used]] void emit_reductions() {
  emit<ReduceLoop, float, double, int64_t>(List<Add>{});
  emit<ReduceLoop, float, double, int64_t, int32_t, uint8_t>(List<Mul, Maximum, Minimum>{});
}

}  // namespace

}  // namespace xgrad::kernels
