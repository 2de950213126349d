// Small pieces of HTML that the sections share. What they return is escaped.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "harness/language/phrase.hpp"
#include "reports/escape.hpp"
#include "reports/language/language.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/place.hpp"
#include "reports/report_view.hpp"
#include "reports/status_mark.hpp"

namespace rackproof::html {

template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

/// A name or a value: the same in every language.
std::string name(std::string_view text);

/// Fixed words, or a phrase of a view.
std::string shown(const Words& words, const Phrase& phrase);

/// Data that is English, such as what a worker wrote: marked as such where the page is not.
std::string english(const Words& words, std::string_view text);

/// Of a phrase that may be data alone: english() then, shown() otherwise.
std::string sentence(const Words& words, const Phrase& phrase);

/// An id that may break after its separators, so that narrow columns do not break words.
std::string id(std::string_view text, std::size_t longest = kLongestText);
std::string code(std::string_view text);

/// A second line under a value; `html` is escaped already. Empty for an empty one.
std::string small(std::string_view html);

/// Glyph and word in the colour of a status.
std::string badge(const Words& words, const StatusMark& mark);

/// "+3 more racks."; empty for none. `what` is a Text that takes `args`.
template <typename... Args>
std::string more(const Words& words, std::size_t n, const Text& what, const Args&... args) {
  return n == 0 ? ""
                : fmt::format("<p class=\"note\"><b>{}</b> {}</p>\n", words(texts::kMore, n),
                              words(what, args...));
}

/// Whether the page has values of a rack, so that "#rack-3" leads somewhere.
bool has_details(const RackView& rack);

/// Where a punch-list entry is: "rack2 / node2".
std::string where(const Words& words, const Place& place);
std::string part(const Words& words, const Place& place);

/// Opens a table in a box that scrolls by itself and can be reached by keyboard. `label` is plain text.
std::string table_start(std::string_view css_class, std::string_view label);
inline constexpr std::string_view kTableEnd = "</tbody></table></div>\n";

/// "3 / 4": a count and what it is of.
std::string of(std::size_t n, std::size_t all);

/// A heading cell of a column; `numeric` aligns to the right.
std::string column(const Words& words, const Text& text, bool numeric = false);

}  // namespace rackproof::html
