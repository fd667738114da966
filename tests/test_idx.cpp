// IDX files and the MNIST data set that reads them.
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <xgrad/nn/data.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
using data::read_idx;
using data::datasets::MNIST;
namespace fs = std::filesystem;

namespace {

using Bytes = std::string;

/// A folder that is gone when the test is.
struct Folder {
  Folder() {
    static int count = 0;
    path =
        fs::temp_directory_path() / ("xgrad-idx-" + std::to_string(getpid()) + "-" + std::to_string(++count));
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(path / name, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return (path / name).string();
  }
  fs::path path;
};

Bytes big_endian(uint64_t value, int bytes) {
  Bytes out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 255);
  return out;
}
Bytes header(int type, const std::vector<uint32_t>& sizes) {
  Bytes out = big_endian(static_cast<uint64_t>(type), 3) + static_cast<char>(sizes.size());
  for (const uint32_t size : sizes) out += big_endian(size, 4);
  return out;
}

/// A gzip file of one stored block.
Bytes gzip(const Bytes& bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  const auto little_endian = [](uint64_t value, int count) {
    Bytes out = big_endian(value, count);
    return Bytes(out.rbegin(), out.rend());
  };
  return Bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", 11) + little_endian(bytes.size(), 2) +
         little_endian(~bytes.size(), 2) + bytes + little_endian(~crc, 4) + little_endian(bytes.size(), 4);
}

#ifdef XGRAD_TEST_HAS_ZLIB
constexpr bool has_zlib = true;
#else
constexpr bool has_zlib = false;
#endif

/// Bytes that read_idx takes for these: compressed where it can read that.
Bytes packed(const Bytes& bytes) { return has_zlib ? gzip(bytes) : bytes; }

Bytes images(uint32_t count, uint32_t height = 2, uint32_t width = 3) {
  Bytes out = header(8, {count, height, width});
  for (uint32_t i = 0; i < count * height * width; ++i) out += static_cast<char>(i * 51);
  return out;
}
Bytes labels(const Bytes& values) { return header(8, {static_cast<uint32_t>(values.size())}) + values; }

}  // namespace

TEST_CASE("read_idx reads every element type") {
  const Folder folder;
  const auto read = [&](const Bytes& bytes) { return read_idx(folder.write("x", bytes)); };
  CHECK(equal(read(header(8, {2, 3}) + Bytes("\0\1\2\3\4\xff", 6)), tensor({{0, 1, 2}, {3, 4, 255}}, kByte)));
  CHECK(equal(read(header(9, {2}) + Bytes("\x7f\x80")), tensor({127, -128}, kInt)));
  CHECK(equal(read(header(0xB, {2}) + big_endian(300, 2) + big_endian(0xFFFF, 2)), tensor({300, -1}, kInt)));
  CHECK(equal(read(header(0xC, {2}) + big_endian(70000, 4) + big_endian(0xFFFFFFFE, 4)),
              tensor({70000, -2}, kInt)));
  CHECK(equal(read(header(0xD, {1, 1, 2}) + big_endian(0x3F800000, 4) + big_endian(0xC0200000, 4)),
              tensor({{{1.f, -2.5f}}})));
  CHECK(equal(read(header(0xE, {1}) + big_endian(0x3FF8000000000000, 8)), tensor({1.5}, kDouble)));
  CHECK(read(header(8, {3, 0, 2})).sizes() == IntArrayRef{3, 0, 2});
  CHECK(read(header(0xE, {0})).dtype() == kDouble);

  // More than one piece of the reader's.
  Bytes many = header(0xC, {100, 400});
  for (uint32_t i = 0; i < 40000; ++i) many += big_endian(i, 4);
  CHECK(equal(read(many), arange(40000, kInt).view({100, 400})));
}

TEST_CASE("read_idx reads gzip files") {
  const Folder folder;
  const Bytes plain = header(8, {5}) + "hello";
  if (!has_zlib) {
    CHECK_THROWS_WITH(read_idx(folder.write("x.gz", gzip(plain))), Contains("x.gz: this is a gzip file") &&
                                                                       Contains("without zlib") &&
                                                                       Contains("gunzip"));
    CHECK(equal(read_idx(folder.write("plain.gz", plain)), read_idx(folder.write("x", plain))));
    return;
  }
  CHECK(equal(read_idx(folder.write("x.gz", gzip(plain))), read_idx(folder.write("x", plain))));
  CHECK(equal(read_idx(folder.write("named-without-gz", gzip(plain))), read_idx(folder.write("x", plain))));
  // 256 float ones, deflated by gzip itself.
  CHECK(
      equal(read_idx(folder.write(
                "ones",
                Bytes("\x1f\x8b\x08\0\0\0\0\0\x02\x03\x63\x60\xe0\x65\x64\x60\x60\x64\xb0\x6f\x60\x18\xc5\xa3"
                      "\x78\x14\x8f\x50\x0c\0\x15\x5a\x5e\xaa\x08\x04\0\0",
                      38))),
            ones({256})));
}

TEST_CASE("read_idx says what is wrong with a file") {
  const Folder folder;
  const auto refusal = [&](const Bytes& bytes) -> std::string {
    const std::string path = folder.write("bad-file", bytes);
    try {
      read_idx(path);
    } catch (const Error& e) {
      CHECK_THAT(e.what(), Contains(path));
      return e.what();
    }
    return "nothing is wrong";
  };
  const Bytes good = header(8, {2, 3}) + "abcdef";

  CHECK_THROWS_WITH(read_idx((folder.path / "none").string()), Contains("none: there is no such file"));
  CHECK_THROWS_WITH(read_idx(folder.path.string()), Contains("not a regular file"));
  CHECK_THAT(refusal(""), Contains("no IDX file"));
  CHECK_THAT(refusal(Bytes("\0\0\x08", 3)), Contains("no IDX file") && Contains("'00 00 08'"));
  CHECK_THAT(refusal("<!DOCTYPE html>"), Contains("'3c 21 44 4f'") && Contains("web page"));
  CHECK_THAT(refusal(Bytes("\0\0\x0a\1\0\0\0\0", 8)), Contains("no IDX file"));
  CHECK_THAT(refusal(Bytes("\0\0\x08\0", 4)), Contains("number of dimensions, at least 1"));
  CHECK_THAT(refusal(good.substr(0, 10)), Contains("truncated") && Contains("2 dimensions"));
  CHECK_THAT(refusal(good.substr(0, good.size() - 1)), Contains("truncated") && Contains("[2, 3]"));
  CHECK_THAT(refusal(good + "x"), Contains("goes on after the 6 bytes"));

  // Headers that promise more than memory holds, or than 64 bits can count.
  CHECK_THAT(refusal(header(8, {~0u}) + "a"),
             Contains("truncated or its header damaged") && Contains("at most 1 bytes"));
  CHECK_THAT(refusal(header(0xE, {~0u, ~0u, ~0u}) + "a"), Contains("truncated or its header damaged"));
  CHECK_THAT(refusal(header(8, std::vector<uint32_t>(255, 65536))),
             Contains("truncated or its header damaged"));

  if (!has_zlib) return;
  CHECK_THAT(refusal(gzip(header(8, {~0u, 2}) + "a")), Contains("truncated or its header damaged"));
  CHECK_THAT(refusal(gzip(header(0xD, {300}) + "abcdefgh")),
             Contains("truncated") && Contains("1200 bytes, but there are only 8"));

  const Bytes whole = gzip(good);
  Bytes wrong_checksum = whole, wrong_data = whole, wrong_block = whole;
  wrong_checksum[whole.size() - 5] ^= 1;
  wrong_data[whole.size() - 9] ^= 1;
  wrong_block[10] ^= 6;
  CHECK_THAT(refusal(wrong_checksum), Contains("gzip file is corrupt"));
  CHECK_THAT(refusal(wrong_data), Contains("gzip file is corrupt"));
  CHECK_THAT(refusal(wrong_block), Contains("gzip file is corrupt"));
  CHECK_THAT(refusal(whole.substr(0, whole.size() - 9)), Contains("gzip file is truncated"));
  CHECK_THAT(refusal(whole.substr(0, whole.size() - 3)), Contains("gzip file is truncated"));
  CHECK_THAT(refusal(gzip(good + "x")), Contains("goes on"));
}

TEST_CASE("no damaged file does worse than raise an Error") {
  const Folder folder;
  const auto seed = GENERATE(range(0u, 4u));
  std::mt19937 random(seed);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  const Bytes plain = header(seed % 2 ? 0xC : 8, {2, 3, 4}) + Bytes(seed % 2 ? 96 : 24, 'x');
  const Bytes whole = seed < 2 ? plain : packed(plain);
  int read = 0, refused = 0;
  for (int i = 0; i < 125; ++i) {
    Bytes bytes = whole;
    for (size_t flips = 1 + below(3); flips > 0; --flips)
      bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
    if (below(4) == 0) bytes.resize(below(bytes.size() + 8));
    try {
      const Tensor t = read_idx(folder.write("x", bytes));
      CHECK(t.numel() <= 96 * 1032);
      ++read;
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(read > 0);
  CHECK(refused > 0);
}

TEST_CASE("MNIST reads images and labels") {
  const Folder folder;
  folder.write("train-images-idx3-ubyte", images(4));
  folder.write("train-labels-idx1-ubyte.gz", packed(labels(Bytes("\0\x09\5\1", 4))));
  folder.write("t10k-images-idx3-ubyte.gz", packed(images(2)));
  folder.write("t10k-labels-idx1-ubyte", labels("\3\4"));

  MNIST train(folder.path.string());
  CHECK(train.is_train());
  CHECK(*train.size() == 4);
  CHECK(train.images().sizes() == IntArrayRef{4, 1, 2, 3});
  CHECK(train.images().dtype() == kFloat);
  CHECK(equal(train.images()[0].flatten(), tensor({0, 51, 102, 153, 204, 255}).to(kFloat) / 255));
  CHECK(equal(train.targets(), tensor({0, 9, 5, 1})));
  CHECK(equal(train.get(2).data, train.images()[2]));
  CHECK(train.get(2).target.item<int64_t>() == 5);
  CHECK_THROWS_WITH(train.get(4), Contains("index 4"));

  MNIST test(folder.path.string(), MNIST::Mode::kTest);
  CHECK_FALSE(test.is_train());
  CHECK(equal(test.targets(), tensor({3, 4})));

  namespace transforms = data::transforms;
  auto fast = MNIST(train).map(transforms::Normalize<>(0.5, 0.3)).map(transforms::Stack<>());
  auto slow = MNIST(train)
                  .map(transforms::TensorLambda<>(
                      [](const Tensor& x) { return transforms::Normalize<>(0.5, 0.3)(x); }))
                  .map(transforms::Stack<>());
  const std::vector<size_t> indices{3, 0, 3};
  const auto a = fast.get_batch(indices), b = slow.get_batch(indices);
  CHECK(equal(a.data, b.data));
  CHECK(equal(a.target, b.target));
  CHECK(a.data.sizes() == IntArrayRef{3, 1, 2, 3});
  CHECK_THROWS_WITH(fast.get_batch(std::vector<size_t>{4}), Contains("index 4") && Contains("4 examples"));
}

TEST_CASE("MNIST says what is wrong with its files") {
  const Folder folder;
  const auto refusal = [&](const Bytes& image_file, const Bytes& label_file) -> std::string {
    folder.write("train-images-idx3-ubyte", image_file);
    folder.write("train-labels-idx1-ubyte", label_file);
    try {
      MNIST set(folder.path.string());
    } catch (const Error& e) {
      return e.what();
    }
    return "nothing is wrong";
  };
  CHECK(refusal(images(2), labels("\1\2")) == "nothing is wrong");
  CHECK_THAT(refusal(images(2), labels("\1\2\3")), Contains("2 images") && Contains("3 labels"));
  CHECK_THAT(refusal(images(2), labels("\1\x0a")),
             Contains("label 10 at index 1") && Contains("train-labels-idx1-ubyte"));
  CHECK_THAT(refusal(labels("\1\2"), labels("\1\2")),
             Contains("shape [2]") && Contains("images of shape [N, height, width]"));
  CHECK_THAT(refusal(images(2), images(2)), Contains("labels of shape [N]"));
  CHECK_THAT(refusal(header(0xC, {1, 1, 1}) + big_endian(1, 4), labels("\1")), Contains("int32"));
  CHECK_THAT(refusal(images(0), labels("")), Contains("without a single pixel"));
  CHECK_THAT(refusal(images(2).substr(0, 20), labels("\1\2")),
             Contains("train-images-idx3-ubyte") && Contains("truncated"));
  fs::remove(folder.path / "train-labels-idx1-ubyte");
  CHECK_THROWS_WITH(MNIST(folder.path.string()), Contains("train-labels-idx1-ubyte nor") &&
                                                     Contains("train-labels-idx1-ubyte.gz") &&
                                                     Contains("dataset-fashion-mnist"));
  CHECK_THROWS_WITH(MNIST("/no/such/folder"), Contains("/no/such/folder/train-images-idx3-ubyte"));
}
