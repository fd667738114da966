// save and load: tensors, modules, optimizers and samplers, in files or streams.
//
//   save(model, "model.safetensors");  save(optimizer, "optimizer.safetensors");
//   load(model, "model.safetensors");  load(optimizer, "optimizer.safetensors");
//
// Everything is written as safetensors (see safetensors.hpp), a single tensor as .npy if the path ends so:
// weights want names and a format that cannot run code, a single array one that NumPy opens by itself. A file
// appears at its path only when it is complete. Loading checks everything before it changes anything.
#pragma once

#include <concepts>
#include <memory>
#include <vector>

#include <xgrad/core/tensor.hpp>
#include <xgrad/nn/holder.hpp>
#include <xgrad/nn/serialize/archive.hpp>
#include <xgrad/nn/serialize/npy.hpp>

namespace xgrad {

namespace optim {
class Optimizer;
}

/// Saves one tensor: as .npy when the path ends so, else as safetensors with the name "tensor". Unlike
/// libtorch's, a file does not say whether the tensor requires grad. PyTorch: torch::save.
void save(const Tensor& tensor, const serialize::Sink& to);
/// Loads the only tensor of a safetensors or .npy file.
void load(Tensor& tensor, const serialize::Source& from);

/// Saves tensors under the names "0", "1", …
void save(const std::vector<Tensor>& tensors, const serialize::Sink& to);
/// Appends what save() has written, as libtorch does.
void load(std::vector<Tensor>& tensors, const serialize::Source& from);

/// Saves the module's parameters and buffers under their names, which are those of Python's state_dict:
/// `safetensors.torch.load_model(model, path)` reads them there.
void save(const nn::Module& module, const serialize::Sink& to);
/// Copies the values into the module's parameters and buffers. Unless names, shapes and dtypes are exactly
/// those of the module, an error that lists every difference, and the module stays as it was.
void load(nn::Module& module, const serialize::Source& from);

/// Saves the options of every parameter group and what is remembered of every parameter.
void save(const optim::Optimizer& optimizer, const serialize::Sink& to);
/// Restores them in an optimizer of the same class, with as many parameters of the same shapes and dtypes in
/// the same groups; otherwise an error, and the optimizer stays as it was.
void load(optim::Optimizer& optimizer, const serialize::Source& from);

/// A module by its holder or shared pointer.
template <std::derived_from<nn::Module> M>
void save(const std::shared_ptr<M>& module, const serialize::Sink& to) {
  check(module != nullptr, "save: the module pointer is null");
  save(*module, to);
}
template <std::derived_from<nn::Module> M>
void load(std::shared_ptr<M>& module, const serialize::Source& from) {
  check(module != nullptr, "load: the module pointer is null: make the module first");
  load(*module, from);
}
template <detail::ModuleHolderLike H>
void save(const H& holder, const serialize::Sink& to) {
  save(*holder, to);
}
template <detail::ModuleHolderLike H>
void load(H& holder, const serialize::Source& from) {
  load(*holder, from);
}

/// Whatever saves itself to an archive, such as a sampler.
template <class T>
concept Archivable = requires(T t, serialize::OutputArchive& out, serialize::InputArchive& in) {
  t.save(out);
  t.load(in);
};
template <Archivable T>
void save(const T& value, const serialize::Sink& to) {
  serialize::OutputArchive archive;
  value.save(archive);
  archive.save_to(to);
}
template <Archivable T>
void load(T& value, const serialize::Source& from) {
  serialize::InputArchive archive;
  archive.load_from(from);
  value.load(archive);
}

}  // namespace xgrad
