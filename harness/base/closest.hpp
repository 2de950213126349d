// "Did you mean …": the known word nearest to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

/// Levenshtein distance in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known word with the smallest edit distance, if that is at most a third of the word's length
/// (at least 2); nothing otherwise.
std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace rackproof
