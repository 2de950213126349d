#include "harness/verdict/waivers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/digest.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/verdict/trend/calendar.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kDate = 10;  // characters of "2027-01-31"

/// A text that says something; blanks alone do not.
std::string stated(TomlTable& table, std::string_view key) {
  std::string text = table.text(key, {}, true);
  if (!text.empty() && text.find_first_not_of(" \t\r\n") == std::string::npos)
    table.problem(key, fmt::format("{} is blank", key), fmt::format("write {} = \"...\"", key));
  return text;
}

/// A date as TOML has it, or the same in quotes.
std::string last_day(TomlTable& table) {
  constexpr const char* kKey = "until";
  const toml::node* node = table.node(kKey);
  if (node != nullptr && node->is_date()) {
    const toml::date date = node->as_date()->get();
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  }
  std::string text = table.text(kKey, {}, true);
  if (!text.empty() && (text.size() != kDate || !day_of(text))) {
    table.problem(kKey, fmt::format("until = \"{}\" is no day of any calendar", text),
                  "write the last day on which it holds, for example until = 2027-01-31");
  }
  return text;
}

}  // namespace

bool holds_on(const Waiver& waiver, std::string_view date) {
  const auto day = day_of(date);
  const auto last = day_of(waiver.until);
  return day && last && *day <= *last;
}

Phrase phrase_of(const Waiver& waiver) {
  return {verdict_texts::kWaiver, waiver.who, waiver.reason, waiver.until};
}

std::string to_string(const Waiver& waiver) { return phrase_of(waiver).en; }

const Waiver* Waivers::find(std::string_view target, std::string_view metric, std::string_view date) const {
  const auto found = std::ranges::find_if(rows, [&](const Waiver& row) {
    return row.target == target && row.metric == metric && holds_on(row, date);
  });
  return found == rows.end() ? nullptr : &*found;
}

Waivers parse_waivers(std::string_view text, const std::string& file) {
  const toml::table root = parse_toml(text, file);
  std::vector<Diagnostic> problems;
  TomlTable table(root, file, problems);
  require_schema(table);
  Waivers waivers;
  waivers.name = std::filesystem::path(file).filename().string();
  waivers.sha256 = sha256(text);
  std::map<std::pair<std::string, std::string>, int> lines;
  for (const toml::table* source : table.tables("waiver")) {
    TomlTable row(*source, file, problems);
    Waiver waiver{row.text("target", {}, true), row.text("metric", {}, true), stated(row, "who"),
                  stated(row, "reason"), last_day(row)};
    row.finish();
    const bool named = !waiver.target.empty() && !waiver.metric.empty();
    const auto [first, is_new] = lines.try_emplace({waiver.target, waiver.metric}, row.line());
    if (named && !is_new) {
      row.problem({}, fmt::format("a second waiver for {} at {}", waiver.metric, waiver.target),
                  fmt::format("the first stands in line {}; keep one of them", first->second));
    }
    waivers.rows.push_back(std::move(waiver));
  }
  table.finish();
  raise_problems(std::move(problems));
  return waivers;
}

Waivers read_waivers(const std::filesystem::path& file) {
  return parse_waivers(read_configuration(file), file.string());
}

}  // namespace rackproof
