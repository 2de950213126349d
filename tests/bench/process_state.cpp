#include "tests/bench/process_state.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace rackproof::bench {

namespace {

/// The word after `key` in a file of /proc; "" when there is none.
std::string word_after(const std::filesystem::path& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    if (word == key && file >> word) return word;
  }
  return {};
}

std::string mib(const std::string& key) {
  const std::string kib = word_after("/proc/self/smaps_rollup", key);
  return kib.empty() ? "?" : std::to_string(std::stoull(kib) / 1024);
}

}  // namespace

std::string describe_pages() {
  return fmt::format("pages: {} MiB huge of {} MiB resident", mib("AnonHugePages:"), mib("Rss:"));
}

std::string describe_threads() {
  std::map<std::string, int> threads;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task"))
    ++threads[word_after(task.path() / "status", "Cpus_allowed_list:")];
  std::string text;
  for (const auto& [cpus, number] : threads)
    text += fmt::format("{} {} on CPU {}", text.empty() ? "threads:" : ",", number, cpus);
  return text;
}

}  // namespace rackproof::bench
