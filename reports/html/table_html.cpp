#include "reports/html/table_html.hpp"

#include <fmt/format.h>

namespace rackproof {

std::string table_html(const std::string& label, const std::vector<HtmlColumn>& columns,
                       const std::vector<HtmlRow>& rows) {
  if (rows.empty()) return {};
  std::string out =
      fmt::format("<div class=\"scroll\" tabindex=\"0\"><table aria-label=\"{}\"><thead><tr>", label);
  for (const HtmlColumn& column : columns)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", column.is_number ? " class=\"n\"" : "", column.heading);
  out += "</tr></thead><tbody>\n";
  for (const HtmlRow& row : rows) {
    out += row.id.empty() ? std::string("<tr>") : fmt::format("<tr id=\"{}\">", row.id);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = i < row.cells.size() ? row.cells[i] : std::string();
      const char* const css = columns[i].is_number ? " class=\"n\"" : "";
      out += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", css, cell)
                    : fmt::format("<td{}>{}</td>", css, cell);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace rackproof
