#include <xgrad/nn/data/idx.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include <xgrad/core/factories.hpp>
#include <xgrad/nn/serialize/byte_order.hpp>

#ifdef XGRAD_ZLIB
#include <zlib.h>
#endif

namespace xgrad::data {

namespace {

#ifdef XGRAD_ZLIB

/// A file's bytes, decompressed if it is a gzip file.
class ByteFile {
 public:
  static constexpr bool decompresses = true;
  bool open(const std::string& path) {
    path_ = path;
    file_.reset(gzopen(path.c_str(), "rb"));
    if (file_) gzbuffer(file_.get(), 1 << 17);
    return file_ != nullptr;
  }
  bool compressed() const { return gzdirect(file_.get()) == 0; }
  /// Reads `count` bytes, or fewer at the end of the file or where it is broken.
  size_t read(void* to, size_t count) {
    size_t done = 0;
    while (done < count) {
      const int got = gzread(file_.get(), static_cast<char*>(to) + done,
                             static_cast<unsigned>(std::min(count - done, size_t{1} << 30)));
      if (got <= 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }
  /// What went wrong in reading; empty if nothing did.
  std::string fault() const {
    int code = Z_OK;
    std::string_view message = gzerror(file_.get(), &code);
    if (message.starts_with(path_ + ": ")) message.remove_prefix(path_.size() + 2);
    if (code == Z_OK) return {};
    if (code == Z_BUF_ERROR) return "the gzip file is truncated. Copy or download it again";
    if (code == Z_ERRNO) return std::string("reading failed: ") + std::strerror(errno);
    return "the gzip file is corrupt (" + std::string(message) + "). Copy or download it again";
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };
  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

#else

/// A file's bytes as they are.
class ByteFile {
 public:
  static constexpr bool decompresses = false;
  bool open(const std::string& path) {
    file_.reset(std::fopen(path.c_str(), "rb"));
    return file_ != nullptr;
  }
  /// Whether the file starts as gzip files do.
  bool compressed() {
    unsigned char start[2] = {};
    const size_t got = read(start, 2);
    std::rewind(file_.get());
    return got == 2 && start[0] == 0x1f && start[1] == 0x8b;
  }
  size_t read(void* to, size_t count) { return std::fread(to, 1, count, file_.get()); }
  std::string fault() const {
    return std::ferror(file_.get()) ? std::string("reading failed: ") + std::strerror(errno) : std::string();
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

#endif

/// Reads a file and refuses it in its name.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    std::error_code error;
    const auto kind = std::filesystem::status(path, error).type();
    if (kind == std::filesystem::file_type::not_found) refuse("there is no such file. Check the path");
    if (kind != std::filesystem::file_type::regular)
      refuse("this is not a regular file. Give the path of an IDX file, plain or .gz");
    length_ = std::filesystem::file_size(path, error);
    if (error || !file_.open(path))
      refuse("the file cannot be opened: ", error ? error.message() : std::strerror(errno));
    if (!ByteFile::decompresses && file_.compressed())
      refuse(
          "this is a gzip file, and xgrad was built without zlib: decompress it, for example with gunzip, or "
          "install zlib and build xgrad again");
  }

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail("read_idx: ", path_, ": ", parts...);
  }

  /// Reads `count` bytes, or fewer at the end of the file.
  size_t read(void* to, size_t count) {
    const size_t done = file_.read(to, count);
    if (done < count)
      if (const std::string fault = file_.fault(); !fault.empty()) refuse(fault);
    return done;
  }

  /// The most bytes that the file can hold: its length or, compressed, 1032 times that, which deflate cannot
  /// exceed.
  uint64_t limit() { return ByteFile::decompresses && file_.compressed() ? length_ * 1032 : length_; }

 private:
  std::string path_;
  ByteFile file_;
  uint64_t length_ = 0;
};

template <class T>
T from_big_endian(const unsigned char* bytes) {
  return serialize::number_from<T>(bytes, std::endian::big);
}

/// Reads the elements, of type File in the file, piece by piece; returns how many bytes there were.
template <class File, class Element>
uint64_t read_elements(Reader& reader, const Tensor& t) {
  auto* out = t.data_ptr<Element>();
  if constexpr (sizeof(File) == 1 && sizeof(Element) == 1)
    return reader.read(out, static_cast<size_t>(t.numel()));
  constexpr size_t piece = 1 << 14;
  std::vector<unsigned char> bytes(piece * sizeof(File));
  uint64_t done = 0;
  for (auto left = static_cast<size_t>(t.numel()); left > 0;) {
    const size_t wanted = std::min(left, piece) * sizeof(File), got = reader.read(bytes.data(), wanted);
    done += got;
    if (got < wanted) break;
    for (size_t i = 0; i < wanted; i += sizeof(File)) *out++ = from_big_endian<File>(&bytes[i]);
    left -= wanted / sizeof(File);
  }
  return done;
}

struct Kind {
  unsigned char code;
  size_t bytes;
  ScalarType dtype;
  uint64_t (*read)(Reader&, const Tensor&);
};
constexpr Kind kinds[] = {
    {0x08, 1, kByte, read_elements<uint8_t, uint8_t>}, {0x09, 1, kInt, read_elements<int8_t, int32_t>},
    {0x0B, 2, kInt, read_elements<int16_t, int32_t>},  {0x0C, 4, kInt, read_elements<int32_t, int32_t>},
    {0x0D, 4, kFloat, read_elements<float, float>},    {0x0E, 8, kDouble, read_elements<double, double>},
};

std::string hex(const unsigned char* bytes, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    if (i) text += ' ';
    text += {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15]};
  }
  return text;
}

}  // namespace

Tensor read_idx(const std::string& path) {
  Reader reader(path);
  unsigned char magic[4] = {};
  const size_t got = reader.read(magic, 4);
  const Kind* kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return k.code == magic[2]; });
  if (got < 4 || magic[0] != 0 || magic[1] != 0 || kind == std::end(kinds) || magic[3] == 0)
    reader.refuse("this is no IDX file: it starts with the bytes '", hex(magic, got),
                  "', expected 00 00, an element type (08, 09, ",
                  "0b, 0c, 0d or 0e) and the number of dimensions, at least 1",
                  magic[0] == '<' ? ". It looks like a web page: download the file itself" : "");

  std::vector<unsigned char> header(size_t{4} * magic[3]);
  if (reader.read(header.data(), header.size()) < header.size())
    reader.refuse("the file is truncated: it ends within the sizes of its ", int{magic[3]},
                  " dimensions. Copy or download it again");
  Dims sizes;
  for (size_t i = 0; i < header.size(); i += 4) sizes.push_back(from_big_endian<uint32_t>(&header[i]));

  // Before anything is allocated: can the file hold that much at all?
  const uint64_t start = 4 + header.size(), limit = reader.limit() - std::min(reader.limit(), start);
  uint64_t expected = kind->bytes;
  const bool none = std::find(sizes.begin(), sizes.end(), 0) != sizes.end();
  for (const int64_t size : sizes) {
    if (none) break;
    if (static_cast<uint64_t>(size) > limit / expected)
      reader.refuse("the file is truncated or its header damaged: the header says that ", sizes,
                    " elements of ", kind->bytes, " bytes follow, but the file has room for at most ", limit,
                    " bytes. Copy or download it again");
    expected *= static_cast<uint64_t>(size);
  }
  if (none) expected = 0;

  const Tensor t = empty(sizes, kind->dtype);
  const uint64_t read = kind->read(reader, t);
  if (read < expected)
    reader.refuse("the file is truncated: the header says that ", sizes, " elements follow, which are ",
                  expected, " bytes, but there are only ", read, ". Copy or download it again");
  // One byte more must not be there; asking for it also makes zlib verify the checksum.
  if (reader.read(magic, 1) != 0)
    reader.refuse("the file goes on after the ", expected, " bytes that are the ", sizes,
                  " elements of its header: the header or the file is damaged. Copy or download it again");
  return t;
}

}  // namespace xgrad::data
