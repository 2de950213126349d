// Errors of a stage, and problems of a configuration.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

/// A stage that cannot go on. Caught in main, in the child's case loop and at the ABI edge, nowhere else.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, std::source_location where = std::source_location::current());
  /// Returns the same error with `context` put before its text: "while reading a.toml: …".
  Error within(std::string_view context) const;
  const std::source_location& where() const { return where_; }

 private:
  std::source_location where_;
};

/// One problem in a file that a person wrote. `line` is 1-based, 0 when the problem has no line.
struct Diagnostic {
  std::string file;
  int line = 0;
  std::string message;  ///< what is wrong
  std::string hint;     ///< what to write instead; may be empty
};

/// "file:line: message; hint", one line, control characters made visible.
std::string to_string(const Diagnostic& diagnostic);

/// Configuration problems, collected and shown together. main prints one line each and exits 3.
class ConfigurationError : public Error {
 public:
  explicit ConfigurationError(std::vector<Diagnostic> diagnostics,
                              std::source_location where = std::source_location::current());
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// Text with control characters written as \xNN, so that a message stays one line.
std::string printable(std::string_view text);

}  // namespace rackproof
