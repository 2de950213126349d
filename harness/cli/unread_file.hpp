// A new results file, of results that were there before.
#pragma once

#include <filesystem>

namespace rackproof {

/// Throws Error when the file exists, for results are never replaced, or when its folder does not.
void refuse_bad_output(const std::filesystem::path& output);

/// A file that is not yet known to be sound; removed unless it is published.
class UnreadFile {
 public:
  explicit UnreadFile(std::filesystem::path final_path);
  ~UnreadFile();
  UnreadFile(const UnreadFile&) = delete;
  UnreadFile& operator=(const UnreadFile&) = delete;
  const std::filesystem::path& path() const { return path_; }  ///< where it is written
  /// Gives it its name. Throws Error when there is such a file by now.
  void publish() const;

 private:
  std::filesystem::path final_path_;
  std::filesystem::path path_;
};

}  // namespace rackproof
