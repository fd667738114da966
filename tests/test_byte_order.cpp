// Numbers in files have an order of bytes of their own, whatever this machine's.
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <xgrad/nn/serialize/byte_order.hpp>
#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;

namespace {

template <class T>
Tensor of(ScalarType dtype, std::initializer_list<T> values) {
  Tensor t = empty({static_cast<int64_t>(values.size())}, dtype);
  std::copy(values.begin(), values.end(), t.data_ptr<T>());
  return t;
}

template <class T>
std::vector<T> values_of(const Tensor& t) {
  return {t.data_ptr<T>(), t.data_ptr<T>() + t.numel()};
}

std::string npy(const Tensor& t) {
  std::ostringstream out;
  save_npy(t, out);
  return out.str();
}

}  // namespace

TEST_CASE("numbers are read in the order of their file", "[serialize]") {
  const unsigned char bytes[8] = {0x3f, 0xf8, 0, 0, 0, 0, 0, 1};
  CHECK(serialize::number_from<uint8_t>(bytes, std::endian::big) == 0x3f);
  CHECK(serialize::number_from<uint16_t>(bytes, std::endian::big) == 0x3ff8);
  CHECK(serialize::number_from<uint16_t>(bytes, std::endian::little) == 0xf83f);
  CHECK(serialize::number_from<int32_t>(bytes + 4, std::endian::big) == 1);
  CHECK(serialize::number_from<int32_t>(bytes + 4, std::endian::little) == 0x01000000);
  CHECK(serialize::number_from<uint64_t>(bytes, std::endian::little) == 0x010000000000f83f);
  CHECK(serialize::number_from<double>(bytes, std::endian::big) == 1.5 + 0x1p-52);
}

TEST_CASE("elements are turned from one order to the other and back", "[serialize]") {
  const auto foreign = std::endian::native == std::endian::little ? std::endian::big : std::endian::little;
  for (const size_t size : {size_t{1}, size_t{2}, size_t{4}, size_t{8}}) {
    const std::string start = "abcdefghijklmnop";
    std::string bytes = start, expected;
    for (size_t at = 0; at < start.size(); at += size)
      expected += std::string(start.rend() - static_cast<std::ptrdiff_t>(at + size),
                              start.rend() - static_cast<std::ptrdiff_t>(at));
    serialize::reorder(bytes.data(), bytes.size() / size, size, std::endian::native);
    CHECK(bytes == start);
    serialize::reorder(bytes.data(), bytes.size() / size, size, foreign);
    CHECK(bytes == expected);
    serialize::reorder(bytes.data(), bytes.size() / size, size, foreign);
    CHECK(bytes == start);
  }
}

TEST_CASE("saved numbers are little-endian on every machine", "[serialize]") {
  CHECK(npy(of<float>(kFloat, {1.f, -2.5f})).ends_with(std::string("\0\0\x80\x3f\0\0\x20\xc0", 8)));
  CHECK(npy(of<int64_t>(kLong, {258})).ends_with(std::string("\2\1\0\0\0\0\0\0", 8)));
  CHECK(npy(of<uint8_t>(kByte, {1, 2})).ends_with("\1\2"));
  std::ostringstream out;
  serialize::save_safetensors({{{"x", of<int32_t>(kInt, {1, 770})}}, {}}, out);
  const std::string bytes = out.str();
  CHECK(bytes.ends_with(std::string("\1\0\0\0\2\3\0\0", 8)));
  CHECK(serialize::number_from<uint64_t>(bytes.data(), std::endian::little) == bytes.size() - 8 - 8);
  CHECK(bytes[8] == '{');

  // More than is turned at once.
  Tensor many = empty({40'000}, kInt);
  for (int i = 0; i < 40'000; ++i) many.data_ptr<int32_t>()[i] = i * 4321;
  const std::string all = npy(many);
  const char* last = all.data() + all.size() - 4;
  for (int i = 0; i < 40'000; ++i)
    if (serialize::number_from<int32_t>(last - 4 * i, std::endian::little) != (39'999 - i) * 4321)
      FAIL("element " << 39'999 - i);
}

TEST_CASE("little-endian files come back on every machine", "[serialize]") {
  for (const Tensor& t :
       {of<double>(kDouble, {1e-300, -0.0, 3.141592653589793}), of<int32_t>(kInt, {-7, 1 << 30})}) {
    std::istringstream in(npy(t));
    const Tensor read = load_npy(in);
    CHECK(read.dtype() == t.dtype());
    CHECK(std::memcmp(read.data_ptr(), t.data_ptr(), t.nbytes()) == 0);
  }
  std::stringstream file;
  serialize::save_safetensors({{{"x", of<float>(kFloat, {0.1f, 7})}}, {{"made by", "me"}}}, file);
  const auto content = serialize::load_safetensors(file);
  CHECK(content.metadata.at("made by") == "me");
  CHECK(values_of<float>(content.tensors["x"]) == std::vector<float>{0.1f, 7});
}

TEST_CASE("Python's numbers and IDX's are the same on every machine", "[serialize]") {
  const auto content = serialize::load_safetensors(XGRAD_TEST_DATA "/python.safetensors");
  CHECK(values_of<float>(content.tensors["float"]) == std::vector<float>{0, 0.25, 0.5, 0.75, 1, 1.25});
  CHECK(values_of<int32_t>(content.tensors["int"]) == std::vector<int32_t>{7, -8});
  CHECK(values_of<double>(content.tensors["double"])[3] == 3.141592653589793);
  CHECK(values_of<float>(load_npy(XGRAD_TEST_DATA "/python.npy"))[5] == 1.25f);

  const std::string path =
      (std::filesystem::temp_directory_path() / ("xgrad_order_" + std::to_string(getpid()))).string();
  std::ofstream(path, std::ios::binary) << std::string("\0\0\x0c\1\0\0\0\2\0\1\2\3\xff\xff\xff\xfe", 16);
  CHECK(values_of<int32_t>(data::read_idx(path)) == std::vector<int32_t>{0x010203, -2});
  std::filesystem::remove(path);
}
