// Strict reading of TOML: every key is known, every value has its type, every problem has a line.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"

namespace rackproof {

/// A parsed file. A syntax error becomes one Diagnostic in a ConfigurationError.
toml::table parse_toml(std::string_view text, const std::string& file);

/// The text of a configuration file. Throws ConfigurationError when it cannot be read.
std::string read_configuration(const std::filesystem::path& file);

/// Throws ConfigurationError with the problems in the order of their lines, if there are any.
void raise_problems(std::vector<Diagnostic> problems);

/// One table being read. Problems go to `problems`; reading goes on with the default, so that all are shown
/// together.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string file, std::vector<Diagnostic>& problems);

  /// A required text must be there and not be empty.
  std::string text(std::string_view key, std::string fallback = {}, bool required = false);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  /// Also takes an integer. NaN is a problem.
  double real(std::string_view key, double fallback, double least, double most);
  bool flag(std::string_view key, bool fallback);
  /// "30 s"; a wrong dimension is a problem. Value in SI units.
  double quantity(std::string_view key, double fallback, const Dimension& dimension);
  std::vector<std::string> texts(std::string_view key);
  std::vector<std::pair<std::string, std::string>> text_map(std::string_view key);
  /// The tables of [[key]]; a single [key] is a problem.
  std::vector<const toml::table*> tables(std::string_view key);
  const toml::node* node(std::string_view key);

  /// Line of a key, or of the table when the key is absent.
  int line(std::string_view key = {}) const;
  /// Adds a problem at the line of `key`.
  void problem(std::string_view key, std::string message, std::string hint = {});
  /// The same, at a line of the file.
  void problem_at(int line, std::string message, std::string hint);
  /// Reports every key that no call above asked for, with "did you mean". Call last.
  void finish();

 private:
  void wrong_type(std::string_view key, const toml::node& value, std::string_view wanted,
                  std::string_view example);
  const toml::table& table_;
  std::string file_;
  std::vector<Diagnostic>& problems_;
  std::vector<std::string> known_;
};

/// A text as TOML writes it: quoted, with its escapes.
std::string toml_string(const std::string& text);

/// Checks `schema = 1` at the top of a configuration file.
void require_schema(TomlTable& table);

}  // namespace rackproof
