// Saving and loading: tensors, modules and optimizers, and what damaged files get.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <xgrad/nn/serialize/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include "catch.hpp"

using namespace xgrad;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone at the end of the test.
struct Folder {
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  fs::path path = fs::temp_directory_path() / ("xgrad_serialize_" + std::to_string(getpid()));
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string safetensors(const std::string& header, const std::string& data = "") {
  const uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

std::string npy(const std::string& header, const std::string& data = "") {
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + data;
}

Tensor load_bytes(const std::string& bytes) {
  std::istringstream stream(bytes);
  Tensor t;
  load(t, stream);
  return t;
}

struct NetImpl : nn::Module {
  NetImpl() {
    fc1 = register_module("fc1", nn::Linear(3, 4));
    fc2 = register_module("fc2", nn::Linear(nn::LinearOptions(4, 2).bias(false)));
    steps = register_buffer("steps", tensor(int64_t{7}));
  }
  Tensor forward(const Tensor& x) { return fc2(relu(fc1(x))); }
  nn::Linear fc1{nullptr}, fc2{nullptr};
  Tensor steps;
};
TORCH_MODULE(Net);

std::vector<Tensor> values(const nn::Module& module) {
  std::vector<Tensor> all;
  for (const Tensor& t : module.parameters()) all.push_back(t.detach().clone());
  for (const Tensor& t : module.buffers()) all.push_back(t.clone());
  return all;
}
bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](auto& x, auto& y) { return equal(x, y); });
}

const std::vector<Tensor>& samples() {
  static const std::vector<Tensor> all{tensor(1.5f),
                                       arange(6, kDouble).view({2, 3}),
                                       tensor({{true, false}, {false, true}}),
                                       arange(5, kInt),
                                       tensor({1, -2, 3}),
                                       full({2, 2, 2}, 200, kByte),
                                       empty({0, 3}),
                                       rand({4, 5}).t(),
                                       rand({3}).requires_grad_()};
  return all;
}

}  // namespace

TEST_CASE("tensors come back from files and streams as they were saved", "[serialize]") {
  const Folder folder;
  for (const std::string name : {"t.safetensors", "t.npy"})
    for (const Tensor& t : samples()) {
      save(t, folder / name);
      Tensor u;
      load(u, folder / name);
      CHECK(u.dtype() == t.dtype());
      CHECK(u.sizes() == t.sizes());
      CHECK(equal(u, t.detach()));
      std::stringstream stream;
      save(t, stream);
      load(u, stream);
      CHECK(equal(u, t.detach()));
    }
  CHECK(folder.files() == 2);

  std::vector<Tensor> loaded{tensor(0)};
  save(samples(), folder / "all.safetensors");
  load(loaded, folder / "all.safetensors");
  REQUIRE(loaded.size() == samples().size() + 1);  // appended, as in libtorch
  for (size_t i = 0; i < samples().size(); ++i) CHECK(equal(loaded[i + 1], samples()[i].detach()));
}

TEST_CASE("several values follow each other in one stream", "[serialize]") {
  std::stringstream stream;
  save(tensor({1.f, 2.f}), stream);
  save_npy(tensor({3, 4}), stream);
  save(std::vector<Tensor>{tensor(5)}, stream);
  Tensor a, b;
  std::vector<Tensor> c;
  load(a, stream);
  load(b, stream);
  load(c, stream);
  CHECK(equal(a, tensor({1.f, 2.f})));
  CHECK(equal(b, tensor({3, 4})));
  CHECK(equal(c.at(0), tensor(5)));
  CHECK_THROWS_WITH(load(a, stream), Contains("truncated"));
}

TEST_CASE("modules keep their tensors and take over the values", "[serialize]") {
  const Folder folder;
  const std::string path = folder / "net.safetensors";
  Net saved, net;
  saved->steps.fill_(9);
  save(saved, path);
  const Tensor weight = net->fc1->weight;
  load(net, path);
  CHECK(same(values(*net), values(*saved)));
  CHECK(weight.is_same(net->fc1->weight));
  CHECK(weight.requires_grad());
  CHECK(serialize::load_safetensors(path).tensors.contains("fc1.bias"));
  CHECK(serialize::load_safetensors(path).metadata.at("format") == "pt");

  auto pointer = std::make_shared<NetImpl>();
  load(pointer, path);
  CHECK(same(values(*pointer), values(*saved)));
  std::stringstream stream;
  save(pointer, stream);
  NetImpl plain;
  load(plain, stream);
  CHECK(same(values(plain), values(*saved)));
}

TEST_CASE("a module that does not fit its file stays as it was", "[serialize]") {
  const Folder folder;
  const std::string path = folder / "net.safetensors";
  Net net;
  save(net, path);
  auto content = serialize::load_safetensors(path);
  const auto before = values(*net);
  const auto refused = [&](const auto& change) {
    serialize::NamedTensors changed = content;
    for (auto& item : changed.tensors) *item = item->clone().fill_(1);
    change(changed.tensors);
    serialize::save_safetensors(changed, path);
    std::string message;
    try {
      load(net, path);
    } catch (const Error& e) {
      message = e.what();
    }
    CHECK(same(values(*net), before));
    CHECK_THAT(message, Contains(path));
    return message;
  };
  using Dict = OrderedDict<std::string, Tensor>;
  CHECK_THAT(refused([](Dict& d) { d.erase("fc1.bias"); }),
             Contains("Missing key(s) in the file: \"fc1.bias\""));
  CHECK_THAT(refused([](Dict& d) { d.insert("fc9.bias", tensor(1)); }),
             Contains("Unexpected key(s) in the file: \"fc9.bias\""));
  CHECK_THAT(
      refused([](Dict& d) {
        d["fc2.weight"] = ones({4, 2});
      }),
      Contains("fc2.weight: the file has shape [4, 2] and dtype float32, the module [2, 4] and float32"));
  CHECK_THAT(refused([](Dict& d) { d["steps"] = tensor(1.f); }),
             Contains("steps") && Contains("float32") && Contains("int64"));
  save(content.tensors["fc1.bias"], path);
  CHECK_THROWS_WITH(load(net, path), Contains("Missing key(s)") && Contains("Unexpected key(s)"));
  CHECK(same(values(*net), before));
}

TEST_CASE("a truncated weights file is refused wherever it is cut", "[serialize]") {
  Net net;
  std::ostringstream out;
  save(net, out);
  const std::string whole = out.str();
  const auto before = values(*net);
  for (size_t length = 0; length < whole.size(); ++length) {
    std::istringstream cut(whole.substr(0, length));
    CHECK_THROWS_AS(load(net, cut), Error);
  }
  CHECK(same(values(*net), before));
}

TEST_CASE("files are replaced whole or not at all", "[serialize]") {
  const Folder folder;
  const std::string path = folder / "t.safetensors";
  save(tensor({1, 2}), path);
  const std::string before = bytes_of(path);
  serialize::Sink sink(path);
  CHECK_THROWS_AS(sink.write([](const serialize::Sink::Write& write) {
    write("half", 4);
    throw std::runtime_error("crash");
  }),
                  std::runtime_error);
  CHECK(bytes_of(path) == before);
  CHECK_THROWS_WITH(save(Tensor(), path), Contains("undefined"));
  CHECK(bytes_of(path) == before);
  CHECK(folder.files() == 1);

  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  fs::create_symlink(path, folder / "link");
  save(tensor({3, 4}), folder / "link");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(bytes_of(path) != before);
  CHECK(fs::status(path).permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));

  CHECK_THROWS_WITH(save(tensor(1), folder / "none/t"), Contains("cannot be written") && Contains("none/t"));
  CHECK_THROWS_WITH(save(tensor(1), folder.path.string()), Contains("this is a folder"));
  Tensor t;
  CHECK_THROWS_WITH(load(t, folder / "nothing"), Contains("no such file"));
  CHECK_THROWS_WITH(load(t, folder.path.string()), Contains("this is a folder"));
  std::ofstream(path, std::ios::app | std::ios::binary) << 'x';
  CHECK_THROWS_WITH(load(t, path), Contains("goes on for 1 bytes"));
  std::ofstream closed;
  CHECK_THROWS_WITH(save(tensor(1), closed), Contains("stream"));
}

TEST_CASE("safetensors headers that make no sense are refused", "[serialize]") {
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  };
  const std::string good = entry("F32", "[2]", "[0,8]"), data(16, '\0');
  CHECK(load_bytes(safetensors("{\"a\":" + good + "}", data)).numel() == 2);
  const auto refuses = [&](const std::string& header, const char* why) {
    INFO(header);
    CHECK_THROWS_WITH(load_bytes(safetensors(header, data)), Contains(why));
  };
  refuses("{\"a\":" + good + ",\"a\":" + good + "}", "'a' comes twice");
  refuses("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
          "'dtype' comes twice");
  refuses("{\"a\":" + good + ",\"b\":" + entry("F32", "[2]", "[4,12]") + "}",
          "entry 'b': its elements begin at byte 4");
  refuses("{\"a\":" + entry("F32", "[2]", "[4,12]") + "}", "hole");
  refuses("{\"a\":" + entry("F32", "[8]", "[0,32]") + "}", "truncated");
  refuses("{\"a\":" + entry("F32", "[3]", "[0,8]") + "}", "do not enclose the 12 bytes");
  refuses("{\"a\":" + entry("F32", "[2]", "[8,0]") + "}", "do not enclose");
  refuses("{\"a\":" + entry("F32", "[2]", "[0,-8]") + "}", "two non-negative integers");
  refuses("{\"a\":" + entry("F32", "[-2]", "[0,8]") + "}", "list of non-negative integers");
  refuses("{\"a\":" + entry("F32", "[2.0]", "[0,8]") + "}", "list of non-negative integers");
  refuses("{\"a\":" + entry("F32", "[9223372036854775807,9223372036854775807]", "[0,8]") + "}", "too large");
  refuses("{\"a\":" + entry("F32", "[0,9223372036854775807,8]", "[0,0]") + "}", "too large");
  refuses("{\"a\":" + entry("BF16", "[4]", "[0,8]") + "}", "\"BF16\" is none of xgrad's");
  refuses("{\"a\":[1]}", "does not say its dtype");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "does not say its data_offsets");
  refuses("{\"__metadata__\":{\"a\":1}}", "is not a text");
  refuses("{\"a\":", "no valid JSON");
  refuses("{\"a\xff\":1}", "no valid JSON");
  refuses("[1]", "does not begin with '{'");
  refuses("", "does not begin with '{'");
  refuses("{}", "it holds 0 tensors");
  CHECK_THROWS_WITH(load_bytes(std::string(8, '\xff') + "{}"), Contains("100 MB"));
  CHECK_THROWS_WITH(load_bytes(std::string("\xff\xff\x00\0\0\0\0\0", 8) + "{}"), Contains("ends before"));
  CHECK_THROWS_WITH(load_bytes(safetensors("{\"a\":" + entry("BOOL", "[2]", "[0,2]") + "}", "\x01\x02")),
                    Contains("element 1 is the byte 2"));
}

TEST_CASE(".npy headers that make no sense are refused", "[serialize]") {
  const std::string data(16, '\0');
  const auto header = [](const std::string& descr, const std::string& order, const std::string& shape) {
    return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  };
  CHECK(load_bytes(npy(header("<f4", "False", "(4,)"), data)).numel() == 4);
  CHECK(load_bytes(npy(header("<f4", "False", "()"), data)).dim() == 0);
  const std::string six(reinterpret_cast<const char*>(arange(6, kInt).data_ptr()), 24);
  CHECK(equal(load_bytes(npy(header("<i4", "True", "(2, 3)"), six)), arange(6, kInt).view({3, 2}).t()));
  const auto refuses = [&](const std::string& text, const char* why) {
    INFO(text);
    CHECK_THROWS_WITH(load_bytes(npy(text, data)), Contains(why));
  };
  refuses(header("<f4", "False", "(5,)"), "truncated");
  refuses(header("<f4", "False", "(4611686018427387904, 4)"), "more bytes than any file has");
  refuses(header(">f4", "False", "(4,)"), "'>f4' is none of xgrad's");
  refuses(header("<f2", "False", "(4,)"), "astype");
  refuses(header("<f4", "Maybe", "(4,)"), "fortran_order");
  refuses(header("<f4", "False", "(-4,)"), "tuple of sizes");
  refuses(header("<f4", "False", "(4"), "damaged");
  refuses("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (4,), }", "records");
  refuses("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", "a key twice");
  refuses("{'descr': '<f4', 'shape': (4,), }", "no descr, fortran_order or shape");
  refuses("", "damaged");
  CHECK_THROWS_WITH(load_bytes(std::string("\x93NUMPY\x09\x00\x00\x00", 10)), Contains("version 9"));
  CHECK_THROWS_WITH(load_bytes("\x93NUMQY\x01\x01\x01\x01"), Contains("no .npy file"));
}

// Deterministic mutations of good files; tests/fuzz searches further.
TEST_CASE("damaged files are refused or read, and nothing else", "[serialize]") {
  std::ostringstream weights, array;
  save(Net(), weights);
  save_npy(tensor({{true, false}, {false, true}}), array);
  uint64_t random = 1;
  const auto draw = [&](size_t n) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(random >> 33) % n;
  };
  size_t refused = 0;
  for (const std::string& good : {weights.str(), array.str()})
    for (int i = 0; i < 4000; ++i) {
      std::string bytes = good;
      for (size_t changes = 1 + draw(4); changes-- > 0;) {
        const size_t at = draw(std::min<size_t>(bytes.size(), 600));
        if (draw(4) == 0)
          bytes.erase(at, 1 + draw(4));
        else if (draw(4) == 0)
          bytes.insert(at, bytes.substr(draw(bytes.size()), 1 + draw(8)));
        else
          bytes[at] = draw(2) ? static_cast<char>(draw(256)) : "0123456789{}[]:,\"-"[draw(18)];
        if (bytes.empty()) break;
      }
      std::istringstream stream(bytes);
      std::vector<Tensor> tensors;
      try {
        if (draw(2))
          load(tensors, stream);
        else
          tensors.push_back(load_bytes(bytes));
        for (const Tensor& t : tensors) CHECK(t.sum().defined());
      } catch (const Error& e) {
        ++refused;
        CHECK(std::string(e.what()).size() > 20);
      }
    }
  CHECK(refused > 4000);
}

TEST_CASE("archives keep what a class of one's own writes", "[serialize]") {
  serialize::OutputArchive out, nested;
  nested.write("x", tensor({1, 2}));
  out.write("y", tensor(3.f), /*is_buffer=*/true);
  out.write("inner", nested);
  CHECK_THROWS_WITH(out.write("y", tensor(1)), Contains("already defined"));
  std::stringstream stream;
  out.save_to(stream);
  serialize::InputArchive in, inner;
  in.load_from(stream);
  Tensor x, y;
  in.read("y", y);
  in.read("inner", inner);
  inner.read("x", x);
  CHECK(equal(x, tensor({1, 2})));
  CHECK(equal(y, tensor(3.f)));
  CHECK(in.keys().size() == 2);
  CHECK_FALSE(in.try_read("z", x));
  CHECK_FALSE(in.try_read("z", inner));
  CHECK_THROWS_WITH(in.read("z", x), Contains("No such serialized tensor 'z'") && Contains("'y'"));
}
