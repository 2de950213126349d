#include "harness/machine/operating_system.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/machine/services.hpp"

namespace rackproof {

namespace {

using Text = Reading<std::string>;

constexpr std::size_t kLongest = 4096;

/// KEY=value and KEY="value" lines of os-release(5).
std::map<std::string, std::string> release_fields(const std::string& text) {
  std::map<std::string, std::string> fields;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || line.starts_with('#')) continue;
    std::string_view value = line.substr(equals + 1);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    if (value.size() <= 256 && std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; }))
      fields.emplace(line.substr(0, equals), value);
  }
  return fields;
}

Text field(const std::map<std::string, std::string>& fields, const char* key) {
  const auto found = fields.find(key);
  if (found == fields.end() || found->second.empty())
    return Text::unavailable(fmt::format("os-release does not tell {}", key));
  return found->second;
}

Text read_image(const std::map<std::string, std::string>& fields) {
  const Text id = field(fields, "IMAGE_ID");
  const Text version = field(fields, "IMAGE_VERSION");
  if (id && version) return fmt::format("{} {}", *id, *version);
  if (id) return id;
  return field(fields, "BUILD_ID");
}

Text read_services(const SystemRoot& root) {
  const auto slices = system_slices(root);
  if (slices.empty()) return Text::unavailable("no control groups of systemd can be seen here");
  std::vector<std::string> names;
  for (std::string& name : root.entries(slices.front())) {
    constexpr std::string_view kEnding = ".service";
    if (!name.ends_with(kEnding)) continue;
    name.resize(name.size() - kEnding.size());
    if (std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; }))
      names.push_back(std::move(name));
  }
  std::string text = names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
  if (text.size() > kLongest) return Text::unavailable("more services than one line holds");
  return text;
}

}  // namespace

OperatingSystem read_operating_system(const SystemRoot& root) {
  Text release = root.text("/etc/os-release");
  if (!release) release = root.text("/usr/lib/os-release");
  const auto fields = release ? release_fields(*release) : std::map<std::string, std::string>();
  const auto told = [&](Text text) { return release ? text : Text::unavailable(release.why()); };
  return {.name = told(field(fields, "PRETTY_NAME")),
          .image = told(read_image(fields)),
          .kernel_type = root.line("/proc/sys/kernel/ostype"),
          .kernel = root.line("/proc/sys/kernel/osrelease"),
          .command_line = root.line("/proc/cmdline", kLongest),
          .services = read_services(root)};
}

}  // namespace rackproof
