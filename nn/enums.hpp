// The named choices that options take: `reduction(xgrad::kSum)`.
#pragma once

#include <cstdint>
#include <type_traits>

namespace xgrad {

/// One empty type per choice, so that an option accepts only its own. PyTorch: torch::enumtype.
namespace enumtype {

struct kNone {};
struct kMean {};
struct kSum {};
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
struct kLeakyReLU {};
struct kFanIn {};
struct kFanOut {};

/// Holds one of the choices `Tags`; libtorch uses a variant. `index()` is its position in the list.
template <class... Tags>
class OneOf {
 public:
  template <class Tag>
  requires(std::is_same_v<Tag, Tags> || ...) constexpr OneOf(Tag) : index_(position<Tag>()) {}

  constexpr int64_t index() const { return index_; }
  template <class Tag>
  constexpr bool is(Tag) const {
    return index_ == position<Tag>();
  }
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

inline constexpr enumtype::kNone kNone{};
inline constexpr enumtype::kMean kMean{};
inline constexpr enumtype::kSum kSum{};
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
inline constexpr enumtype::kLeakyReLU kLeakyReLU{};
inline constexpr enumtype::kFanIn kFanIn{};
inline constexpr enumtype::kFanOut kFanOut{};

}  // namespace xgrad
