// What may stand between the brackets of Tensor::index() and index_put_().
#pragma once

#include <optional>
#include <type_traits>

#include <xgrad/core/tensor.hpp>

namespace xgrad::indexing {

/// In a list of indices: a new dimension of size 1. In a Slice: no limit. PyTorch: at::indexing::None.
inline constexpr std::nullopt_t None = std::nullopt;

/// The type of Ellipsis.
struct EllipsisIndexType {};
/// As many whole dimensions as the other indices leave: also written "...". PyTorch: at::indexing::Ellipsis.
inline constexpr EllipsisIndexType Ellipsis;

/// Every step-th index from start up to stop, as `start:stop:step` in Python. PyTorch: at::indexing::Slice.
class Slice {
 public:
  /// The limits may be None and may count from the end, below zero; an error unless the step is above
  /// zero.
  Slice(std::optional<int64_t> start = None, std::optional<int64_t> stop = None,
        std::optional<int64_t> step = None)
      : start_(start), stop_(stop), step_(step.value_or(1)) {
    if (step_ <= 0) [[unlikely]]
      refuse_step();
  }
  /// What it was made from.
  std::optional<int64_t> start() const { return start_; }
  std::optional<int64_t> stop() const { return stop_; }
  int64_t step() const { return step_; }

 private:
  [[noreturn]] void refuse_step() const;

  std::optional<int64_t> start_, stop_;
  int64_t step_;
};

/// One index: an integer, a bool, a Slice, None, Ellipsis or "...", or a tensor of integers (picked one by
/// one) or of bools (picked where true). PyTorch: at::indexing::TensorIndex.
class TensorIndex {
 public:
  /// What an index can be.
  enum class Kind : uint8_t { none, ellipsis, integer, boolean, slice, tensor };

  /// From what may stand between the brackets of Python; implicit, so that a list in braces can mix them.
  TensorIndex(std::nullopt_t) : kind_(Kind::none) {}
  TensorIndex(EllipsisIndexType) : kind_(Kind::ellipsis) {}
  TensorIndex(const char* dots);
  template <class T>
  requires std::is_integral_v<T> TensorIndex(T value)
      : kind_(std::is_same_v<T, bool> ? Kind::boolean : Kind::integer),
        integer_(static_cast<int64_t>(value)) {}
  TensorIndex(Slice slice) : kind_(Kind::slice), slice_(slice) {}
  TensorIndex(Tensor tensor) : kind_(Kind::tensor), tensor_(std::move(tensor)) {}

  /// What it is, and its value if it is of that kind.
  Kind kind() const { return kind_; }
  int64_t integer() const { return integer_; }
  bool boolean() const { return integer_ != 0; }
  const Slice& slice() const { return slice_; }
  const Tensor& tensor() const { return tensor_; }

 private:
  Kind kind_;
  int64_t integer_ = 0;
  Slice slice_;
  Tensor tensor_;
};

}  // namespace xgrad::indexing
