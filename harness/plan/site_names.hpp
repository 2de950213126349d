// Names, labels and addresses of a site file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/site.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

inline constexpr std::string_view kSiteNameHint = "use letters, digits and _ . - only, in parts joined by /";

/// The names that a pattern ("r[1-8]") stands for; none after a problem was noted, or when it is empty.
std::optional<std::vector<std::string>> expanded_names(TomlTable& table, std::string_view key,
                                                       const std::string& pattern);

/// `labels` of a rack or node, those with a problem left out.
Labels read_labels(TomlTable& table);

/// With every `from` ("{rack}") replaced.
std::string replaced(std::string text, std::string_view from, const std::string& to);

/// Whether it may reach a launcher's argument list: it must not look like an option or fall into parts.
bool is_address(std::string_view address);

}  // namespace rackproof
