#include <xgrad/nn/serialize/npy.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <xgrad/autograd/ops.hpp>
#include <xgrad/nn/serialize/elements.hpp>

namespace xgrad {
namespace serialize {
namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr size_t magic_length = sizeof magic - 1;
constexpr uint32_t longest_npy_header = 1 << 20;

constexpr std::pair<const char*, ScalarType> npy_dtypes[] = {
    {"|b1", kBool}, {"|u1", kByte}, {"<i4", kInt}, {"<i8", kLong}, {"<f4", kFloat}, {"<f8", kDouble}};

// Reads a header such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }: a Python literal.
class HeaderParser {
 public:
  HeaderParser(const Input& input, std::string_view text) : input_(input), rest_(text) {}

  void run() {
    expect("{");
    while (!accept("}")) {
      const std::string_view key = quoted();
      expect(":");
      if (key == "descr")
        once(has_descr_), descr = quoted();
      else if (key == "fortran_order")
        once(has_order_), fortran_order = truth();
      else if (key == "shape")
        once(has_shape_), tuple();
      else
        bad("the unknown key");
      if (!accept(",") && !peek("}")) bad("no comma");
    }
    skip_space();
    if (!rest_.empty()) bad("more than one dictionary");
    if (!has_descr_ || !has_order_ || !has_shape_) bad("no descr, fortran_order or shape");
  }

  std::string_view descr;
  bool fortran_order = false;
  std::vector<uint64_t> shape;

 private:
  [[noreturn]] void bad(const char* what) const {
    input_.refuse("the .npy header is damaged: it has ", what, ". Save the array again with numpy.save");
  }
  void once(bool& seen) {
    if (std::exchange(seen, true)) bad("a key twice");
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\t"), rest_.size())); }
  bool peek(std::string_view token) {
    skip_space();
    return rest_.starts_with(token);
  }
  bool accept(std::string_view token) {
    if (!peek(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void expect(const char* token) {
    if (!accept(token)) bad("something else where a Python dictionary goes on");
  }
  std::string_view quoted() {
    const char* quote = peek("\"") ? "\"" : "'";
    if (!accept(quote)) bad("no text in quotes where one belongs, or an array of records");
    const size_t end = rest_.find(*quote);
    if (end == std::string_view::npos) bad("an unfinished text");
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool truth() {
    if (accept("True")) return true;
    if (!accept("False")) bad("a fortran_order that is not True or False");
    return false;
  }
  void tuple() {
    expect("(");
    while (!accept(")")) {
      skip_space();
      uint64_t size = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (error != std::errc()) bad("a shape that is not a tuple of sizes");
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      shape.push_back(size);
      if (!accept(",") && !peek(")")) bad("a shape that is not a tuple of sizes");
    }
  }

  const Input& input_;
  std::string_view rest_;
  bool has_descr_ = false, has_order_ = false, has_shape_ = false;
};

std::string read_header(Input& input) {
  char start[magic_length + 2];
  input.read(start, sizeof start, "the beginning of a .npy file");
  if (std::memcmp(start, magic, magic_length) != 0)
    input.refuse("this is no .npy file. Give one made by save_npy() or numpy.save");
  const int version = static_cast<unsigned char>(start[magic_length]);
  if (version < 1 || version > 3)
    input.refuse("this is .npy of version ", version, "; 1, 2 and 3 can be read");
  const uint64_t length = read_number(input, version == 1 ? 2 : 4, "the length of the .npy header");
  if (length > longest_npy_header)
    input.refuse("the .npy header would be ", length,
                 " bytes long: the file is damaged. Save or copy it again");
  std::string header(static_cast<size_t>(length), '\0');
  input.read(header.data(), length, "the .npy header");
  return header;
}

}  // namespace

Tensor load_npy(Input& input) {
  const std::string header = read_header(input);
  HeaderParser parser(input, header);
  parser.run();
  const auto* known = std::find_if(std::begin(npy_dtypes), std::end(npy_dtypes),
                                   [&](const auto& d) { return parser.descr == d.first; });
  if (known == std::end(npy_dtypes))
    input.refuse(
        "the dtype '", parser.descr,
        "' is none of xgrad's: bool, uint8, int32, int64, float32 and float64, little-endian. Convert the "
        "array in Python, for example with a.astype('<f4'), and save it again");
  const auto bytes = bytes_of(parser.shape, known->second);
  Dims shape;
  for (const uint64_t size : parser.shape) shape.push_back(static_cast<int64_t>(size));
  if (!bytes || *bytes > input.left())
    input.refuse("the file is truncated or its header damaged: the elements of the array would take ",
                 bytes ? std::to_string(*bytes) : "more bytes than any file has", " bytes, but only ",
                 input.left(), " are left. Save or copy it again");
  if (parser.fortran_order) std::reverse(shape.begin(), shape.end());
  Tensor t = read_elements(input, shape, known->second, "the array");
  input.finish();
  if (!parser.fortran_order) return t;
  Dims order;
  for (int64_t d = t.dim(); d-- > 0;) order.push_back(d);
  return t.permute(order);
}

}  // namespace serialize

void save_npy(const Tensor& tensor, const serialize::Sink& sink) {
  check(tensor.defined(), "save_npy: the tensor is undefined: there is nothing to save");
  const Tensor t = tensor.detach().contiguous();
  const auto* dtype = std::find_if(std::begin(serialize::npy_dtypes), std::end(serialize::npy_dtypes),
                                   [&](const auto& d) { return d.second == t.dtype(); });
  std::string header = std::string("{'descr': '") + dtype->first + "', 'fortran_order': False, 'shape': (";
  for (const int64_t size : t.sizes()) header += std::to_string(size) + ", ";
  header += "), }";
  // The elements begin at a multiple of 64 bytes, after a newline.
  constexpr size_t before = serialize::magic_length + 4;
  header.resize((before + header.size() + 1 + 63) / 64 * 64 - before - 1, ' ');
  header += '\n';
  check(header.size() <= 0xffff, "save_npy: the tensor has too many dimensions for a .npy file");
  sink.write([&](const serialize::Sink::Write& write) {
    const char version[] = {1, 0, static_cast<char>(header.size() & 255),
                            static_cast<char>(header.size() >> 8)};
    write(serialize::magic, serialize::magic_length);
    write(version, sizeof version);
    write(header.data(), header.size());
    serialize::write_elements(write, t);
  });
}

Tensor load_npy(const serialize::Source& source) {
  serialize::Input input(source);
  return serialize::load_npy(input);
}

}  // namespace xgrad
