// Functions that make tensors.
#pragma once

#include <functional>
#include <vector>

#include <xgrad/core/tensor.hpp>

namespace xgrad {

namespace detail {

/// The argument of tensor(): a number, a list of numbers, or nested braces.
class TensorData {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> TensorData(T value) : dtype_(literal_dtype<T>()), scalar_(value) {}
  TensorData(const Scalar& value)
      : dtype_(value.isFloatingPoint() ? get_default_dtype() : value.type()), scalar_(value) {}
  TensorData(std::initializer_list<TensorData> rows) : list_(true) { nest(rows.begin(), rows.size()); }
  template <class T>
  requires std::is_arithmetic_v<T> TensorData(ArrayRef<T> values) : dtype_(literal_dtype<T>()), list_(true) {
    flatten(values.begin(), values.end());
  }
  template <class T>
  requires std::is_arithmetic_v<T> TensorData(const std::vector<T>& values)
      : dtype_(literal_dtype<T>()), list_(true) {
    flatten(values.begin(), values.end());
  }

  Tensor make(const TensorOptions& options) const;

 private:
  template <class T>
  static ScalarType literal_dtype() {
    if constexpr (std::is_same_v<T, bool>)
      return kBool;
    else if constexpr (std::is_integral_v<T>)
      return kLong;
    else
      return get_default_dtype();
  }
  template <class It>
  void flatten(It first, It last) {
    for (; first != last; ++first) values_.push_back(Scalar(*first));
    sizes_.push_back(static_cast<int64_t>(values_.size()));
  }
  void nest(const TensorData* rows, size_t count);

  ScalarType dtype_ = kFloat;
  bool list_ = false;
  Scalar scalar_;
  Dims sizes_;
  std::vector<Scalar> values_;
};

}  // namespace detail

/// A tensor of the given numbers: `tensor(3.5)`, `tensor({1, 2})`, `tensor({{1., 2.}, {3., 4.}})`,
/// `tensor(a_vector)`. Unless the options name a dtype, integers give kLong, bools kBool, everything else the
/// default dtype. Nested lists must have rows of one length. PyTorch: torch.tensor.
Tensor tensor(const detail::TensorData& data, const TensorOptions& options = {});

/// Uninitialised. PyTorch: torch.empty.
Tensor empty(IntArrayRef sizes, const TensorOptions& options = {});
/// Every element 0, or 1. PyTorch: torch.zeros, torch.ones.
Tensor zeros(IntArrayRef sizes, const TensorOptions& options = {});
Tensor ones(IntArrayRef sizes, const TensorOptions& options = {});
/// Every element `value`; the dtype follows the value unless the options name one. PyTorch: torch.full.
Tensor full(IntArrayRef sizes, const Scalar& value, const TensorOptions& options = {});
/// A tensor of no dimensions. PyTorch: torch.scalar_tensor.
Tensor scalar_tensor(const Scalar& value, const TensorOptions& options = {});
/// The numbers from start up to, not including, end; integers give kLong. PyTorch: torch.arange.
Tensor arange(const Scalar& end, const TensorOptions& options = {});
Tensor arange(const Scalar& start, const Scalar& end, const TensorOptions& options = {});
Tensor arange(const Scalar& start, const Scalar& end, const Scalar& step, const TensorOptions& options = {});
/// `steps` numbers evenly spaced from start to end, both included. PyTorch: torch.linspace.
Tensor linspace(const Scalar& start, const Scalar& end, int64_t steps, const TensorOptions& options = {});
/// An n × m matrix with ones on the diagonal. PyTorch: torch.eye.
Tensor eye(int64_t n, const TensorOptions& options = {});
Tensor eye(int64_t n, int64_t m, const TensorOptions& options = {});

/// Uniform on [0, 1). PyTorch: torch.rand; same numbers for the same seed.
Tensor rand(IntArrayRef sizes, const TensorOptions& options = {});
/// Standard normal. PyTorch: torch.randn; same numbers for the same seed, to rounding.
Tensor randn(IntArrayRef sizes, const TensorOptions& options = {});
/// Integers in [low, high), kLong unless the options name a dtype. PyTorch: torch.randint.
Tensor randint(int64_t high, IntArrayRef sizes, const TensorOptions& options = {});
Tensor randint(int64_t low, int64_t high, IntArrayRef sizes, const TensorOptions& options = {});
/// The numbers 0 … n-1 in random order, kLong. PyTorch: torch.randperm.
Tensor randperm(int64_t n, const TensorOptions& options = {});

/// As the functions above, with the shape of t and, unless the options name one, its dtype. PyTorch:
/// torch.empty_like and so on.
Tensor empty_like(const Tensor& t, const TensorOptions& options = {});
Tensor zeros_like(const Tensor& t, const TensorOptions& options = {});
Tensor ones_like(const Tensor& t, const TensorOptions& options = {});
Tensor full_like(const Tensor& t, const Scalar& value, const TensorOptions& options = {});
Tensor rand_like(const Tensor& t, const TensorOptions& options = {});
Tensor randn_like(const Tensor& t, const TensorOptions& options = {});
Tensor randint_like(const Tensor& t, int64_t high, const TensorOptions& options = {});
Tensor randint_like(const Tensor& t, int64_t low, int64_t high, const TensorOptions& options = {});

/// A tensor on the caller's memory, which must outlive it; `deleter` runs when the last tensor on it is gone.
/// PyTorch: torch::from_blob.
Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& options = {});
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, const TensorOptions& options = {});
Tensor from_blob(void* data, IntArrayRef sizes, std::function<void(void*)> deleter,
                 const TensorOptions& options = {});
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, std::function<void(void*)> deleter,
                 const TensorOptions& options = {});

}  // namespace xgrad
