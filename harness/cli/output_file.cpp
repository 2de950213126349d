#include "harness/cli/output_file.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

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

void publish_new(Draft& draft, const fs::path& output) {
  refuse_existing(output);  // minutes may have gone by
  draft.publish();
}

}  // namespace rackproof
