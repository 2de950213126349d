#include "reports/html/markup.hpp"

#include "reports/escape.hpp"
#include "reports/language/view_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

std::string name(std::string_view text) { return escape_html(text); }

std::string shown(const Words& words, const Phrase& phrase) {
  const Phrase known = view_word(phrase);
  return words.either(escape_html(known.en), escape_html(known.zh));
}

std::string english(const Words& words, std::string_view text) {
  if (text.empty()) return {};
  if (words.language() == Language::en) return escape_html(text);
  return fmt::format("<span class=\"data\" lang=\"en\">{}</span>", escape_html(text));
}

std::string sentence(const Words& words, const Phrase& phrase) {
  const Phrase known = view_word(phrase);
  return known.en == known.zh ? english(words, known.en) : shown(words, known);
}

std::string id(std::string_view text, std::size_t longest) {
  std::string out;
  bool entity = false;
  for (const char c : escape_html(text, longest)) {
    out += c;
    if (c == '&') entity = true;
    if (!entity && std::string_view("/:,#").find(c) != std::string_view::npos) out += "<wbr>";
    if (c == ';') entity = false;
  }
  return out;
}

std::string code(std::string_view text) {
  return fmt::format("<code><bdi>{}</bdi></code>", escape_html(text));
}

std::string small(std::string_view html) {
  return html.empty() ? "" : fmt::format("<small>{}</small>", html);
}

std::string badge(const Words& words, const StatusMark& mark) {
  return fmt::format("<span class=\"mark {}\">{} {}</span>", mark.css_class, mark.glyph,
                     words.either(mark.word, mark.zh));
}

std::string part(const Words& words, const Place& place) {
  return place.all_nodes > 0 ? words(texts::kAllNodes, place.all_nodes) : name(place.part);
}

bool has_details(const RackView& rack) { return !rack.tables.tables.empty(); }

// The part of a target that spans racks names its racks already.
std::string where(const Words& words, const Place& place) {
  return place.rack.empty() ? part(words, place)
                            : fmt::format("{} / {}", name(place.rack), part(words, place));
}

std::string table_start(std::string_view css_class, std::string_view label) {
  return fmt::format(
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{}\"><table class=\"{}\">",
      escape_html(label), css_class);
}

std::string of(std::size_t n, std::size_t all) { return fmt::format("{} / {}", n, all); }

std::string column(const Words& words, const Text& text, bool numeric) {
  return fmt::format("<th scope=\"col\"{}>{}</th>", numeric ? " class=\"n\"" : "", words(text));
}

}  // namespace rackproof::html
