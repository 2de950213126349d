#include "harness/plan/site_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/plan/identifier.hpp"

namespace rackproof {

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool is_address(std::string_view address) {
  return !address.empty() && address.front() != '-' &&
         std::none_of(address.begin(), address.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '{' || c == '}' || c == '[' ||
                  c == ']' || c == ',';
         });
}

std::optional<std::vector<std::string>> expanded_names(TomlTable& table, std::string_view key,
                                                       const std::string& pattern) {
  if (pattern.empty()) return std::nullopt;
  try {
    auto names = expand_range(pattern);
    if (is_target_name(names.front())) return names;
    table.problem(key, fmt::format("{}: \"{}\" is not a name", key, pattern), std::string(kSiteNameHint));
  } catch (const Error& error) {
    table.problem(key, fmt::format("{}: {}", key, error.what()),
                  fmt::format("write {} = \"name[1-8]\"", key));
  }
  return std::nullopt;
}

Labels read_labels(TomlTable& table) {
  Labels labels;
  for (const auto& [key, value] : table.text_map("labels")) {
    if (key == "rack" || key == "site") {
      table.problem("labels", fmt::format("the label \"{}\" is set by the program", key),
                    "give it another name");
    } else if (!is_target_name(key) || !is_target_name(value)) {
      table.problem("labels", fmt::format("label {} = \"{}\" is not a name", key, value),
                    std::string(kSiteNameHint));
    } else {
      labels[key] = value;
    }
  }
  return labels;
}

}  // namespace rackproof
