#include "reports/html/short_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/base/units.hpp"
#include "reports/escape.hpp"

namespace rackproof {

std::string short_text(std::string_view text, std::size_t longest) {
  return fmt::format("<bdi>{}</bdi>", escape_html(text, longest));
}

std::string id_text(std::string_view id) {
  std::string broken;
  bool is_entity = false;
  for (const char c : escape_html(id, kLongestCell)) {
    broken += c;
    if (c == '&') is_entity = true;
    if (!is_entity && std::string_view("/:,#").find(c) != std::string_view::npos) broken += "<wbr>";
    if (c == ';') is_entity = false;
  }
  return fmt::format("<code><bdi>{}</bdi></code>", broken);
}

std::string quantity_text(double value, std::string_view unit, const std::string& missing) {
  return std::isfinite(value) ? format_quantity(value, unit) : missing;
}

}  // namespace rackproof
