// Embedding: rows of a table that is learnt.
#pragma once

#include <xgrad/nn/functional/layers.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {

/// The rows of weight [num_embeddings, embedding_dim] at the indices: [...] becomes [..., embedding_dim].
/// PyTorch: nn.Embedding.
class EmbeddingImpl : public internal::WithOptions<EmbeddingImpl, EmbeddingOptions> {
 public:
  EmbeddingImpl(int64_t num_embeddings, int64_t embedding_dim)
      : EmbeddingImpl(EmbeddingOptions(num_embeddings, embedding_dim)) {}
  explicit EmbeddingImpl(const EmbeddingOptions& options);
  void reset() override;
  /// Draws a new table; the row padding_idx becomes zeros.
  void reset_parameters();
  Tensor forward(const Tensor& indices);

  /// A parameter: its shape is in the class's formula.
  Tensor weight;
};
extern template class Cloneable<EmbeddingImpl>;

/// Holds an EmbeddingImpl.
class Embedding : public ModuleHolder<EmbeddingImpl> {
 public:
  using ModuleHolder<EmbeddingImpl>::ModuleHolder;
  using Impl = EmbeddingImpl;

  /// An Embedding of a table that exists; trained only if `freeze(false)`.
  static Embedding from_pretrained(const Tensor& embeddings,
                                   const EmbeddingFromPretrainedOptions& options = {});
};

}  // namespace xgrad::nn
