#include "harness/cli/unread_file.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace fs = std::filesystem;

namespace {

void refuse_existing(const fs::path& output) {
  if (fs::exists(output))
    throw Error(
        fmt::format("{} exists; results are never replaced: give another name with -o", output.string()));
}

}  // namespace

void refuse_bad_output(const fs::path& output) {
  refuse_existing(output);
  const fs::path folder = output.has_parent_path() ? output.parent_path() : ".";
  if (!fs::is_directory(folder))
    throw Error(fmt::format("-o {}: there is no folder {}", output.string(), folder.string()));
}

UnreadFile::UnreadFile(fs::path final_path)
    : final_path_(std::move(final_path)), path_(final_path_.string() + ".unread") {}

UnreadFile::~UnreadFile() {
  std::error_code none;
  fs::remove(path_, none);
  fs::remove(path_.string() + ".tmp", none);
}

void UnreadFile::publish() const {
  refuse_existing(final_path_);  // minutes may have gone by
  rackproof::publish(path_, final_path_);
}

}  // namespace rackproof
