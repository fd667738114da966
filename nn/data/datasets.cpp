#include <xgrad/nn/data/datasets.hpp>

#include <algorithm>
#include <filesystem>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/data/idx.hpp>

namespace xgrad::data::datasets {

namespace {

void check_index(size_t index, size_t size, const char* op) {
  check(index < size, op, ": index ", index, " is out of range for a data set of ", size,
        " examples, numbered from 0");
}

Tensor gather_rows(const Tensor& x, ArrayRef<size_t> indices, const char* op) {
  check(!indices.empty(), op, ": expected a non-empty batch of indices, got none");
  Tensor index = empty(static_cast<int64_t>(indices.size()), kLong);
  int64_t* out = index.data_ptr<int64_t>();
  for (const size_t i : indices) {
    check_index(i, static_cast<size_t>(x.size(0)), op);
    *out++ = static_cast<int64_t>(i);
  }
  return x.index_select(0, index);
}

std::string find_idx(const std::string& root, const std::string& name) {
  const std::string plain = (std::filesystem::path(root) / name).string();
  for (const auto& path : {plain, plain + ".gz"})
    if (std::error_code ignored; std::filesystem::exists(path, ignored)) return path;
  fail("datasets::MNIST: Error opening images or labels file: neither ", plain, " nor ", plain,
       ".gz exists. ",
       "Give the folder that holds the IDX files. Debian's package dataset-fashion-mnist has such files: ",
       "`apt-get install dataset-fashion-mnist`, then MNIST(\"/usr/share/datasets/fashion-mnist\")");
}

}  // namespace

TensorDataset::TensorDataset(const std::vector<Tensor>& tensors) : TensorDataset(stack(tensors)) {}

TensorDataset::TensorDataset(Tensor t) : tensor(std::move(t)) {
  check(tensor.defined() && tensor.dim() > 0,
        "TensorDataset: expected a tensor of at least one dimension, whose rows are the examples, got ",
        tensor.defined() ? "a 0-d tensor; x.unsqueeze(0) makes a data set of one example"
                         : "an undefined tensor");
}

TensorExample TensorDataset::get(size_t index) {
  check_index(index, *size(), "TensorDataset::get");
  return tensor[static_cast<int64_t>(index)];
}

optional<size_t> TensorDataset::size() const { return static_cast<size_t>(tensor.size(0)); }

TensorExample TensorDataset::gather(ArrayRef<size_t> indices) {
  return gather_rows(tensor, indices, "TensorDataset::get_batch");
}

MNIST::MNIST(const std::string& root, Mode mode) : mode_(mode) {
  const std::string part = is_train() ? "train" : "t10k";
  const std::string image_file = find_idx(root, part + "-images-idx3-ubyte");
  const std::string label_file = find_idx(root, part + "-labels-idx1-ubyte");
  const Tensor images = read_idx(image_file), labels = read_idx(label_file);
  const auto check_kind = [](const Tensor& t, const std::string& file, int64_t dims, const char* what) {
    check(t.dtype() == kByte && t.dim() == dims, "datasets::MNIST: ", file, " holds an array of shape ",
          t.sizes(), " and dtype ", python_name(t.dtype()), ", expected ", what,
          " of dtype uint8. Use data::read_idx for other arrays");
  };
  check_kind(images, image_file, 3, "images of shape [N, height, width]");
  check_kind(labels, label_file, 1, "labels of shape [N]");
  check(images.size(0) == labels.size(0), "datasets::MNIST: ", image_file, " holds ", images.size(0),
        " images but ", label_file, " holds ", labels.size(0),
        " labels: the two files are not of the same data set");
  check(images.numel() > 0, "datasets::MNIST: ", image_file, " is an array of shape ", images.sizes(),
        ", without a single pixel");
  const auto* label = labels.data_ptr<uint8_t>();
  const auto* bad = std::find_if(label, label + labels.numel(), [](uint8_t l) { return l > 9; });
  if (bad != label + labels.numel())
    fail("datasets::MNIST: ", label_file, " has the label ", int{*bad}, " at index ", bad - label,
         ", expected 0 to 9. Use data::read_idx for data with other classes");
  images_ = images.unsqueeze(1).to(kFloat).div_(255);
  targets_ = labels.to(kLong);
}

Example<> MNIST::get(size_t index) {
  check_index(index, *size(), "datasets::MNIST::get");
  const auto i = static_cast<int64_t>(index);
  return {images_[i], targets_[i]};
}

optional<size_t> MNIST::size() const { return static_cast<size_t>(images_.size(0)); }

Example<> MNIST::gather(ArrayRef<size_t> indices) {
  return {gather_rows(images_, indices, "datasets::MNIST::get_batch"),
          gather_rows(targets_, indices, "datasets::MNIST::get_batch")};
}

template class Dataset<TensorDataset, TensorExample>;
template class Dataset<MNIST>;

}  // namespace xgrad::data::datasets
