// Fills of contiguous memory with random numbers: what rand, randn, randint, randperm, bernoulli_, dropout,
// exponential_ and multinomial draw.
//
// Every fill takes from the generator exactly the words PyTorch's CPU fills take, in the same order, so the
// same seed gives the same numbers. All are equal bit for bit but normal and exponential, which are equal to
// rounding. A draw is one 32-bit word or two (64 bits, the high word first); each fill says which. Bad
// arguments throw Error before anything is drawn or written. The functions exist for the types named at each.
#pragma once

#include <cstdint>
#include <optional>

#include <xgrad/core/random.hpp>

namespace xgrad::random_fill {

/// Uniform real numbers in [from, to) (uniform_, rand). T: float (one word each), double (two).
template <class T>
void uniform(T* out, std::int64_t n, double from, double to, Generator& generator = default_generator());

/// Uniform integers in [from, to); without `to`, up to the largest integer T holds, of a float 2^24, of a
/// double 2^53 (random_(from, to), randint). A draw is two words when the range is at least 2^32 and T is
/// int64_t, float or double, else one. T: bool, uint8_t, int32_t, int64_t, float, double.
template <class T>
void integers(T* out, std::int64_t n, std::int64_t from, std::optional<std::int64_t> to,
              Generator& generator = default_generator());

/// Uniform integers in [0, largest], where largest is as above (random_()). Two words each for int64_t and
/// double.
template <class T>
void integers(T* out, std::int64_t n, Generator& generator = default_generator());

/// A random permutation of 0 … n - 1 (randperm). One word for each place but the last, whatever T.
/// T: uint8_t, int32_t, int64_t, float, double.
template <class T>
void permutation(T* out, std::int64_t n, Generator& generator = default_generator());

/// Normal numbers (normal_, randn) for a contiguous tensor. T: float, double.
/// Below 16 values as normal_one_by_one. Else one uniform draw of T each, turned into normal values by
/// Box-Muller in blocks of 16; if n is no multiple of 16, the last 16 values are drawn again.
template <class T>
void normal(T* out, std::int64_t n, double mean, double std, Generator& generator = default_generator());

/// Normal numbers as PyTorch draws them for a tensor that is not contiguous, whatever its size: four words
/// give a pair in double precision, whose second value waits in the generator for the next call.
template <class T>
void normal_one_by_one(T* out, std::int64_t n, double mean, double std,
                       Generator& generator = default_generator());

/// 1 with probability p, else 0 (bernoulli_(p), and the mask that dropout keeps: bernoulli(1 - p)). Two words
/// each. T: bool, uint8_t, int32_t, int64_t, float, double.
template <class T>
void bernoulli(T* out, std::int64_t n, double p, Generator& generator = default_generator());

/// out[i] is 1 with probability p[i], else 0 (bernoulli_(tensor), bernoulli(tensor)). One word each if P is
/// float, two if double. T as above.
template <class T, class P>
void bernoulli(T* out, const P* p, std::int64_t n, Generator& generator = default_generator());

/// Exponentially distributed numbers with rate lambda (exponential_). Two words each. T: float, double.
template <class T>
void exponential(T* out, std::int64_t n, double lambda, Generator& generator = default_generator());

/// For each row of `weights` [rows, categories], `samples` indices drawn with probability proportional to the
/// weights into `out` [rows, samples] (multinomial). T: float, double. With replacement and more than one
/// sample: two words for each sample. Else two words for each weight: the indices of the largest weight /
/// exponential, in descending order.
template <class T>
void multinomial(std::int64_t* out, const T* weights, std::int64_t rows, std::int64_t categories,
                 std::int64_t samples, bool replacement, Generator& generator = default_generator());

}  // namespace xgrad::random_fill
