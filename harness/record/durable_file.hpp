// Files that are there whole or not at all, also after a power cut.
#pragma once

#include <filesystem>
#include <string_view>

#include "harness/base/handle.hpp"

namespace rackproof {

struct FileDescriptorTraits {
  using Type = int;
  static constexpr int null() { return -1; }
  static void close(int descriptor) noexcept;
};
class FileDescriptor : public UniqueHandle<FileDescriptorTraits> {
 public:
  FileDescriptor() : UniqueHandle(-1) {}
  explicit FileDescriptor(int descriptor) : UniqueHandle(descriptor) {}
};

/// Writes all bytes, through partial writes and EINTR. Throws Error (disk full, broken pipe).
void write_all(int descriptor, std::string_view bytes);

/// Whole file as text. Throws Error.
std::string read_file(const std::filesystem::path& path);

/// Writes `path`.tmp, fsyncs, renames over `path`, fsyncs the folder.
void write_durably(const std::filesystem::path& path, std::string_view bytes);

/// fsyncs `temporary`, renames it to `path`, fsyncs the folder. For files that a library wrote.
void publish(const std::filesystem::path& temporary, const std::filesystem::path& path);

}  // namespace rackproof
