#include "harness/verdict/trend/trend_events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/plan/identifier.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/verdict/trend/calendar.hpp"

namespace rackproof {

namespace {

/// A date, as TOML writes one or in quotes.
std::int32_t read_day(TomlTable& table, std::string_view key) {
  const toml::node* const value = table.node(key);
  std::optional<std::int32_t> day;
  if (value == nullptr) {
    table.problem(key, fmt::format("{} is missing", key), fmt::format("write {} = 2026-11-23", key));
    return 0;
  }
  if (const auto* date = value->as_date()) {
    const toml::date& read = date->get();
    day = day_of(fmt::format("{:04}-{:02}-{:02}", read.year, static_cast<unsigned>(read.month),
                             static_cast<unsigned>(read.day)));
  } else if (const auto* text = value->as_string(); text != nullptr && text->get().size() == 10) {
    day = day_of(text->get());
  }
  if (!day)
    table.problem(key, fmt::format("{} is not a day", key), fmt::format("write {} = 2026-11-23", key));
  return day.value_or(0);
}

LevelCut read_cut(TomlTable& table, bool is_swap) {
  LevelCut cut;
  cut.is_swap = is_swap;
  cut.line = table.line();
  cut.metric = is_swap ? "*" : table.text("metric", {}, true);
  cut.subject = table.text("subject", {}, true);
  cut.day = read_day(table, "date");
  cut.who = table.text("who", {}, true);
  cut.note = table.text("note");
  if (!cut.metric.empty() && cut.metric != "*" && !parse_metric_id(cut.metric)) {
    table.problem("metric", fmt::format("\"{}\" is no metric", cut.metric),
                  "write case#quantity as `rackproof list` shows it, or \"*\" for all");
  }
  return cut;
}

Acknowledgement read_acknowledgement(TomlTable& table) {
  Acknowledgement known;
  known.line = table.line();
  known.id = table.text("id", {}, true);
  known.who = table.text("who", {}, true);
  known.ticket = table.text("ticket", {}, true);
  known.until = read_day(table, "until");
  const bool is_id = known.id.size() == 12 && std::ranges::all_of(known.id, [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                     });
  if (!known.id.empty() && !is_id) {
    table.problem("id", fmt::format("\"{}\" is no id of a finding", known.id),
                  "copy the twelve characters that `rackproof trend` prints before it");
  }
  return known;
}

}  // namespace

bool LevelCut::covers(std::string_view series_metric, std::string_view series_subject) const {
  if (metric != "*" && metric != series_metric) return false;
  if (subject == "site" || subject == series_subject) return true;
  return series_subject.size() > subject.size() && series_subject.starts_with(subject) &&
         series_subject[subject.size()] == '/';
}

const Acknowledgement* TrendEvents::acknowledgement(std::string_view id) const {
  const Acknowledgement* found = nullptr;
  for (const Acknowledgement& known : acknowledged) {
    if (known.id == id && (found == nullptr || known.until > found->until)) found = &known;
  }
  return found;
}

TrendEvents parse_trend_events(std::string_view text, const std::string& file) {
  const toml::table root = parse_toml(text, file);
  std::vector<Diagnostic> problems;
  TomlTable table(root, file, problems);
  require_schema(table);
  TrendEvents events;
  const auto each = [&](std::string_view key, auto&& read) {
    for (const toml::table* row : table.tables(key)) {
      TomlTable entry(*row, file, problems);
      read(entry);
      entry.finish();
    }
  };
  each("accepted_level", [&](TomlTable& entry) { events.cuts.push_back(read_cut(entry, false)); });
  each("part_swap", [&](TomlTable& entry) { events.cuts.push_back(read_cut(entry, true)); });
  each("acknowledged", [&](TomlTable& entry) { events.acknowledged.push_back(read_acknowledgement(entry)); });
  table.finish();
  raise_problems(std::move(problems));
  return events;
}

TrendEvents read_trend_events(const std::filesystem::path& file) {
  return parse_trend_events(read_configuration(file), file.string());
}

}  // namespace rackproof
