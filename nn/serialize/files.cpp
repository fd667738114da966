#include <xgrad/nn/serialize/files.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <xgrad/nn/serialize/input.hpp>

namespace xgrad::serialize {

namespace {

// A new file beside `path` that takes its place when it is complete, and vanishes if it never is.
class ReplacementFile {
 public:
  explicit ReplacementFile(const std::string& path) : path_(path) {
    std::error_code none;
    // The file that a link points to is replaced, not the link.
    if (std::filesystem::is_symlink(path, none))
      if (auto target = std::filesystem::canonical(path, none); !none) path_ = target.string();
    if (std::filesystem::is_directory(path_, none))
      fail("save: ", path, ": this is a folder. Give the name of a file in it");
    static std::atomic<unsigned> counter = 0;
    int descriptor = -1;
    do {
      temporary_ = path_ + ".tmp-" + std::to_string(getpid()) + '-' + std::to_string(counter++);
      descriptor = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
    if (descriptor < 0)
      fail("save: ", path, ": the file cannot be written: ", std::strerror(errno),
           ". Check that its folder exists and that you may write there");
    struct stat old;
    if (stat(path_.c_str(), &old) == 0) (void)!fchmod(descriptor, old.st_mode & 07777);
    file_ = fdopen(descriptor, "wb");
  }
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;
  ~ReplacementFile() {
    if (file_) std::fclose(file_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
  }

  void write(const void* bytes, size_t count) {
    if (std::fwrite(bytes, 1, count, file_) != count) refuse();
  }
  void commit() {
    if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) refuse();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) refuse();
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) refuse();
    temporary_.clear();
  }

 private:
  [[noreturn]] void refuse() const {
    fail("save: ", path_, ": writing failed: ", std::strerror(errno),
         ". What was there before is untouched. Make room, or save somewhere else");
  }

  std::string path_, temporary_;
  std::FILE* file_ = nullptr;
};

}  // namespace

void Sink::write(const std::function<void(const Write&)>& body) const {
  if (!stream_) {
    ReplacementFile file(path_);
    body([&](const void* bytes, size_t count) { file.write(bytes, count); });
    return file.commit();
  }
  body([&](const void* bytes, size_t count) {
    stream_->write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
  });
  check(stream_->good(), "save: writing to the stream failed: is it open, and is there room?");
}

Input::Input(const Source& source)
    : name_(source.stream_ ? "(a stream)" : source.path_),
      stream_(source.stream_),
      is_file_(!source.stream_) {
  if (is_file_) {
    std::error_code error;
    const auto kind = std::filesystem::status(name_, error).type();
    if (kind == std::filesystem::file_type::not_found) refuse("there is no such file. Check the path");
    if (kind == std::filesystem::file_type::directory) refuse("this is a folder. Give the name of a file");
    owned_ = std::make_unique<std::ifstream>(name_, std::ios::binary);
    stream_ = owned_.get();
    if (!stream_->good()) refuse("the file cannot be opened: ", std::strerror(errno));
  }
  if (!stream_->good())
    refuse("the stream cannot be read: it is not open, or has come to its end, or failed before");
  const auto here = stream_->tellg();
  if (here != std::istream::pos_type(-1) && stream_->seekg(0, std::ios::end)) {
    left_ = static_cast<uint64_t>(stream_->tellg() - here);
    stream_->seekg(here);
    return;
  }
  stream_->clear();
  std::stringstream all;
  all << stream_->rdbuf();
  left_ = static_cast<uint64_t>(all.tellp() < 0 ? 0 : static_cast<int64_t>(all.tellp()));
  owned_ = std::make_unique<std::stringstream>(std::move(all));
  stream_ = owned_.get();
}

Input::~Input() = default;

int Input::peek() { return left_ == 0 ? -1 : stream_->peek(); }

void Input::read(void* to, uint64_t count, const char* what) {
  if (count > left_)
    refuse("the file is truncated: ", what, " takes ", count, " bytes, but only ", left_,
           " are left. Save or copy it again");
  stream_->read(static_cast<char*>(to), static_cast<std::streamsize>(count));
  if (static_cast<uint64_t>(stream_->gcount()) != count) refuse("reading failed within ", what);
  left_ -= count;
}

void Input::finish() {
  if (is_file_ && left_ > 0)
    refuse("the file goes on for ", left_,
           " bytes after its last element: it is damaged. Save or copy it again");
}

}  // namespace xgrad::serialize
