// Data sets, samplers, transforms and the loader: everything that turns files and tensors into batches.
//
//   auto set = data::datasets::MNIST("/usr/share/datasets/fashion-mnist")
//                  .map(data::transforms::Normalize<>(0.2860, 0.3530))
//                  .map(data::transforms::Stack<>());
//   auto loader = data::make_data_loader(std::move(set), 64);
//   for (auto& batch : *loader) train(batch.data, batch.target);  // [64, 1, 28, 28] and [64]
#pragma once

#include <xgrad/nn/data/dataloader.hpp>
#include <xgrad/nn/data/datasets.hpp>
#include <xgrad/nn/data/idx.hpp>
#include <xgrad/nn/data/samplers.hpp>
#include <xgrad/nn/data/transforms.hpp>

namespace xgrad::data {
using datasets::BatchDataset;
using datasets::Dataset;
}  // namespace xgrad::data
