// Texts that would do harm if a page took them for markup, script, format or direction.
#pragma once

#include <string>
#include <vector>

namespace rackproof::browser {

struct HostileText {
  std::string name;  ///< of the page that is made of it
  std::string text;
  std::string shown;             ///< how it reads on the page; of a text that is cut: what tells so
  bool fits_limits_file = true;  ///< UTF-8, and not too long for a configuration file
};

/// Whoever executes one of them sets window.__xss.
std::vector<HostileText> hostile_texts();

}  // namespace rackproof::browser
