#include "harness/results/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

constexpr const char* kManifest = "manifest.sha256";

// A name in the folder itself. A backslash or control character would make sha256sum escape its line.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         std::ranges::none_of(name, [](char c) { return c == '\\' || (c >= 0 && c < 0x20) || c == 0x7f; });
}

}  // namespace

void write_manifest(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string text;
  for (const auto& name : sorted) {
    if (!is_plain_name(name) || name == kManifest) {
      throw Error(fmt::format("\"{}\" is not the name of a file inside the folder", printable(name)));
    }
    text += fmt::format("{}  {}\n", sha256_file(folder / name), name);
  }
  write_durably(folder / kManifest, text);
}

void withdraw_manifest(const std::filesystem::path& folder) {
  if (std::filesystem::remove(folder / kManifest)) sync_folder(folder);
}

std::vector<std::string> verify_manifest(const std::filesystem::path& folder) {
  std::istringstream lines(read_file(folder / kManifest));
  std::vector<std::string> differences;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    // sha256sum marks a name with " " (text) or "*" (binary).
    const bool digits = line.size() > 66 && line.find_first_not_of("0123456789abcdef") == 64;
    const std::string name = digits ? line.substr(66) : "";
    if (!digits || line[64] != ' ' || (line[65] != ' ' && line[65] != '*') || !is_plain_name(name)) {
      throw Error(fmt::format("{}:{}: not a line of a manifest", (folder / kManifest).string(), number));
    }
    // A link could make the manifest vouch for bytes elsewhere.
    const auto status = std::filesystem::symlink_status(folder / name);
    if (!std::filesystem::exists(status)) {
      differences.push_back(name + ": missing");
    } else if (!std::filesystem::is_regular_file(status)) {
      differences.push_back(name + ": not a regular file");
    } else if (sha256_file(folder / name) != line.substr(0, 64)) {
      differences.push_back(name + ": changed");
    }
  }
  if (number == 0) throw Error(fmt::format("{} is empty", (folder / kManifest).string()));
  return differences;
}

}  // namespace rackproof
