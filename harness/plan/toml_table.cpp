#include "harness/plan/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "harness/base/closest.hpp"

namespace rackproof {

namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time of day";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

// The part of an error text before its advice: the advice is the hint's.
std::string without_advice(std::string_view text) { return std::string(text.substr(0, text.find("; "))); }

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, std::string_view(file));
  } catch (const toml::parse_error& error) {
    throw ConfigurationError(
        {{file, static_cast<int>(error.source().begin.line), std::string(error.description()),
          "this is not TOML; the rest of the file was not checked"}});
  }
}

std::string read_configuration(const std::filesystem::path& file) {
  std::error_code code;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  // Reading a folder would throw from within the stream; an empty file sets failbit when it is copied.
  const bool sound =
      in && !std::filesystem::is_directory(file, code) && (in.peek() == EOF || text << in.rdbuf());
  if (!sound || in.bad()) {
    throw ConfigurationError({{file.string(), 0, "cannot be read", "give the path of a readable TOML file"}});
  }
  return text.str();
}

void raise_problems(std::vector<Diagnostic> problems) {
  if (problems.empty()) return;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  throw ConfigurationError(std::move(problems));
}

TomlTable::TomlTable(const toml::table& table, std::string file, std::vector<Diagnostic>& problems)
    : table_(table), file_(std::move(file)), problems_(problems) {}

const toml::node* TomlTable::node(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return table_.get(key);
}

int TomlTable::line(std::string_view key) const {
  const toml::node* value = key.empty() ? nullptr : table_.get(key);
  return line_of(value ? *value : table_);
}

void TomlTable::problem(std::string_view key, std::string message, std::string hint) {
  problem_at(line(key), std::move(message), std::move(hint));
}

void TomlTable::problem_at(int line, std::string message, std::string hint) {
  problems_.push_back({file_, line, std::move(message), std::move(hint)});
}

void TomlTable::wrong_type(std::string_view key, const toml::node& value, std::string_view wanted,
                           std::string_view example) {
  problems_.push_back({file_, line_of(value),
                       fmt::format("{} must be {}, not {}", key, wanted, type_name(value)),
                       fmt::format("write {} = {}", key, example)});
}

std::string TomlTable::text(std::string_view key, std::string fallback, bool required) {
  const toml::node* value = node(key);
  if (!value) {
    if (required) problem(key, fmt::format("{} is missing", key), fmt::format("write {} = \"...\"", key));
    return fallback;
  }
  if (const auto* string = value->as_string()) {
    if (required && string->get().empty()) {
      problem(key, fmt::format("{} is empty", key), fmt::format("write {} = \"...\"", key));
    }
    return string->get();
  }
  const auto* number = value->as_integer();
  wrong_type(key, *value, "a text", number ? fmt::format("\"{}\"", number->get()) : "\"...\"");
  return fallback;
}

std::int64_t TomlTable::integer(std::string_view key, std::int64_t fallback, std::int64_t least,
                                std::int64_t most) {
  const toml::node* value = node(key);
  if (!value) return fallback;
  const auto* number = value->as_integer();
  if (!number) {
    wrong_type(key, *value, "an integer", std::to_string(fallback));
    return fallback;
  }
  if (number->get() < least || number->get() > most) {
    problem(key, fmt::format("{} = {} is out of range", key, number->get()),
            fmt::format("write an integer from {} to {}", least, most));
    return fallback;
  }
  return number->get();
}

double TomlTable::real(std::string_view key, double fallback, double least, double most) {
  const toml::node* value = node(key);
  if (!value) return fallback;
  const auto number = value->value<double>();
  if (!number || !value->is_number()) {
    wrong_type(key, *value, "a number", fmt::format("{}", fallback));
    return fallback;
  }
  if (!(*number >= least && *number <= most)) {
    problem(key, fmt::format("{} = {} is out of range", key, *number),
            fmt::format("write a number from {} to {}", least, most));
    return fallback;
  }
  return *number;
}

bool TomlTable::flag(std::string_view key, bool fallback) {
  const toml::node* value = node(key);
  if (!value) return fallback;
  if (const auto* flag = value->as_boolean()) return flag->get();
  wrong_type(key, *value, "true or false", fallback ? "true" : "false");
  return fallback;
}

double TomlTable::quantity(std::string_view key, double fallback, const Dimension& dimension) {
  const toml::node* value = node(key);
  if (!value) return fallback;
  const std::string example = fmt::format("\"{}\"", format_quantity(30, dimension));
  const auto* string = value->as_string();
  if (!string) {
    wrong_type(key, *value, "a quantity with its unit, in quotes", example);
    return fallback;
  }
  const std::string hint =
      fmt::format("write a quantity in {}, for example {} = {}", si_unit(dimension), key, example);
  try {
    const Measured measured = parse_quantity(string->get());
    if (measured.dimension == dimension) return measured.value;
    problem(key,
            fmt::format("{} = \"{}\" is in {}, not in {}", key, string->get(), si_unit(measured.dimension),
                        si_unit(dimension)),
            hint);
  } catch (const Error& error) {
    problem(key, fmt::format("{}: {}", key, without_advice(error.what())), hint);
  }
  return fallback;
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  const toml::node* value = node(key);
  if (!value) return {};
  const auto* list = value->as_array();
  if (!list) {
    wrong_type(key, *value, "a list of texts", "[\"...\"]");
    return {};
  }
  std::vector<std::string> out;
  for (const toml::node& element : *list) {
    if (const auto* string = element.as_string()) {
      out.push_back(string->get());
    } else {
      wrong_type(key, element, "a list of texts", "[\"...\"]");
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> TomlTable::text_map(std::string_view key) {
  const toml::node* value = node(key);
  if (!value) return {};
  const auto* table = value->as_table();
  if (!table) {
    wrong_type(key, *value, "a table of texts", "{ name = \"...\" }");
    return {};
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, element] : *table) {
    if (const auto* string = element.as_string()) {
      out.emplace_back(std::string(name.str()), string->get());
    } else {
      wrong_type(fmt::format("{}.{}", key, name.str()), element, "a text", "\"...\"");
    }
  }
  return out;
}

std::vector<const toml::table*> TomlTable::tables(std::string_view key) {
  const toml::node* value = node(key);
  if (!value) return {};
  const auto* list = value->as_array();
  const bool sound =
      list && std::all_of(list->begin(), list->end(), [](const toml::node& n) { return n.is_table(); });
  if (!sound) {
    problem(key, fmt::format("{} must be a list of tables, not {}", key, type_name(*value)),
            fmt::format("write [[{}]]", key));
    return {};
  }
  std::vector<const toml::table*> out;
  for (const toml::node& element : *list) out.push_back(element.as_table());
  return out;
}

void TomlTable::finish() {
  for (const auto& [key, value] : table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    const auto nearest = closest(key.str(), known_);
    problems_.push_back({file_, static_cast<int>(key.source().begin.line),
                         fmt::format("unknown key \"{}\"", key.str()),
                         nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                                 : fmt::format("known here: {}", fmt::join(known_, ", "))});
  }
}

std::string toml_string(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

void require_schema(TomlTable& table) {
  const toml::node* value = table.node("schema");
  if (!value) {
    table.problem("schema", "schema is missing", "write schema = 1 as the first line");
  } else if (!value->is_integer() || value->as_integer()->get() != 1) {
    table.problem("schema", "this schema is not known", "this program reads schema = 1");
  }
}

}  // namespace rackproof
