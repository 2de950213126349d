// One self-contained page: head, strict Content-Security-Policy, style, static body, data for the scripts, scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/language/language.hpp"

namespace rackproof {

/// A block of data that the page's scripts read and that a browser never executes.
struct DataBlock {
  std::string id;       ///< of the element: "rp-data", "rp-value-3"; letters, digits and "-"
  bool json = false;    ///< application/json, else text/plain
  std::string content;  ///< safe between script tags as it is: json_block() or base64
};

struct Page {
  Language language = Language::both;
  std::string title;  ///< plain text, not escaped
  std::string body;   ///< HTML of header and main, static: all that decides stands in it
  std::vector<DataBlock> data;
};

/// Style and script of the front end as built in; empty: the build had no npm and no template.
struct FrontEnd {
  std::string_view style;
  std::string_view script;
};
FrontEnd front_end();

/// The page, UTF-8. Nothing is requested by it, and nothing but its own style and scripts (by hash) is allowed. Without `with_scripts`,
/// or when the front end was not built in, it has neither scripts nor data: the same body.
std::string html_page(const Page& page, bool with_scripts = true);

/// The same with this front end; one that is empty: no scripts and no data.
std::string html_page(const Page& page, const FrontEnd& front);

/// JSON that cannot end its script element: < > & and U+2028/9 escaped, invalid UTF-8 replaced; `dumped` is ASCII JSON.
std::string json_block(std::string dumped);

}  // namespace rackproof
