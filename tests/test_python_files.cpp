// Files that Python wrote (tests/python_files.py record), and those that it reads (tests/python_files.py
// check).
#include <cmath>
#include <cstdlib>
#include <limits>

#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

OrderedDict<std::string, Tensor> expected() {
  return {
      {"float", arange(6, kFloat).view({2, 3}) / 4},
      {"double", tensor({1e-300, -0.0, std::numeric_limits<double>::infinity(), 3.141592653589793}, kDouble)},
      {"long", tensor(-(int64_t{1} << 62))},
      {"int", tensor({{7}, {-8}}, kInt)},
      {"byte", tensor({0, 255, 128}, kByte)},
      {"bool", tensor({true, false, true})},
      {"none", empty({0, 4})},
      {"Ünïcode \"name\"", ones({1, 1, 2})}};
}

}  // namespace

TEST_CASE("Python's files are read", "[serialize]") {
  const auto content = serialize::load_safetensors(XGRAD_TEST_DATA "/python.safetensors");
  CHECK(content.metadata.at("made by") == "tests/python_files.py");
  CHECK(content.tensors.size() == expected().size());
  for (const auto& item : expected()) {
    INFO(item.key());
    const Tensor& t = content.tensors[item.key()];
    CHECK(t.dtype() == item->dtype());
    CHECK(equal(t, *item));
  }
  CHECK(std::signbit(content.tensors["double"][1].item<double>()));
  CHECK(equal(load_npy(XGRAD_TEST_DATA "/python.npy"), expected()["float"]));
  CHECK(equal(load_npy(XGRAD_TEST_DATA "/fortran.npy"), arange(24).view({2, 3, 4})));
}

TEST_CASE("files for Python are written", "[.][python-files]") {
  const char* folder = std::getenv("XGRAD_FILES");
  REQUIRE(folder != nullptr);
  const std::string prefix = std::string(folder) + '/';
  serialize::save_safetensors({expected(), {}}, prefix + "xgrad.safetensors");
  for (const auto& item : expected())
    if (item->dim() > 0 && item.key().find('"') == std::string::npos)
      save(*item, prefix + item.key() + ".npy");
  nn::Sequential model(nn::Linear(4, 3), nn::ReLU(), nn::Linear(3, 2));
  const Tensor x = randn({5, 4});
  save(model, prefix + "module.safetensors");
  save(x, prefix + "input.npy");
  save(model->forward(x), prefix + "output.npy");
}
