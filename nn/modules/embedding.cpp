#include <xgrad/nn/modules/embedding.hpp>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/nn/init.hpp>

namespace xgrad::nn {

template class Cloneable<EmbeddingImpl>;

EmbeddingImpl::EmbeddingImpl(const EmbeddingOptions& embedding_options) : WithOptions(embedding_options) {
  EmbeddingImpl::reset();
}

void EmbeddingImpl::reset() {
  const int64_t rows = options.num_embeddings(), columns = options.embedding_dim();
  if (options.padding_idx()) {
    const int64_t padding = *options.padding_idx();
    check(padding < rows && padding >= -rows, "Padding_idx must be within num_embeddings: got ", padding,
          " for ", rows, " rows");
    if (padding < 0) options.padding_idx(rows + padding);
  }
  const Tensor given = options._weight();
  check(!given.defined() || given.sizes() == IntArrayRef({rows, columns}),
        "Shape of _weight does not match num_embeddings and embedding_dim: expected [", rows, ", ", columns,
        "]");
  weight = register_parameter("weight", given.defined() ? given : empty({rows, columns}));
  if (!given.defined()) reset_parameters();
}

void EmbeddingImpl::reset_parameters() {
  init::normal_(weight);
  if (!options.padding_idx()) return;
  const NoGradGuard no_grad;
  weight[*options.padding_idx()].fill_(0);
}

Tensor EmbeddingImpl::forward(const Tensor& indices) {
  return observed(functional::embedding(indices, weight,
                                        functional::EmbeddingFuncOptions()
                                            .padding_idx(options.padding_idx())
                                            .max_norm(options.max_norm())
                                            .norm_type(options.norm_type())
                                            .scale_grad_by_freq(options.scale_grad_by_freq())
                                            .sparse(options.sparse())));
}

Embedding Embedding::from_pretrained(const Tensor& embeddings,
                                     const EmbeddingFromPretrainedOptions& options) {
  check(embeddings.dim() == 2, "Embeddings parameter is expected to be 2-dimensional, but got shape ",
        embeddings.sizes());
  Embedding embedding(EmbeddingOptions(embeddings.size(0), embeddings.size(1))
                          ._weight(embeddings)
                          .padding_idx(options.padding_idx())
                          .max_norm(options.max_norm())
                          .norm_type(options.norm_type())
                          .scale_grad_by_freq(options.scale_grad_by_freq())
                          .sparse(options.sparse()));
  embedding->weight.set_requires_grad(!options.freeze());
  return embedding;
}

}  // namespace xgrad::nn
