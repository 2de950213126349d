#include "reports/html/short_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/units.hpp"
#include "reports/escape.hpp"
#include "reports/html/markup.hpp"

namespace rackproof {

std::string short_text(std::string_view text, std::size_t longest) {
  return fmt::format("<bdi>{}</bdi>", escape_html(text, longest));
}

std::string short_text(const Words& words, const Phrase& phrase, std::size_t longest) {
  return words.either(short_text(phrase.en, longest), short_text(phrase.zh, longest));
}

std::string id_text(std::string_view id) {
  return fmt::format("<code><bdi>{}</bdi></code>", html::id(id, kLongestCell));
}

std::string quantity_text(double value, std::string_view unit, const std::string& missing) {
  return std::isfinite(value) ? format_quantity(value, unit) : missing;
}

}  // namespace rackproof
