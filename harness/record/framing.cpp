#include "harness/record/framing.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/base/digest.hpp"

namespace rackproof {

static constexpr std::string_view kMark = "@rp ";
static constexpr std::size_t kHead = kMark.size() + 8 + 1;

std::string frame(const nlohmann::json& record) {
  const std::string text = record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return fmt::format("{}{:08x} {}\n", kMark, crc32c(text), text);
}

std::optional<nlohmann::json> unframe(std::string_view line) {
  if (line.size() <= kHead || !line.starts_with(kMark) || line[kHead - 1] != ' ') {
    return std::nullopt;
  }
  std::uint32_t stated = 0;
  const char* digits = line.data() + kMark.size();
  if (std::from_chars(digits, digits + 8, stated, 16).ptr != digits + 8) return std::nullopt;
  const std::string_view text = line.substr(kHead);
  if (crc32c(text) != stated) return std::nullopt;
  auto record = nlohmann::json::parse(text, nullptr, false);
  if (!record.is_object()) return std::nullopt;
  return record;
}

std::optional<std::string> LineSplitter::next() {
  const auto newline = pending_.find('\n');
  if (newline == std::string::npos && pending_.size() <= kLongestFrame) return std::nullopt;
  const bool cut = newline == std::string::npos;
  std::string line = pending_.substr(0, cut ? kLongestFrame : newline);
  pending_.erase(0, cut ? kLongestFrame : newline + 1);
  return line;
}

}  // namespace rackproof
