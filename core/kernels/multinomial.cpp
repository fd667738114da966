#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include <xgrad/core/error.hpp>
#include <xgrad/core/kernels/random.hpp>

namespace xgrad::random_fill {
namespace {

using std::int64_t, std::size_t;

// Throws unless every row may be sampled from.
template <class T>
void check_weights(const T* weights, int64_t rows, int64_t categories, bool replacement) {
  for (int64_t r = 0; r < rows; ++r, weights += categories) {
    const T* end = weights + categories;
    const T* bad = std::find_if_not(weights, end, [](T w) { return w >= 0 && std::isfinite(w); });
    if (bad != end) {
      const char* words =
          !replacement ? "probability tensor contains either `inf`, `nan` or element < 0"
          : *bad > 0   ? "invalid multinomial distribution (encountering probability entry = infinity or NaN)"
                       : "invalid multinomial distribution (encountering probability entry < 0)";
      fail("multinomial: ", words, ": found ", *bad, " at row ", r, ", category ", bad - weights);
    }
    if (std::none_of(weights, end, [](T w) { return w > 0; }))
      fail("multinomial: invalid multinomial distribution (sum of probabilities <= 0) in row ", r,
           "; give every row a positive weight");
  }
}

// Inverts each row's cumulative distribution at uniform points.
template <class T>
void sample_with_replacement(int64_t* out, const T* weights, int64_t rows, int64_t categories,
                             int64_t samples, Generator& generator) {
  std::vector<double> points(static_cast<size_t>(rows * samples));
  uniform(points.data(), rows * samples, 0.0, 1.0, generator);
  std::vector<T> cumulative(static_cast<size_t>(categories));
  for (int64_t r = 0; r < rows; ++r) {
    const T* row = weights + r * categories;
    std::partial_sum(row, row + categories, cumulative.begin());
    const T sum = cumulative.back();
    for (T& c : cumulative) c /= sum;
    cumulative.back() = 1;
    for (int64_t i = r * samples; i < (r + 1) * samples; ++i)
      out[i] = std::lower_bound(cumulative.begin(), cumulative.end(), points[static_cast<size_t>(i)]) -
               cumulative.begin();
  }
}

// An exponential race: in each row, category c comes first with probability weights[c] / sum.
template <class T>
void sample_without_replacement(int64_t* out, const T* weights, int64_t rows, int64_t categories,
                                int64_t samples, Generator& generator) {
  std::vector<T> speed(static_cast<size_t>(rows * categories));
  exponential(speed.data(), rows * categories, 1.0, generator);
  for (size_t i = 0; i < speed.size(); ++i) speed[i] = weights[i] > 0 ? weights[i] / speed[i] : T(0);
  std::vector<int64_t> order(static_cast<size_t>(categories));
  for (int64_t r = 0; r < rows; ++r) {
    const T* row = speed.data() + r * categories;
    std::iota(order.begin(), order.end(), int64_t{0});
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(samples), order.end(),
                      [row](int64_t a, int64_t b) { return row[a] > row[b] || (row[a] == row[b] && a < b); });
    std::copy_n(order.begin(), samples, out + r * samples);
  }
}

}  // namespace

template <class T>
void multinomial(int64_t* out, const T* weights, int64_t rows, int64_t categories, int64_t samples,
                 bool replacement, Generator& generator) {
  check(samples > 0, "multinomial: cannot sample n_sample <= 0 samples, but got n_sample=", samples);
  check(replacement || samples <= categories,
        "multinomial: cannot sample n_sample > prob_dist.size(-1) samples without replacement, but got "
        "n_sample=",
        samples, " of ", categories, " categories; draw fewer, or with replacement=true");
  check(categories <= int64_t{1} << 24, "multinomial: number of categories cannot exceed 2^24, but got ",
        categories);
  const bool one_by_one = replacement && samples > 1;
  check_weights(weights, rows, categories, one_by_one);
  if (one_by_one) {
    sample_with_replacement(out, weights, rows, categories, samples, generator);
  } else {
    sample_without_replacement(out, weights, rows, categories, samples, generator);
  }
}

template void multinomial(int64_t*, const float*, int64_t, int64_t, int64_t, bool, Generator&);
template void multinomial(int64_t*, const double*, int64_t, int64_t, int64_t, bool, Generator&);

}  // namespace xgrad::random_fill
