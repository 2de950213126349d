// Texts from data as they stand in the cells of a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/language/phrase.hpp"
#include "reports/language/language.hpp"

namespace rackproof {

/// Longest text of a cell and of a chart's heading, in characters: a host name of a million stays one line.
inline constexpr std::size_t kLongestCell = 256;
inline constexpr std::size_t kLongestHeading = 96;

/// Escaped and short enough for a cell, isolated from the direction of the text around it.
std::string short_text(std::string_view text, std::size_t longest = kLongestCell);
/// Of a phrase, in the language of the page.
std::string short_text(const Words& words, const Phrase& phrase, std::size_t longest = kLongestCell);
/// The same as code, which may break after its separators.
std::string id_text(std::string_view id);
/// "2.05 GB/s"; `missing`, as HTML, for what is no finite number.
std::string quantity_text(double value, std::string_view unit, const std::string& missing);

}  // namespace rackproof
