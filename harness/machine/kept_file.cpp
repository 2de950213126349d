#include "harness/machine/kept_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "harness/base/trimmed.hpp"

namespace rackproof {

namespace {
constexpr int kSkipped = 50;
}  // namespace

KeptFile::KeptFile(const SystemRoot& root, std::string_view file, FileTally& tally)
    : file_(file), path_(root.at(file).string()), tally_(tally) {}

KeptFile::~KeptFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Reading<std::string> KeptFile::lost(int error) {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  skip_ = kSkipped;
  why_ = error == EACCES || error == EPERM     ? "needs root"
         : error == ENOENT || error == ENOTDIR ? fmt::format("no such file: {}", file_)
         : error == ENODEV                     ? fmt::format("{} is gone", file_)
                                               : fmt::format("{}: {}", file_, std::strerror(error));
  return Reading<std::string>::unavailable(why_);
}

Reading<std::string> KeptFile::text() {
  if (skip_ > 0 && --skip_ > 0) return Reading<std::string>::unavailable(why_);
  if (descriptor_ < 0) {
    ++tally_.opens;
    // A FIFO in its place would otherwise hold the reader for ever.
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) return lost(errno);
  }
  struct stat status {};
  // A file of a tree that was removed goes on to be readable by its descriptor.
  if (::fstat(descriptor_, &status) != 0) return lost(errno);
  if (status.st_nlink == 0) return lost(ENODEV);
  std::array<char, 4096> buffer;
  ++tally_.reads;
  const ssize_t got = ::pread(descriptor_, buffer.data(), buffer.size(), 0);
  if (got < 0) return lost(errno);
  return std::string(trimmed(std::string_view(buffer.data(), static_cast<std::size_t>(got)), kBlank));
}

Reading<std::int64_t> KeptFile::integer() {
  const Reading<std::string> read = text();
  if (!read) return Reading<std::int64_t>::unavailable(read.why());
  std::int64_t value = 0;
  const char* const last = read->data() + read->size();
  const auto [end, error] = std::from_chars(read->data(), last, value);
  if (error != std::errc() || end != last)
    return Reading<std::int64_t>::unavailable(fmt::format("{} holds no number", file_));
  return value;
}

}  // namespace rackproof
