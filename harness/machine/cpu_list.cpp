#include "harness/machine/cpu_list.hpp"

#include <charconv>

namespace rackproof {

namespace {

constexpr int kMost = 1 << 16;

std::optional<int> listed_number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0 || value >= kMost)
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::vector<int>> parse_cpu_list(std::string_view text) {
  std::vector<int> numbers;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (comma != std::string_view::npos && comma + 1 == text.size()) return std::nullopt;
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const auto dash = part.find('-');
    const auto first = listed_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : listed_number(part.substr(dash + 1));
    if (!first || !last || *last < *first || (!numbers.empty() && *first <= numbers.back()))
      return std::nullopt;
    for (int each = *first; each <= *last; ++each) numbers.push_back(each);
  }
  return numbers;
}

}  // namespace rackproof
