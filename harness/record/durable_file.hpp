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

/// Writes the file anew, whatever it held. Not durable yet. Throws Error.
void write_new(const std::filesystem::path& path, std::string_view bytes);

/// Whole file as text. Throws Error.
std::string read_file(const std::filesystem::path& path);

/// The file that is to be `path`, written as `path`.tmp. Removed again unless it is published: on a full disk, it would
/// take what little is left.
class Draft {
 public:
  explicit Draft(std::filesystem::path path);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  const std::filesystem::path& path() const { return temporary_; }  ///< where it is written
  /// As publish() below.
  void publish();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool published_ = false;
};

/// Writes `path`.tmp, fsyncs, renames over `path`, fsyncs the folder. Throws Error; `path` is what it was then.
void write_durably(const std::filesystem::path& path, std::string_view bytes);

/// Makes names that were given or taken away in a folder durable. Throws Error.
void sync_folder(const std::filesystem::path& folder);

/// fsyncs `temporary`, renames it to `path`, fsyncs the folder. For files that a library wrote.
void publish(const std::filesystem::path& temporary, const std::filesystem::path& path);

}  // namespace rackproof
