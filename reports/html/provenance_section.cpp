#include "reports/escape.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_texts.hpp"

namespace rackproof::html {

namespace {

void key_values(std::string& out, const KeyValues& rows, const Words& words) {
  out += "<table class=\"kv\"><tbody>\n";
  for (const auto& [key, value] : rows) {
    put(out, "<tr><th scope=\"row\" class=\"id\">{}</th><td class=\"id\">{}</td></tr>\n", shown(words, key),
        value.empty() ? words(texts::kNotRecorded) : shown(words, value));
  }
  out += "</tbody></table>\n";
}

void titled(std::string& out, const Text& title, const KeyValues& rows, const Text& none,
            const Words& words) {
  put(out, "<h3>{}</h3>\n", words(title));
  if (rows.empty()) {
    put(out, "<p>{}</p>\n", words(none));
  } else {
    key_values(out, rows, words);
  }
}

void document(std::string& out, const Document& one, const Words& words) {
  const std::string heading =
      fmt::format("<b>{}</b> {} <span class=\"note\">SHA-256 {}</span>", shown(words, one.title),
                  name(one.name), one.sha256.empty() ? words(texts::kNotRecorded) : name(one.sha256));
  if (one.text.empty()) {
    put(out, "<p>{}</p>\n", heading);
  } else {
    put(out, "<details><summary>{}</summary>\n<pre>{}</pre>\n</details>\n", heading,
        escape_html_lines(one.text));
  }
}

}  // namespace

std::string provenance_section(const ReportView& view, const Words& words) {
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n", words(texts::kProvenance));
  key_values(out, view.provenance, words);
  titled(out, texts::kBackends, view.backends, texts::kNoneRecorded, words);
  titled(out, texts::kRemovedEnvironment, view.removed_environment, texts::kNone, words);
  if (!view.setup_environment.empty())
    titled(out, texts::kSetupEnvironment, view.setup_environment, texts::kNone, words);
  put(out, "<h3>{}</h3>\n<p>{}</p>\n", words(texts::kMethodTitle), sentence(words, view.method));
  for (const auto& one : view.documents) document(out, one, words);
  return out + "</section>\n";
}

}  // namespace rackproof::html
