// What modules print about themselves: libtorch's text, letter by letter.
#include <ostream>

#include <xgrad/core/print.hpp>
#include <xgrad/nn/modules/stateless.hpp>

namespace xgrad::nn {
namespace {

const char* yes_or_no(bool value) { return value ? "true" : "false"; }
// Said only where it is so.
const char* also_inplace(bool inplace) { return inplace ? ", inplace=true" : ""; }

}  // namespace

namespace internal {

void print_class(std::ostream& out, const std::type_info& module) {
  std::string name = detail::type_name(module);
  if (name.starts_with("xgrad::")) name.replace(0, 5, "torch");
  if (name.ends_with("Impl")) name.resize(name.size() - 4);
  out << name;
}

}  // namespace internal

void describe(std::ostream& out, const ReLUOptions& options) {
  if (options.inplace()) out << "inplace=true";
}
void describe(std::ostream& out, const ELUOptions& options) {
  out << "alpha=" << options.alpha() << also_inplace(options.inplace());
}
void describe(std::ostream& out, const GLUOptions& options) { out << "dim=" << options.dim(); }
void describe(std::ostream& out, const HardshrinkOptions& options) { out << options.lambda(); }
void describe(std::ostream& out, const HardtanhOptions& options) {
  out << "min_val=" << options.min_val() << ", max_val=" << options.max_val()
      << also_inplace(options.inplace());
}
void describe(std::ostream& out, const LeakyReLUOptions& options) {
  out << "negative_slope=" << options.negative_slope() << also_inplace(options.inplace());
}
void describe(std::ostream& out, const RReLUOptions& options) {
  out << "lower=" << options.lower() << ", upper=" << options.upper() << also_inplace(options.inplace());
}
void describe(std::ostream& out, const PReLUOptions& options) {
  out << "num_parameters=" << options.num_parameters();
}
void describe(std::ostream& out, const SoftmaxOptions& options) { out << "dim=" << options.dim(); }
void describe(std::ostream& out, const SoftplusOptions& options) {
  out << "beta=" << options.beta() << ", threshold=" << options.threshold();
}
void describe(std::ostream& out, const ThresholdOptions& options) {
  out << "threshold=" << options.threshold() << ", value=" << options.value()
      << also_inplace(options.inplace());
}
void describe(std::ostream& out, const DropoutOptions& options) {
  out << "p=" << options.p() << ", inplace=" << yes_or_no(options.inplace());
}
void describe(std::ostream& out, const CosineSimilarityOptions& options) {
  out << "dim=" << options.dim() << ", eps=" << options.eps();
}
void describe(std::ostream& out, const PairwiseDistanceOptions& options) {
  out << "p=" << options.p() << ", eps=" << options.eps() << ", keepdim=" << yes_or_no(options.keepdim());
}
void describe(std::ostream& out, const FlattenOptions& options) {
  out << "start_dim=" << options.start_dim() << ", end_dim=" << options.end_dim();
}
void describe(std::ostream& out, const UnflattenOptions& options) {
  out << "dim=" << options.dim() << ", unflattened_size={";
  const char* comma = "";
  for (const int64_t size : options.sizes()) {
    out << comma << size;
    comma = ", ";
  }
  out << '}';
}
void describe(std::ostream& out, const LinearOptions& options) {
  out << "in_features=" << options.in_features() << ", out_features=" << options.out_features()
      << ", bias=" << yes_or_no(options.bias());
}
void describe(std::ostream& out, const BilinearOptions& options) {
  out << "in1_features=" << options.in1_features() << ", in2_features=" << options.in2_features()
      << ", out_features=" << options.out_features() << ", bias=" << yes_or_no(options.bias());
}
void describe(std::ostream& out, const LayerNormOptions& options) {
  out << IntArrayRef(options.normalized_shape()) << ", eps=" << options.eps()
      << ", elementwise_affine=" << yes_or_no(options.elementwise_affine());
}
void describe(std::ostream& out, const GroupNormOptions& options) {
  out << options.num_groups() << ", " << options.num_channels() << ", eps=" << options.eps()
      << ", affine=" << yes_or_no(options.affine());
}
void describe(std::ostream& out, const BatchNormOptions& options) {
  out << options.num_features() << ", eps=" << options.eps() << ", momentum=";
  if (options.momentum())
    out << *options.momentum();
  else
    out << "None";
  out << ", affine=" << yes_or_no(options.affine())
      << ", track_running_stats=" << yes_or_no(options.track_running_stats());
}
void describe(std::ostream& out, const EmbeddingOptions& options) {
  out << "num_embeddings=" << options.num_embeddings() << ", embedding_dim=" << options.embedding_dim();
  if (options.padding_idx()) out << ", padding_idx=" << *options.padding_idx();
  if (options.max_norm()) out << ", max_norm=" << *options.max_norm();
  if (options.norm_type() != 2) out << ", norm_type=" << options.norm_type();
  if (options.scale_grad_by_freq()) out << ", scale_grad_by_freq=true";
  if (options.sparse()) out << ", sparse=true";
}
void describe(std::ostream& out, const HingeEmbeddingLossOptions& options) {
  out << "margin=" << options.margin();
}
void describe(std::ostream& out, const CosineEmbeddingLossOptions& options) {
  out << "margin=" << options.margin();
}
void describe(std::ostream& out, const TripletMarginLossOptions& options) {
  out << "margin=" << options.margin() << ", p=" << options.p() << ", eps=" << options.eps()
      << ", swap=" << yes_or_no(options.swap());
}
void describe(std::ostream& out, const TripletMarginWithDistanceLossOptions& options) {
  out << "margin=" << options.margin() << ", swap=" << yes_or_no(options.swap());
}

}  // namespace xgrad::nn
