#include "harness/record/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"

namespace rackproof {

void FileDescriptorTraits::close(int descriptor) noexcept { ::close(descriptor); }

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw Error(fmt::format("cannot write: {}", std::strerror(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (!in || std::filesystem::is_directory(path) || !(out << in.rdbuf() || in.peek() == EOF)) {
    throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  return out.str();
}

static void sync(const std::filesystem::path& path, int flags) {
  const FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) {
    throw Error(fmt::format("cannot sync {}: {}", path.string(), std::strerror(errno)));
  }
}

void sync_folder(const std::filesystem::path& folder) { sync(folder, O_RDONLY | O_DIRECTORY); }

void publish(const std::filesystem::path& temporary, const std::filesystem::path& path) {
  sync(temporary, O_RDONLY);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    throw Error(
        fmt::format("cannot rename {} to {}: {}", temporary.string(), path.string(), std::strerror(errno)));
  }
  sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Draft::Draft(std::filesystem::path path) : path_(std::move(path)), temporary_(path_.string() + ".tmp") {}

Draft::~Draft() {
  std::error_code none;
  if (!published_) std::filesystem::remove(temporary_, none);
}

void Draft::publish() {
  rackproof::publish(temporary_, path_);
  published_ = true;
}

void write_new(const std::filesystem::path& path, std::string_view bytes) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) throw Error(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  try {
    write_all(file.get(), bytes);
  } catch (const Error& error) {
    throw error.within(path.string());
  }
}

void write_durably(const std::filesystem::path& path, std::string_view bytes) {
  Draft draft(path);
  write_new(draft.path(), bytes);
  draft.publish();
}

}  // namespace rackproof
