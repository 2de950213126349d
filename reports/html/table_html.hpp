// A table of a page: every heading names its scope, the first cell of a row is its heading, and a wide table scrolls by itself.
#pragma once

#include <string>
#include <vector>

namespace rackproof {

struct HtmlColumn {
  std::string heading;     ///< HTML
  bool is_number = false;  ///< aligned to the right
};

struct HtmlRow {
  std::string id;                  ///< of the row's element; empty: none
  std::vector<std::string> cells;  ///< HTML, one a column; a missing one is empty
};

/// `label` says what the table holds, as plain text that is escaped already. Empty without rows.
std::string table_html(const std::string& label, const std::vector<HtmlColumn>& columns,
                       const std::vector<HtmlRow>& rows);

}  // namespace rackproof
