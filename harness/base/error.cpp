#include "harness/base/error.hpp"

#include <fmt/format.h>

namespace rackproof {

Error::Error(const std::string& what, std::source_location where) : std::runtime_error(what), where_(where) {}

Error Error::within(std::string_view context) const {
  return Error(fmt::format("{}: {}", context, what()), where_);
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string out = printable(diagnostic.file);
  if (diagnostic.line > 0) out += fmt::format(":{}", diagnostic.line);
  if (!out.empty()) out += ": ";
  out += printable(diagnostic.message);
  if (!diagnostic.hint.empty()) out += "; " + printable(diagnostic.hint);
  return out;
}

static std::string joined(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    out += to_string(diagnostic);
  }
  return out;
}

ConfigurationError::ConfigurationError(std::vector<Diagnostic> diagnostics, std::source_location where)
    : Error(joined(diagnostics), where), diagnostics_(std::move(diagnostics)) {}

}  // namespace rackproof
