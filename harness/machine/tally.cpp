#include "harness/machine/tally.hpp"

#include <fmt/format.h>

#include <map>

namespace rackproof {

std::string tally(const std::vector<std::string>& texts) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& text : texts) ++counts[text];
  std::string out;
  for (const auto& [text, count] : counts)
    out += fmt::format("{}{} x {}", out.empty() ? "" : ", ", count, text);
  return out.empty() ? "none" : out;
}

Reading<std::string> tally(const std::vector<Reading<std::string>>& readings) {
  std::vector<std::string> texts;
  for (const auto& reading : readings) {
    if (!reading) return reading;
    texts.push_back(*reading);
  }
  return tally(texts);
}

}  // namespace rackproof
