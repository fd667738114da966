#include <xgrad/core/kernels/extremes.hpp>

#include <xgrad/core/kernels/simd/emit.hpp>
#include <xgrad/core/kernels/simd/reduce.hpp>

namespace xgrad::kernels {
namespace {

// Whether a replaces b as the extreme: without branches, so that loops over columns are vectorised.
template <class Op, class T>
[[gnu::always_inline]] inline bool replaces(T a, T b) {
  // NaN is neither less nor greater: it replaces every number, and nothing replaces it.
  const bool stays = std::is_same_v<Op, Maximum> ? a <= b : a >= b;
  return !stays & (b == b);
}

// Where the first element that is `value`, or NaN if that is, lies: there is one.
template <class Arch, class T>
[[gnu::always_inline]] inline int64_t find(const T* x, int64_t n, T value) {
  using B = xsimd::batch<T, Arch>;
  constexpr int64_t width = int64_t(B::size);
  const B wanted(value);
  int64_t i = 0;
  if (value == value) {
    while (i + width <= n && !xsimd::any(B::load_unaligned(x + i) == wanted)) i += width;
    while (x[i] != value) ++i;
  } else {
    while (x[i] == x[i]) ++i;
  }
  return i;
}

// One reduction, which remembers the block that its result lies in; then a search of that block.
template <class Arch, class Op, class T>
[[gnu::always_inline]] inline int64_t extreme_of_row(const T* x, int64_t n) {
  constexpr int64_t block = 4096, few = 16;
  int64_t at = 0;
  if (n <= few) {
    T extreme = x[0];
    for (int64_t i = 1; i < n; ++i) {
      const bool other = replaces<Op>(x[i], extreme);
      extreme = other ? x[i] : extreme;
      at = other ? i : at;
    }
    return at;
  }
  T extreme = reduce_block<Arch, Op>(x, n < block ? n : block);
  for (int64_t i = block; i < n; i += block) {
    const T candidate = reduce_block<Arch, Op>(x + i, n - i < block ? n - i : block);
    if (!replaces<Op>(candidate, extreme)) continue;
    extreme = candidate;
    at = i;
  }
  return at + find<Arch>(x + at, n - at, extreme);
}

template <size_t Bytes>
using Unsigned = std::conditional_t<Bytes == 1, uint8_t, std::conditional_t<Bytes == 4, uint32_t, uint64_t>>;

// `columns` neighbouring columns of `rows` rows that are `stride` apart. Within a block of rows, an index
// takes as many bytes as an element, so that both share a mask.
template <class Op, class T>
[[gnu::always_inline]] inline void extremes_of_columns(const T* x, T* values, int64_t* index, int64_t rows,
                                                       int64_t columns, int64_t stride) {
  constexpr int64_t block = 64;
  using Row = Unsigned<sizeof(T)>;
  T extreme[widest_columns];
  Row at[widest_columns];
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t last = first + block < rows ? first + block : rows;
    const T* row = x + first * stride;
    for (int64_t c = 0; c < columns; ++c) {
      extreme[c] = row[c];
      at[c] = 0;
    }
    for (int64_t r = first + 1; r < last; ++r) {
      row += stride;
      const Row here = static_cast<Row>(r - first);
      for (int64_t c = 0; c < columns; ++c) {
        const bool other = replaces<Op>(row[c], extreme[c]);
        extreme[c] = other ? row[c] : extreme[c];
        at[c] = other ? here : at[c];
      }
    }
    for (int64_t c = 0; c < columns; ++c) {
      if (first > 0 && !replaces<Op>(extreme[c], values[c])) continue;
      values[c] = extreme[c];
      index[c] = first + static_cast<int64_t>(at[c]);
    }
  }
}

}  // namespace

template <class Arch, class Op, class T>
void ExtremesLoop<Arch, Op, T>::run(const void* from, void* to, int64_t* index, int64_t outer, int64_t length,
                                    int64_t inner) {
  auto* x = static_cast<const T*>(from);
  auto* values = static_cast<T*>(to);
  for (int64_t o = 0; o < outer; ++o, x += length * inner, values += inner, index += inner) {
    if (inner == 1) {
      *index = extreme_of_row<Arch, Op>(x, length);
      *values = x[*index];
      continue;
    }
    for (int64_t c = 0; c < inner; c += widest_columns)
      extremes_of_columns<Op>(x + c, values + c, index + c, length,
                              inner - c < widest_columns ? inner - c : widest_columns, inner);
  }
}

namespace {

[[gnu::used]] void emit_extremes() {
  emit<ExtremesLoop, float, double, int64_t, int32_t, uint8_t>(List<Maximum, Minimum>{});
}

}  // namespace
}  // namespace xgrad::kernels
