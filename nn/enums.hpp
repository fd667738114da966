// The named choices that options take: `reduction(xgrad::kSum)`.
#pragma once

#include <cstdint>
#include <type_traits>

namespace xgrad {

/// One empty type per choice, so that an option accepts only its own. PyTorch: torch::enumtype.
namespace enumtype {

struct kLinear {};
struct kConv1D {};
struct kConv2D {};
struct kConv3D {};
struct kConvTranspose1D {};
struct kConvTranspose2D {};
struct kConvTranspose3D {};
struct kSigmoid {};
struct kTanh {};
struct kReLU {};
struct kGELU {};
struct kSiLU {};
struct kMish {};
struct kLeakyReLU {};
struct kFanIn {};
struct kFanOut {};
struct kConstant {};
struct kReflect {};
struct kReplicate {};
struct kCircular {};
struct kNearest {};
struct kBilinear {};
struct kBicubic {};
struct kTrilinear {};
struct kArea {};
struct kNearestExact {};
struct kSum {};
struct kMean {};
struct kMax {};
struct kNone {};
struct kBatchMean {};
struct kZeros {};
struct kBorder {};
struct kReflection {};
struct kRNN_TANH {};
struct kRNN_RELU {};
struct kLSTM {};
struct kGRU {};
struct kValid {};
struct kSame {};

/// Holds one of the choices `Tags`; libtorch uses a variant. `index()` is its position in the list.
template <class... Tags>
class OneOf {
 public:
  /// From one of the choices: `kMean`.
  template <class Tag>
  requires(std::is_same_v<Tag, Tags> || ...) constexpr OneOf(Tag) : index_(position<Tag>()) {}

  /// Its position in the list of choices.
  constexpr int64_t index() const { return index_; }
  /// Whether it is that choice.
  template <class Tag>
  constexpr bool is(Tag) const {
    return index_ == position<Tag>();
  }
  /// Whether both are the same choice.
  friend constexpr bool operator==(OneOf, OneOf) = default;

 private:
  template <class Tag>
  static constexpr int64_t position() {
    static_assert((std::is_same_v<Tag, Tags> || ...), "this option does not have that choice");
    int64_t at = 0, found = 0;
    ((std::is_same_v<Tag, Tags> ? found = at++ : at++), ...);
    return found;
  }

  int64_t index_;
};

/// How a loss is reduced; its index is the op's Reduction::Reduction.
using Reduction = OneOf<kNone, kMean, kSum>;

}  // namespace enumtype

/// A choice of an option, by libtorch's name: see what takes it.
inline constexpr enumtype::kLinear kLinear{};
inline constexpr enumtype::kConv1D kConv1D{};
inline constexpr enumtype::kConv2D kConv2D{};
inline constexpr enumtype::kConv3D kConv3D{};
inline constexpr enumtype::kConvTranspose1D kConvTranspose1D{};
inline constexpr enumtype::kConvTranspose2D kConvTranspose2D{};
inline constexpr enumtype::kConvTranspose3D kConvTranspose3D{};
inline constexpr enumtype::kSigmoid kSigmoid{};
inline constexpr enumtype::kTanh kTanh{};
inline constexpr enumtype::kReLU kReLU{};
inline constexpr enumtype::kGELU kGELU{};
inline constexpr enumtype::kSiLU kSiLU{};
inline constexpr enumtype::kMish kMish{};
inline constexpr enumtype::kLeakyReLU kLeakyReLU{};
inline constexpr enumtype::kFanIn kFanIn{};
inline constexpr enumtype::kFanOut kFanOut{};
inline constexpr enumtype::kConstant kConstant{};
inline constexpr enumtype::kReflect kReflect{};
inline constexpr enumtype::kReplicate kReplicate{};
inline constexpr enumtype::kCircular kCircular{};
inline constexpr enumtype::kNearest kNearest{};
inline constexpr enumtype::kBilinear kBilinear{};
inline constexpr enumtype::kBicubic kBicubic{};
inline constexpr enumtype::kTrilinear kTrilinear{};
inline constexpr enumtype::kArea kArea{};
inline constexpr enumtype::kNearestExact kNearestExact{};
inline constexpr enumtype::kSum kSum{};
inline constexpr enumtype::kMean kMean{};
inline constexpr enumtype::kMax kMax{};
inline constexpr enumtype::kNone kNone{};
inline constexpr enumtype::kBatchMean kBatchMean{};
inline constexpr enumtype::kZeros kZeros{};
inline constexpr enumtype::kBorder kBorder{};
inline constexpr enumtype::kReflection kReflection{};
inline constexpr enumtype::kRNN_TANH kRNN_TANH{};
inline constexpr enumtype::kRNN_RELU kRNN_RELU{};
inline constexpr enumtype::kLSTM kLSTM{};
inline constexpr enumtype::kGRU kGRU{};
inline constexpr enumtype::kValid kValid{};
inline constexpr enumtype::kSame kSame{};

}  // namespace xgrad
