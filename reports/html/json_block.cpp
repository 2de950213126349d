#include <string>

#include "reports/html/page.hpp"

namespace rackproof {

std::string json_block(std::string dumped) {
  std::string out;
  out.reserve(dumped.size());
  for (std::size_t i = 0; i < dumped.size(); ++i) {
    switch (dumped[i]) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        // U+2028 and U+2029, which end a line of a script.
        if (const auto bytes = std::string_view(dumped).substr(i, 3);
            bytes == "\xe2\x80\xa8" || bytes == "\xe2\x80\xa9") {
          out += bytes.back() == '\xa8' ? "\\u2028" : "\\u2029";
          i += 2;
        } else {
          out += dumped[i];
        }
    }
  }
  return out;
}

}  // namespace rackproof
